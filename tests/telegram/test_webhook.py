"""The webhook is looked after: who polls with the same token takes it away in silence."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import GetMe, GetWebhookInfo, SetWebhook, TelegramMethod
from aiogram.types import WebhookInfo

from bot.domain.trouble import OtherPoller, TokenRefused
from bot.telegram.webhook import Webhook
from tests.telegram.inside import YesSession

URL = "https://house.example/webhook"
FIRST_LOOKS = 2


class Telegram(YesSession):
    """Knows one webhook, and what happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.looks = 0
        self.thief = False
        """Somebody takes the webhook away before each look, the first ones aside."""
        self.is_silent = False
        """A server that takes a webhook and never tells of it."""
        self.fault: type[Exception] | None = None
        self.knows_us = True

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - its shape
        """Set the webhook, tell of it, or fail."""
        if isinstance(method, SetWebhook):
            self.url = method.url
        if isinstance(method, GetMe) and not self.knows_us:
            raise TelegramUnauthorizedError(method=method, message="Unauthorized")
        if not isinstance(method, GetWebhookInfo):
            return await super().make_request(bot, method, timeout)
        self.looks += 1
        if self.fault:
            raise self.fault(method=method, message="no")  # type: ignore[call-arg]
        if self.thief and self.looks > FIRST_LOOKS:
            self.url = ""
        return WebhookInfo(
            url="" if self.is_silent else self.url, has_custom_certificate=False, pending_update_count=0
        )


def _webhook(telegram: Telegram, troubles: list[str], *, patience: float = 60) -> Webhook:
    return Webhook(
        Bot("42:nobody", session=telegram),
        "https://house.example/",
        "secret",
        patience=patience,
        trouble=lambda why, _: troubles.append(why),
        look=0.01,
    )


async def _looked(telegram: Telegram, webhook: Webhook, looks: int) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(webhook.run(stop))
    async with asyncio.timeout(30):
        while telegram.looks < looks and not running.done():
            await asyncio.sleep(0.01)
        stop.set()
        await running


async def test_a_webhook_that_was_taken_away_is_set_again() -> None:
    telegram = Telegram()
    webhook = _webhook(telegram, [])
    await webhook.set()
    telegram.url = ""
    await _looked(telegram, webhook, 3)
    assert telegram.url == URL
    assert sum(isinstance(one, SetWebhook) for one in telegram.calls) == 2


async def test_a_webhook_that_is_ours_is_left_alone() -> None:
    telegram = Telegram()
    webhook = _webhook(telegram, [])
    await webhook.set()
    await _looked(telegram, webhook, 3)
    assert sum(isinstance(one, SetWebhook) for one in telegram.calls) == 1


async def test_who_takes_it_away_again_and_again_ends_the_bot() -> None:
    telegram = Telegram()
    telegram.thief = True
    with pytest.raises(OtherPoller):
        await _looked(telegram, _webhook(telegram, [], patience=0.05), 10_000)
    assert telegram.looks > 3


async def test_a_token_that_was_revoked_ends_the_bot() -> None:
    telegram = Telegram()
    telegram.fault, telegram.knows_us = TelegramUnauthorizedError, False
    with pytest.raises(TokenRefused):
        await _looked(telegram, _webhook(telegram, []), 10_000)


async def test_a_server_that_does_not_know_of_webhook_info_is_not_asked_again() -> None:
    telegram, troubles = Telegram(), list[str]()
    telegram.fault = TelegramNotFound
    await _looked(telegram, _webhook(telegram, troubles), 10_000)
    assert telegram.looks == 1
    assert troubles == []


async def test_a_server_that_never_tells_of_the_webhook_ends_nothing() -> None:
    telegram = Telegram()
    telegram.is_silent = True
    await _looked(telegram, _webhook(telegram, [], patience=0.02), 20)
    assert telegram.url == URL


async def test_a_telegram_out_of_reach_is_waited_for() -> None:
    telegram, troubles = Telegram(), list[str]()
    telegram.fault = TelegramNetworkError
    await _looked(telegram, _webhook(telegram, troubles), 3)
    assert len(troubles) >= 3
