"""The whole world: what is there, and in `World.actions` all that a person can do in it."""

import time
from collections.abc import Callable

from bot.simulator.actions import Actions
from bot.simulator.ground import Ground
from bot.simulator.people import DEFAULT_TOKEN


class World(Ground):
    """People, chats, messages and files with everything that people can do to them; see `Ground`."""

    def __init__(
        self, *, lean: bool = False, keep: int | None = None, clock: Callable[[], float] = time.time,
        token: str = DEFAULT_TOKEN,
    ) -> None:  # fmt: skip
        super().__init__(lean=lean, keep=keep, clock=clock, token=token)
        self.actions = Actions(self)
