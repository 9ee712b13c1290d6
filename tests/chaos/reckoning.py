"""Reckoning: what a storm left, counted. Nothing may be lost or logged twice; little may be told twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.simulator.people import STAFF_GROUP_ID as GROUP
from tests.driver import Json, Stand, buttons_of, text_of

CODE = re.compile(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}")
MARKER = re.compile(r"question \d+x\d+")
SENDERS = 8
"""Messages that the bot sends at the same time at most, so that one kill may double so many."""


@dataclass
class Tally:
    """What happened in a storm."""

    kills: int = 0
    unclear: int = 0
    """Faults after which nobody knows whether the message arrived."""
    asked: dict[str, int] = field(default_factory=dict)
    """The visitor of each question."""
    codes: dict[str, str] = field(default_factory=dict)
    """The code of each question that became an inquiry, as its receipt says."""
    added: dict[str, str] = field(default_factory=dict)
    """The code of the inquiry to which a question was added, because staff had just answered."""
    answers: dict[str, str] = field(default_factory=dict)
    """What staff answered to each code."""
    opened: list[str] = field(default_factory=list)
    """The codes whose cards staff opened from a digest."""
    doubled: Counter[str] = field(default_factory=Counter)

    @property
    def allowed(self) -> int:
        """How many messages may have come twice."""
        return self.kills * SENDERS + self.unclear

    @property
    def is_waiting(self) -> bool:
        """Whether a visitor still waits for a receipt."""
        return len(self.codes) + len(self.added) < len(self.asked)

    def __str__(self) -> str:
        """The numbers of docs/reliability.md."""
        return (
            f"{self.kills} kills, {len(self.codes)} inquiries, {len(self.added)} additions, "
            f"{len(self.answers)} answers, {self.unclear} unclear faults, doubled: {dict(self.doubled)}"
        )


def card_of(message: Json) -> str:
    """The code of the inquiry whose card a message of the staff chat is; empty when it is none."""
    found = CODE.match(text_of(message))
    data = [one.get("callback_data", "") for one in buttons_of(message)]
    return found[0] if found and any(one.startswith("card:") and found[0] in one for one in data) else ""


def receipts_of(messages: Sequence[Json]) -> list[str]:
    """The codes of the receipts among messages."""
    shown = [text_of(one) for one in messages]
    return [found[0] for text in shown if "has been received" in text and (found := CODE.search(text))]


async def reckon(tally: Tally, stand: Stand, log: str) -> None:
    """Check everything against the log that staff take away (JSON Lines), and count what came twice."""
    logged = Counter(_logged(log))
    assert logged == dict.fromkeys(tally.asked, 1)
    assert set(tally.codes) | set(tally.added) == set(tally.asked)
    assert len(set(tally.codes.values())) == len(tally.codes)
    await _staff_chat(tally, await stand.from_bot(GROUP))
    for person in set(tally.asked.values()):
        _visitor(tally, person, await stand.from_bot(person))


def _logged(log: str) -> Iterator[str]:
    """Each question, as often as it stands in the log."""
    for line in log.splitlines():
        inquiry = json.loads(line)
        first = " ".join([inquiry["text"], *(one["value"] for one in inquiry["answers"])])
        yield from set(MARKER.findall(f"{first} "))
        for post in inquiry["thread"][1:]:
            yield from set(MARKER.findall(post.get("text", "")))


async def _staff_chat(tally: Tally, group: Sequence[Json]) -> None:
    told = " ".join(text_of(one) for one in group)
    assert [code for code in tally.codes.values() if code not in told] == []
    cards = Counter(code for one in group if (code := card_of(one)))
    meant = Counter(set(cards)) + Counter(set(tally.opened))
    tally.doubled["cards"] += (cards - meant).total()


def _visitor(tally: Tally, person: int, messages: Sequence[Json]) -> None:
    codes = [tally.codes[text] for text, who in tally.asked.items() if who == person and text in tally.codes]
    receipts = Counter(receipts_of(messages))
    assert set(receipts) == set(codes)
    tally.doubled["receipts"] += receipts.total() - len(receipts)
    texts = [text_of(one) for one in messages]
    for code in codes:
        if answer := tally.answers.get(code):
            came = sum(answer in text for text in texts)
            assert came >= 1, answer
            tally.doubled["replies"] += came - 1
