"""Nothing secret and nobody's number gets into a log line, tracebacks included."""

import io
import json
import logging
import sys

import pytest
import structlog

from bot.app import logs

TOKEN = "700000001:AAF-abcdefghijklmnopqrstuvwxyz_12345"
SECRETS = (
    TOKEN,
    "+92 300 1234567",
    "03001234567",
    "35202-1234567-1",
    "3520212345671",
    "AB1234567",
    "N 12345678",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_and_numbers_are_taken_out(secret: str) -> None:
    assert secret not in logs.redact(f"before {secret} after")
    assert logs.redact(f"before {secret} after").startswith("before <")


def test_the_password_of_an_address_is_taken_out_and_the_rest_stays() -> None:
    shown = logs.redact("postgresql://bot:pa55word@db:5432/house")
    assert shown == "postgresql://bot:<password>@db:5432/house"


@pytest.mark.parametrize("harmless", ["took 12 ms", "update 48213", "KH-7GQ4-X6", "2026-11-23", "port 8081"])
def test_what_an_operator_needs_stays(harmless: str) -> None:
    assert logs.redact(harmless) == harmless


def _fail() -> None:
    raise ValueError(f"cannot reach https://api/bot{TOKEN}/getMe for +92 300 1234567")


@pytest.mark.parametrize("style", ["text", "json"])
def test_lines_and_tracebacks_are_clean(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root, level = list(logging.root.handlers), logging.root.level
    try:
        logs.set_up("INFO", style)
        log = structlog.get_logger("test")
        try:
            _fail()
        except ValueError:
            log.exception("failed", reason=TOKEN, text="words of a person", payload=b"more words")
            logging.getLogger("aiohttp").exception("failed %s", TOKEN)
        shown = stream.getvalue()
    finally:
        logging.root.handlers[:], logging.root.level = root, level
        structlog.reset_defaults()
    assert "failed" in shown
    assert not [one for one in (TOKEN, "1234567", "words of a person", "more words") if one in shown]
    if style == "json":
        assert json.loads(shown.splitlines()[0])["event"] == "failed"
