"""Threads between visitors and staff, in a group with forum topics and in one without."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.driver import STAFF_GROUP, Stand, buttons_of, text_of
from tests.e2e.desks import ADMIN, AIGERIM, AYESHA, SANA, Desk
from tests.e2e.house import House, labels, styled

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOTE = "The visitor will not see it"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["plain", "forum"])
async def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """A running House; its staff group has topics or not."""
    simulator = await Simulator().start()
    async with Stand(simulator.url) as stand:
        folder: Path = tmp_path_factory.mktemp("house")
        house = House(
            simulator, stand, folder, BOT_OPEN_LIMIT="1000", BOT_FLOOD_LIMIT="0", BOT_GROUP_LIMIT="1000"
        )
        is_forum = request.param == "forum"
        await stand.set_forum(STAFF_GROUP, is_forum=is_forum)
        await house.start()
        yield Desk(house, is_forum=is_forum)
        await house.kill()
    await simulator.stop()


async def test_each_inquiry_has_its_place(desk: Desk) -> None:
    code = await desk.ask("Where is the office?")
    card = await desk.card(code)
    assert "Where is the office?" in text_of(card)
    topics = {one["message_thread_id"]: one["name"] for one in await _topics(desk)}
    if desk.is_forum:
        assert topics[card["message_thread_id"]] == f"{code} · Bilal Visitor"
    else:
        assert topics == {}


async def test_a_conversation_goes_back_and_forth(desk: Desk) -> None:
    code = await desk.ask("Where do I apply?")
    card = await desk.card(code)
    await desk.reply(card, "At the embassy.")
    assert code in text_of(await desk.gets("At the embassy."))
    await desk.card(code, has="Answered")
    await desk.visitor.says("Thank you, at what time?")
    follow = await desk.shows("Thank you, at what time?")
    assert code in text_of(follow)
    await desk.reply(follow, "From nine.")
    await desk.gets("From nine.")
    if desk.is_forum:
        assert follow["message_thread_id"] == card["message_thread_id"]


async def test_formatting_arrives(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Which form?"))
    await desk.reply(card, "See https://example.org/form and /help & <b>")
    answer = await desk.gets("https://example.org/form")
    assert "& <b>" in text_of(answer)


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "sticker", "audio", "video_note"])
async def test_files_go_both_ways(desk: Desk, kind: str) -> None:
    code = await desk.ask(f"About a {kind}?")
    card = await desk.card(code)
    await desk.staff.sends(kind, chat=STAFF_GROUP, reply_to=card["message_id"])
    await desk.stand.wait_message(desk.visitor.id, lambda one: kind in one, timeout=25)
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    await desk.visitor.sends(kind)
    await desk.group(lambda one: kind in one, after=before)


async def test_contacts_and_places_go_both_ways(desk: Desk) -> None:
    card = await desk.card(await desk.ask("How do I reach you?"))
    await desk.staff.does("send_contact", chat_id=STAFF_GROUP, of=SANA, reply_to=card["message_id"])
    await desk.stand.wait_message(desk.visitor.id, lambda one: "contact" in one, timeout=25)
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    await desk.visitor.shares_location(31.5, 74.3)
    await desk.group(lambda one: "location" in one, after=before)
    await desk.visitor.shares_contact()
    await desk.group(lambda one: "contact" in one, after=before)


async def test_an_album_stays_together_and_its_late_part_follows(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Is this the right paper?"))
    items = [{"kind": "photo", "data": b"1", "caption": "two pages"}, {"kind": "photo", "data": b"2"}]
    await desk.staff.sends_album(items, chat=STAFF_GROUP, reply_to=card["message_id"])
    first = await desk.gets("two pages")
    before = (await desk.staff.last(chat=STAFF_GROUP))["message_id"]
    parts = [
        one for one in await desk.visitor.messages() if one.get("media_group_id") == first["media_group_id"]
    ]
    assert len(parts) == 2
    sent = await desk.visitor.sends_album(items)
    shown = await desk.shows("two pages", after=before)
    await asyncio.sleep(1.5)
    await desk.visitor.sends("photo", b"3", media_group_id=sent[0]["media_group_id"])
    late = await desk.group(
        lambda one: "photo" in one and not one.get("media_group_id"), after=shown["message_id"]
    )
    assert "writes" in text_of(late)


async def test_edits_follow_both_ways(desk: Desk) -> None:
    code = await desk.ask("Is it open on Sunday?")
    card = await desk.card(code)
    reply = await desk.reply(card, "Yes, on Sunday.")
    await desk.gets("Yes, on Sunday.")
    await desk.staff.edits(reply["message_id"], "No, not on Sunday.", chat=STAFF_GROUP)
    assert "corrected" in text_of(await desk.gets("No, not on Sunday."))
    more = await desk.visitor.says("And on Mondy?")
    await desk.shows("And on Mondy?")
    await desk.visitor.edits(more["message_id"], "And on Monday?")
    assert "changed" in text_of(await desk.shows("And on Monday?"))


async def test_a_changed_question_changes_its_card(desk: Desk) -> None:
    code = await desk.ask("Can I bring my dog?")
    await desk.card(code)
    mine = [one for one in await desk.visitor.messages() if "my dog" in text_of(one)]
    await desk.visitor.edits(mine[0]["message_id"], "/ask Can I bring my cat?")
    card = await desk.card(code, has="Can I bring my cat?")
    assert "/ask" not in text_of(card)


async def test_a_note_stays_inside(desk: Desk) -> None:
    code = await desk.ask("Is my case difficult?")
    card = await desk.card(code)
    assert NOTE in (await desk.tap(card, "Note"))["text"]
    note = await desk.staff.says("Ask the consul first.", chat=STAFF_GROUP)
    await desk.card(code, has="Ask the consul first.")
    await desk.reply(note, "The consul agrees.", desk.colleague)
    await desk.card(code, has="The consul agrees.")
    await desk.reply(card, "It is not difficult.")
    await desk.gets("It is not difficult.")
    seen = "\n".join(text_of(one) for one in await desk.visitor.messages())
    assert "consul" not in seen


async def test_plain_words_go_to_the_visitor_only_from_a_topic(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Who answers me?"))
    thread = card.get("message_thread_id", 0)
    await desk.staff.says("We do, from the topic.", chat=STAFF_GROUP, thread_id=thread)
    if desk.is_forum:
        await desk.gets("We do, from the topic.")
    else:
        await desk.reply(card, "We do, by a reply.")
        await desk.gets("We do, by a reply.")
        seen = "\n".join(text_of(one) for one in await desk.visitor.messages())
        assert "from the topic" not in seen


async def test_a_poll_is_not_passed_on_and_staff_are_told(desk: Desk) -> None:
    card = await desk.card(await desk.ask("What do you think?"))
    poll = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
            "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
            "allows_revoting": True, "members_only": False}  # fmt: skip
    chat = {"id": STAFF_GROUP, "type": "supergroup", "title": "staff", "is_forum": desk.is_forum}
    message = {
        "message_id": 900_001, "date": card["date"], "chat": chat,
        "from": {"id": SANA, "is_bot": False, "first_name": "Sana"},
        "reply_to_message": card, "poll": poll,
    }  # fmt: skip
    await desk.stand.push({"message": message})
    await desk.shows("cannot be passed on", after=card["message_id"])


async def test_a_reply_to_no_inquiry_is_said_to_go_nowhere(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Anybody there?"))
    await desk.staff.says("/find", chat=STAFF_GROUP)
    lists = await desk.shows("To search", after=card["message_id"])
    await desk.reply(lists, "Is this for you?")
    await desk.shows("belongs to no inquiry", after=lists["message_id"])


async def test_of_two_claims_one_wins_and_the_other_is_told_who(desk: Desk) -> None:
    code = await desk.ask("Who takes me?")
    card = await desk.card(code)
    tapped = await asyncio.gather(
        desk.staff.taps("Take it", chat=STAFF_GROUP, message_id=card["message_id"]),
        desk.colleague.taps("Take it", chat=STAFF_GROUP, message_id=card["message_id"]),
    )
    answers = [await desk.stand.wait_answer(one["query_id"]) for one in tapped]
    told = [one["text"] for one in answers if one.get("show_alert")]
    assert len(told) == 1
    winner = await desk.card(code, has="Taken by")
    name = "Sana" if "Sana" in text_of(winner) else "Daulet"
    assert name in told[0]
    await desk.tap(winner, "Release", desk.staff if name == "Sana" else desk.colleague)
    assert "Take it" in labels(await desk.card(code, has="Seen"))


async def test_two_who_reply_at_once_are_both_heard_in_order(desk: Desk) -> None:
    card = await desk.card(await desk.ask("Two answers?"))
    await desk.reply(card, "First answer.")
    await desk.reply(card, "Second answer.", desk.colleague)
    await desk.gets("First answer.")
    await desk.gets("Second answer.")
    texts = [text_of(one) for one in await desk.visitor.messages()]
    places = [
        next(n for n, one in enumerate(texts) if word in one) for word in ("First answer.", "Second answer.")
    ]
    assert places == sorted(places)


async def test_a_ready_answer_is_in_the_visitors_language(desk: Desk) -> None:
    ayesha = desk.stand.as_person(AYESHA)
    asked = await ayesha.says("/ask ویزا؟")
    summary = await desk.stand.wait_message(
        AYESHA, lambda one: "ویزا" in text_of(one), after=asked["message_id"]
    )
    send = next(
        one
        for row in summary["reply_markup"]["inline_keyboard"]
        for one in row
        if one.get("style") == "success"
    )
    await ayesha.taps_data(send["callback_data"], message_id=summary["message_id"])
    card = await desk.group(lambda one: "ویزا؟" in text_of(one))
    await desk.tap(card, "Ready answers")
    await desk.tap(card, "Glad to help")
    offered = await desk.group(lambda one: "Send this ready answer?" in text_of(one))
    assert offered["message_id"] == card["message_id"]
    assert "We are glad that we could help." in text_of(offered)
    assert "مدد" in text_of(offered)
    await desk.tap(offered, "Send")
    thanks = await desk.stand.wait_message(
        AYESHA,
        lambda one: "KH-" in text_of(one) and "مدد" in text_of(one),
        after=summary["message_id"],
        timeout=25,
    )
    assert "glad" not in text_of(thanks)


async def test_handing_on_closing_and_reopening(desk: Desk) -> None:
    code = await desk.ask("Something about trade?")
    card = await desk.card(code)
    await desk.tap(card, "Other section")
    await desk.tap(card, "Trade")
    await desk.card(code, has="Trade")
    await desk.tap(card, "Close")
    await desk.tap(card, "answered")
    await desk.card(code, has="Closed: answered")
    await desk.gets("has been closed")
    await _topic_is(desk, card, is_closed=True)
    await desk.visitor.taps("Reopen")
    await desk.card(code, has="New")
    await _topic_is(desk, card, is_closed=False)


async def test_a_deleted_card_or_topic_is_made_anew_at_the_next_event(desk: Desk) -> None:
    code = await desk.ask("Will you keep this?")
    card = await desk.card(code)
    admin = desk.stand.as_person(ADMIN)
    if desk.is_forum:
        await admin.does("delete_topic", chat_id=STAFF_GROUP, thread_id=card["message_thread_id"])
    else:
        await admin.deletes(card["message_id"], chat=STAFF_GROUP)
    mine = await desk.gets(code)
    await desk.visitor.says("Are you there?", reply_to=mine["message_id"])
    new = await desk.card(code, after=card["message_id"])
    assert "Will you keep this?" in text_of(new)
    written = await desk.shows("Are you there?", after=card["message_id"])
    if desk.is_forum:
        assert written["message_thread_id"] == new["message_thread_id"] != card["message_thread_id"]
    await desk.reply(new, "Yes, still here.")
    await desk.gets("Yes, still here.")


async def test_a_reply_to_who_blocked_the_bot_is_told_at_once(desk: Desk) -> None:
    code = await desk.ask("Can you still write to me?")
    card = await desk.card(code)
    await desk.visitor.blocks()
    await desk.reply(card, "You will not read this.")
    await desk.shows("could not be delivered", after=card["message_id"])
    await desk.card(code, has="Cannot be reached")
    await desk.visitor.unblocks()
    await desk.reply(card, "Now you will.")
    await desk.gets("Now you will.")
    await desk.group(lambda one: text_of(one).startswith(code) and "Cannot be reached" not in text_of(one))


async def test_what_telegram_does_not_take_is_told_to_both_sides(desk: Desk) -> None:
    code = await desk.ask("May I send a large file?")
    card = await desk.card(code)
    await desk.reply(card, "Please send it.")
    await desk.gets("Please send it.")
    refusal = {"status": 400, "description": "Bad Request: file is too big"}
    await desk.stand.fault("error", method="sendDocument", chat_id=STAFF_GROUP, **refusal)
    await desk.visitor.sends("document", name="large.zip", caption="my papers")
    told = await desk.shows("large.zip", after=card["message_id"])
    assert "my papers" in text_of(told)
    await desk.gets("smaller size")
    await desk.stand.fault("error", method="sendDocument", chat_id=desk.visitor.id, **refusal)
    await desk.staff.sends("document", chat=STAFF_GROUP, reply_to=card["message_id"], name="answer.zip")
    await desk.shows("did not take the reply", after=told["message_id"])


async def test_a_reply_to_an_inquiry_that_was_erased_by_request_is_refused_and_told(desk: Desk) -> None:
    aigerim = desk.stand.as_person(AIGERIM)
    asked = await aigerim.says("/ask Алматыға виза керек пе?")
    summary = await desk.stand.wait_message(
        AIGERIM, lambda one: "Алматыға" in text_of(one), after=asked["message_id"], timeout=25
    )
    await aigerim.taps(styled(summary, "success"), message_id=summary["message_id"])
    card = await desk.group(lambda one: "Алматыға" in text_of(one))
    await aigerim.says("/forget")
    sure = await desk.stand.wait_message(
        AIGERIM, lambda one: any(button.get("style") == "danger" for button in buttons_of(one)), timeout=25
    )
    await aigerim.taps(styled(sure, "danger"), message_id=sure["message_id"])
    erased = await desk.group(lambda one: "Erased at the person" in text_of(one))
    assert erased["message_id"] == card["message_id"]
    await desk.reply(card, "Are you still there?")
    await desk.shows("Nothing can be sent to it any more", after=card["message_id"])
    assert "Are you still there?" not in "\n".join(text_of(one) for one in await aigerim.messages())
    if desk.is_forum:
        names = [str(one["name"]) for one in await _topics(desk)]
        assert [name for name in names if "Aigerim" in name] == []


async def _topics(desk: Desk) -> list[dict[str, object]]:
    group = next(one for one in await desk.stand.chats() if one["id"] == STAFF_GROUP)
    return list(group["topics"])


async def _topic_is(desk: Desk, card: dict[str, object], *, is_closed: bool) -> None:
    if not desk.is_forum:
        return

    async def looks_so() -> bool:
        return any(
            one["message_thread_id"] == card["message_thread_id"] and one["is_closed"] is is_closed
            for one in await _topics(desk)
        )

    await desk.stand.wait_for(looks_so, 25, what="the topic")
