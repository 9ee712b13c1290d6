"""Commands: which there are for whom, and what the "/" menu says of each."""

from bot.domain.rights import RIGHTS, Right, Role
from bot.i18n.catalogues import mark

VISITOR: dict[str, str] = {
    "start": mark("Start"),
    "menu": mark("Main menu"),
    "ask": mark("Ask a question"),
    "my": mark("My inquiries"),
    "language": mark("Choose your language"),
    "subscribe": mark("Get announcements"),
    "stop": mark("Stop announcements"),
    "help": mark("Help"),
    "privacy": mark("Privacy"),
    "mydata": mark("Get my data"),
    "forget": mark("Delete my data"),
    "cancel": mark("Stop what you have begun"),
}
"""Commands for everybody, with what the menu says of them."""

RIGHTFUL: dict[str, tuple[Right, str]] = {
    "export": (Right.EXPORT, mark("Take the log of inquiries")),
    "stats": (Right.SEE, mark("Statistics")),
    "find": (Right.SEE, mark("Find inquiries")),
    "replies": (Right.ANSWER, mark("Send replies from a sheet")),
    "facts": (Right.FACTS, mark("Facts: see and change")),
    "broadcast": (Right.ANNOUNCE, mark("Announcements")),
    "people": (Right.GIVE_ROLES, mark("People and roles")),
    "ban": (Right.BAN, mark("Ban or unban a person")),
    "audit": (Right.AUDIT, mark("Who did what")),
}
"""Commands that need a right."""


def commands_of(role: Role, *, visitor: bool = True) -> dict[str, str]:
    """The commands of a role, with or without those of everybody, and what each does (msgids)."""
    rightful = {name: text for name, (right, text) in RIGHTFUL.items() if right in RIGHTS[role]}
    return {**(VISITOR if visitor else {}), **rightful}
