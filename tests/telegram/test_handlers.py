"""Every handler can be called: each of its parameters is something that the dispatcher hands out."""

import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiogram.dispatcher.event.handler import HandlerObject
from pydantic import SecretStr

from bot.app.run import opened
from bot.app.settings import load_settings
from bot.app.wiring import App
from bot.telegram.dispatcher import ROUTERS
from tests.routers import untie_routers

FROM_AIOGRAM = {"bot", "command", "callback_data"}
FROM_FILTERS = {"code", "step"}
FROM_MIDDLEWARES = {
    "item",
    "person",
    "role",
    "actor",
    "tr",
    "content",
    "in_staff_chat",
    "dialogue",
    "stage",
    "browser",
    "filling",
    "drafting",
    "summaries",
    "workbench",
    "reader",
}


def _handlers() -> Iterator[HandlerObject]:
    for room in ROUTERS:
        for observer in room.router.observers.values():
            yield from observer.handlers


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    settings = load_settings(
        token=SecretStr("42:nobody"), database_url=SecretStr(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    )
    untie_routers()
    async with opened(settings) as built:
        yield built
    untie_routers()


async def test_every_parameter_of_every_handler_is_handed_out(app: App) -> None:
    known = FROM_AIOGRAM | FROM_MIDDLEWARES | FROM_FILTERS | set(app.dispatcher.workflow_data)
    lost = {
        f"{handler.callback.__module__}.{handler.callback.__name__}: {name}"
        for handler in _handlers()
        for name in list(inspect.signature(handler.callback).parameters)[1:]
        if name not in known
    }
    assert lost == set()
