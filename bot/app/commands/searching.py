"""``search``: what the bot would make of a question."""

import json
import sys
from typing import Annotated

import typer

from bot.app.console import cli, settings_or_fail
from bot.content.loader import DEFAULT_PACK, load_content
from bot.content.search.finding import Found, Search


@cli.command("search")
def search_command(
    *, as_json: Annotated[bool, typer.Option("--json", help="A JSON line for each question.")] = False
) -> None:
    """Read questions from standard input, a line each, and say what they mean."""
    settings = settings_or_fail()
    search = Search.load(load_content(settings.content_dir or DEFAULT_PACK))
    for line in sys.stdin.buffer if sys.stdin else ():  # closed by whoever started us
        question = line.decode("utf-8", "replace").rstrip("\r\n")
        found = search.find(question)
        typer.echo(_as_json(found) if as_json else _as_text(question, found))


def _as_json(found: Found) -> str:
    ranked = [
        {"section": one.section.value, "intent": one.intent, "id": one.id, "score": one.score}
        for one in found.ranked
    ]
    return json.dumps({"rejected": found.rejected, "ranked": ranked}, ensure_ascii=False)


def _as_text(question: str, found: Found) -> str:
    best = found.ranked[0] if found.ranked else None
    if found.rejected or best is None:
        return f"{question}: {'small talk' if found.smalltalk else 'not for the House'}"
    return f"{question}: {best.section.value} / {best.intent} ({best.score:.2f})"
