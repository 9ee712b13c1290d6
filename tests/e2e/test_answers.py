"""Free text, files, forms and the visa finder, as a visitor uses them."""

from typing import Any

from tests.driver import text_of
from tests.e2e.house import House, labels, styled

VISITOR, AYESHA, STAFF, GROUP = 1002, 1001, 2001, -1001000000001
Json = dict[str, Any]


async def test_free_text_is_answered_and_what_is_not_answered_goes_to_a_person(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("kazakhstan ka visa kitne ka hai, fees kahan jama karwani hai")
    answer = await visitor.sees("Visa fees", timeout=15)
    await visitor.taps(next(label for label in labels(answer) if label.endswith(": ask a person")))
    summary = await visitor.sees("Shall we send this")
    assert "Section: Visas" in text_of(summary)
    await visitor.taps(styled(summary, "success"))
    await visitor.sees("has been received")
    card = await house.stand.as_person(STAFF).sees("fees kahan jama", chat=GROUP)
    assert "Visas" in text_of(card)


async def test_a_greeting_and_a_foreign_topic_get_a_kind_word_and_no_article(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.says("assalam o alaikum")
    assert "Main menu" in labels(await visitor.sees("Hello!"))
    await visitor.says("which phone should I buy, samsung or iphone")
    assert "It is about Kazakhstan: ask a person" in labels(await visitor.sees("I am sorry"))
    await visitor.says("👍👍")
    await visitor.sees("Please write your question in a few words")


async def test_a_voice_message_and_an_album_are_offered_as_an_inquiry(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.sends("voice", b"OggS-not-really")
    summary = await visitor.sees("voice message")
    await visitor.taps(styled(summary, "success"))
    await visitor.sees("has been received")
    ayesha = house.stand.as_person(AYESHA)
    photos: list[Json] = [{"kind": "photo", "data": bytes([number])} for number in range(3)]
    photos[2]["caption"] = "میرے کاغذات"
    await ayesha.sends_album(photos)

    def shows_all(message: Json) -> bool:
        return "میرے کاغذات" in text_of(message) and "تصویر" in text_of(message)

    summary = await house.stand.wait_message(AYESHA, shows_all)
    await ayesha.taps(styled(summary, "success"))
    await house.stand.as_person(STAFF).sees("میرے کاغذات", chat=GROUP)

    async def album() -> list[Json]:
        sent = await house.stand.from_bot(GROUP)
        return [one for one in sent if one.get("media_group_id")]

    parts = await house.stand.wait_for(album, 15)
    assert len(parts) == 3


async def test_the_visa_finder_ends_in_a_checklist_whose_ticks_stay(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    message = await _walk_the_finder(house)
    box = next(label for label in labels(message) if label.startswith("☐"))
    await visitor.taps(box)
    ticked = await visitor.sees("☑")
    assert "Sources" in text_of(ticked)
    await house.kill()
    await house.start()
    await visitor.taps("Main menu")
    await _changed(house, text_of(ticked))
    again = await _walk_the_finder(house)
    assert text_of(again).count("☑") == 1
    assert box.replace("☐", "☑") in labels(again)


async def test_a_form_is_filled_in_survives_a_kill_and_arrives(house: House) -> None:
    visitor = house.stand.as_person(VISITOR)
    await visitor.starts("trade-delegation")
    await visitor.taps(styled(await visitor.sees("questions"), "success"))
    message = await visitor.sees("Question 1 of")
    await house.kill()
    await house.start()
    for _ in range(30):
        text = text_of(message)
        if "Question" not in text:
            break
        await _answer(house, message)
        message = await _changed(house, text)
    assert "Send" in labels(message), text_of(message)
    await visitor.taps(styled(message, "success"))
    await visitor.sees("has been received")
    await house.stand.as_person(STAFF).sees("Sheikhupura", chat=GROUP)


async def _walk_the_finder(house: House) -> Json:
    """Take the first answer to each question; gives the outcome."""
    visitor = house.stand.as_person(VISITOR)
    seen = [one["message_id"] for one in await visitor.messages()]
    await visitor.starts("visa-finder")
    message = await visitor.sees("Question 1 of", after=max(seen, default=0))
    while "Your checklist" not in text_of(message):
        before = text_of(message)
        await visitor.taps(message["reply_markup"]["inline_keyboard"][0][0]["text"])
        message = await _changed(house, before)
    return message


async def _changed(house: House, old: str) -> Json:
    """The newest message of the bot once it says something else."""

    async def look() -> Json:
        newest = (await house.stand.from_bot(VISITOR))[-1]
        return newest if text_of(newest) != old else {}

    return await house.stand.wait_for(look)


async def _answer(house: House, message: Json) -> None:
    """Answer one question of a form in the first way that fits."""
    visitor = house.stand.as_person(VISITOR)
    offered = labels(message)
    picks = [
        button["text"]
        for row in message["reply_markup"]["inline_keyboard"]
        for button in row
        if button.get("callback_data", "").startswith("fill:pick")
    ]
    if "Next" in offered:
        await visitor.taps("Next")
    elif picks:
        await visitor.taps(picks[0])
    elif "Skip" in offered:
        await visitor.taps("Skip")
    elif "Keep this answer" in offered:
        await visitor.taps("Keep this answer")
    else:
        text = text_of(message).lower()
        said = "Sheikhupura Chamber of Commerce"
        if ("number" in text and "phone" not in text and "people" in text) or "how many" in text:
            said = "12"
        elif "date" in text or "when" in text or "day" in text:
            said = "25.03.2027"
        elif "phone" in text:
            said = "+92 300 1234567"
        elif "e-mail" in text:
            said = "desk@example.com"
        await visitor.says(said)
