"""Messages of visitors that go on with an inquiry: replies, additions, late parts, comments, edits."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.types import Message

from bot.content.pack import Content
from bot.domain.codes import find_code, is_nothing_but_code
from bot.domain.counter import Counter
from bot.domain.courier import Courier
from bot.domain.errors import InquiryNotFound, NotYours
from bot.domain.inquiries import InquiryStore
from bot.domain.messages import Words
from bot.domain.people import Person
from bot.domain.rights import Role
from bot.domain.threads import Threads
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.dialogue import Dialogue
from bot.telegram.drafts import LATE_ALBUM
from bot.telegram.filters import Done, InState, InThread, MovedWithin, Readable
from bot.telegram.reading import read_words, ref_of, reworded
from bot.telegram.stage import Stage
from bot.telegram.states import ADD, RATE
from bot.telegram.views import mine

router = Router(name="threads")
router.message.filter(F.chat.type == "private")

COMMENT_LASTS = timedelta(minutes=30)
"""How long after a rating the next message is its comment."""


@router.message(Readable(), F.reply_to_message)
async def replied(
    message: Message,
    inquiries: InquiryStore,
    person: Person,
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """A reply to any message of a thread goes on with it."""
    assert message.reply_to_message is not None  # noqa: S101 - the filter's promise
    code = await inquiries.of_message(ref_of(message.reply_to_message))
    if code is None:
        raise SkipHandler
    words = read_words(message)
    try:
        inquiry = await counter.add(person, code, words, cause=dialogue.cause("add"))
    except NotYours:
        raise SkipHandler from None
    courier.wake()
    if inquiry.waiting_since is None:
        await stage.say(mine.thanked(tr, code), reply_to=message.message_id)
    elif not await _is_known_album(dialogue, words):
        post_id = (await counter.own(person, code)).posts[-1].id
        await stage.say(mine.added(tr, code, post_id=post_id), reply_to=message.message_id)


async def _is_known_album(dialogue: Dialogue, words: Words) -> bool:
    """Whether a part of this album was confirmed already; notes the album.

    The part that noted it may come again after a crash, before it was confirmed: it is confirmed once more.
    """
    if not words.album:
        return False
    if dialogue.data.get("album") == words.album:
        return not dialogue.replayed
    await dialogue.update(album=words.album)
    return False


@router.message(Readable(), F.media_group_id)
async def late_part(
    message: Message, person: Person, counter: Counter, courier: Courier, dialogue: Dialogue
) -> None:
    """A part of an album that arrives after its question was sent."""
    late = dialogue.data.get(LATE_ALBUM)
    if not late or late["album"] != message.media_group_id:
        raise SkipHandler
    await counter.add(person, late["code"], read_words(message), cause=dialogue.cause("add"))
    courier.wake()


@router.message(Readable(), ~InState(RATE), Done("comment"))
async def commented_before(_: Message, code: str, courier: Courier, tr: Translator, stage: Stage) -> None:
    """It was a comment the first time, and is no question now."""
    courier.wake()
    await stage.say(mine.commented(tr, code))


@router.message(Readable(), InState(RATE), MovedWithin(COMMENT_LASTS), F.text)
async def commented(
    message: Message,
    person: Person,
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """The comment to a rating."""
    code, stars = str(dialogue.data["code"]), int(dialogue.data["stars"])
    await counter.rate(person, code, stars, read_words(message).text, cause=dialogue.cause("comment"))
    courier.wake()
    await dialogue.move()
    await stage.say(mine.commented(tr, code))


@router.message(F.text, F.text.func(is_nothing_but_code))
async def code_written(
    message: Message,
    content: Content,
    person: Person,
    counter: Counter,
    tr: Translator,
    stage: Stage,
    browser: Browser,
) -> None:
    """A reference code shows its inquiry: alone always, among words where nothing else waits for them."""
    try:
        thread = await counter.own(person, find_code(message.text or "") or "")
    except (InquiryNotFound, NotYours):
        await stage.say(mine.unknown_code(tr))
        return
    await stage.say(mine.detail(tr, content, thread, zone=browser.moment.zone))


@router.message(Readable(), InState(ADD))
@router.message(Readable(), InThread())
async def added(
    message: Message,
    person: Person,
    counter: Counter,
    courier: Courier,
    tr: Translator,
    stage: Stage,
    dialogue: Dialogue,
) -> None:
    """Add to the inquiry that was opened, or that staff have just answered."""
    code = str(dialogue.data.get("code") or dialogue.session.thread)
    words = read_words(message)
    try:
        inquiry = await counter.add(person, code, words, cause=dialogue.cause("add"))
    except (NotYours, InquiryNotFound):
        # Erased meanwhile: what is written is a new question.
        await dialogue.move()
        raise SkipHandler from None
    courier.wake()
    if inquiry.waiting_since is None:
        await stage.say(mine.thanked(tr, code))
        return
    if await _is_known_album(dialogue, words):
        return
    post_id = (await counter.own(person, code)).posts[-1].id
    guessed = 0 if dialogue.state == ADD else post_id
    await stage.say(mine.added(tr, code, post_id=post_id, guessed=guessed))


# Nothing else waits for these words: "any news about KH-7GQ4-XM?"
router.message.register(code_written, F.text, ~F.text.startswith("/"), F.text.func(find_code))


@router.edited_message(F.chat.type == "private")
async def edited(
    message: Message, role: Role, threads: Threads, courier: Courier, dialogue: Dialogue
) -> None:
    """An edited message of a thread is changed there too."""
    words = read_words(message)
    await threads.edit(ref_of(message), reworded(words, words), role=role, cause=dialogue.cause("edit"))
    courier.wake()
