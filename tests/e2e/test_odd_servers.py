"""Servers of the Bot API that know few methods, or answer questions oddly, hold nothing up."""

import re

import pytest

from bot.simulator.faults import Fault, FaultKind
from tests.driver import BILAL, SANA, STAFF_GROUP, text_of
from tests.e2e.house import House, styled

NICETIES = (
    "getChat", "setMyCommands", "setMyName", "setMyDescription", "setMyShortDescription", "getMyName",
    "getMyDescription", "getMyShortDescription", "getChatMember", "setMessageReaction",
)  # fmt: skip
QUESTION = "May I bring my uncle along?"
ODD = {
    "unknown": {"kind": FaultKind.ERROR, "status": 404, "description": "Not Found"},
    "broken": {"kind": FaultKind.ERROR, "status": 500, "description": "Internal Server Error"},
    "unreadable": {"kind": FaultKind.TRUNCATED},
}


@pytest.mark.parametrize("odd", ODD)
async def test_a_question_travels_to_staff_and_back_with_the_bare_methods(
    closed_house: House, odd: str
) -> None:
    for method in (*NICETIES, *(["deleteWebhook"] if odd == "unknown" else [])):
        closed_house.simulator.faults.add(Fault(method=method, times=0, **ODD[odd]))  # type: ignore[arg-type]
    await closed_house.start()
    visitor, staff = closed_house.stand.as_person(BILAL), closed_house.stand.as_person(SANA)
    await visitor.says(f"/ask {QUESTION}")
    await visitor.taps(styled(await visitor.sees(QUESTION), "success"))
    receipt = await visitor.sees("has been received")
    card = await staff.sees(QUESTION, chat=STAFF_GROUP)
    code = re.search(r"KH-\w{4}-\w{2}", text_of(receipt))
    assert code
    assert code[0] in text_of(card)
    await staff.says("Yes, please do.", chat=STAFF_GROUP, reply_to=card["message_id"])
    await visitor.sees("Yes, please do.")
    assert await closed_house.stop() == 0
