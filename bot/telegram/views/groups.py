"""What is said in a group that the bot was added to."""

from bot.i18n.catalogues import Markup, Translator
from bot.telegram.screens import Screen, finished


def welcome(
    tr: Translator, *, chat_id: int, is_staff_chat: bool, reads: bool, topics: bool, makes_topics: bool
) -> Screen:
    """The group's id and what the bot still lacks there."""
    number = Markup(f"<code>{chat_id}</code>")
    lines: list[str] = [tr("The id of this group is {id}.", id=number)]
    if is_staff_chat:
        lines.append(tr("It is the staff chat: new inquiries arrive here."))
    else:
        lines.append(
            tr(
                "To make it the staff chat, set {setting} and start again.",
                setting=Markup(f"<code>BOT_STAFF_CHAT={chat_id}</code>"),
            )
        )
    if not reads:
        lines.append(tr("I cannot read replies here: make me an administrator, or switch privacy mode off."))
    if not topics:
        lines.append(tr("This group has no topics: each inquiry will be one message with replies under it."))
    elif not makes_topics:
        lines.append(tr("This group has topics, but I may not make any: give me the right to manage topics."))
    return finished(tr, "\n\n".join(lines))
