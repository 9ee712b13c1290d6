"""Logs: structured lines on standard error, without tokens and without anybody's words."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import NoneType
from typing import Any

import structlog

from bot.documents.masking import numbers, replaced

_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
_PASSWORD = re.compile(r"(://[^:/\s]+:)[^@/\s]+@")
_NUMBER = numbers(9, but=r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
"""Phones and document numbers; an address of a machine is none."""
_HIDDEN = frozenset({"payload", "text", "html", "update"})
"""Keys whose values would be people's words."""
_REPR = re.compile(r"exception=(\w+)\(.*")
"""How asyncio writes the error of a task that nobody waited for."""
_LONGEST_CHAIN = 10
_HARMLESS = (bool, int, float, NoneType)


def redact(text: str) -> str:
    """Take out tokens, passwords in addresses, and what looks like a phone, CNIC or passport number."""
    return replaced(without_secrets(text), _NUMBER, lambda _: "<number>")


def without_secrets(text: str) -> str:
    """Take out tokens and passwords in addresses: for whoever has typed the rest."""
    return _PASSWORD.sub(r"\1<password>@", _TOKEN.sub("<token>", text))


def _clean(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in _HIDDEN or isinstance(value, bytes):
            event[key] = "<hidden>"
        elif key != "timestamp" and not isinstance(value, _HARMLESS):
            # Whatever it is, an exception or a list: it would be written as text further down.
            event[key] = redact(str(value))
    return event


def trace(error: BaseException) -> str:
    """An error and what it followed from: where each was raised and of which kind, never its words."""
    parts: list[str] = []
    link: BaseException | None = error
    while link is not None and len(parts) < _LONGEST_CHAIN:
        parts.append("".join([*traceback.format_tb(link.__traceback__), _kind(link)]))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n\nwhich came after\n\n".join(parts)


def _kind(error: BaseException) -> str:
    """The name of an error's class; of what the system reported, its number too."""
    inner = "".join(f"; {_kind(one)}" for one in getattr(error, "exceptions", ()))
    number = f" (errno {error.errno})" if isinstance(error, OSError) and error.errno else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{number}{inner}"


def _show_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An error's own words may be a person's: a value that did not fit, a row, an update."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exception()
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = trace(error)
    return event


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(_REPR.sub(r"exception=\1", super().format(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - its name
        return trace(ei[1]) if ei[1] is not None else ""


def set_up(level: str, style: str) -> None:
    """Set up structlog and the standard library's logging for the whole process."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _show_trace,
            _clean,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_RedactingFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def where(error: BaseException) -> str:
    """File, line and function where an error was raised: never its words."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return ""
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}"
