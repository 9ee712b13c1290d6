"""Stage: where an update is answered. A tap edits its message in place; a message gets a new one."""

import asyncio
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message, ReplyParameters

from bot.telegram.faults import Fault, diagnose
from bot.telegram.screens import Screen

_SOON = 3.0
"""Seconds within which the answer to a tap that was lost is given again: later nobody waits for it."""


class Stage:
    """Answers one update of one person in one chat."""

    def __init__(
        self,
        bot: Bot,
        *,
        chat_id: int,
        thread_id: int | None = None,
        tap: CallbackQuery | None = None,
        stays: bool = False,
    ) -> None:
        """``stays``: the tapped message is a letter, which is left as it is."""
        self._bot = bot
        self._stays = stays
        self._tap = tap
        self._answered = tap is None
        self.chat_id = chat_id
        self._thread_id = thread_id

    async def show(self, screen: Screen) -> int:
        """Edit the tapped message in place, else send the screen; gives the message's id."""
        message = self._tap.message if self._tap else None
        if self._stays or not isinstance(message, Message) or message.text is None:
            # A letter, or too old to be known any more, or a contact, a pin, a picture: no text to edit.
            await self.toast()
            return await self.say(screen)
        edited, _ = await asyncio.gather(self._edit(message.message_id, screen), self.toast())
        return message.message_id if edited else await self.say(screen)

    async def redraw(self, message_id: int, screen: Screen) -> int:
        """Edit a message of ours, or send the screen anew when it is gone; gives the message's id."""
        return message_id if await self._edit(message_id, screen) else await self.say(screen)

    async def retire(self, message_id: int) -> None:
        """Delete an older message of ours that a newer one replaces."""
        try:
            await self._bot.delete_message(self.chat_id, message_id)
        except AiogramError as error:
            if diagnose(error).fault is not Fault.GONE:
                raise

    async def say(self, screen: Screen, *, reply_to: int | None = None) -> int:
        """Send the screen as a new message; gives its id."""
        sent = await self._bot.send_message(
            self.chat_id,
            screen.text,
            message_thread_id=self._thread_id,
            reply_parameters=_answering(reply_to),
            reply_markup=screen.keyboard(),
        )
        return sent.message_id

    async def hint(self, screen: Screen, *, reply_to: int | None = None) -> None:
        """Say something that is not worth waiting for when Telegram is busy."""
        try:
            await self.say(screen, reply_to=reply_to)
        except AiogramError as error:
            if diagnose(error).fault is not Fault.BUSY:
                raise

    async def picture(self, png: bytes, screen: Screen) -> None:
        """Send a picture with the screen's text as caption; a tap below a picture replaces it in place."""
        file = BufferedInputFile(png, "picture.png")
        message = self._tap.message if self._tap else None
        await self.toast()
        if isinstance(message, Message) and message.photo and await self._repaint(message, file, screen):
            return
        await self._bot.send_photo(
            self.chat_id,
            file,
            caption=screen.text,
            message_thread_id=self._thread_id,
            reply_markup=screen.keyboard(),
        )

    async def _repaint(self, message: Message, file: BufferedInputFile, screen: Screen) -> bool:
        try:
            await self._bot.edit_message_media(
                InputMediaPhoto(media=file, caption=screen.text, parse_mode="HTML"),
                chat_id=self.chat_id,
                message_id=message.message_id,
                reply_markup=screen.keyboard(),
            )
        except AiogramError as error:
            fault = diagnose(error).fault
            if fault not in (Fault.UNCHANGED, Fault.GONE):
                raise
            return fault is Fault.UNCHANGED
        return True

    async def file(self, content: bytes, name: str, under: Screen) -> None:
        """Send a file that was made in memory."""
        await self._bot.send_document(
            self.chat_id,
            BufferedInputFile(content, name),
            caption=under.text,
            message_thread_id=self._thread_id,
            reply_markup=under.keyboard(),
        )

    async def venue(self, point: tuple[float, float], *, title: str, address: str, under: Screen) -> None:
        """Send a map pin."""
        await self._bot.send_venue(
            self.chat_id,
            latitude=point[0],
            longitude=point[1],
            title=title,
            address=address or title,
            reply_markup=under.keyboard(),
        )

    async def contact(self, phone: str, *, name: str, under: Screen) -> None:
        """Send a contact that can be saved."""
        await self._bot.send_contact(
            self.chat_id, phone_number=phone, first_name=name, reply_markup=under.keyboard()
        )

    async def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the tap, once; a tap that is too old is let go, a lost answer is given again."""
        if self._answered or self._tap is None:
            return
        self._answered = True
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await self._answer(self._tap.id, text, alert=alert)
        except AiogramError as error:
            fault = diagnose(error).fault
            if fault not in (Fault.TOO_LATE, Fault.UNKNOWN, Fault.NOT_SENT):
                raise
            if fault is not Fault.TOO_LATE and loop.time() - begun < _SOON:
                with suppress(AiogramError):
                    await self._answer(self._tap.id, text, alert=alert)

    async def _answer(self, query_id: str, text: str, *, alert: bool) -> None:
        await self._bot.answer_callback_query(query_id, text=text or None, show_alert=alert or None)

    async def _edit(self, message_id: int, screen: Screen) -> bool:
        try:
            await self._bot.edit_message_text(
                screen.text, chat_id=self.chat_id, message_id=message_id, reply_markup=screen.keyboard()
            )
        except AiogramError as error:
            fault = diagnose(error).fault
            if fault is Fault.UNCHANGED:
                return True
            if fault is Fault.GONE or "there is no text in the message" in str(error):
                return False
            raise
        return True


def _answering(message_id: int | None) -> ReplyParameters | None:
    """A reply to a message, or a plain message when that one is gone."""
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True) if message_id else None
