"""Queues: /find, and the lists of inquiries, for staff in their group and in private chats."""

from collections.abc import Mapping
from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.domain.clock import Clock
from bot.domain.codes import find_code
from bot.domain.courier import Courier
from bot.domain.desk import Actor, Desk
from bot.domain.errors import InquiryNotFound
from bot.domain.inquiries import OPEN, InquiryFilter, InquiryStore, Order, Status
from bot.domain.rights import Right
from bot.i18n.catalogues import Translator
from bot.telegram.callbacks import Queue
from bot.telegram.dialogue import Dialogue
from bot.telegram.filters import AtDesk, May
from bot.telegram.reader import Reader
from bot.telegram.stage import Stage
from bot.telegram.states import ANSWER, NOTE
from bot.telegram.views import queues

router = Router(name="queues")
router.message.filter(AtDesk(), May(Right.SEE))
router.callback_query.filter(AtDesk(), May(Right.SEE))

_LAST_PAGE = 10_000


class Lists:
    """The lists of inquiries as one staff member sees them now."""

    def __init__(self, inquiries: InquiryStore, actor: Actor, clock: Clock, waiting_hours: float) -> None:
        now = clock.now()
        self._inquiries = inquiries
        self._filters: Mapping[str, InquiryFilter] = {
            queues.NEW: InquiryFilter(statuses=frozenset({Status.RECEIVED}), unclaimed=True),
            queues.MINE: InquiryFilter(statuses=OPEN, claimed_by=actor.person_id),
            queues.WAITING: InquiryFilter(waiting_before=now),
            queues.LATE: InquiryFilter(waiting_before=now - timedelta(hours=waiting_hours)),
        }

    async def counts(self) -> dict[str, int]:
        """How many inquiries each list holds."""
        return {which: await self._inquiries.count(wanted) for which, wanted in self._filters.items()}

    async def page(self, which: str, page: int, words: str, *, in_group: bool) -> queues.Listed:
        """One page; an unknown list is that of what was found."""
        wanted = self._filters.get(which) or InquiryFilter(words=words)
        order = Order.NEWEST if which in (queues.NEW, queues.FOUND) else Order.WAITING
        page = max(0, min(page, _LAST_PAGE))
        found = await self._inquiries.list(
            wanted, order=order, limit=queues.PAGE + 1, offset=page * queues.PAGE
        )
        return queues.Listed(
            which=which,
            words=words,
            page=page,
            inquiries=found[: queues.PAGE],
            is_more=len(found) > queues.PAGE,
            in_group=in_group,
        )


@router.message(Command("find"))
async def find(
    _: Message,
    command: CommandObject,
    actor: Actor,
    in_staff_chat: bool,
    inquiries: InquiryStore,
    desk: Desk,
    courier: Courier,
    clock: Clock,
    waiting_hours: float,
    tr: Translator,
    stage: Stage,
    reader: Reader,
    dialogue: Dialogue,
) -> None:
    """``/find`` alone shows the lists; with a code, words, a name or @username what fits."""
    lists = Lists(inquiries, actor, clock, waiting_hours)
    words = " ".join((command.args or "").split())
    if not words:
        await stage.say(queues.menu(tr, await lists.counts(), hours=waiting_hours, in_group=in_staff_chat))
        return
    code = find_code(words)
    if code and await _opened(code, actor, desk, dialogue, in_group=in_staff_chat):
        if in_staff_chat:
            courier.wake()
        else:
            await reader.show(code)
        return
    listed = await lists.page(queues.FOUND, 0, words, in_group=in_staff_chat)
    await stage.say(queues.listing(tr, listed, reader.frame))


async def _opened(code: str, actor: Actor, desk: Desk, dialogue: Dialogue, *, in_group: bool) -> bool:
    """Open one inquiry: its card in the staff chat, or to be read; False when there is none."""
    look = desk.open_card if in_group else desk.look
    try:
        await look(actor, code, cause=dialogue.cause("look"))
    except InquiryNotFound:
        return False
    return True


@router.callback_query(Queue.filter())
async def turn(
    _: CallbackQuery,
    callback_data: Queue,
    actor: Actor,
    in_staff_chat: bool,
    inquiries: InquiryStore,
    clock: Clock,
    waiting_hours: float,
    tr: Translator,
    stage: Stage,
    reader: Reader,
    dialogue: Dialogue,
) -> None:
    """A list, another page of it, or the lists."""
    await dialogue.leave(NOTE, ANSWER)
    lists = Lists(inquiries, actor, clock, waiting_hours)
    if callback_data.which not in (*queues.TITLES, queues.FOUND):
        await stage.show(queues.menu(tr, await lists.counts(), hours=waiting_hours, in_group=in_staff_chat))
        return
    listed = await lists.page(
        callback_data.which, callback_data.page, callback_data.words, in_group=in_staff_chat
    )
    await stage.show(queues.listing(tr, listed, reader.frame))
