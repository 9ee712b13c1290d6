"""A visitor's question travels from a tap to the staff and back."""

import re

from tests.driver import text_of
from tests.e2e.house import House, labels, styled

CODE = re.compile(r"KH-[0-9A-Z]{4}-[0-9A-Z]{2}")
VISITOR, STAFF = 1002, 2001
GROUP = -1001000000001


async def _ask(house: House, text: str) -> str:
    """Ask by /ask and Send; gives the code of the receipt."""
    visitor = house.stand.as_person(VISITOR)
    await visitor.says(f"/ask {text}")
    summary = await visitor.sees(text)
    await visitor.taps(styled(summary, "success"))
    receipt = await visitor.sees("has been received")
    found = CODE.search(text_of(receipt))
    assert found
    return found[0]


async def test_a_question_gets_a_receipt_and_the_staff_a_card(house: House) -> None:
    code = await _ask(house, "Do I need a visa for Almaty?")
    card = await house.stand.as_person(STAFF).sees(code, chat=GROUP)
    assert "Do I need a visa for Almaty?" in text_of(card)
    assert "Take it" in labels(card)


async def test_a_reply_of_staff_reaches_the_visitor_and_their_answer_comes_back(house: House) -> None:
    code = await _ask(house, "Where do I apply?")
    staff, visitor = house.stand.as_person(STAFF), house.stand.as_person(VISITOR)
    card = await staff.sees(code, chat=GROUP)
    await staff.says("At the embassy in Islamabad.", chat=GROUP, reply_to=card["message_id"])
    answer = await visitor.sees("At the embassy in Islamabad.")
    assert code in text_of(answer)
    await visitor.says("Thank you, at what time?")
    follow = await staff.sees("Thank you, at what time?", chat=GROUP)
    assert code in text_of(follow)


async def test_a_new_person_chooses_a_language_and_browses(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.starts()
    picker = await visitor.sees("Choose your language")
    assert set(labels(picker)) == {"English", "Қазақша", "اردو"}
    await visitor.taps("اردو")
    menu = await visitor.sees("قازقستان")
    assert menu["message_id"] == picker["message_id"]


async def test_receipts_and_answers_stay_whatever_is_tapped_below_them(house: House) -> None:
    code = await _ask(house, "Which papers do I need?")
    staff, visitor = house.stand.as_person(STAFF), house.stand.as_person(VISITOR)
    receipt = await visitor.sees("has been received")
    card = await staff.sees(code, chat=GROUP)
    await staff.says("Passport, photo, invitation.", chat=GROUP, reply_to=card["message_id"])
    answer = await visitor.sees("Passport, photo, invitation.")
    for letter in (receipt, answer):
        for label in labels(letter):
            if label == "Copy the number":
                continue
            before = max(one["message_id"] for one in await house.stand.from_bot(VISITOR))
            tapped = await visitor.taps(label, message_id=letter["message_id"])
            await house.stand.wait_message(VISITOR, lambda _: True, after=before)
            await house.stand.wait_answer(tapped["query_id"])
    now = {one["message_id"]: one for one in await house.stand.from_bot(VISITOR)}
    for letter in (receipt, answer):
        assert now[letter["message_id"]]["text"] == letter["text"]
        assert labels(now[letter["message_id"]]) == labels(letter)
