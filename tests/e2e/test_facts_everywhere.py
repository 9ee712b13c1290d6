"""A changed fact shows in every process on one PostgreSQL: the one that changed it, and both replicas."""

from tests.driver import text_of
from tests.e2e.fleet import Fleet

PAGE, PHONE = "contacts-address", "+92 42 35870000"
ROUND = 4
"""Updates go to the replicas in turn: so many meet both twice."""


async def _shown(pair: Fleet, person: int) -> list[bool]:
    """Whether the phone is seen, each time the page is opened."""
    visitor, seen = pair.stand.as_person(person), []
    for _ in range(ROUND):
        before = (await visitor.starts(PAGE))["message_id"]
        page = await pair.stand.wait_message(
            person, lambda one: "Address of Kazakhstan House" in text_of(one), after=before, timeout=40
        )
        seen.append("Phone:" in text_of(page))
    return seen


async def test_a_fact_changed_by_one_process_is_shown_by_all(pair: Fleet) -> None:
    person = await pair.visitor()
    assert await _shown(pair, person) == [False] * ROUND
    change = ("set", "contacts_phone", PHONE, "--source", "the House")
    for words, wanted in ((change, True), (("undo", "contacts_phone"), False)):
        code, _, err = await pair.houses[0].command("facts", *words)
        assert code == 0, err

        async def everywhere(wanted: bool = wanted) -> bool:
            return await _shown(pair, person) == [wanted] * ROUND

        assert await pair.stand.asks_until(everywhere, every=3.0, what=f"the phone: {wanted}")
