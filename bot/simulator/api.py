"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.simulator.answers import broken_answer, cut, json_answer
from bot.simulator.calls import Call, read_call
from bot.simulator.chat_methods import CHATS
from bot.simulator.copying import COPYING
from bot.simulator.editing import EDITING
from bot.simulator.errors import ApiError
from bot.simulator.faults import Fault, FaultKind, Faults
from bot.simulator.files import UPLOAD_LIMIT
from bot.simulator.journal import Journal
from bot.simulator.limits import Limiter
from bot.simulator.polling import Polling
from bot.simulator.profile_methods import PROFILE
from bot.simulator.sending import SENDING, Method
from bot.simulator.webhook import Webhook
from bot.simulator.world import World

METHODS: dict[str, Method] = {**SENDING, **COPYING, **EDITING, **CHATS, **PROFILE}
BODY_LIMIT = UPLOAD_LIMIT + 1024 * 1024


class BotApi:
    """Answers the bot: token, faults, limits, the method, the record."""

    def __init__(
        self,
        world: World,
        *,
        faults: Faults,
        limiter: Limiter,
        journal: Journal,
        polling: Polling,
        webhook: Webhook,
    ) -> None:
        self._world = world
        self._faults = faults
        self._limiter = limiter
        self._journal = journal
        self._special: dict[str, Callable[[Call], Awaitable[Any] | Any]] = {
            "getupdates": polling.get_updates,
            "setwebhook": webhook.set,
            "deletewebhook": webhook.delete,
            "getwebhookinfo": lambda _call: webhook.info(),
            "logout": lambda _call: True,
            "close": lambda _call: True,
        }

    def add_routes(self, app: web.Application) -> None:
        """Put the Bot API under the root of an application."""
        app.router.add_route("*", "/bot{token}/{method}", self.answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)
        app.router.add_route("*", "/bot{token}/{rest:.*}", self.not_found)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        started = self._world.now()
        if self._faults.is_down:
            return cut(request)
        if request.match_info["token"] != self._world.bot.token:
            return json_answer(ApiError(401, "Unauthorized").body(), 401)
        method = request.match_info["method"].lower()
        try:
            call = await read_call(request, method)
        except ApiError as refusal:
            call, early = Call(method=method, params={}), refusal.body()
            return self._finish(call, started, early, None)
        if self._faults.delay:
            await asyncio.sleep(self._faults.delay)
        fault = self._faults.strike(call)
        if fault is None:
            body = await self.carry_out(call)
            return cut(request) if self._faults.is_down else self._finish(call, started, body, None)
        return await self._answer_faulty(request, call, started, fault)

    async def not_found(self, _request: web.Request) -> web.StreamResponse:
        """Answer what is no method."""
        return json_answer(ApiError(404, "Not Found").body(), 404)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give a file that getFile named."""
        if self._faults.is_down:
            return cut(request)
        if request.match_info["token"] != self._world.bot.token:
            return json_answer(ApiError(401, "Unauthorized").body(), 401)
        call = Call(method="download", params={"path": request.match_info["path"]})
        fault = self._faults.strike(call)
        if fault is not None:
            return await self._answer_faulty(request, call, self._world.now(), fault)
        started = self._world.now()
        stored = self._world.files.at(request.match_info["path"])
        if stored is None or stored.is_too_big:
            return self._finish(call, started, ApiError(404, "Not Found").body(), None)
        self._record(call, started, {"ok": True, "result": stored.size}, 200, None)
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def carry_out(self, call: Call) -> dict[str, Any]:
        """Run a method and return the body of its answer."""
        try:
            if method := METHODS.get(call.method):
                self._limiter.check(call)
                return {"ok": True, "result": method(self._world, call)}
            if special := self._special.get(call.method):
                result = special(call)
                return {"ok": True, "result": await result if isinstance(result, Awaitable) else result}
        except ApiError as refusal:
            return refusal.body()
        return ApiError(404, "Not Found: method not found").body()

    async def _answer_faulty(
        self, request: web.Request, call: Call, started: float, fault: Fault
    ) -> web.StreamResponse:
        body = await self.carry_out(call) if fault.leaves_effect else {"ok": False}
        if fault.kind in {FaultKind.HANG, FaultKind.DELAY}:
            await asyncio.sleep(fault.seconds)
        if fault.kind is FaultKind.DELAY:
            return self._finish(call, started, body, fault)
        if fault.kind is FaultKind.ERROR:
            body = ApiError(fault.status, fault.description, fault.parameters).body()
            return self._finish(call, started, body, fault)
        is_cut = fault.kind in {FaultKind.RESET, FaultKind.HANG}
        answer = cut(request) if is_cut else broken_answer(fault.kind, body)
        self._record(call, started, body, 0 if is_cut else answer.status, fault)
        return answer

    def _finish(self, call: Call, started: float, body: dict[str, Any], fault: Fault | None) -> web.Response:
        status = 200 if body["ok"] else int(body["error_code"])
        self._record(call, started, body, status, fault)
        return json_answer(body, status)

    def _record(
        self, call: Call, started: float, body: dict[str, Any], status: int, fault: Fault | None
    ) -> None:
        name = fault.kind.value if fault else ""
        self._world.feed.touch()
        self._journal.add(
            call, started=started, ended=self._world.now(), status=status, answer=body, fault=name
        )
