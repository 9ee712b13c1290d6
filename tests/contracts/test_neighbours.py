"""The contract of ``Neighbours``, in one memory and over a real Redis; what Redis may do to it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.neighbours import Alone, Neighbours
from bot.storage.neighbours import NewsHooks, RedisNeighbours, why_not
from tests.fakes.neighbours import Street
from tests.redis_server import PASSWORD, RedisServer

Build = Callable[[], Neighbours]
_houses = itertools.count(1)


class Log(list[str]):
    """What the hooks were told."""

    def hooks(self) -> NewsHooks:
        """Hooks that write here."""
        return NewsHooks(
            touch=lambda on, why: self.append("on" if on else f"off: {why}"),
            fault=lambda topic, fault: self.append(f"fault: {topic} {type(fault).__name__}"),
        )


def over(server: RedisServer, house: str, log: Log | None = None, url: str = "") -> RedisNeighbours:
    """A process's way to the others."""
    hooks = (Log() if log is None else log).hooks()
    return RedisNeighbours(url or server.url, house=house, owner=f"process {next(_houses)}", hooks=hooks)


@pytest.fixture(params=["fake", "redis"])
def build(request: pytest.FixtureRequest) -> Build:
    """Builds processes of one bot."""
    if request.param == "fake":
        return Street().move_in
    server: RedisServer = request.getfixturevalue("redis_server")
    house = f"house {next(_houses)}"
    return lambda: over(server, house)


async def until(what: Callable[[], Any], seconds: float = 15) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def living(*neighbours: Neighbours) -> AsyncIterator[None]:
    """All of them run, and know of each other."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(one.run(stop)) for one in neighbours]
    try:
        await until(lambda: all(_knows(one, len(neighbours)) for one in neighbours))
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


def _knows(one: Neighbours, many: int) -> bool:
    return one.many == many and (not isinstance(one, RedisNeighbours) or one.in_touch)


async def test_what_one_tells_all_others_hear_and_nobody_else(build: Build) -> None:
    one, two, three = build(), build(), build()
    heard: list[tuple[str, Any]] = []
    for name, each in (("one", one), ("two", two), ("three", three)):
        each.hear("weather", lambda *words, name=name: heard.append((name, words)))
        each.hear("other", lambda *words: heard.append(("wrong", words)))
    async with living(one, two, three):
        one.tell("weather", 38.5, "сухо, خشک", None, [1, 2], {"a": 1})
        await until(lambda: len(heard) == 2)
    said = (38.5, "сухо, خشک", None, [1, 2], {"a": 1})
    assert sorted(heard) == [("three", said), ("two", said)]


async def test_news_of_one_process_come_in_their_order(build: Build) -> None:
    one, two = build(), build()
    heard: list[int] = []
    two.hear("number", heard.append)
    async with living(one, two):
        for number in range(2_000):
            one.tell("number", number)
        await until(lambda: len(heard) == 2_000)
    assert heard == list(range(2_000))


async def test_several_may_hear_the_same_news(build: Build) -> None:
    one, two = build(), build()
    heard: list[str] = []
    two.hear("knock", lambda: heard.append("door"))
    two.hear("knock", lambda: heard.append("window"))
    async with living(one, two):
        one.tell("knock")
        await until(lambda: len(heard) == 2)
    assert heard == ["door", "window"]


async def test_who_joins_is_told_so(build: Build) -> None:
    one, two = build(), build()
    joined: list[str] = []
    one.joined(lambda: joined.append("one"))
    two.joined(lambda: joined.append("two"))
    async with living(one, two):
        await until(lambda: len(joined) == 2)
    assert sorted(joined) == ["one", "two"]


async def test_out_of_touch_telling_does_nothing_and_one_is_alone(build: Build) -> None:
    one = build()
    one.tell("weather", 1)
    assert one.many == 1


async def test_who_is_alone_tells_nobody() -> None:
    alone = Alone()
    alone.hear("weather", lambda *_: pytest.fail("nobody can have told it"))
    alone.joined(lambda: pytest.fail("there is nobody to join"))
    alone.tell("weather", 1)
    stop = asyncio.Event()
    stop.set()
    await alone.run(stop)
    assert alone.many == 1


# ---- what is Redis's own


async def test_two_bots_on_one_redis_do_not_hear_each_other(redis_server: RedisServer) -> None:
    ours, theirs = over(redis_server, "7001"), over(redis_server, "7002")
    ours.hear("weather", lambda *_: pytest.fail("another bot's news"))
    async with living(ours), living(theirs):
        theirs.tell("weather", 1)
        await asyncio.sleep(0.3)
        assert (ours.many, theirs.many) == (1, 1)


async def test_nothing_is_ever_stored_in_redis(own_redis: RedisServer) -> None:
    one, two = over(own_redis, "h"), over(own_redis, "h")
    async with living(one, two):
        one.tell("flood", 1001)
        await asyncio.sleep(0.3)
        assert own_redis.says("DBSIZE") == "0"


async def test_news_that_make_no_sense_are_passed_over(redis_server: RedisServer) -> None:
    log = Log()
    one, two = over(redis_server, "odd", log), over(redis_server, "odd")
    heard: list[int] = []

    def act(number: int) -> None:
        heard.append(number + 1)

    one.hear("number", act)
    async with living(one, two):
        for odd in ("", "null", "[]", '["x", 5]', '["x", [[]]]', '{"a": 1}', "\udcff"):
            data = odd.encode("utf-8", "surrogateescape")
            await two._client.publish("kazakhstan-house:odd", data)
        two.tell("number", "seven")
        two.tell("number", 1, 2, 3)
        two.tell("unknown", 1)
        two.tell("number", 7)
        await until(lambda: heard == [8])
    assert log.count("fault: number TypeError") == 2
    assert len([line for line in log if line.startswith("fault:  ")]) >= 5


async def test_a_redis_that_is_gone_is_said_once_and_joined_again_by_itself(own_redis: RedisServer) -> None:
    log = Log()
    one, two = over(own_redis, "h", log), over(own_redis, "h")
    heard: list[int] = []
    two.hear("number", heard.append)
    async with living(one, two):
        own_redis.stop()
        await until(lambda: len(log) == 2)
        one.tell("number", 1)
        await asyncio.sleep(3)
        own_redis.start()
        await until(lambda: one.many == 2 and two.many == 2)
        one.tell("number", 2)
        await until(lambda: heard)
    assert log == ["on", "off: it is not reached", "on"]
    assert heard == [2]


async def test_a_redis_that_answers_nothing_any_more_is_noticed(own_redis: RedisServer) -> None:
    log = Log()
    one = over(own_redis, "h", log)
    async with living(one):
        own_redis.freeze()
        await until(lambda: not one.in_touch, 6)
        for number in range(100_000):
            one.tell("number", number)
        own_redis.thaw()
        await until(lambda: one.in_touch)
    assert log == ["on", "off: it does not answer", "on"]


async def test_stopping_does_not_wait_for_a_redis_that_hangs(own_redis: RedisServer) -> None:
    one = over(own_redis, "h")
    stop = asyncio.Event()
    running = asyncio.create_task(one.run(stop))
    await until(lambda: one.in_touch)
    own_redis.freeze()
    stop.set()
    async with asyncio.timeout(30):
        await running
    own_redis.thaw()


async def test_emptying_redis_changes_nothing(own_redis: RedisServer) -> None:
    log = Log()
    one, two = over(own_redis, "h", log), over(own_redis, "h")
    heard: list[int] = []
    two.hear("number", heard.append)
    async with living(one, two):
        own_redis.says("FLUSHALL")
        one.tell("number", 1)
        await until(lambda: heard == [1])
    assert log == ["on"]


async def test_a_wrong_password_is_said_without_it(own_redis: RedisServer) -> None:
    log = Log()
    wrong = own_redis.url.replace(PASSWORD, "wrong-secret")
    one = over(own_redis, "h", log, wrong)
    stop = asyncio.Event()
    running = asyncio.create_task(one.run(stop))
    await until(lambda: log)
    stop.set()
    await running
    assert log == ["off: it refuses the password"]


async def test_an_examination_tells_what_is_wrong(own_redis: RedisServer) -> None:
    assert await why_not(own_redis.url) == ""
    assert await why_not(own_redis.url.replace(PASSWORD, "wrong-secret")) == "it refuses the password"
    own_redis.stop()
    assert await why_not(own_redis.url) == "it is not reached"


@pytest.mark.parametrize("url", ["http://host", "redis://host?what=1", "redis://host?socket_timeout=x"])
def test_an_address_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"Redis|client|socket_timeout"):
        RedisNeighbours(url, house="h", owner="o", hooks=Log().hooks())
