"""Logs: structured lines on standard error, without tokens and without anybody's words."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\d{5,}:[\w-]{20,}")
_PASSWORD = re.compile(r"(://[^:/\s]+:)[^@/\s]+@")
_PHONE = re.compile(r"\+?\d[\d\s().-]{8,}\d")
_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_PASSPORT = re.compile(r"(?<!\w)[A-Za-z]{1,2}[ -]?\d{7,9}(?!\w)")
_HIDDEN = frozenset({"payload", "text", "html", "update"})
"""Keys whose values would be people's words."""


def redact(text: str) -> str:
    """Take out tokens, passwords in addresses, and what looks like a phone, CNIC or passport number."""
    text = _PASSWORD.sub(r"\1<password>@", _TOKEN.sub("<token>", text))
    return _PASSPORT.sub("<number>", _PHONE.sub(_hide, text))


def _hide(found: re.Match[str]) -> str:
    return found[0] if _DAY.fullmatch(found[0]) else "<number>"


def _clean(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in _HIDDEN:
            event[key] = "<hidden>"
        elif isinstance(value, str) and key != "timestamp":
            event[key] = redact(value)
    return event


class _RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def set_up(level: str, style: str) -> None:
    """Set up structlog and the standard library's logging for the whole process."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
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
