"""Webhook: set at the start, and looked after: whoever polls with the same token takes it away in silence."""

import asyncio
from collections.abc import Callable

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import WebhookInfo

from bot.domain.trouble import OtherPoller, TokenRefused
from bot.domain.waiting import rested
from bot.telegram.faults import Fault, diagnose
from bot.telegram.session import redact
from bot.telegram.updates import WANTED

_LOG = structlog.get_logger("webhook")
WEBHOOK_PATH = "/webhook"
"""Where the bot's server takes updates."""
LOOK = 20.0
"""Seconds between two looks."""
CONNECTIONS = 40
"""Updates that Telegram may bring at the same time."""


class Webhook:
    """The bot's webhook at Telegram."""

    def __init__(
        self,
        bot: Bot,
        address: str,
        secret: str,
        *,
        patience: float,
        trouble: Callable[[str, float], None],
        look: float = LOOK,
    ) -> None:
        """``address``: the public one, with or without the path.

        ``patience``: seconds for which another program that takes the webhook away is tolerated.
        ``trouble``: told when Telegram cannot be reached, why, and after how many seconds it is asked again.
        """
        bare = address.rstrip("/")
        self._bot = bot
        self._url = bare if bare.endswith(WEBHOOK_PATH) else bare + WEBHOOK_PATH
        self._secret = secret
        self._patience = patience
        self._trouble = trouble
        self._look = look
        self._is_told = False
        """Whether the server has ever told of our webhook; one that never does is not believed."""
        self._lost_since: float | None = None
        self._error_seen = 0.0

    async def set(self) -> None:
        """Tell Telegram where updates go. Raises aiogram's exceptions."""
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(WANTED),
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Look after it until ``stop``. Raises ``TokenRefused``, ``OtherPoller``."""
        while True:
            if await rested(stop, self._look):
                return
            try:
                await self._check()
            except AiogramError as error:
                diagnosis = diagnose(error)
                if diagnosis.fault is not Fault.STRANGER:
                    self._trouble(diagnosis.reason, self._look)
                elif await self._is_stranger():
                    raise TokenRefused(diagnosis.reason) from None
                else:
                    _LOG.warning("this server does not tell of webhooks", reason=diagnosis.reason)
                    return

    async def _is_stranger(self) -> bool:
        """Whether the token is refused, and not only a method that this server does not know."""
        try:
            await self._bot.get_me()
        except AiogramError as error:
            return diagnose(error).fault is Fault.STRANGER
        return False

    async def _check(self) -> None:
        info = await self._bot.get_webhook_info()
        if info.url == self._url:
            self._is_told, self._lost_since = True, None
            self._tell_errors(info)
            return
        now = asyncio.get_running_loop().time()
        self._lost_since = self._lost_since or now
        if self._is_told and now - self._lost_since > self._patience:
            raise OtherPoller("the webhook is taken away again and again")
        _LOG.warning("webhook not told of or taken away by another program on this token, set again")
        await self.set()
        self._is_told = self._is_told or (await self._bot.get_webhook_info()).url == self._url

    def _tell_errors(self, info: WebhookInfo) -> None:
        """Say why Telegram could not bring updates, each time it failed since the last look."""
        failed_at = info.last_error_date.timestamp() if info.last_error_date else 0.0
        if failed_at > self._error_seen:
            self._error_seen = failed_at
            why = redact(info.last_error_message or "")
            _LOG.warning("telegram cannot bring updates", why=why, waiting=info.pending_update_count)
