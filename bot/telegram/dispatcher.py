"""The order of middlewares and routers, on one screen."""

from datetime import tzinfo
from typing import Any

from aiogram import BaseMiddleware, Dispatcher
from aiogram.types import TelegramObject

from bot.domain.flood import Flood
from bot.telegram.boards import LeavingBoards
from bot.telegram.browsing import Browser
from bot.telegram.drafting import Drafting
from bot.telegram.filling import Filling
from bot.telegram.middlewares import Bouncer, Caller, CallerParts, Handler, Mishaps, Throttle
from bot.telegram.reader import Reader
from bot.telegram.routers import (
    asking,
    audiences,
    broadcasts,
    cards,
    composing,
    desk,
    exports,
    facts,
    fallback,
    forms,
    groups,
    guides,
    menu,
    mine,
    people,
    privacy,
    queues,
    replies,
    search,
    start,
    statistics,
    subscriptions,
    threads,
    withdrawing,
)
from bot.telegram.strays import FindingStrays
from bot.telegram.summaries import Summaries
from bot.telegram.workbench import Workbench

ROUTERS = (
    groups,
    statistics,
    exports,
    replies,
    facts,
    desk,
    cards,
    queues,
    people,
    start,
    privacy,
    menu,
    guides,
    subscriptions,
    broadcasts,
    composing,
    audiences,
    forms,
    asking,
    mine,
    withdrawing,
    threads,
    search,
    fallback,
)
"""The first one that takes an update handles it."""


class Tools(BaseMiddleware):
    """Adds what several handlers build from the caller: browser, filling, drafting, summaries, reader."""

    def __init__(self, clock: Any, zone: tzinfo) -> None:
        self._clock = clock
        self._zone = zone

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Build them for this update."""
        common = {name: data[name] for name in ("content", "tr", "stage", "dialogue")}
        browser = Browser(
            **common,
            clock=self._clock,
            zone=self._zone,
            events=data["events"],
            person=data["person"],
            people=data["people"],
        )
        data["browser"] = browser
        data["filling"] = Filling(
            **common, person=data["person"], browser=browser, catalogues=data["catalogues"]
        )
        data["drafting"] = Drafting(
            **{name: data[name] for name in ("announcements", "actor", "dialogue", "stage", "tr")},
            frame=data["boards"].frame(),
        )
        data["workbench"] = Workbench(
            **common,
            **{name: data[name] for name in ("fact_desk", "actor", "catalogues")},
            clock=self._clock,
            zone=self._zone,
        )
        data["summaries"] = Summaries(**common, person=data["person"])
        data["reader"] = Reader(
            **{name: data[name] for name in ("content", "inquiries", "staff_chat", "role", "tr", "stage")},
            browser=browser,
            in_staff_chat=data["in_staff_chat"],
        )
        return await handler(event, data)


def build_dispatcher(parts: CallerParts, *, zone: tzinfo, flood: Flood, **given: Any) -> Dispatcher:
    """The dispatcher; ``given`` are the use cases that handlers ask for by name."""
    dispatcher = Dispatcher(disable_fsm=True, **given)
    updates = dispatcher.update
    # aiogram's own outer middleware finds out user and chat first; ours follow in this order.
    updates.outer_middleware(Mishaps(parts.people))
    updates.outer_middleware(Caller(parts))
    updates.outer_middleware(Mishaps(parts.people))
    updates.outer_middleware(Throttle(flood))
    updates.outer_middleware(Bouncer())
    updates.outer_middleware(Tools(parts.clock, zone))
    dispatcher.callback_query.outer_middleware(LeavingBoards())
    for observer in (dispatcher.callback_query, dispatcher.message):
        observer.outer_middleware(FindingStrays())
    for room in ROUTERS:
        dispatcher.include_router(room.router)
    return dispatcher
