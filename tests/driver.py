"""A driver of the pretend Telegram from another process: people act, tests look and wait.

async with Stand(simulator.url) as stand:
ayesha = stand.as_person(1001)
await ayesha.starts()
await ayesha.taps("English")
card = await stand.wait_message(STAFF_GROUP, lambda one: "KH-" in text_of(one))
await stand.as_person(2001).says("Salam", chat=STAFF_GROUP, reply_to=card["message_id"])
"""  # fmt: skip

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

Json = dict[str, Any]
Found = TypeVar("Found")

STAFF_GROUP = -1_001_000_000_001
AYESHA, BILAL, AIGERIM = 1001, 1002, 1003
SANA, DAULET = 2001, 2002
ADMIN = 3001
TOKEN = "700000001:SIMULATOR-token-that-opens-nothing-000"
PATIENCE = 30.0
"""Seconds; only a failure takes so long, and a busy machine must not be one."""


class RefusedError(AssertionError):
    """What the simulator did not do, with its reason."""


def text_of(message: Json) -> str:
    """Return the text or the caption of a message."""
    return str(message.get("text") or message.get("caption") or "")


def buttons_of(message: Json) -> list[Json]:
    """Return the inline buttons of a message, row after row."""
    return [one for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]


class PersonDriver:
    """One person's hands. A chat left out means the private chat with the bot."""

    def __init__(self, stand: "Stand", person_id: int) -> None:
        self._stand = stand
        self.id = person_id

    async def does(self, action: str, **details: Any) -> Any:
        """Do any of the simulator's actions by its name."""
        return await self._stand.post("act", {"action": action, "person_id": self.id, **details})

    async def starts(self, payload: str = "") -> Json:
        """Press START, perhaps through a deep link."""
        return dict(await self.does("start", payload=payload))

    async def says(self, text: str, *, chat: int = 0, reply_to: int = 0, thread_id: int = 0) -> Json:
        """Send a text."""
        details = {"chat_id": chat or self.id, "text": text, "reply_to": reply_to, "thread_id": thread_id}
        return dict(await self.does("say", **details))

    async def sends(self, kind: str, data: bytes = b"content", *, chat: int = 0, **details: Any) -> Json:
        """Send a photo, document, voice, video, audio, animation, video_note or sticker."""
        coded = base64.b64encode(data).decode()
        return dict(await self.does("send_media", chat_id=chat or self.id, kind=kind, data=coded, **details))

    async def sends_album(self, items: Iterable[Json], *, chat: int = 0, **details: Any) -> list[Json]:
        """Send an album; items are `{"kind", "data": bytes, "caption", "name"}`."""
        coded = [one | {"data": base64.b64encode(one["data"]).decode()} for one in items]
        return list(await self.does("send_album", chat_id=chat or self.id, items=coded, **details))

    async def shares_contact(self, *, of: int | None = None, chat: int = 0) -> Json:
        """Send one's own contact or somebody else's."""
        return dict(await self.does("send_contact", chat_id=chat or self.id, of=of))

    async def shares_location(self, latitude: float, longitude: float, *, chat: int = 0) -> Json:
        """Send a point on the map."""
        point = {"latitude": latitude, "longitude": longitude}
        return dict(await self.does("send_location", chat_id=chat or self.id, **point))

    async def edits(self, message_id: int, text: str, *, chat: int = 0) -> Json:
        """Change one's own message."""
        return dict(await self.does("edit", chat_id=chat or self.id, message_id=message_id, text=text))

    async def deletes(self, message_id: int, *, chat: int = 0) -> list[int]:
        """Delete a message."""
        return list(await self.does("delete", chat_id=chat or self.id, message_id=message_id))

    async def taps(self, button: str, *, chat: int = 0, message_id: int = 0) -> Json:
        """Tap an inline button found by its text or callback_data, in the newest message that has it."""
        return dict(await self.does("tap", chat_id=chat or self.id, button=button, message_id=message_id))

    async def taps_data(self, data: str, *, message_id: int, chat: int = 0) -> Json:
        """Send a callback query with any data, as a changed app could."""
        return dict(await self.does("tap_data", chat_id=chat or self.id, message_id=message_id, data=data))

    async def presses(self, label: str, *, chat: int = 0, users: Iterable[int] = ()) -> Json:
        """Press a key of the reply keyboard."""
        return dict(await self.does("press", chat_id=chat or self.id, label=label, users=list(users)))

    async def blocks(self) -> None:
        """Block the bot."""
        await self.does("block")

    async def unblocks(self) -> None:
        """Unblock the bot."""
        await self.does("unblock")

    async def sees(self, wanted: str, *, chat: int = 0, after: int = 0, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109
        """Wait for a message, new or edited, that contains a text; return it."""

        def has_it(message: Json) -> bool:
            return wanted in text_of(message)

        return await self._stand.wait_message(chat or self.id, has_it, after=after, timeout=timeout)

    async def messages(self, *, chat: int = 0) -> list[Json]:
        """Return what stands in the chat."""
        return await self._stand.messages(chat or self.id)

    async def last(self, *, chat: int = 0) -> Json:
        """Return the newest message of the chat."""
        return (await self.messages(chat=chat))[-1]


class Stand:
    """A thin client of `/control`, with waiting that wakes at every change."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=90))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    def as_person(self, person_id: int) -> PersonDriver:
        """Return the hands of a person."""
        return PersonDriver(self, person_id)

    # --- looking

    async def people(self) -> list[Json]:
        """Return the cards of all people."""
        return list(await self.get("people"))

    async def chats(self, person_id: int = 0) -> list[Json]:
        """Return the cards of all chats, or of a person's."""
        return list(await self.get("chats", person_id=person_id))

    async def messages(self, chat: int, *, after: int = 0, limit: int = 0) -> list[Json]:
        """Return the messages of a chat above message_id `after`, oldest first."""
        return list(await self.get("messages", chat_id=chat, after=after, limit=limit))

    async def from_bot(self, chat: int, *, after: int = 0) -> list[Json]:
        """Return what the bot wrote in a chat."""
        return [one for one in await self.messages(chat, after=after) if one["from"]["is_bot"]]

    async def calls(self, method: str = "", *, after: int = 0, chat: int = 0) -> list[Json]:
        """Return the bot's calls: method, params, started, ended, status, result or description."""
        return list(await self.get("calls", method=method, after=after, chat_id=chat))

    async def keyboard(self, person_id: int, *, chat: int = 0) -> Json | None:
        """Return the reply keyboard that a person sees."""
        found = await self.get("keyboard", chat_id=chat or person_id, person_id=person_id)
        return None if found is None else dict(found)

    async def commands(self, person_id: int, *, chat: int = 0) -> list[Json]:
        """Return the "/" menu that a person sees."""
        return list(await self.get("commands", chat_id=chat or person_id, person_id=person_id))

    async def queries(self) -> list[Json]:
        """Return all taps with their answers."""
        return list(await self.get("queries"))

    async def state(self) -> Json:
        """Return the counts of calls, refusals and waiting updates."""
        return dict(await self.get("state"))

    async def file(self, file_id: str) -> bytes:
        """Return the bytes of a file that was sent."""
        async with self._open().get(f"{self.url}/control/files/{file_id}") as answer:
            answer.raise_for_status()
            return await answer.read()

    # --- waiting

    async def wait_for(
        self, predicate: Callable[[], Awaitable[Found]], timeout: float = PATIENCE, *, what: str = "it"  # noqa: ASYNC109
    ) -> Found:  # fmt: skip
        """Wait until the predicate gives something true and return that; looks again at every change.

        The predicate only looks: one that writes to the bot belongs into ``asks_until``.
        """
        deadline, seq = time.monotonic() + timeout, 0
        while True:
            if found := await predicate():
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{what} did not happen within {timeout} s")
            seq = await self._change(seq, min(left, 0.5))

    async def asks_until(
        self, ask: Callable[[], Awaitable[Found]], *, every: float = 1.0, what: str = "it"
    ) -> Found:
        """Ask the bot again and again, with a rest between: without one, flood control takes over."""
        deadline = time.monotonic() + PATIENCE
        while not (found := await ask()):
            assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE} s"
            await asyncio.sleep(every)
        return found

    async def wait_message(
        self, chat: int, is_wanted: Callable[[Json], bool], *, after: int = 0, timeout: float = PATIENCE  # noqa: ASYNC109
    ) -> Json:  # fmt: skip
        """Wait for the bot's newest message in a chat that fits, new or edited."""

        async def look() -> Json | None:
            fitting = [one for one in await self.from_bot(chat, after=after) if is_wanted(one)]
            return fitting[-1] if fitting else None

        try:
            found = await self.wait_for(look, timeout)
        except AssertionError as error:
            seen = [text_of(one)[:200] for one in await self.messages(chat)]
            raise AssertionError(
                f"no such message in chat {chat} within {timeout} s; there stand {seen}"
            ) from error
        assert found is not None
        return found

    async def wait_calls(self, method: str, many: int = 1, timeout: float = PATIENCE) -> list[Json]:  # noqa: ASYNC109
        """Wait until the bot has called a method so many times."""

        async def look() -> list[Json]:
            found = await self.calls(method)
            return found if len(found) >= many else []

        return await self.wait_for(look, timeout, what=f"{many} x {method}")

    async def wait_answer(self, query_id: str, timeout: float = PATIENCE) -> Json:  # noqa: ASYNC109
        """Wait until a tap is answered and return the answer: text, show_alert, url."""

        async def look() -> Json | None:
            found = [one for one in await self.queries() if one["id"] == query_id]
            answer = found[0]["answer"] if found else None
            return answer and dict(answer)

        answer = await self.wait_for(look, timeout, what=f"the answer to {query_id}")
        assert answer is not None
        return answer

    # --- behind the stage

    async def fault(self, kind: str, **fields: Any) -> Json:
        """Put a fault in wait: error, html, empty, truncated, reset, hang, delay, with Fault's fields."""
        return dict(await self.post("faults", {"kind": kind, **fields}))

    async def clear_faults(self) -> None:
        """Take faults, delay and outage away."""
        async with self._open().delete(f"{self.url}/control/faults") as answer:
            await _result(answer)

    async def outage(self, *, is_down: bool) -> None:
        """Let Telegram be unreachable, or back."""
        await self.post("outage", {"is_down": is_down})

    async def advance(self, seconds: float) -> None:
        """Move Telegram's clock forward."""
        await self.post("clock", {"advance": seconds})

    async def push(self, body: Any, *, update_id: int | None = None) -> int:
        """Push a raw update, malformed if wanted; return its id."""
        told = {} if update_id is None else {"update_id": update_id}
        return int((await self.post("updates", {"body": body, **told}))["update_id"])

    async def limits(self, limits: Json | None) -> None:
        """Switch strict limits on (`overall`, `private`, `group_minute`) or off."""
        await self.post("limits", limits)

    async def act(self, action: str, **details: Any) -> Any:
        """Do an action that is nobody's own, such as `set_forum` of a group."""
        return await self.post("act", {"action": action, **details})

    async def set_forum(self, chat: int, *, is_forum: bool = True) -> None:
        """Switch the topics of a group on or off."""
        await self.act("set_forum", chat_id=chat, is_forum=is_forum)

    async def reset(self) -> None:
        """Begin anew: default cast, no messages, no faults, no records."""
        await self.post("reset", {})

    async def get(self, name: str, **query: Any) -> Any:
        """Read something under /control."""
        shown = {key: str(value) for key, value in query.items() if value}
        async with self._open().get(f"{self.url}/control/{name}", params=shown) as answer:
            return await _result(answer)

    async def post(self, name: str, body: Any) -> Any:
        """Change something under /control."""
        async with self._open().post(f"{self.url}/control/{name}", json=body) as answer:
            return await _result(answer)

    async def _change(self, since: int, seconds: float) -> int:
        query = {"since": str(since), "timeout": str(seconds)}
        async with self._open().get(f"{self.url}/control/wait", params=query) as answer:
            return int((await answer.json())["seq"])

    def _open(self) -> aiohttp.ClientSession:
        assert self._session is not None, "use the stand with `async with`"
        return self._session


async def _result(answer: aiohttp.ClientResponse) -> Any:
    body = await answer.json()
    if answer.status != 200:
        raise RefusedError(body.get("error", body))
    return body["result"]
