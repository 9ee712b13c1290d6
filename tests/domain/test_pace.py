"""Turns: what a group takes in a minute, and whom a pause that Telegram asks for concerns."""

from bot.domain.crowding import GroupWindow, Pauses
from bot.domain.pace import Pace


class Moment:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_group_takes_eighteen_and_keeps_two_for_answers() -> None:
    window = GroupWindow()
    window.note(0.0, 18)
    assert window.ready(1.0) == 60.0
    assert window.ready(1.0, urgent=True) == 1.0
    window.note(1.0, 2)
    assert window.ready(2.0, urgent=True) == 60.0
    assert window.ready(61.0) == 61.0


def test_an_album_needs_the_room_of_its_parts() -> None:
    window = GroupWindow()
    window.note(0.0, 10)
    assert window.ready(1.0, 8) == 1.0
    assert window.ready(1.0, 10) == 60.0


def test_the_fuller_a_group_the_longer_news_gather() -> None:
    window = GroupWindow()
    waits = []
    for number in range(14):
        waits.append(window.gathers_until(float(number)) - (number - 1))
        window.note(float(number))
    assert window.gathers_until(14.0) <= 13.0 + 12.0
    assert waits[-1] > waits[-3] > 1.0


def test_a_pause_concerns_the_chat_it_was_asked_for() -> None:
    moment = Moment()
    pace = Pace(overall=28, now=moment)
    pace.pause(30, chat=-5)
    assert pace.delay(-5) == 30
    assert pace.urgent_delay(-5) == 30
    assert pace.delay(7) <= 0
    moment.now += 30
    assert pace.delay(-5) <= 0


def test_when_many_are_refused_at_once_everybody_waits() -> None:
    pauses = Pauses()
    pauses.add(5, 1, now=100.0)
    pauses.add(5, 2, now=100.2)
    assert pauses.until == 0.0
    pauses.add(5, 3, now=100.4)
    assert pauses.of(99) == 105.4


def test_a_pause_without_a_chat_concerns_everybody() -> None:
    pauses = Pauses()
    pauses.add(5, None, now=100.0)
    assert pauses.of(99) == 105.0
