"""The strict limiter: what passes, what waits, and how long."""

from typing import Any

from bot.simulator.calls import Call
from bot.simulator.errors import ApiError
from bot.simulator.limits import Limiter, Limits
from bot.simulator.server import Simulator
from bot.simulator.world import World

Api = Any


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def pause(limiter: Limiter, chat_id: int, method: str = "sendmessage", **params: Any) -> int:
    """Return the retry_after of a call, 0 when it passes."""
    try:
        limiter.check(Call(method=method, params={"chat_id": chat_id} | params))
    except ApiError as refusal:
        return int((refusal.parameters or {})["retry_after"])
    return 0


def limited(**limits: int) -> tuple[Limiter, Clock]:
    clock = Clock()
    limiter = Limiter(clock)
    limiter.set(Limits(**limits))
    return limiter, clock


def test_so_many_in_any_second_overall() -> None:
    limiter, clock = limited(overall=3)
    assert [pause(limiter, chat) for chat in (1, 2, 3, 4)] == [0, 0, 0, 1]
    clock.now += 1.0
    assert pause(limiter, 4) == 0
    assert limiter.refused == 1


def test_one_a_second_to_a_person() -> None:
    limiter, clock = limited()
    assert [pause(limiter, 1), pause(limiter, 1), pause(limiter, 2)] == [0, 1, 0]
    clock.now += 1.0
    assert pause(limiter, 1) == 0


def test_twenty_a_minute_to_a_group() -> None:
    limiter, clock = limited(overall=0)
    assert [pause(limiter, -5) for _ in range(20)] == [0] * 20
    clock.now += 10
    assert pause(limiter, -5) == 50
    clock.now += 50
    assert pause(limiter, -5) == 0


def test_an_album_counts_as_its_messages_and_passes_alone() -> None:
    limiter, _ = limited(overall=5)
    album: list[dict[str, str]] = [{}] * 4
    assert pause(limiter, 1, "sendmediagroup", media=album) == 0
    assert pause(limiter, 2, "sendmediagroup", media=album) == 1


def test_other_calls_are_not_counted() -> None:
    limiter, _ = limited(overall=1)
    calls = ("sendmessage", "editmessagetext", "answercallbackquery", "sendchataction", "getupdates")
    assert [pause(limiter, 1, method) for method in calls] == [0] * 5


async def test_limits_are_off_until_set(api: Api, simulator: Simulator, world: World) -> None:
    for _ in range(3):
        await api.sendMessage(chat_id=1001, text="a")
    simulator.limiter.set(Limits())
    await api.sendMessage(chat_id=1001, text="a")
    assert await api.refusal("sendMessage", chat_id=1001, text="a") == "429 Too Many Requests: retry after 1"
