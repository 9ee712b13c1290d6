"""The bot inside the test's process: real dispatcher, middlewares, use cases and database; no network.

Telegram is a session that says yes to everything and remembers what it was asked.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import AnswerCallbackQuery, GetChat, GetFile, GetMe, SendMediaGroup, TelegramMethod
from aiogram.types import Chat, ChatFullInfo, Message, TelegramObject, User
from pydantic import SecretStr

from bot.app.run import opened
from bot.app.settings import load_settings
from bot.app.wiring import App
from bot.domain.errors import NotAllowed, Refusal
from bot.domain.inbox import Item
from bot.domain.people import Profile
from bot.domain.rights import Role
from bot.domain.sessions import Session
from bot.telegram.unreadable import Unreadable
from bot.telegram.updates import handler_of
from tests.routers import untie_routers

GROUP, OTHER_GROUP = -100_500, -100_600
BOT_ID = 42
IDS: Mapping[str, int] = {**{role.value: 100 + number for number, role in enumerate(Role)}, "banned": 99}
"""Who calls, by role; ``banned``: a visitor who is banned."""
OWN_MESSAGE = 5
"""A message of the bot under which buttons are tapped."""


class Reached(Refusal):
    """A stub was called: the handler's rights were passed."""


class Stub:
    """Stands for a part whose work is not asked about here: every use says that it was reached."""

    def __getattr__(self, name: str) -> Any:
        async def use(*_: object, **__: object) -> None:
            raise Reached(name)

        return use


class YesSession(BaseSession):
    """A Telegram that agrees with everything."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[TelegramMethod[Any]] = []
        self.sent: list[Message] = []
        self._numbers = itertools.count(OWN_MESSAGE + 1)
        self.refuse = False
        """From now on: a Telegram that agrees with nothing."""
        self.cut: int | None = None
        """After so many calls the connection is lost, once."""

    async def close(self) -> None:
        """Nothing is open."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - its shape
        """Remember the call and give a plausible result."""
        if self.cut is not None and len(self.calls) == self.cut:
            self.cut = None
            raise TelegramNetworkError(method=method, message="ServerDisconnectedError")
        self.calls.append(method)
        if self.refuse:
            raise TelegramBadRequest(method, "Bad Request: no")
        if isinstance(method, GetMe):
            return User(id=BOT_ID, is_bot=True, first_name="House", username="HouseBot")
        if isinstance(method, GetFile):
            raise TelegramBadRequest(method, "Bad Request: invalid file_id")
        if isinstance(method, GetChat):
            known: dict[str, Any] = {"id": method.chat_id, "type": "supergroup", "is_forum": False}
            return ChatFullInfo.model_construct(**known)
        chat_id = getattr(method, "chat_id", None)
        name = type(method).__name__
        if name.startswith(("Send", "Edit")) and isinstance(chat_id, int):
            chat = Chat(id=chat_id, type="private" if chat_id > 0 else "supergroup")
            many = len(method.media) if isinstance(method, SendMediaGroup) else 1
            now = datetime.now(UTC)
            sent = [Message(message_id=next(self._numbers), date=now, chat=chat) for _ in range(many)]
            self.sent += sent
            return sent if isinstance(method, SendMediaGroup) else sent[0]
        return True

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - its shape
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """No file has any content."""
        yield b""

    def answers(self) -> list[AnswerCallbackQuery]:
        """Taps that were answered."""
        return [one for one in self.calls if isinstance(one, AnswerCallbackQuery)]


@dataclass
class Seen:
    """What became of one update."""

    handlers: list[str] = field(default_factory=list)
    """Handlers that ran, by ``room.name``; one that passed the update on is followed by others."""
    not_allowed: bool = False
    refusals: list[str] = field(default_factory=list)
    crash: BaseException | None = None


class Watch(BaseMiddleware):
    """Notes which handler runs and how it ends."""

    def __init__(self) -> None:
        self.seen = Seen()

    async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Run the handler and look."""
        callback = data["handler"].callback
        self.seen.handlers.append(name_of(callback))
        try:
            return await handler(event, data)
        except NotAllowed:
            self.seen.not_allowed = True
            raise
        except Refusal as refusal:
            self.seen.refusals.append(type(refusal).__name__)
            raise


def name_of(callback: Any) -> str:
    """A handler's name with its room."""
    return f"{callback.__module__.rpartition('.')[2]}.{callback.__name__}"


class Inside:
    """A bot to which updates are fed one by one."""

    def __init__(self, app: App, session: YesSession) -> None:
        self.app = app
        self.session = session
        self._watch = Watch()
        self._numbers = itertools.count(1)
        for observer in app.dispatcher.observers.values():
            if observer.event_name not in ("update", "error"):
                observer.middleware(self._watch)
        for name in ("pictures", "exports", "sheets"):
            app.dispatcher.workflow_data[name] = Stub()
        self.unreadable = Unreadable(
            app.bot, people=app.stores.people, catalogues=app.catalogues, now=time.monotonic
        )
        self._handle = handler_of(app.dispatcher, app.bot, self.unreadable.answer)

    async def meet_all(self) -> None:
        """Everybody has met the bot and has the role their name says; the owner's is in the settings."""
        people, now = self.app.stores.people, self.app.clock.now()
        for name, person_id in IDS.items():
            await people.meet(Profile(id=person_id, first_name=name.title()), now)
            if name == "banned":
                await people.ban(person_id, "spam")
            elif name != Role.OWNER:
                await people.give_role(person_id, Role(name), protected=frozenset({IDS[Role.OWNER]}))

    async def in_state(self, person_id: int, chat_id: int, state: str, data: Mapping[str, Any]) -> None:
        """The person is in the middle of this."""
        session = Session(
            chat_id=chat_id,
            person_id=person_id,
            state=state,
            data=data,
            thread=str(data.get("thread", "")),
            changed_at=self.app.clock.now(),
        )
        await self.app.stores.sessions.put(session)

    async def taps(self, person_id: int, data: str, *, chat_id: int = 0, has_message: bool = True) -> Seen:
        """Somebody taps a button with this data."""
        query: dict[str, Any] = {"id": str(next(self._numbers)), "from": _user(person_id)}
        query |= {"chat_instance": "1", "data": data}
        if has_message:
            chat = _chat(chat_id or person_id)
            own = {"id": BOT_ID, "is_bot": True, "first_name": "House"}
            query["message"] = {"message_id": OWN_MESSAGE, "date": 1, "chat": chat, "from": own, "text": "x"}
        return await self.gets({"callback_query": query})

    async def writes(self, person_id: int, *, chat_id: int = 0, edited: bool = False, **content: Any) -> Seen:
        """Somebody sends a message, or changes one."""
        number = next(self._numbers) + 1000
        message = {"message_id": number, "date": 1, "chat": _chat(chat_id or person_id)}
        message |= {"from": _user(person_id), **content}
        text = str(content.get("text", ""))
        if text.startswith("/"):
            length = len(text.partition(" ")[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if edited:
            message["edit_date"] = 2
        return await self.gets({"edited_message" if edited else "message": message})

    async def gets(self, body: Mapping[str, Any]) -> Seen:
        """The bot gets an update."""
        number = next(self._numbers)
        payload = json.dumps({"update_id": number, **body}).encode()
        now = self.app.clock.now()
        self._item = Item(id=number, update_id=number, chat=0, payload=payload, attempts=1, received_at=now)
        return await self.again()

    async def again(self) -> Seen:
        """The bot handles the newest update (once more), as after a crash before its done-mark."""
        self._watch.seen = Seen()
        try:
            async with asyncio.timeout(30):
                await self._handle(self._item)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test tells
            self._watch.seen.crash = fault
        return self._watch.seen


def _user(person_id: int) -> dict[str, Any]:
    return {"id": person_id, "is_bot": False, "first_name": f"P{person_id}", "language_code": "en"}


def _chat(chat_id: int) -> dict[str, Any]:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": f"P{chat_id}"}
    return {"id": chat_id, "type": "supergroup", "title": "Group"}


@asynccontextmanager
async def inside(folder: Path, *, flood_limit: int = 0) -> AsyncIterator[Inside]:
    """A bot on a fresh database; everybody has met it."""
    settings = load_settings(
        token=SecretStr(f"{BOT_ID}:nobody"),
        database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'bot.db'}"),
        admins=frozenset({IDS[Role.OWNER]}),
        staff_chat=GROUP,
        flood_limit=flood_limit,
        open_limit=100_000,
    )
    untie_routers()
    async with opened(settings) as app:
        session = YesSession()
        for bot in (app.bot, app.courier_bot, app.announcing.bot):
            await bot.session.close()
            bot.session = session
        house = Inside(app, session)
        await house.meet_all()
        yield house
    untie_routers()
