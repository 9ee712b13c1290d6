"""Notes to owners about the running of the bot: nobody's words, only what to do."""

from collections.abc import Mapping
from typing import Any

from bot.i18n.catalogues import Markup, Translator
from bot.telegram.callbacks import FactStep, Queue
from bot.telegram.screens import Button, Screen, finished
from bot.telegram.views import broadcasts, buttons, people


def operator_note(tr: Translator, args: Mapping[str, Any]) -> Screen:
    """What an owner has to know; ``args["note"]`` says which."""
    command = Markup(f"<code>{args.get('command', 'python -m bot doctor')}</code>")
    match args.get("note"):
        case "quarantine" | "storage" | "backup" as trouble:
            text = _trouble(tr, trouble, command)
        case "no_staff_chat":
            return _no_staff_chat(tr, int(args["waiting"]))
        case "expelled":
            text = tr(
                "I was taken out of the staff chat, so staff see nothing new. Nothing is lost: as soon as I am a "
                "member again, everything that came in meanwhile appears there."
            )
        case "approval":
            return broadcasts.approval_wanted(tr, int(args["number"]))
        case "stopped":
            return broadcasts.stopped(tr, int(args["number"]), str(args["why"]))
        case "facts":
            return _stale_facts(tr, args)
        case "role":
            text = people.new_role(tr, str(args["role"]))
        case "group":
            text = tr("I was added to a group. Its id: {id}", id=Markup(f"<code>{args.get('id')}</code>"))
        case _:
            text = tr("Something needs attention. Look with {command}", command=command)
    return finished(tr, text, [[buttons.home(tr)]])


def _trouble(tr: Translator, kind: str, command: Markup) -> Markup:
    """Something that the machine or a program is at fault for."""
    match kind:
        case "quarantine":
            return tr(
                "An update could not be handled and was put aside. Everything else goes on. "
                "See it with {command}",
                command=command,
            )
        case "storage":
            return tr(
                "The database takes nothing in at the moment: the disk is full, or another program holds it. "
                "Nothing is lost: Telegram keeps for a day what people write, and it is handled as soon as "
                "there is room. Look with {command}",
                command=command,
            )
    return tr(
        "Today’s backup of the database could not be made. I try again every ten minutes; the log says "
        "what is wrong. See it with {command}",
        command=command,
    )


def _no_staff_chat(tr: Translator, waiting: int) -> Screen:
    """Inquiries are kept, and nobody is shown them."""
    lines: list[str] = [
        tr(
            "No staff chat is set, so nobody sees the inquiries that come in. They are all kept. "
            "Add me to the staff’s group: I will say there what to set. Then everything that waits appears in it."
        )
    ]
    if waiting:
        lines.append(tr.plural("{n} inquiry is waiting.", "{n} inquiries are waiting.", waiting))
    lines.append(tr("Until then you can read and answer them here."))
    see = Button(label=tr.plain("Inquiries"), data=Queue(which="menu"))
    return finished(tr, "\n\n".join(lines), [[see], [buttons.home(tr)]])


def _stale_facts(tr: Translator, args: Mapping[str, Any]) -> Screen:
    """The weekly note of what went stale."""
    lines = [
        tr("Facts that are no longer valid: {n}. Please check them.", n=int(args["stale"])),
        *(tr("• {name}", name=tr.plain(name)) for name in args["names"]),
    ]
    if args.get("unknown"):
        lines.append(tr("Still unknown, though pages would show them: {n}", n=int(args["unknown"])))
    facts = Button(label=tr.plain("Open the facts"), data=FactStep(act="list", arg="stale"))
    return finished(tr, "\n".join(lines), [[facts], [buttons.home(tr)]])
