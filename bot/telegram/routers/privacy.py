"""One's own data: what is kept, taking it away, having it erased. Open to everybody, the banned included."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.clock import Clock
from bot.domain.courier import Courier
from bot.domain.people import Person
from bot.domain.personal_data import FILE_NAME, personal_data
from bot.domain.privacy import Privacy
from bot.i18n.catalogues import Translator
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Own
from bot.telegram.dialogue import Dialogue
from bot.telegram.menus import CommandMenus
from bot.telegram.stage import Stage
from bot.telegram.views import privacy as views

router = Router(name="privacy")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


@router.message(Command("privacy"))
async def privacy_command(_: Message, privacy: Privacy, tr: Translator, stage: Stage) -> None:
    """How personal data is handled."""
    await stage.say(views.notice(tr, privacy.handling))


@router.callback_query(Own.filter(F.act == "privacy"))
async def privacy_button(_: CallbackQuery, privacy: Privacy, tr: Translator, stage: Stage) -> None:
    """The same in place."""
    await stage.show(views.notice(tr, privacy.handling))


@router.message(Command("mydata"))
@router.callback_query(Own.filter(F.act == "data"))
async def my_data(
    _: Message | CallbackQuery, person: Person, privacy: Privacy, clock: Clock, tr: Translator, stage: Stage
) -> None:
    """Send everything that is kept as a file, made in memory."""
    await stage.toast()
    belongings = await privacy.collect(person.id)
    content = personal_data(belongings, clock.now())
    await stage.file(content, FILE_NAME, views.data_caption(tr, belongings))


@router.message(Command("forget"))
async def forget_command(_: Message, person: Person, privacy: Privacy, tr: Translator, stage: Stage) -> None:
    """Ask before anything is erased."""
    await stage.say(views.confirm(tr, await privacy.collect(person.id)))


@router.callback_query(Own.filter(F.act == "ask"))
async def forget_button(
    _: CallbackQuery, person: Person, privacy: Privacy, tr: Translator, stage: Stage
) -> None:
    """The same in place."""
    await stage.show(views.confirm(tr, await privacy.collect(person.id)))


@router.callback_query(Own.filter(F.act == "keep"))
async def keep(_: CallbackQuery, tr: Translator, stage: Stage) -> None:
    """Erase nothing."""
    await stage.show(views.kept(tr))


@router.callback_query(Own.filter(F.act == "erase"))
async def erase(
    _: CallbackQuery,
    person: Person,
    privacy: Privacy,
    courier: Courier,
    command_menus: CommandMenus,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    dialogue: Dialogue,
) -> None:
    """Erase everything and give the receipt."""
    erasure = await privacy.forget(person.id, cause=dialogue.cause("forget"))
    courier.wake()
    await command_menus.forget(person.id)
    await stage.show(views.erased(tr, erasure, zone=browser.moment.zone))
