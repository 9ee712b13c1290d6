"""Waiting: until something happens, but not for ever."""

import asyncio


async def rested(stop: asyncio.Event, seconds: float) -> bool:
    """Wait; whether ``stop`` came meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True


async def first_of(*events: asyncio.Event, seconds: float) -> None:
    """Wait for any of them, but no longer than that."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()
