"""An announcement from the command line to its readers."""

import re

from tests.driver import Json, text_of
from tests.e2e.house import House, labels

VISITORS = {1001: "اردو", 1002: "English", 1003: "Қазақша"}
TEXTS = {
    "en": "Visa desk <closed> & away on Friday",
    "kk": "Виза бөлімі жұма күні жабық",
    "ur": "ویزا ڈیسک جمعہ کو بند ہے",
}


async def subscribe(house: House, *people: int) -> None:
    for one in people:
        visitor = house.stand.as_person(one)
        await visitor.starts()
        await visitor.sees("Choose your language")
        await visitor.taps(VISITORS[one])
        await visitor.says("/subscribe")
        await house.stand.wait_message(one, lambda message: "/stop" in text_of(message))


async def announce(house: House, *more: str, languages: tuple[str, ...] = ("en", "kk", "ur")) -> int:
    """Queue an announcement; gives its number."""
    words = []
    for language in languages:
        file = house.folder / f"{language}.txt"
        file.write_text(TEXTS[language], "utf-8")
        words += [f"--{language}", str(file)]
    code, out, err = await house.command("broadcast", "send", *words, *more)
    assert code == 0, err
    return int(out.strip())


async def shown(house: House, number: int) -> str:
    code, out, err = await house.command("broadcast", "show", str(number))
    assert code == 0, err
    return out


async def ended(house: House, number: int) -> str:
    """Wait until it is done; gives what ``show`` says."""

    async def look() -> str:
        text = await shown(house, number)
        return text if ": done" in text else ""

    return await house.stand.wait_for(look, 30, what="the end of the announcement")


async def copies(house: House, person: int, text: str) -> list[Json]:
    return [one for one in await house.stand.from_bot(person) if text_of(one) == text]


async def test_subscribers_get_it_once_in_their_language(house: House) -> None:
    await subscribe(house, *VISITORS)
    number = await announce(house)
    text = await ended(house, number)
    for person, language in ((1001, "ur"), (1002, "en"), (1003, "kk")):
        (copy,) = await copies(house, person, TEXTS[language])
        assert len(labels(copy)) == 1
    assert re.search(r"^sent: 3$", text, re.MULTILINE)
    code, out, _ = await house.command("broadcast", "list")
    assert code == 0
    assert out.startswith(f"{number}\tdone")


def _is_over(message: Json) -> bool:
    """Whether a message says that all announcements are off."""
    return "sub:choose:" in str(message.get("reply_markup"))


async def test_a_section_reaches_its_subscribers_only_and_who_said_no_gets_nothing(house: House) -> None:
    await subscribe(house, *VISITORS)
    narrow, gone = house.stand.as_person(1002), house.stand.as_person(1003)
    await narrow.taps("✅ Trade")
    await house.stand.wait_message(1002, lambda one: "Trade" in labels(one))
    await gone.says("/stop")
    await house.stand.wait_message(1003, _is_over)
    number = await announce(house, "--section", "trade", languages=("ur",))
    await ended(house, number)
    assert await copies(house, 1001, TEXTS["ur"])
    assert not await copies(house, 1002, TEXTS["ur"])
    assert not await copies(house, 1003, TEXTS["ur"])
    await house.stand.as_person(1001).taps(f"sub:out:{number}")
    await house.stand.wait_message(1001, _is_over)
    assert re.search(r"^unsubscribed: 1$", await shown(house, number), re.MULTILINE)
    file = str(house.folder / "ur.txt")
    code, _, err = await house.command("broadcast", "send", "--ur", file, "--section", "trade")
    assert (code, err.strip()) == (1, "bot: nobody would get it: no subscriber belongs to this audience")


async def test_it_is_parked_paused_goes_on_after_a_kill_and_ends(house: House) -> None:
    await subscribe(house, *VISITORS)
    busy = {"status": 429, "description": "Too Many Requests", "parameters": {"retry_after": 60}}
    await house.stand.fault("error", method="sendMessage", text="Visa desk", times=3, **busy)
    number = await announce(house, languages=("en",))
    assert "parked until: " in await shown(house, number)
    code, out, _ = await house.command("broadcast", "pause", str(number))
    assert (code, out.strip()) == (0, f"announcement {number}: paused (admin)")
    await house.kill()
    await house.stand.clear_faults()
    await house.start()
    assert "left: 3" in await shown(house, number)
    assert (await house.command("broadcast", "resume", str(number)))[0] == 0
    assert "sent: 3" in await ended(house, number)
    for person in VISITORS:
        assert len(await copies(house, person, TEXTS["en"])) == 1
    code, _, err = await house.command("broadcast", "cancel", str(number))
    assert (code, err.strip()) == (1, "bot: not possible while done")


async def test_wrong_values_are_refused_in_one_line(closed_house: House) -> None:
    file = closed_house.folder / "en.txt"
    file.write_text("x" * 4097)
    wrong = {
        ("--en", str(file)): "--en",
        ("--en", str(file), "--section", "sports"): "--section",
        ("--en", "nowhere.txt"): "--en",
        (): "--en FILE",
        ("--en", str(file), "--language", "de"): "--language",
    }
    for words, named in wrong.items():
        code, out, err = await closed_house.command("broadcast", "send", *words)
        assert (code, out) == (2, ""), words
        assert named in err
        assert len(err.strip().splitlines()) == 1
    code, _, err = await closed_house.command("broadcast", "show", "7")
    assert (code, err.strip()) == (1, "bot: no announcement 7")
