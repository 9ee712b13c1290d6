"""The strings behind the stage, as JSON over HTTP under `/control`: for tests in other processes.

POST /control/act          {"action": "say", "person_id": 1001, "chat_id": 1001, "text": "…"} -> result;
every method of Actions; bytes as base64 in "data"
GET  /control/people | chats?person_id= | messages?chat_id=&after=&limit= | keyboard?chat_id=&person_id=
| commands?chat_id=&person_id= | profile?language_code= | queries | reactions?chat_id=&message_id=
GET  /control/calls?method=&after=&chat_id=   calls of the bot with times, parameters and answers
GET  /control/state        counts: calls by method and status, 429s, updates waiting, webhook
GET  /control/counts       {"chats": how many chats got messages, "by_count": {"1": chats with one, …}}
GET  /control/wait?since=&timeout=            waits for a change, -> {"seq": n}
GET  /control/files/{file_id}                 the bytes of a file
POST /control/people | groups                 add or change one
GET | POST | DELETE /control/faults           Fault's fields
POST /control/outage {"is_down": true}, /control/delay {"seconds": 0.03}, /control/limits {…} or null,
/control/clock {"advance": 160}, /control/updates {"body": …, "update_id": …} or {"bodies": […]},
/control/next-update {"update_id": n},
/control/reset
"""  # fmt: skip

import base64
import dataclasses
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.simulator.answers import json_answer
from bot.simulator.faults import Fault, FaultKind, Faults
from bot.simulator.journal import Journal
from bot.simulator.limits import Limiter, Limits
from bot.simulator.people import ActionRefusedError, Json, Person
from bot.simulator.polling import Polling
from bot.simulator.webhook import Webhook
from bot.simulator.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LONGEST_WAIT = 60.0
WITH_BYTES = frozenset({"send_media", "send_album"})
PERSON_FIELDS = frozenset(one.name for one in dataclasses.fields(Person))


class Control:
    """Serves `/control` for one world."""

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
        self._polling = polling
        self._webhook = webhook

    def add_routes(self, app: web.Application) -> None:
        """Put everything under `/control` of an application."""
        for name, read in self._views().items():
            app.router.add_get(f"/control/{name}", _viewing(read))
        for name, change in self._changes().items():
            app.router.add_post(f"/control/{name}", _changing(change))
        app.router.add_get("/control/wait", self._wait)
        app.router.add_get("/control/files/{file_id}", self._file)
        app.router.add_delete("/control/faults", _changing(lambda _body: self._faults.clear()))

    def _views(self) -> dict[str, Callable[[Json], Any]]:
        world = self._world
        return {
            "people": lambda _q: world.people(),
            "chats": lambda q: world.chats(_number(q, "person_id") or None),
            "messages": lambda q: world.messages(
                _number(q, "chat_id"), after=_number(q, "after"), limit=_number(q, "limit") or None
            ),
            "keyboard": lambda q: world.reply_keyboard(_number(q, "chat_id"), _number(q, "person_id")),
            "commands": lambda q: world.commands(_number(q, "chat_id"), _number(q, "person_id")),
            "profile": lambda q: {
                name: world.profile.text(name, q.get("language_code", "")) for name in world.profile.texts
            },
            "reactions": lambda q: world.reactions(_number(q, "chat_id"), _number(q, "message_id")),
            "queries": lambda _q: list(world.queries.values()),
            "calls": lambda q: self._journal.calls(
                q.get("method", ""), after=_number(q, "after"), chat_id=_number(q, "chat_id")
            ),
            "faults": lambda _q: [one.view() for one in self._faults.waiting],
            "state": lambda _q: self._state(),
            "counts": lambda _q: self._counts(),
        }

    def _changes(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "act": self._act,
            "people": lambda body: self._world.add_person(Person(**_only(body, PERSON_FIELDS))),
            "groups": lambda body: self._world.add_group(**body),
            "faults": self._add_fault,
            "outage": self._set_outage,
            "delay": self._set_delay,
            "limits": lambda body: self._limiter.set(Limits(**body) if body is not None else None),
            "clock": lambda body: self._world.advance(float(body["advance"])),
            "updates": self._push,
            "next-update": self._set_next_update,
            "reset": lambda _body: self._reset(),
        }

    def _act(self, body: Json) -> Any:
        details = dict(body)
        name = str(details.pop("action", ""))
        action = None if name.startswith("_") else getattr(self._world.actions, name, None)
        if action is None:
            raise ActionRefusedError(f"there is no action {name!r}")
        return action(**(_decoded(details) if name in WITH_BYTES else details))

    def _add_fault(self, body: Json) -> Json:
        return self._faults.add(Fault(**(body | {"kind": FaultKind(body["kind"])}))).view()

    def _set_outage(self, body: Json) -> None:
        self._faults.is_down = bool(body["is_down"])
        if self._faults.is_down:
            self._polling.abort("Conflict: the outage ends open polls")

    def _set_delay(self, body: Json) -> None:
        self._faults.delay = float(body["seconds"])

    def _push(self, body: Json) -> Json:
        for one in body.get("bodies", ()):
            self._world.updates.push_raw(one)
        if "bodies" in body:
            return {"update_id": self._world.updates.next_id - 1}
        number = self._world.updates.push_raw(
            body["body"], update_id=body.get("update_id"), lane=str(body.get("lane") or "")
        )
        return {"update_id": number}

    def _set_next_update(self, body: Json) -> None:
        self._world.updates.next_id = int(body["update_id"])

    def _reset(self) -> None:
        self._world.reset()
        self._faults.clear()
        self._limiter.set(None)
        self._journal.clear()

    def _state(self) -> Json:
        updates = self._world.updates
        return {
            "calls": self._journal.total, "by_method": dict(self._journal.by_method),
            "by_status": {str(status): many for status, many in self._journal.by_status.items()},
            "refused_by_limits": self._limiter.refused, "updates_waiting": len(updates),
            "updates_pushed": updates.pushed, "updates_expired": updates.expired,
            "next_update_id": updates.next_id,
            "webhook": self._webhook.info(), "webhook_delivered": self._webhook.delivered,
            "webhook_failed": self._webhook.failed, "messages": self._world.counts.total(),
            "now": self._world.now(),
        }  # fmt: skip

    def _counts(self) -> Json:
        many = Counter(self._world.counts.values())
        return {"chats": len(self._world.counts), "by_count": {str(one): many[one] for one in sorted(many)}}

    async def _wait(self, request: web.Request) -> web.Response:
        timeout = min(float(request.query.get("timeout", "1")), LONGEST_WAIT)
        seq = await self._world.feed.changed(int(request.query.get("since", "0")), timeout)
        return json_answer({"seq": seq})

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None:
            return json_answer({"error": "there is no such file"}, 404)
        return web.Response(body=stored.data, content_type=stored.mime_type)


def _viewing(read: Callable[[Json], Any]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return _outcome(lambda: read(dict(request.query)))

    return answer


def _changing(change: Callable[[Any], Any]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        return _outcome(lambda: change(body))

    return answer


def _outcome(run: Callable[[], Any]) -> web.Response:
    """Answer with {"result": …}, or 400 with {"error": …} for what cannot be done."""
    try:
        return json_answer({"result": run()})
    except (ActionRefusedError, KeyError, TypeError, ValueError) as refusal:
        return json_answer({"error": f"{type(refusal).__name__}: {refusal}"}, 400)


def _number(query: Json, name: str) -> int:
    return int(query.get(name) or 0)


def _only(body: Json, fields: frozenset[str]) -> Json:
    return {key: value for key, value in body.items() if key in fields}


def _decoded(values: Json) -> Json:
    """Turn base64 under "data" into bytes, in albums too."""
    shown = dict(values)
    if "data" in shown:
        shown["data"] = base64.b64decode(shown["data"])
    if "items" in shown:
        shown["items"] = [_decoded(one) for one in shown["items"]]
    return shown
