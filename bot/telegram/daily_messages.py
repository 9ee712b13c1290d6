"""Daily messages: the reminder of what was forgotten, and the day in numbers."""

from collections.abc import Sequence
from datetime import date, timedelta

from aiogram.types import BufferedInputFile

from bot.domain.daily import day_numbers
from bot.domain.delivery import Delivery, Outcome, Owed
from bot.domain.inquiries import InquiryFilter, Order
from bot.domain.messages import Copy, MessageRef, NoticeKind
from bot.domain.reports import NotDrawn
from bot.telegram.parcels import Parcel
from bot.telegram.views import queues
from bot.telegram.writing import MessengerParts

_NAMED = 10
"""Forgotten inquiries that the reminder names; the list shows all."""


class DailyMessages:
    """Writes what staff get once a day."""

    def __init__(self, parts: MessengerParts) -> None:
        self._parts = parts

    async def reminder(self, owed: Sequence[Owed]) -> Delivery:
        """Name the inquiries that wait too long; say nothing when there is none."""
        parts = self._parts
        forgotten = InquiryFilter(waiting_before=parts.clock.now() - self._late_after)
        many = await parts.inquiries.count(forgotten)
        if not many:
            return Delivery(outcome=Outcome.POINTLESS)
        oldest = await parts.inquiries.list(forgotten, order=Order.WAITING, limit=_NAMED)
        screen = queues.reminder(parts.staff_translator(), oldest, many=many, frame=parts.frame())
        parcel = Parcel(parts.bot, chat_id=owed[0].notice.chat_id)
        await parcel.text(screen.text, keyboard=screen.keyboard())
        # It names people: an erasure has to find it.
        refs = [MessageRef(chat_id=owed[0].notice.chat_id, message_id=number) for number in parcel.sent]
        kind = NoticeKind.REMINDER
        return Delivery(
            outcome=Outcome.SENT,
            sent=[Copy(ref=ref, code=one.code, kind=kind) for ref in refs for one in oldest],
        )

    async def day(self, owed: Sequence[Owed]) -> Delivery:
        """The day in numbers, with a picture where somebody draws one."""
        parts, notice = self._parts, owed[0].notice
        day = date.fromisoformat(str(notice.args["day"]))
        numbers = await day_numbers(
            parts.inquiries, day, zone=parts.zone, now=parts.clock.now(), late_after=self._late_after
        )
        screen = queues.day(parts.staff_translator(), numbers, parts.frame())
        picture = await self._picture(day)
        if picture is None:
            await Parcel(parts.bot, chat_id=notice.chat_id).text(screen.text, keyboard=screen.keyboard())
        else:
            photo = BufferedInputFile(picture, f"{day.isoformat()}.png")
            await parts.bot.send_photo(
                notice.chat_id, photo, caption=screen.text, reply_markup=screen.keyboard()
            )
        return Delivery(outcome=Outcome.SENT)

    async def _picture(self, day: date) -> bytes | None:
        """The day as a PNG; None where nobody draws it."""
        if self._parts.pictures is None:
            return None
        try:
            return (await self._parts.pictures.day(self._parts.staff_language, day)).png
        except NotDrawn:
            return None

    @property
    def _late_after(self) -> timedelta:
        return timedelta(hours=self._parts.waiting_hours)
