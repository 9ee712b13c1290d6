"""HTTP answers of the pretend Telegram: right ones, and the odd ones that faults ask for."""

import json
from typing import Any

from aiohttp import web

from bot.simulator.faults import FaultKind

Json = dict[str, Any]

TITLE = "502 Bad Gateway"
PAGE = f"<html>\r\n<head><title>{TITLE}</title></head>\r\n<body><h1>{TITLE}</h1></body>\r\n</html>"


def json_answer(body: Json, status: int = 200) -> web.Response:
    """Answer with JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        body=text.encode("utf-8", "surrogatepass"),
        status=status,
        content_type="application/json",
        charset="utf-8",
    )


def broken_answer(kind: FaultKind, body: Json) -> web.Response:
    """Answer as a proxy or a failing server would."""
    if kind is FaultKind.HTML:
        return web.Response(text=PAGE, status=502, content_type="text/html")
    if kind is FaultKind.EMPTY:
        return web.Response(status=200, content_type="application/json")
    text = json.dumps(body)
    return web.Response(text=text[: len(text) // 2], status=200, content_type="application/json")


def cut(request: web.Request) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
