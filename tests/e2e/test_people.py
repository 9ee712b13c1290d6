"""People and roles, in the chat and from the command line, with a running bot."""

import sqlite3
from contextlib import closing

from tests.driver import text_of
from tests.e2e.house import House, labels, styled
from tests.e2e.test_question import GROUP, STAFF, VISITOR

OWNER = 3001


async def _has_command(house: House, person: int, name: str) -> bool:
    return name in {one["command"] for one in await house.stand.commands(person)}


async def test_an_owner_gives_a_role_by_the_picker_and_the_command_line_takes_it(house: House) -> None:
    owner, sana = house.stand.as_person(OWNER), house.stand.as_person(STAFF)
    await sana.starts()
    await owner.starts()
    await house.stand.wait_for(lambda: _has_command(house, OWNER, "people"), what="the owner's menu")
    await owner.says("/people")
    overview = await owner.sees("People and roles")
    assert "\u2068Nadia\u2069 · Owner" in labels(overview)
    await owner.taps("Choose in Telegram")
    await owner.sees("Use the button below")
    await owner.presses("Choose a person", users=[STAFF])
    card = await owner.sees("Role: Visitor")
    assert "Sana" in text_of(card)
    await owner.taps("Viewer")
    await owner.sees("Role: Viewer")
    await sana.sees("Your role at Kazakhstan House is now: Viewer")
    await house.stand.wait_for(lambda: _has_command(house, STAFF, "stats"), what="the viewer's menu")
    await sana.says("/people")
    await sana.sees("I do not know the command \u2068/people")

    code, out, _ = await house.command("people", "list")
    assert code == 0
    assert "viewer" in out
    assert (await house.command("people", "role", str(STAFF), "visitor"))[0] == 0
    await sana.sees("You no longer have a role")
    before = (await sana.last())["message_id"]

    async def is_visitor() -> bool:
        await sana.says("/stats")
        await house.stand.wait_message(STAFF, lambda one: one["message_id"] > before)
        return any("do not know the command \u2068/stats" in text_of(one) for one in await sana.messages())

    await house.stand.asks_until(is_visitor, what="the role that was taken")


async def test_a_ban_has_a_reason_leaves_ones_own_data_and_is_lifted(house: House) -> None:
    owner, visitor = house.stand.as_person(OWNER), house.stand.as_person(VISITOR)
    await visitor.says("/ask Nonsense, nonsense")
    await visitor.taps(styled(await visitor.sees("Nonsense"), "success"))
    await visitor.sees("has been received")
    card = await owner.sees("Nonsense", chat=GROUP)
    await owner.says("/ban advertising", chat=GROUP, reply_to=card["message_id"])
    await owner.sees("is banned now", chat=GROUP)
    await visitor.says("/menu")
    await visitor.sees("Reason: \u2068advertising\u2069")
    await visitor.says("/privacy")
    await visitor.sees("What is kept, and why")
    await owner.says(f"/ban {VISITOR}")
    await owner.sees("Banned: \u2068advertising\u2069")
    tap = await owner.taps("Lift the ban")
    await house.stand.wait_answer(tap["query_id"])
    await visitor.says("/help")
    await visitor.sees("/language")
    await owner.says("/audit")
    trail = text_of(await owner.sees("Who did what"))
    assert trail.index("ban lifted") < trail.index("banned\n")
    assert "advertising" not in trail


async def test_the_command_line_refuses_in_one_line_and_notices_tampering(house: House) -> None:
    await house.stand.as_person(OWNER).starts()
    await house.stand.as_person(OWNER).sees("Choose your language")
    await house.stand.as_person(VISITOR).starts()
    await house.stand.as_person(VISITOR).sees("Choose your language")
    for words, reason in (
        (("people", "role", str(OWNER), "visitor"), "BOT_ADMINS"),
        (("people", "role", "99999", "staff"), "has not written to the bot"),
        (("people", "ban", str(OWNER), "spam"), "has a role"),
    ):
        code, _, err = await house.command(*words)
        assert (code, len(err.strip().splitlines())) == (1, 1), err
        assert reason in err
    code, _, err = await house.command("people", "role", str(VISITOR), "king")
    assert code == 2
    assert err.startswith("bot: Invalid value for 'role': 'king' is not one of 'visitor'")
    assert (await house.command("people", "ban", str(VISITOR), "spam", "and", "more"))[0] == 0
    assert "banned: spam and more" in (await house.command("people", "show", str(VISITOR)))[1]
    assert (await house.command("people", "unban", str(VISITOR)))[0] == 0
    assert "unban" in (await house.command("audit", "list"))[1]
    code, out, _ = await house.command("audit", "verify")
    assert code == 0
    assert out.startswith("2 entries, unbroken")
    with closing(sqlite3.connect(house.database)) as connection:
        connection.execute("UPDATE audit SET about = '5' WHERE number = 1")
        connection.commit()
    code, _, err = await house.command("audit", "verify")
    assert code == 1
    assert "entry 1 was changed or is missing" in err


async def test_the_command_line_erases_who_cannot_ask_any_more(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("/ask Zqxforgotten")
    await visitor.taps(styled(await visitor.sees("Zqxforgotten"), "success"))
    await visitor.sees("has been received")
    await visitor.blocks()
    code, out, _ = await house.command("people", "erase", str(VISITOR), "--yes")
    assert code == 0
    assert "erased: 1 inquiries" in out
    await house.stand.as_person(STAFF).sees("Erased at the person’s request", chat=GROUP)
    assert (await house.command("people", "show", str(VISITOR)))[0] == 1
