"""One call of a Bot API method, however it was encoded, with its parameters read as Telegram reads them."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bot.simulator.errors import ApiError, bad
from bot.simulator.files import UPLOAD_LIMIT

Json = dict[str, Any]

TRUE_WORDS = frozenset({"true", "1", "yes", "t", "y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    mime_type: str
    data: bytes


@dataclass(slots=True, kw_only=True)
class Call:
    """A method in lower case with its parameters: strings in forms, any JSON type in JSON bodies."""

    method: str
    params: Json
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a string, empty when missing."""
        value = self.params.get(name)
        if isinstance(value, str):
            return value
        return "" if value is None else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; what is none counts as the default, as in the server."""
        value = self.params.get(name)
        try:
            return default if value in {None, ""} else int(str(value))
        except ValueError:
            return default

    def number(self, name: str) -> float:
        """Return a number or refuse a missing one."""
        try:
            return float(self.params[name])
        except (KeyError, TypeError, ValueError):
            raise ApiError(400, f"Bad Request: {name} is empty") from None

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        value = self.params.get(name)
        return value if isinstance(value, bool) else str(value).lower() in TRUE_WORDS

    def structure(self, name: str, label: str = "") -> Any:
        """Return an object or a list, parsed when it came as text; None when missing."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {label or name} JSON object") from None


async def read_call(request: web.Request, method: str) -> Call:
    """Read query string and body: JSON, form or multipart."""
    params: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    kind = request.content_type
    if not request.can_read_body:
        return Call(method=method, params=params)
    if kind == "application/json":
        params |= await _read_json(request)
    elif kind.startswith("multipart/"):
        await _read_multipart(request, params, uploads)
    else:
        params |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Call(method=method, params=params, uploads=uploads)


async def _read_json(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("object expected")
    return body


async def _read_multipart(request: web.Request, params: Json, uploads: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if len(data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        if part.filename is None:
            params[part.name] = data.decode("utf-8", "replace")
        else:
            mime_type = part.headers.get("Content-Type", "")
            uploads[part.name] = Upload(name=part.filename, mime_type=mime_type, data=data)
