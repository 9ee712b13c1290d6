"""Start, language, help, cancel: the ways in and out."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.content.schema import HOME
from bot.domain.people import Person
from bot.domain.remembering import RememberedPeople
from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.telegram.browsing import Browser
from bot.telegram.callbacks import Open, PickLanguage
from bot.telegram.dialogue import Dialogue
from bot.telegram.menus import CommandMenus
from bot.telegram.stage import Stage
from bot.telegram.views import messages

router = Router(name="start")
router.message.filter(F.chat.type == "private")
router.callback_query.filter(F.message.chat.type == "private")


@router.message(CommandStart())
async def start(
    _: Message,
    command: CommandObject,
    person: Person,
    role: Role,
    tr: Translator,
    stage: Stage,
    browser: Browser,
    command_menus: CommandMenus,
) -> None:
    """Show the picker to who never chose a language; a deep link opens its screen at once."""
    if command.args:
        await browser.open(command.args.strip().lower())
    elif person.language is None:
        await stage.say(messages.picker(tr, person.speaks))
    else:
        await browser.open(HOME)
    await command_menus.keep_up(person, role)


@router.message(Command("menu"))
async def menu(_: Message, browser: Browser) -> None:
    """The first menu."""
    await browser.open(HOME)


@router.message(Command("language"))
async def choose_language(_: Message, person: Person, tr: Translator, stage: Stage) -> None:
    """The language picker."""
    await stage.say(messages.picker(tr, person.speaks, chosen=True))


@router.callback_query(Open.filter(F.what == "language"))
async def open_picker(_: CallbackQuery, person: Person, tr: Translator, stage: Stage) -> None:
    """The language picker in place."""
    await stage.show(messages.picker(tr, person.speaks, chosen=True))


@router.callback_query(PickLanguage.filter())
async def language_chosen(
    _: CallbackQuery,
    callback_data: PickLanguage,
    person: Person,
    role: Role,
    people: RememberedPeople,
    catalogues: Catalogues,
    browser: Browser,
    command_menus: CommandMenus,
) -> None:
    """Remember the language and go to the first menu in it."""
    if callback_data.code in set(Language):
        language = Language(callback_data.code)
        await people.choose_language(person.id, language)
        browser.tr = catalogues[language]
        await browser.open(HOME)
        await command_menus.for_person(person, language, role)
    else:
        await browser.open(HOME)


@router.message(Command("help"))
async def help_command(_: Message, role: Role, tr: Translator, stage: Stage) -> None:
    """What the bot can do."""
    await stage.say(messages.help_screen(tr, role))


@router.message(Command("cancel"))
async def cancel(_: Message, tr: Translator, stage: Stage, dialogue: Dialogue) -> None:
    """End whatever was begun."""
    await stage.say(messages.cancelled(tr, something=await dialogue.clear()))
