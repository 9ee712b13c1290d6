"""An announcement from the command line to its readers."""

import re

from tests.driver import Json
from tests.e2e.authors import READERS, copies, subscribe
from tests.e2e.house import House, labels

TEXTS = {
    "en": "Visa desk <closed> & away on Friday",
    "kk": "Виза бөлімі жұма күні жабық",
    "ur": "ویزا ڈیسک جمعہ کو بند ہے",
}


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


async def test_subscribers_get_it_once_in_their_language(house: House) -> None:
    await subscribe(house.stand, *READERS)
    number = await announce(house)
    text = await ended(house, number)
    for person, language in ((1001, "ur"), (1002, "en"), (1003, "kk")):
        (copy,) = await copies(house.stand, person, TEXTS[language])
        assert len(labels(copy)) == 1
    assert re.search(r"^sent: 3$", text, re.MULTILINE)
    code, out, _ = await house.command("broadcast", "list")
    assert code == 0
    assert out.startswith(f"{number}\tdone")


async def test_plain_text_arrives_as_it_stands_and_the_missing_language_falls_back(house: House) -> None:
    await subscribe(house.stand, *READERS)
    text = "قیمت 1 < 2 &lt; 3 & <b>not bold</b> 🇰🇿"
    file = house.folder / "ur.txt"
    file.write_bytes(b"\xef\xbb\xbf" + f"\n{text}\n".encode())
    code, out, err = await house.command("broadcast", "send", "--ur", str(file), "--language", "kk")
    assert code == 0
    assert err.strip() == "to 1 people, running"
    await ended(house, int(out))
    (copy,) = await copies(house.stand, 1003, text)
    assert labels(copy) == ["Жазылымнан бас тарту"]
    assert not await copies(house.stand, 1001, text)
    marked = house.folder / "en.txt"
    marked.write_text("<b>Bold</b> &amp; plain", "utf-8")
    code, out, _ = await house.command("broadcast", "send", "--en", str(marked), "--html", "--language", "en")
    assert code == 0
    await ended(house, int(out))
    (copy,) = await copies(house.stand, 1002, "Bold & plain")
    assert [one["type"] for one in copy["entities"]] == ["bold"]


def _is_over(message: Json) -> bool:
    """Whether a message says that all announcements are off."""
    return "sub:choose:" in str(message.get("reply_markup"))


async def test_a_section_reaches_its_subscribers_only_and_who_said_no_gets_nothing(house: House) -> None:
    await subscribe(house.stand, *READERS)
    narrow, gone = house.stand.as_person(1002), house.stand.as_person(1003)
    await narrow.taps("✅ Trade")
    await house.stand.wait_message(1002, lambda one: "Trade" in labels(one))
    await gone.says("/stop")
    await house.stand.wait_message(1003, _is_over)
    number = await announce(house, "--section", "trade", languages=("ur",))
    await ended(house, number)
    assert await copies(house.stand, 1001, TEXTS["ur"])
    assert not await copies(house.stand, 1002, TEXTS["ur"])
    assert not await copies(house.stand, 1003, TEXTS["ur"])
    await house.stand.as_person(1001).taps(f"sub:out:{number}")
    await house.stand.wait_message(1001, _is_over)
    assert re.search(r"^unsubscribed: 1$", await shown(house, number), re.MULTILINE)
    file = str(house.folder / "ur.txt")
    code, _, err = await house.command("broadcast", "send", "--ur", file, "--section", "trade")
    assert (code, err.strip()) == (1, "bot: nobody would get it: no subscriber belongs to this audience")


async def test_it_is_parked_paused_goes_on_after_a_kill_and_ends(house: House) -> None:
    await subscribe(house.stand, *READERS)
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
    for person in READERS:
        assert len(await copies(house.stand, person, TEXTS["en"])) == 1
    code, _, err = await house.command("broadcast", "cancel", str(number))
    assert (code, err.strip()) == (1, "bot: not possible while done")


async def test_wrong_values_are_refused_in_one_line(closed_house: House) -> None:
    folder = closed_house.folder
    files = {
        "good": b"Open",
        "long": b"x" * 4097,
        "marked": b"x" * 4096,
        "empty": b" \n",
        "latin": "Öffnung".encode("latin-1"),
        "binary": bytes(range(256)),
        "torn": b"<b>Open",
        "loose": b"<b>1 < 2 & 3</b>",
        "unknown": b"<h1>Open</h1>",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    wrong = {
        (): "--en FILE",
        ("--en", "nowhere.txt"): "--en",
        ("--kk", str(folder)): "--kk",
        ("--en", "long"): "--en: long is too long: at most 4096 characters",
        ("--ur", "marked"): "--ur: marked is too long",
        ("--ur", "empty"): "--ur: empty is empty",
        ("--kk", "latin"): "--kk: latin is not UTF-8 text",
        ("--kk", "binary"): "--kk: binary is not UTF-8 text",
        ("--en", "torn", "--html"): "--en: torn: <b> is never closed",
        ("--en", "loose", "--html"): "--en: loose: ",
        ("--en", "unknown", "--html"): "--en: unknown: Telegram knows no tag <h1>",
        ("--en", "good", "--section", "sports"): "--section",
        ("--en", "good", "--language", "de"): "--language",
        ("--en", "good", "--at", "tomorrow"): "--at",
        ("--en", "good", "--at", "2020-01-01 09:00"): "--at: this moment has passed",
    }
    for words, named in wrong.items():
        code, out, err = await closed_house.command("broadcast", "send", *words)
        assert (code, out) == (2, ""), (words, err)
        assert named in err
        assert len(err.strip().splitlines()) == 1, err
    for words in (("show", "x"), ("pause", "0"), ("resend", "1"), ("resend", "1", "--person", "2", "--all")):
        code, _, err = await closed_house.command("broadcast", *words)
        assert (code, len(err.strip().splitlines())) == (2, 1), err
    for word in ("pause", "resume", "cancel", "in-doubt"):
        code, _, err = await closed_house.command("broadcast", word, "7")
        assert (code, err.strip()) == (1, "bot: no announcement 7")
    code, _, err = await closed_house.command("broadcast", "show", "7")
    assert (code, err.strip()) == (1, "bot: no announcement 7")
