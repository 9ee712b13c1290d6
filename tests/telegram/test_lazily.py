"""aiogram's types, deferred while it is loaded, can all be built later."""

import subprocess
import sys

_BUILD_ALL = """
from bot.telegram.lazily import load_aiogram
load_aiogram()
import aiogram.methods, aiogram.types
from pydantic import BaseModel
deferred = 0
for room in (aiogram.types, aiogram.methods):
    for name in room.__all__:
        thing = getattr(room, name)
        if isinstance(thing, type) and issubclass(thing, BaseModel):
            deferred += not thing.__pydantic_complete__
            thing.model_rebuild()
            assert thing.__pydantic_complete__, name
assert deferred > 200, deferred
from aiogram.methods.base import Response
from aiogram.types import Message
refused = {"ok": False, "error_code": 400, "description": "x"}
assert Response[Message | bool].model_validate(refused).error_code == 400
"""


def test_every_type_and_method_can_be_built_after_a_lazy_start() -> None:
    subprocess.run([sys.executable, "-c", _BUILD_ALL], check=True, timeout=120)
