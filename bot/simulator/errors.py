"""A refusal of the Bot API, in Telegram's own words (telegram-bot-api and TDLib sources)."""

from typing import Any

Json = dict[str, Any]

TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class ApiError(Exception):
    """An answer with `ok: false`; `parameters` may hold retry_after or migrate_to_chat_id."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """Return the JSON body of the answer."""
        shown: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return shown | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str, parameters: Json | None = None) -> ApiError:
    """Return a 400; the first letter becomes small as the server makes it, unless it begins a code."""
    if not (len(reason) > 1 and (reason[1] == "_" or reason[1].isupper())):
        reason = reason[:1].lower() + reason[1:]
    return ApiError(400, f"Bad Request: {reason}", parameters)


def forbidden(reason: str) -> ApiError:
    """Return a 403."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many(retry_after: int) -> ApiError:
    """Return a 429 that tells to wait so many seconds."""
    description = f"Too Many Requests: retry after {retry_after}"
    return ApiError(429, description, {"retry_after": retry_after})
