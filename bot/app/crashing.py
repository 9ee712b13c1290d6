"""Crashing on purpose at a named step: how tests show that nothing is lost there. Off unless asked for."""

import os
import signal
from collections.abc import Sequence
from enum import StrEnum

from bot.domain.delivery import Delivery, Messenger, Owed


class Step(StrEnum):
    """Where the process can be made to end."""

    AFTER_INBOX = "after_inbox"
    """Updates are stored, Telegram does not know yet."""
    AFTER_EFFECT = "after_effect"
    """An update is handled, its done-mark is missing."""
    BEFORE_SEND = "before_send"
    """A notice is claimed and not sent."""
    AFTER_SEND = "after_send"
    """A notice is sent and not marked."""


class Crasher:
    """Kills the process, as SIGKILL does, when a step is reached for the n-th time."""

    def __init__(self, wish: str | None) -> None:
        """``wish``: ``BOT_CRASH_AT``, a step and perhaps a number: ``after_send:3``."""
        step, _, number = (wish or "").partition(":")
        self._step = step
        self._left = int(number or 1)

    def reached(self, step: Step) -> None:
        """Die here, if this is the place."""
        if step != self._step:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class CrashingMessenger:
    """A messenger with the steps around sending."""

    def __init__(self, messenger: Messenger, crasher: Crasher) -> None:
        self._messenger = messenger
        self._crasher = crasher

    async def deliver(self, owed: Sequence[Owed]) -> Delivery:
        """Deliver, if the process lives that long."""
        self._crasher.reached(Step.BEFORE_SEND)
        delivery = await self._messenger.deliver(owed)
        self._crasher.reached(Step.AFTER_SEND)
        return delivery
