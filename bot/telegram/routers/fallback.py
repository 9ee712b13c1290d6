"""The last router: no message stays without a reply, no tap without an answer."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.content.schema import HOME
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.reading import is_service
from bot.telegram.stage import Stage
from bot.telegram.views import messages

router = Router(name="fallback")


@router.message(F.chat.type == "private", F.text.startswith("/"))
async def unknown_command(message: Message, tr: Translator, stage: Stage) -> None:
    """A command that does not exist, or not for this person."""
    command = (message.text or "").split()[0][:64]
    await stage.say(messages.unknown_command(tr, command))


@router.message(F.chat.type == "private", ~F.func(is_service))
async def not_understood(_: Message, tr: Translator, stage: Stage) -> None:
    """A kind of message without any use here."""
    await stage.say(messages.not_understood(tr))


@router.callback_query(F.message.chat.type == "private")
async def old_button(_: CallbackQuery, tr: Translator, browser: Browser) -> None:
    """A button that nobody knows any more leads to the first menu."""
    await browser.open(HOME, note=tr.finish(tr("This button is no longer in use.")))


@router.callback_query()
async def old_group_button(_: CallbackQuery, tr: Translator, stage: Stage) -> None:
    """The same in a group."""
    await stage.toast(tr.plain("This button is no longer in use."))
