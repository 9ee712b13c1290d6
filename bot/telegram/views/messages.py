"""Short messages: refusals, apologies, help, and what is said when there is nothing to say."""

from bot.domain import errors
from bot.domain.rights import Role
from bot.i18n.catalogues import Translator, UserText, mark
from bot.i18n.languages import Language
from bot.telegram.callbacks import PickLanguage
from bot.telegram.commands import commands_of
from bot.telegram.screens import Button, Screen, bold, command_line, finished
from bot.telegram.views import buttons

_SORRY = mark("Something went wrong on our side. Your message is not lost; please try again in a moment.")

_NO_HELP = {"start", "help"}
"""Commands of which the help need not tell."""


def picker(tr: Translator, first: Language, *, chosen: bool = False) -> Screen:
    """The three languages in their own scripts, the likeliest first; read by who understands only one."""
    order = sorted(Language, key=lambda language: (language is not first, language.value))
    rows = [[Button(label=one.own_name, data=PickLanguage(code=one))] for one in order]
    if chosen:
        rows += [[buttons.home(tr)]]
    text = "Тілді таңдаңыз\nChoose your language\nزبان منتخب کریں"
    return Screen(text=text, rows=tuple(tuple(row) for row in rows))


def help_screen(tr: Translator, role: Role = Role.VISITOR) -> Screen:
    """What the bot can do, in a few lines, and the commands of a role."""
    lines = [
        bold(tr("Help")),
        tr(
            "Choose a topic in the menu, or simply write your question in Kazakh, English, Urdu or Roman Urdu."
        ),
        tr(
            "If the answer is not there, send the question to our staff. You get a number that proves it arrived."
        ),
        "\n".join(
            command_line(tr, f"/{name}", tr.text(text))
            for name, text in commands_of(role).items()
            if name not in _NO_HELP
        ),
    ]
    rows = [[buttons.ask(tr), buttons.my_inquiries(tr)], [buttons.language(tr)], *buttons.fixed_rows(tr)]
    return finished(tr, "\n\n".join(lines), rows)


def cancelled(tr: Translator, *, something: bool) -> Screen:
    """What was begun is over, or nothing was."""
    text = tr("Stopped. Nothing was sent.") if something else tr("There is nothing to stop.")
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def not_understood(tr: Translator) -> Screen:
    """A kind of message that the bot has no use for."""
    text = tr(
        "I cannot read this kind of message. Please write your question in words, or send a photo or a file."
    )
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def unknown_command(tr: Translator, command: str) -> Screen:
    """A command that does not exist, or not for this person."""
    text = tr("I do not know the command {command}.", command=UserText(command))
    return finished(tr, text, [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def apology(tr: Translator) -> Screen:
    """Something went wrong on our side."""
    return finished(tr, tr.text(_SORRY), [[buttons.ask(tr)], *buttons.fixed_rows(tr)])


def sorry(tr: Translator) -> str:
    """The same as plain words, for the answer to a tap."""
    return tr.plain(_SORRY)


def slow_down(tr: Translator) -> Screen:
    """Too many messages in a short time."""
    text = tr(
        "You are very fast. Please wait a few seconds, then go on; nothing you have sent as an inquiry is lost."
    )
    return finished(tr, text, buttons.fixed_rows(tr))


def banned(tr: Translator, reason: str) -> Screen:
    """The person may not write here."""
    text = tr("Our staff have closed this chat for you. Reason: {reason}", reason=UserText(reason))
    return finished(tr, text, buttons.fixed_rows(tr))


def refusal(tr: Translator, fault: errors.Refusal) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a leaf
    """The words of a refusal, as Telegram-HTML."""
    match fault:
        case errors.InquiryNotFound() | errors.NotYours():
            return tr("There is no such inquiry.")
        case errors.PersonNotFound():
            return tr("This person has not written to the bot yet.")
        case errors.NoSuchFact():
            return tr("There is no such fact, or nothing of it was changed.")
        case errors.BroadcastNotFound():
            return tr("There is no such announcement.")
        case errors.NotAllowed():
            return tr("You may not do this.")
        case errors.AlreadyClaimed(by=by):
            return tr("{name} has already taken it.", name=UserText(by))
        case errors.AnsweredMeanwhile(by=by):
            return tr("Not sent: {name} has answered in the meantime.", name=UserText(by))
        case errors.InquiryClosed():
            return tr("This inquiry is closed. Reopen it first.")
        case errors.InquiryErased():
            return tr("This inquiry was erased at the person’s request. Nothing can be sent to it any more.")
        case errors.LastOwner():
            return tr("The House must keep one owner.")
        case errors.ProtectedOwner():
            return tr("This owner is named in the settings and cannot be changed here.")
        case errors.HasRole():
            return tr("This person has a role. Take the role first.")
        case errors.WrongState():
            return tr("This is not possible now.")
        case errors.NobodyToReach():
            return tr("Nobody would get this announcement: nobody belongs to its audience.")
        case errors.NothingWritten():
            return tr("There is nothing to send yet. Write the announcement first.")
        case errors.MixedAlbum():
            return tr(
                "These files cannot stand in one album. Send up to 10 photos and videos, or only documents, or only audio."
            )
        case errors.OnlyWords():
            return tr("The copies keep their files. Send only the new words, as a text.")
        case errors.NoWords():
            return tr("These copies have no words that could be corrected. Take them back instead.")
        case errors.InThePast():
            return tr("This time has already passed. Choose a later one.")
        case errors.OwnAnnouncement():
            return tr("Somebody else has to approve your announcement.")
        case errors.TooManyOpen(limit=limit):
            return tr(
                "You already have {n} open inquiries. Please wait for an answer, or add to one of them.",
                n=limit,
            )
        case errors.TooManyFiles(limit=limit):
            return tr("At most {n} files, please.", n=limit)
        case errors.TooLong(limit=limit):
            return tr("This text is too long: at most {n} characters.", n=limit)
        case _:
            return tr("This has just been changed by somebody else. Please try again.")


def refused(tr: Translator, fault: errors.Refusal) -> Screen:
    """A refusal as a screen of its own."""
    rows = [[buttons.my_inquiries(tr)], *buttons.fixed_rows(tr)]
    return finished(tr, refusal(tr, fault), rows)
