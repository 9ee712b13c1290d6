"""The fact desk: see, change, preview, publish, undo."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.domain.rights import Right
from bot.telegram.callbacks import FactStep
from bot.telegram.changing import STATE
from bot.telegram.filters import InHouse, InState, May
from bot.telegram.workbench import Workbench

router = Router(name="facts")
router.callback_query.filter(InHouse())
router.message.filter(F.chat.type == "private", May(Right.FACTS))


@router.message(Command("facts"))
async def facts(_: Message, workbench: Workbench) -> None:
    """All facts, by group."""
    await workbench.overview()


@router.callback_query(FactStep.filter())
async def step(_: CallbackQuery, callback_data: FactStep, workbench: Workbench) -> None:
    """Any button of the fact desk."""
    await workbench.tap(callback_data)


@router.message(InState(STATE), F.text, ~F.text.startswith("/"))
async def typed(message: Message, workbench: Workbench) -> None:
    """An answer in words."""
    await workbench.typed(message.text or "")
