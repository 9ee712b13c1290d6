"""The "/" menu, the bot's name and descriptions, per language and role; sent only when they changed."""

import hashlib
from collections.abc import Sequence

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)

from bot.domain.marks import Marks
from bot.domain.people import Person
from bot.domain.rights import Role
from bot.i18n.catalogues import Catalogues, Translator, mark
from bot.i18n.languages import Language
from bot.telegram.commands import VISITOR, commands_of
from bot.telegram.faults import diagnose

_LOG = structlog.get_logger("commands")

NAME = mark("Kazakhstan House, Lahore")
SHORT = mark("Kazakh visas, travel, study, trade and flights: advice for citizens of Pakistan.")
ABOUT = mark(
    "Kazakhstan House in Lahore advises citizens of Pakistan on visas, tourism, culture, education, trade, "
    "investment and flights. Choose a topic or write your question in Kazakh, English, Urdu or Roman Urdu."
)


class CommandMenus:
    """Keeps Telegram's own menus in step with the catalogues and roles."""

    def __init__(self, *, bot: Bot, marks: Marks, catalogues: Catalogues, staff_chat_id: int | None) -> None:
        self._bot = bot
        self._marks = marks
        self._catalogues = catalogues
        self._staff_chat_id = staff_chat_id

    async def publish(self, staff_language: Language) -> None:
        """Set what every new person sees, in each language; English for all others."""
        for language in Language:
            await self._once(f"profile:{language}", self._profile_shape(language), language)
        if self._staff_chat_id:
            commands = self._commands(self._catalogues[staff_language], Role.STAFF, visitor=False)
            scope = BotCommandScopeChat(chat_id=self._staff_chat_id)
            await self._set_commands(f"staff:{self._staff_chat_id}", commands, scope)

    async def for_person(self, person: Person, language: Language, role: Role | None = None) -> None:
        """Set one person's menu: in the language they chose, with the commands of their role."""
        commands = self._commands(self._catalogues[language], role or person.role)
        await self._set_commands(f"person:{person.id}", commands, BotCommandScopeChat(chat_id=person.id))

    async def keep_up(self, person: Person, role: Role) -> None:
        """Set the menu of somebody who has or had a role, when it is not right any more."""
        if role is not Role.VISITOR or await self._marks.get(f"person:{person.id}"):
            await self.for_person(person, person.speaks, role)

    async def forget(self, person_id: int) -> None:
        """Take one person's own menu away: they see what everybody sees."""
        try:
            await self._bot.delete_my_commands(BotCommandScopeChat(chat_id=person_id))
        except AiogramError as error:
            _LOG.warning("commands not taken away", reason=diagnose(error).reason)

    async def _once(self, name: str, shape: str, language: Language) -> None:
        known = await self._marks.get(name)
        if known == shape:
            return
        tr = self._catalogues[language]
        # The server takes two-letter codes; English is what everybody without another language sees.
        code = None if language is Language.EN else language.value
        try:
            await self._bot.set_my_commands(
                self._commands(tr, Role.VISITOR), BotCommandScopeAllPrivateChats(), language_code=code
            )
            await self._bot.set_my_name(tr.plain(NAME), language_code=code)
            await self._bot.set_my_short_description(tr.plain(SHORT), language_code=code)
            await self._bot.set_my_description(tr.plain(ABOUT), language_code=code)
        except AiogramError as error:
            _LOG.warning("bot profile not set", language=language.value, reason=diagnose(error).reason)
            return
        await self._marks.set(name, shape)

    async def _set_commands(
        self, name: str, commands: Sequence[BotCommand], scope: BotCommandScopeUnion
    ) -> None:
        shape = _digest("|".join(f"{one.command}={one.description}" for one in commands))
        if await self._marks.get(name) == shape:
            return
        try:
            await self._bot.set_my_commands(list(commands), scope)
        except AiogramError as error:
            _LOG.warning("commands not set", scope=name.partition(":")[0], reason=diagnose(error).reason)
            return
        await self._marks.set(name, shape)

    def _profile_shape(self, language: Language) -> str:
        tr = self._catalogues[language]
        texts = [tr.plain(text) for text in (NAME, SHORT, ABOUT, *VISITOR.values())]
        return _digest("|".join([*texts, *VISITOR]))

    @staticmethod
    def _commands(tr: Translator, role: Role, *, visitor: bool = True) -> list[BotCommand]:
        shown = commands_of(role, visitor=visitor)
        return [BotCommand(command=name, description=tr.plain(text)) for name, text in shown.items()]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
