"""aiogram's routers belong to one dispatcher for good; here one process builds several bots."""

from bot.telegram.dispatcher import ROUTERS


def untie_routers() -> None:
    """Let the next bot of this process have the routers."""
    for room in ROUTERS:
        room.router._parent_router = None
