"""The fact desk: a change shows at once, everywhere, whole, and can be taken back."""

from bot.simulator.people import ADMIN
from tests.driver import PersonDriver, buttons_of, text_of
from tests.e2e.house import House, labels, styled

VISITOR = 1002
PAGE = "contacts-address"
PHONE = "+92 42 35870000"


async def _page(visitor: PersonDriver) -> str:
    before = (await visitor.messages())[-1]["message_id"] if await visitor.messages() else 0
    await visitor.starts(PAGE)
    return text_of(await visitor.sees("Address of Kazakhstan House", after=before))


async def _tap(house: House, person: PersonDriver, button: str) -> None:
    """Tap a button as soon as the newest message has it."""

    async def is_there() -> bool:
        return any(
            button in (one["text"], one.get("callback_data")) for one in buttons_of(await person.last())
        )

    assert await house.stand.wait_for(is_there, what=button)
    await person.taps(button)


async def _fill_in(house: House, owner: PersonDriver) -> dict[str, object]:
    """Go through the questions up to the preview."""
    await owner.says("/facts")
    await owner.sees("What the bot states")
    await _tap(house, owner, "fact:list:contacts:0")
    await _tap(house, owner, "Next")
    await _tap(house, owner, "fact:one:contacts_phone:0")
    await owner.sees("Unknown: visitors do not see it.")
    await _tap(house, owner, "Change")
    await owner.sees("with its country code")
    await owner.says("call us")
    await owner.sees("This does not fit here.")
    await owner.says(PHONE)
    await owner.sees("Who says so?")
    await owner.says("Letter of the House")
    await owner.sees("On which day")
    await _tap(house, owner, "Today")
    await _tap(house, owner, "90 days")
    await _tap(house, owner, "Official: the body that decides says so")
    return await owner.sees("This is what visitors will read")


async def test_a_changed_phone_shows_at_once_and_undo_takes_it_back(house: House) -> None:
    owner, visitor = house.stand.as_person(ADMIN), house.stand.as_person(VISITOR)
    assert "Phone:" not in await _page(visitor)
    preview = await _fill_in(house, owner)
    assert "924235870000" in text_of(preview).replace(" ", "")
    assert "Phone:" not in await _page(visitor)
    await _tap(house, owner, "See the page with it")
    assert "Phone:" in text_of(await owner.sees("Only a preview"))
    await _tap(house, owner, "Back")
    await owner.taps(styled(await owner.sees("This is what visitors will read"), "success"))
    await owner.sees("Published")
    page = await _page(visitor)
    assert "924235870000" in page.replace(" ", "")
    assert await house.stop() == 0
    await house.start()
    assert "Phone:" in await _page(visitor)
    await _tap(house, owner, "History")
    await owner.sees("+92")
    await _tap(house, owner, "Back")
    await _tap(house, owner, "Undo the last change")
    await owner.sees("taken back")
    assert "Phone:" not in await _page(visitor)


async def test_visitors_do_not_reach_the_fact_desk(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("/facts")
    refused = await visitor.sees("I do not know the command")
    await visitor.taps_data("fact:unknown:contacts_opened:0", message_id=refused["message_id"])
    query = (await house.stand.queries())[-1]
    answer = await house.stand.wait_answer(query["id"])
    assert "may not" in answer["text"]


async def test_a_change_by_the_command_line_reaches_the_running_bot(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    code, _, err = await house.command("facts", "set", "contacts_phone", "call", "--source", "the House")
    assert code == 2
    assert err.startswith("bot: VALUE:")
    code, out, err = await house.command("facts", "set", "contacts_phone", PHONE, "--source", "the House")
    assert code == 0, err
    assert "+92" in out
    assert "\nuntil\t" in out

    async def shown() -> bool:
        return "Phone:" in await _page(visitor)

    assert await house.stand.asks_until(shown, what="the phone")
    code, out, err = await house.command("facts", "undo", "contacts_phone")
    assert code == 0, err
    assert "unknown" in out
    code, _, _ = await house.command("facts", "undo", "no_such_fact")
    assert code == 1


async def test_every_screen_of_the_fact_desk_has_a_way_out(house: House) -> None:
    owner = house.stand.as_person(ADMIN)
    preview = await _fill_in(house, owner)
    assert {"Publish", "Discard the change", "Back", "Main menu"} <= set(labels(preview))
    await owner.taps(styled(preview, "danger"))
    await owner.sees("Discarded. Nothing was changed.")
