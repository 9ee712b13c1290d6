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
