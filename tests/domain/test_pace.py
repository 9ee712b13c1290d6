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


class Passing:
    """Time that passes only while somebody sleeps, a little more than was asked for."""

    def __init__(self, late: float = 0.0) -> None:
        self.now = 1000.0
        self._late = late

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds + self._late


async def _announced(rate: float, many: int, late: float = 0.002) -> list[float]:
    time = Passing(late)
    pace = Pace(overall=28, announcements=rate, now=time, sleep=time.sleep)
    moments = []
    for chat in range(1, many + 1):
        tickets = await pace.announce(chat)
        moments.append(time.now)
        time.now += 0.0005
        pace.arrived(tickets)
    return moments


def _most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= one < start + 1 for one in moments) for start in moments)


async def test_announcements_keep_the_rate_that_was_set() -> None:
    for rate in (1.0, 10.0, 25.0, 28.0):
        moments = await _announced(rate, int(rate * 20))
        assert 0.97 * rate <= (len(moments) - 1) / (moments[-1] - moments[0]) <= 1.01 * rate


async def test_announcements_stay_below_what_telegram_refuses() -> None:
    moments = await _announced(30, 600)
    assert (len(moments) - 1) / (moments[-1] - moments[0]) >= 28
    assert _most_in_a_second(moments) <= 30


async def test_a_rate_that_is_paid_for_goes_far_beyond() -> None:
    moments = await _announced(1000, 5000, late=0.0005)
    assert (len(moments) - 1) / (moments[-1] - moments[0]) >= 940
    assert _most_in_a_second(moments) <= 1000


async def test_an_answer_to_a_tap_moves_announcements_back() -> None:
    time = Passing()
    pace = Pace(overall=28, announcements=30, now=time, sleep=time.sleep)
    moments = []
    for chat in range(1, 301):
        if chat % 3 == 0:
            before = time.now
            await pace.turn(5000 + chat, urgent=True)
            assert time.now == before
            moments.append(time.now)
        await pace.announce(chat)
        moments.append(time.now)
    assert _most_in_a_second(moments) <= 30


async def test_what_has_not_been_answered_counts_as_still_on_its_way() -> None:
    delays = []
    for is_answered in (True, False):
        time = Passing()
        pace = Pace(overall=28, announcements=30, now=time, sleep=time.sleep)
        for chat in range(1, 31):
            tickets = await pace.announce(chat)
            pace.arrived(tickets if is_answered else [])
        delays.append(pace.announcement_delay())
    assert delays[0] < 0.04 < delays[1]


async def test_a_person_gets_one_message_a_second() -> None:
    time = Passing()
    pace = Pace(overall=28, announcements=30, now=time, sleep=time.sleep)
    await pace.announce(7)
    first = time.now
    await pace.announce(7)
    assert time.now - first >= 1


async def test_when_telegram_wants_a_long_pause_nothing_may_be_announced() -> None:
    time = Passing()
    pace = Pace(overall=28, announcements=30, now=time, sleep=time.sleep)
    pace.pause(60)
    assert await pace.announce(7, patience=10) == []
    assert await pace.announce(7) != []
    assert time.now >= 1060


async def test_while_announcements_are_held_for_long_nothing_may_be_announced_either() -> None:
    time = Passing()
    pace = Pace(overall=28, announcements=30, now=time, sleep=time.sleep)
    pace.hold_announcements(2)
    assert await pace.announce(7, patience=0.5) == []
    await time.sleep(1.6)
    assert await pace.announce(7, patience=0.5) != []
