"""An alarm goes past the outbox, in words and with a way on, to every owner who can be reached."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.app.clients import build_bot, owners_told
from bot.app.settings import Settings
from bot.domain.people import Person
from bot.i18n.catalogues import Catalogues
from bot.simulator.server import Simulator
from bot.storage.errors import StorageUnreachable
from tests.driver import ADMIN, AYESHA, SANA, Stand, buttons_of, text_of
from tests.fakes.people import FakePeople


class LostPeople(FakePeople):
    """A store whose database is in trouble."""

    async def get(self, person_id: int) -> Person | None:
        raise StorageUnreachable("gone")


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A pretend Telegram."""
    started = await Simulator().start()
    yield started
    await started.stop()


async def test_every_owner_is_told_although_one_blocked_the_bot_and_the_database_is_gone(
    simulator: Simulator,
) -> None:
    owners = frozenset({ADMIN, AYESHA, SANA})
    settings = Settings(token=SecretStr(simulator.token), api_url=simulator.url, admins=owners)
    bot = build_bot(settings)
    async with Stand(simulator.url) as stand:
        for owner in owners:
            await stand.as_person(owner).starts()
        await stand.as_person(AYESHA).blocks()
        await owners_told(settings, LostPeople(), Catalogues.load(), bot)()
        for owner in (ADMIN, SANA):
            note = await stand.as_person(owner).sees("database")
            assert "Nothing is lost" in text_of(note)
            assert buttons_of(note)
    await bot.session.close()
