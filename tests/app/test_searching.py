"""``python -m bot search --json`` as another program uses it: a line in, a line out, whatever the line is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from bot.content.sections import INTENTS

ROOT = Path(__file__).parents[2]
ODD = {
    "a question": b"visa fee",
    "empty": b"",
    "only NUL": b"\0",
    "no UTF-8": b"\xff\xfe\xed\xa0\x80",
    "100 kB of one word": b"x" * 100_000,
    "100 kB of Urdu": "قازقستان کا ویزا ".encode() * 3_300,
    "100 kB of points": b"." * 100_000,
    "100 kB of questions": b"visa? " * 16_000,
    "a return inside": b"visa\rfee",
    "line ends of other systems": "visa\u2028fee\u0085\x0b\x0c".encode(),
    "JSON": b'{"rejected": "\\u0000"}',
    "emoji": "👍🏽🇰🇿".encode(),
}
Process = subprocess.Popen[bytes]


def streams(process: Process) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    assert process.stdin
    assert process.stdout
    assert process.stderr
    return process.stdin, process.stdout, process.stderr


@pytest.fixture
def searching() -> Iterator[Process]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "bot", "search", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        yield process
        process.kill()


def test_each_line_is_answered_at_once_before_the_next_is_written(searching: Process) -> None:
    questions, answers, faults = streams(searching)
    for name, line in ODD.items():
        questions.write(line + b"\n")
        questions.flush()
        found = json.loads(answers.readline())
        assert found.keys() == {"rejected", "ranked"}, name
        assert isinstance(found["rejected"], bool)
        assert 1 <= len(found["ranked"]) <= 10
        for hit in found["ranked"]:
            assert hit.keys() == {"section", "intent", "id", "score"}
            assert INTENTS[hit["intent"]] == hit["section"]
    questions.write(b"the last one has no end of line")
    questions.close()
    assert json.loads(answers.readline())
    assert answers.read() == b""
    assert (searching.wait(60), faults.read()) == (0, b"")


def test_a_reader_that_has_seen_enough_may_go(searching: Process) -> None:
    questions, answers, faults = streams(searching)
    questions.write(b"visa fee\n")
    questions.flush()
    assert answers.readline()
    answers.close()
    try:
        questions.write(b"visa fee\n" * 100_000)
        questions.close()
    except BrokenPipeError:
        pass
    searching.wait(60)
    assert faults.read() == b""


def test_nothing_to_read_is_no_fault() -> None:
    command = f'"{sys.executable}" -m bot search --json <&-'
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, timeout=120, check=False)  # noqa: S602 - our own words
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
