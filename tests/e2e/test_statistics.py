"""Statistics in the chat and in the terminal."""

import json

from bot.simulator.people import ADMIN
from tests.driver import text_of
from tests.e2e.house import House, labels, styled

VISITOR, STAFF = 1002, 2001
GROUP = -1001000000001


async def _ask(house: House, text: str) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says(f"/ask {text}")
    await visitor.taps(styled(await visitor.sees(text), "success"))
    await visitor.sees("has been received")


async def test_stats_send_a_picture_at_once_and_others_in_its_place(house: House) -> None:
    await _ask(house, "Do I need a visa for Almaty?")
    staff = house.stand.as_person(STAFF)
    await staff.says("/stats", chat=GROUP)
    shown = await staff.sees("Together: 1", chat=GROUP)
    assert "<5" in text_of(shown)
    image = await house.stand.file(shown["photo"][-1]["file_id"])
    assert image.startswith(b"\x89PNG")
    await staff.taps("Questions typed", chat=GROUP)
    other = await staff.sees("Typed:", chat=GROUP)
    assert other["message_id"] == shown["message_id"]
    assert await house.stand.file(other["photo"][-1]["file_id"]) != image


async def test_stats_are_for_those_who_may_see_inquiries(house: House) -> None:
    visitor, owner = house.stand.as_person(VISITOR), house.stand.as_person(ADMIN)
    await visitor.says("/stats")
    await visitor.sees("I do not know the command")
    await owner.says("/stats")
    shown = await owner.sees("Together: 0")
    assert "Main menu" in labels(shown)
    await visitor.taps_data("stat:inquiries:30", message_id=(await visitor.last())["message_id"])
    assert not [one for one in await house.stand.from_bot(VISITOR) if "photo" in one]


async def test_the_terminal_counts_what_happened(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.starts("visa")
    await visitor.sees("isa")
    await _ask(house, "Is there a flight from Lahore?")
    assert await house.stop() == 0
    code, out, err = await house.command("stats", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told["inquiries"] == 1
    assert told["by_language"] == {"en": "<5"}
    assert told["screens"]["visa"]["opened"] == "<5"
    code, _, err = await house.command("stats", "--picture", "p.png", "--language", "ur", "--kind", "load")
    assert code == 0, err
    assert (house.folder / "p.png").read_bytes().startswith(b"\x89PNG")


async def test_a_wrong_day_is_named_in_one_line(closed_house: House) -> None:
    for words, option in (
        (("--since", "yesterday"), "--since"),
        (("--since", "0001-01-01"), "--since"),
        (("--since", "1990-01-01"), "--since"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "--since"),
        (("--until", "9999-12-31"), "--until"),
    ):
        code, _, err = await closed_house.command("stats", *words)
        assert code == 2, words
        assert err.strip().startswith(f"bot: {option}:"), err
        assert "\n" not in err.strip()
