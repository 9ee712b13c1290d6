"""The chat page: the pretend Telegram in a browser, as any of its people.

`GET /` is the page. It reads a snapshot (`/page/state`), follows the feed (`/page/events`, server-sent
events), acts as a person (`/page/act`, `/page/upload`) and shows files (`/page/file/{file_id}`).

Hooks for browser tests, kept stable (`[data-testid=...]` unless another attribute is named):

* `body[data-ready]` once drawn; `body[data-pane]` is `chat` or `list` (matters on narrow screens)
* people: `person` with `data-person` (id) and `aria-pressed`, inside it `language`, `unread`
* chats: `chat` with `data-chat` (id) and `aria-current`, inside it `unread`; `topic` with `data-topic`
* `messages` (`data-chat`, `data-person`) holds `message` with `data-message-id` and `data-from`; inside it
  `text` (its lines are `.line[dir]`), `quoted`, `album`, `tile`, `document`, `location`, `contact`, `code`,
  `ticks`, `inline-keyboard` > `button` (`data-style`), `message-menu-button`; beside it `day`, `service`,
  `welcome`, `description`
* menu of a message: `menu` > `menu-reply`, `menu-copy`, `menu-edit`, `menu-delete`; `confirm` in dialogues
* writing: `composer`, `input`, `send`, `start`, `mode` (`mode-cancel`), `commands-button`, `commands` >
  `command`, `reply-keyboard` > `reply-button`, `keys-button`
* `attach` > `menu-photos`, `menu-document`, `menu-sample-photo`, `menu-sample-album`, `menu-voice`,
  `menu-contact`, `menu-location`; `picker`, `upload`, `caption`, `as-files`, `send-files`
* `toast`, `alert`, `picture`, `choose-people`, `subtitle`, `pinned`, `to-bottom`, `theme`,
  `chat-menu`, `back`
"""

import asyncio
import json
import secrets
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.simulator.page_acts import ActError, act, read_upload, send_upload
from bot.simulator.page_state import snapshot
from bot.simulator.people import ActionRefusedError
from bot.simulator.world import World

STATIC = Path(__file__).with_name("static")
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SAFETY = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
FILE_SAFETY = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
    "Accept-Ranges": "bytes",
}
# What a browser may show in place; anything else is only downloaded.
SHOWN = {
    b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif",
    b"OggS": "audio/ogg", b"ID3": "audio/mpeg", b"\x1aE\xdf\xa3": "video/webm",
}  # fmt: skip
PULSE = 15.0  # seconds between signs of life on a quiet stream


def routes(world: World) -> list[web.AbstractRouteDef]:
    """Return the routes of the page over a world."""
    page = Page(world)
    return [
        web.get("/", page.index),
        web.get("/static/{path:.+}", page.static),
        web.get("/page/state", page.state),
        web.get("/page/events", page.events),
        web.post("/page/act", page.act),
        web.post("/page/upload", page.upload),
        web.get("/page/file/{file_id}", page.file),
    ]


def mount(app: web.Application, world: World) -> None:
    """Put the page into an application (one of the `mounts` of Simulator)."""
    app.add_routes(routes(world))


class Page:
    """Serves the page; `run` tells a browser that reconnects whether this is still the world it knew."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._run = secrets.token_hex(8)

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """Give the page itself."""
        return asset("index.html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Give a script, a style or a drawing."""
        return asset(request.match_info["path"])

    async def state(self, request: web.Request) -> web.Response:
        """Give the snapshot for `person` (the first when unknown), `limit` messages a chat."""
        person, limit = number(request, "person", 0), number(request, "limit", 200)
        return web.json_response({"run": self._run} | snapshot(self._world, person, limit), headers=SAFETY)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream the feed: first `hello` with {run, number}, then each change as a message."""
        response = web.StreamResponse(headers=SAFETY | {"X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        try:
            await self._follow(response)
        except ConnectionError:
            return response  # the browser went away
        return response

    async def _follow(self, response: web.StreamResponse) -> None:
        with self._world.feed.subscribe() as queue:
            hello = json.dumps({"run": self._run, "number": self._world.feed.published})
            await response.write(f"retry: 1000\nevent: hello\ndata: {hello}\n\n".encode())
            while True:
                try:
                    change = await asyncio.wait_for(queue.get(), PULSE)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                else:
                    await response.write(f"data: {json.dumps(change)}\n\n".encode())

    async def act(self, request: web.Request) -> web.Response:
        """Do what a person does; 400 with the reason when the world refuses."""
        refuse_strangers(request)
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="application/json is expected")
        try:
            return web.json_response({"result": act(self._world, await request.json())}, headers=SAFETY)
        except (ActError, ActionRefusedError, json.JSONDecodeError) as refusal:
            raise web.HTTPBadRequest(text=str(refusal)) from refusal

    async def upload(self, request: web.Request) -> web.Response:
        """Send files as a person: one alone, several of a kind as an album."""
        refuse_strangers(request)
        try:
            sent = send_upload(self._world, await read_upload(request))
        except (ActError, ActionRefusedError) as refusal:
            raise web.HTTPBadRequest(text=str(refusal)) from refusal
        return web.json_response({"result": sent}, headers=SAFETY)

    async def file(self, request: web.Request) -> web.Response:
        """Give a file that somebody sent: shown when it is a picture or a recording, else downloaded."""
        stored = self._world.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound(text="there is no such file")
        kind = shown_type(stored.data)
        name = quote(stored.name or stored.path.rpartition("/")[2])
        manner = "inline" if kind else "attachment"
        headers = FILE_SAFETY | {
            "Content-Type": kind or "application/octet-stream",
            "Content-Disposition": f"{manner}; filename*=UTF-8''{name}",
        }
        return ranged(request, stored.data, headers)


def asset(path: str) -> web.StreamResponse:
    """Return a file of the page, refusing anything outside its folder."""
    found = (STATIC / path).resolve()
    if not found.is_relative_to(STATIC) or found.suffix not in TYPES or not found.is_file():
        raise web.HTTPNotFound(text="there is no such file")
    return web.Response(
        body=found.read_bytes(), headers=SAFETY, content_type=TYPES[found.suffix], charset="utf-8"
    )


def number(request: web.Request, name: str, default: int) -> int:
    """Return a whole number of the query, or the default when it is none."""
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default


def refuse_strangers(request: web.Request) -> None:
    """Refuse what another site makes the browser send (the Origin header is the browser's own word)."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="only the page itself may act")


def shown_type(data: bytes) -> str:
    """Return the type of a picture or recording by its first bytes, empty for anything else."""
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        return "audio/mp4" if data[8:11] == b"M4A" else "video/mp4"
    return next((kind for mark, kind in SHOWN.items() if data.startswith(mark)), "")


def ranged(request: web.Request, data: bytes, headers: dict[str, str]) -> web.Response:
    """Return the bytes, or the one range asked for, which players need to seek."""
    try:
        wanted = request.http_range
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, headers=headers)
    start, stop, _ = wanted.indices(len(data))
    if start >= len(data):
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{len(data)}"})
    span = {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
    return web.Response(status=HTTPStatus.PARTIAL_CONTENT, body=data[start:stop], headers=headers | span)
