"""Writing: what the messenger needs to turn notices into messages, for visitors and for staff."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram import Bot

from bot.domain.clock import Clock
from bot.domain.delivery import Delivery, Notice, Outbox, Outcome, Owed
from bot.domain.inquiries import InquiryStore, Post, Thread
from bot.domain.library import Library
from bot.domain.messages import Attachment, Copy, MessageRef
from bot.domain.people import PeopleStore
from bot.domain.reports import Pictures
from bot.domain.sessions import SessionStore
from bot.domain.staff_chat import StaffChat
from bot.i18n.catalogues import Catalogues, Translator, UserText
from bot.i18n.languages import Language
from bot.telegram.parcels import Parcel
from bot.telegram.screens import Screen
from bot.telegram.views.cards import CardFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerParts:
    """What the messenger needs."""

    bot: Bot
    inquiries: InquiryStore
    people: PeopleStore
    sessions: SessionStore
    outbox: Outbox
    library: Library
    catalogues: Catalogues
    clock: Clock
    staff_chat: StaffChat
    staff_language: Language
    zone: ZoneInfo
    expected_reply: Callable[[datetime], Awaitable[datetime | None]]
    """By when a question asked at that moment is likely answered."""
    waiting_hours: float = 24.0
    """Hours after which an unanswered inquiry counts as forgotten."""
    pictures: Pictures | None = None
    """None: the daily digest is words only."""

    def staff_translator(self) -> Translator:
        """The staff chat's language."""
        return self.catalogues[self.staff_language]

    def frame(self, *, in_topic: bool = False) -> CardFrame:
        """What cards need beside an inquiry."""
        return CardFrame(
            content=self.library.content, zone=self.zone, now=self.clock.now(), in_topic=in_topic
        )


def shown(notice: Notice, sent: Mapping[int, Sequence[int]]) -> Delivery:
    """It was sent: the messages that show it now, by the post they show (0: the inquiry itself)."""
    copies = [
        Copy(
            ref=MessageRef(chat_id=notice.chat_id, message_id=message_id),
            code=notice.code,
            post_id=post_id,
            kind=notice.kind,
        )
        for post_id, ids in sent.items()
        for message_id in ids
    ]
    return Delivery(outcome=Outcome.SENT, sent=copies)


def by_post(posts: Sequence[Post], ids: Sequence[int]) -> dict[int, Sequence[int]]:
    """Which messages show which post: one each for the parts of an album, all of them for a single post."""
    if len(posts) == len(ids):
        return {post.id: [message_id] for post, message_id in zip(posts, ids, strict=True)}
    return {post.id: ids if number == 0 else ids[-1:] for number, post in enumerate(posts)}


def posts_of(thread: Thread, owed: Sequence[Owed]) -> list[Post]:
    """The posts that notices are about, in order."""
    wanted = {one.notice.post_id for one in owed}
    return [post for post in thread.posts if post.id in wanted]


def things_of(posts: Sequence[Post]) -> list[Attachment]:
    """Everything that hangs on the posts."""
    return [thing for post in posts for thing in post.attachments]


async def send_posts(
    parcel: Parcel, tr: Translator, head: str, posts: Sequence[Post], under: Screen | None = None
) -> None:
    """Words and attachments of a post, or of the parts of an album, as one letter."""
    words = next((one for one in posts if one.text), posts[0])
    body = words.html or tr.value(UserText(words.text))
    things = things_of(posts)
    keyboard = under.keyboard() if under else None
    if not things:
        await parcel.text(tr.finish(body), head=tr.finish(head), keyboard=keyboard)
        return
    caption = tr.finish(f"{head}\n{body}" if words.text else head)
    alone = len(things) == 1
    await parcel.attachments(things, caption=caption, keyboard=keyboard if alone else None)
    if keyboard and not alone:
        # An album carries no buttons.
        await parcel.text(tr.finish(tr("You can answer here.")), keyboard=keyboard)
