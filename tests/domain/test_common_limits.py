"""Limits that several processes keep together, as long as they hear of each other."""

import itertools

import pytest

from bot.domain.flood import Flood
from bot.domain.pace import Pace
from tests.fakes.neighbours import Street

PERSON, GROUP = 1001, -100


class Moment:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Replicas:
    """Three processes of one bot."""

    def __init__(self, *, in_touch: bool = True) -> None:
        self.moment = Moment()
        self.street = Street()
        self.neighbours = [self.street.move_in() for _ in range(3)]
        self.paces = [Pace(overall=28, now=self.moment, neighbours=one) for one in self.neighbours]
        self.floods = [Flood(5, now=self.moment, neighbours=one) for one in self.neighbours]
        for one in self.neighbours if in_touch else ():
            one.join()

    def sends(self, seconds: float, *, chat: int | None = None) -> list[float]:
        """Each sends as often as its pace lets it; gives the moments."""
        chats = itertools.count(1) if chat is None else itertools.repeat(chat)
        sent = []
        for _ in range(round(seconds * 200)):
            for pace in self.paces:
                if pace.delay(where := next(chats)) <= 0:
                    pace._take(where, urgent=False, messages=1)
                    sent.append(self.moment.now)
            self.moment.now += 0.005
        return sent


@pytest.fixture
def replicas() -> Replicas:
    return Replicas()


def test_a_visitors_updates_are_counted_over_all_replicas(replicas: Replicas) -> None:
    floods = itertools.cycle(replicas.floods)
    assert [next(floods).allows(PERSON) for _ in range(20)] == [True] * 5 + [False] * 15


def test_an_album_counts_as_one_whichever_replicas_handle_its_parts(replicas: Replicas) -> None:
    floods = itertools.cycle(replicas.floods)
    assert all(next(floods).allows(PERSON) for _ in range(4))
    assert all(next(floods).allows(PERSON, album="77") for _ in range(10))
    assert not next(floods).allows(PERSON)


def test_a_made_up_album_without_end_is_a_flood_over_all_replicas(replicas: Replicas) -> None:
    floods = itertools.cycle(replicas.floods)
    assert sum(next(floods).allows(PERSON, album="77") for _ in range(100)) == 9 + 5


def test_the_notice_comes_once_whichever_replica_gives_it(replicas: Replicas) -> None:
    given = 0
    for flood in [*replicas.floods * 6]:
        if not flood.allows(PERSON):
            given += flood.warns(PERSON)
    assert given == 1


def test_who_slowed_down_is_served_and_warned_anew(replicas: Replicas) -> None:
    for flood in replicas.floods * 3:
        if not flood.allows(PERSON):
            flood.warns(PERSON)
    replicas.moment.now += 11
    assert replicas.floods[1].allows(PERSON)
    refused = [flood for flood in replicas.floods * 3 if not flood.allows(PERSON)]
    assert sum(flood.warns(PERSON) for flood in refused) == 1


def test_out_of_touch_each_replica_counts_for_itself() -> None:
    floods = itertools.cycle(Replicas(in_touch=False).floods)
    assert sum(next(floods).allows(PERSON) for _ in range(30)) == 15


def test_together_they_send_no_more_than_one_alone_may(replicas: Replicas) -> None:
    sent = replicas.sends(10)
    assert 270 <= len(sent) <= 285
    assert max(sum(begin <= one < begin + 1 for one in sent) for begin in sent) <= 30


def test_out_of_touch_each_keeps_the_pace_for_itself() -> None:
    assert 800 <= len(Replicas(in_touch=False).sends(10)) <= 860


def test_one_person_gets_one_message_a_second_from_all_of_them(replicas: Replicas) -> None:
    assert len(replicas.sends(10, chat=PERSON)) == 10


def test_a_group_gets_its_messages_a_minute_from_all_of_them(replicas: Replicas) -> None:
    assert len(replicas.sends(59, chat=GROUP)) == 18


def test_what_telegram_refused_one_all_obey(replicas: Replicas) -> None:
    replicas.paces[0].pause(30, PERSON)
    assert [round(one.urgent_delay(PERSON)) for one in replicas.paces] == [30, 30, 30]
    assert all(one.urgent_delay(PERSON + 1) <= 0 for one in replicas.paces)
    replicas.paces[1].pause(20)
    assert [round(one.pause_left()) for one in replicas.paces] == [20, 20, 20]


def test_who_joins_later_learns_of_pauses_and_of_full_groups(replicas: Replicas) -> None:
    replicas.paces[0].pause(300)
    replicas.paces[1].pause(200, PERSON)
    for _ in range(12):
        replicas.paces[2]._take(GROUP, urgent=True, messages=1)
    newcomer = replicas.street.move_in()
    pace = Pace(overall=28, now=replicas.moment, neighbours=newcomer)
    newcomer.join()
    assert round(pace.pause_left()) == 300
    assert not pace.is_roomy(GROUP)
    assert [pace._group(GROUP).room(replicas.moment.now)] == [18 - 12]


def test_announcements_of_one_take_room_from_the_others(replicas: Replicas) -> None:
    for chat in range(28):
        replicas.paces[0]._take(chat, urgent=True, messages=1)
    assert replicas.paces[1].announcement_delay() > 0.5
