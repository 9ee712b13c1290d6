"""Transcript: one HTML file to read and print; no script, nothing from elsewhere, a direction a paragraph."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from bot.documents.cells import attachments
from bot.documents.files import Draft
from bot.documents.labels import AUTHORS, CLOSE_REASONS, LANGUAGES, SECTIONS, STATUSES
from bot.documents.rows import Writing
from bot.domain.inquiries import Author, Inquiry, Post, Thread
from bot.i18n.languages import Language

_STYLE = """
:root { color-scheme: light; --house: #00778b; --line: #d9d9d9; --quiet: #595959; }
* { box-sizing: border-box; }
body {
  margin: 2rem auto; max-width: 50rem; padding: 0 1rem; color: #1a1a1a; background: #fff;
  font-family: "Noto Sans", "Segoe UI", Roboto, "Noto Sans Arabic", "Noto Naskh Arabic", Tahoma, sans-serif;
  font-size: 1rem; line-height: 1.55;
}
:lang(ur) { line-height: 1.9; }
h1 { font-size: 1.5rem; color: var(--house); margin: 0; }
h2 { font-size: 1.1rem; margin: 0; }
article { margin: 2rem 0; padding: 1rem 0 0; border-top: 3px solid var(--house); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 1rem; }
dt, .who { color: var(--quiet); }
dd { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
.post { margin: .75rem 0; padding: .5rem .9rem; break-inside: avoid; }
.post { border-inline-start: 4px solid var(--line); }
.staff { border-color: var(--house); background: #f2f8f9; }
.note { border-inline-start-style: dotted; background: #fffaf0; }
.who { margin: 0; font-size: .85rem; }
.words { margin: .2rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print {
  @page { margin: 18mm; }
  body { margin: 0; max-width: none; padding: 0; font-size: 10.5pt; }
  h2, dl { break-after: avoid; }
  .staff, .note { background: none; }
}
"""
_BEGIN = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1></header>
<main>
"""


class HtmlWriter:
    """Writes one transcript."""

    def __init__(self, draft: Draft, writing: Writing, _: int = 0) -> None:
        self._draft = draft
        self._writing = writing
        self._tr = writing.tr
        self.messages = 0
        self._put(self._begin())

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._draft.size

    def add(self, threads: Sequence[Thread]) -> None:
        """Write inquiries."""
        self._put("".join(self._article(thread) for thread in threads))
        self.messages += sum(len(thread.posts) for thread in threads)

    def finish(self) -> None:
        """Close what was opened."""
        self._put("</main>\n</body>\n</html>\n")

    def _put(self, text: str) -> None:
        self._draft.write(text.encode())

    def _begin(self) -> str:
        language = self._tr.language
        direction = "rtl" if language.runs_right_to_left else "ltr"
        title = escape(self._tr.plain("Inquiries of Kazakhstan House"))
        return _BEGIN.format(language=language.value, direction=direction, title=title, style=_STYLE)

    def _article(self, thread: Thread) -> str:
        one = thread.inquiry
        facts = "".join(
            f"<dt>{escape(label)}</dt><dd><bdi>{escape(value)}</bdi></dd>"
            for label, value in self._facts(one)
        )
        posts = "".join(self._post(post, one.language) for post in thread.posts)
        return (
            f'<article id="{one.code}">\n<h2><bdi>{one.code}</bdi></h2>\n'
            f"<dl>{facts}</dl>\n{posts}</article>\n"
        )

    def _facts(self, one: Inquiry) -> Iterable[tuple[str, str]]:
        tr, label, words = self._tr, self._writing.label, self._writing.words
        name = f"{words(one.name)} (@{one.username})" if one.username else words(one.name)
        yield tr.plain("Name"), name
        yield tr.plain("Section"), label(SECTIONS.get(one.section, one.section))
        yield tr.plain("Language"), label(LANGUAGES[one.language])
        yield tr.plain("Status"), label(STATUSES[one.status])
        yield tr.plain("Asked"), self._time(one.created_at)
        if one.claimed_name:
            yield tr.plain("Taken by"), words(one.claimed_name)
        for answer in one.answers:
            yield label(answer.label), words(label(answer.value) if answer.choice else answer.value)
        if one.closed_at:
            reason = CLOSE_REASONS.get(one.close_reason)
            why = tr.plain(reason) if reason else words(one.close_reason)
            yield tr.plain("Closed"), " · ".join(filter(None, (self._time(one.closed_at), why)))
        if one.rating:
            comment = words(one.rating_comment)
            yield tr.plain("Rating"), " · ".join(filter(None, (f"{one.rating}/5", comment)))

    def _post(self, one: Post, language: Language) -> str:
        """``language``: in which the conversation is held; notes are in anybody's."""
        tr, label, words = self._tr, self._writing.label, self._writing.words
        name = escape(words(one.name))
        who = f"{label(AUTHORS[one.author])} · <bdi>{name}</bdi> · {self._time(one.created_at)}"
        if one.edited_at:
            who += " · " + tr.plain("changed")
        if one.withdrawn_at:
            who += " · " + tr.plain("taken back")
        parts = [f'<p class="who">{who}</p>']
        if one.text:
            spoken = "" if one.author is Author.NOTE else f' lang="{language.value}"'
            parts.append(f'<p class="words" dir="auto"{spoken}>{escape(words(one.text))}</p>')
        if one.attachments:
            parts.append(f'<p class="words" dir="auto">{escape(words(attachments(one.attachments)))}</p>')
        return f'<section class="post {one.author.value}">{"".join(parts)}</section>\n'

    def _time(self, moment: datetime) -> str:
        return self._tr.datetime(moment, self._writing.zone)
