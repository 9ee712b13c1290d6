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
    "35202–1234567–1",
    "۳۵۲۰۲-۱۲۳۴۵۶۷-۱",
    "\u200e+7 (727) 250-12-34",
    "№12345678",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_and_numbers_are_taken_out(secret: str) -> None:
    assert secret not in logs.redact(f"before {secret} after")
    assert logs.redact(f"before {secret} after").replace("\u200e", "").startswith("before <")


def test_the_password_of_an_address_is_taken_out_and_the_rest_stays() -> None:
    shown = logs.redact("postgresql://bot:pa55word@db:5432/house")
    assert shown == "postgresql://bot:<password>@db:5432/house"


@pytest.mark.parametrize(
    "harmless",
    [
        "took 12 ms",
        "update 48213",
        "KH-7GQ4-X6",
        "2026-11-23",
        "port 8081",
        "2026-11-23 14:05:33",
        "host 192.168.100.200:5432",
        "KH-2345-67",
    ],
)
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
            log.warning(
                "odd", found=[TOKEN, "03001234567"], error=ValueError(f"at {TOKEN}"), raw=b"more words"
            )
            logging.getLogger("aiohttp").exception("failed %s", TOKEN)
        shown = stream.getvalue()
    finally:
        logging.root.handlers[:], logging.root.level = root, level
        structlog.reset_defaults()
    assert "failed" in shown
    secrets = (TOKEN, TOKEN[:9], "1234567", "words of a person", "more words")
    assert not [one for one in secrets if one in shown]
    if style == "json":
        assert json.loads(shown.splitlines()[0])["event"] == "failed"


WORDS = "My visa (family) was refused"


class OddError(Exception):
    """Its words are a person's."""


def _refuse() -> None:
    raise OddError(WORDS)


def _fill_up() -> None:
    try:
        _refuse()
    except OddError as first:
        raise OSError(28, f"no room for: {WORDS}") from first


@pytest.mark.parametrize("style", ["text", "json"])
def test_the_words_of_errors_are_not_logged_but_where_they_came_from_is(
    style: str, capfd: pytest.CaptureFixture[str]
) -> None:
    root, level = list(logging.root.handlers), logging.root.level
    never_awaited = f"Task exception was never retrieved\nfuture: <Task exception=OddError('{WORDS}')>"
    try:
        logs.set_up("INFO", style)
        try:
            _fill_up()
        except OSError:
            structlog.get_logger("test").error("part failed", exc_info=True)
            logging.getLogger("asyncio").exception(never_awaited)
    finally:
        logging.root.handlers[:], logging.root.level = root, level
        structlog.reset_defaults()
    shown = capfd.readouterr().err
    assert "refused" not in shown
    assert shown.count("OSError (errno 28)") == 2
    assert shown.count("test_logs.OddError") == 2
    assert shown.count("in _fill_up") >= 2
    assert "exception=OddError" in shown


def test_a_group_of_errors_names_each_kind() -> None:
    shown = logs.trace(ExceptionGroup("words", [OddError("words"), ValueError("words")]))
    assert "words" not in shown
    assert "OddError; builtins.ValueError" in shown
