"""What is kept in mind is bounded, and the oldest goes first."""

from bot.domain.newest import Newest


def test_the_oldest_goes_where_there_is_no_room() -> None:
    known: Newest[int, str] = Newest(2)
    known[1], known[2], known[3] = "a", "b", "c"
    assert dict(known) == {2: "b", 3: "c"}


def test_setting_a_value_again_makes_it_the_newest() -> None:
    known: Newest[int, str] = Newest(2)
    known[1], known[2] = "a", "b"
    known[1] = "again"
    known[3] = "c"
    assert dict(known) == {1: "again", 3: "c"}
    assert known.pop(3) == "c"
    assert known.get(2) is None
