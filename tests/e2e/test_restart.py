"""What was begun survives a killed process."""

import asyncio

from tests.driver import text_of
from tests.e2e.house import House, styled

VISITOR, STAFF, GROUP = 1002, 2001, -1001000000001


async def test_a_question_written_before_a_kill_is_sent_after_it(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("/ask Is there a direct flight?")
    summary = await visitor.sees("Is there a direct flight?")
    await house.kill()
    await visitor.taps(styled(summary, "success"))
    await house.start()
    receipt = await visitor.sees("has been received")
    assert "KH-" in text_of(receipt)
    await house.stand.as_person(STAFF).sees("Is there a direct flight?", chat=GROUP)
    code, _, err = await house.command("export", "--format", "csv", "--output", "log.csv")
    assert code == 0, err
    assert (house.folder / "log.csv").read_text("utf-8-sig").count("Is there a direct flight?") == 1


async def test_it_stops_cleanly_on_sigterm(house: House) -> None:
    assert await house.stop() == 0


async def test_a_second_bot_on_the_same_database_says_so_and_exits_1(house: House) -> None:
    code, _, err = await house.command("run")
    assert code == 1
    assert err.strip().splitlines()[-1].startswith("bot: another bot is already running")


async def test_without_telegram_it_waits_and_says_so(closed_house: House) -> None:
    await closed_house.stand.outage(is_down=True)
    starting = asyncio.create_task(closed_house.start())
    async with asyncio.timeout(60):
        while not closed_house.log.exists() or "telegram not reached" not in closed_house.log.read_text():
            await asyncio.sleep(0.1)
    await closed_house.stand.outage(is_down=False)
    await starting


async def test_a_token_that_telegram_does_not_know_exits_1_with_one_line(closed_house: House) -> None:
    code, _, err = await closed_house.command("run", BOT_TOKEN="42:wrong-token-of-nobody-here-at-all-00")
    assert code == 1
    assert err.strip().splitlines()[-1].startswith("bot: BOT_TOKEN: Telegram does not know this token")
    assert "wrong-token" not in err
