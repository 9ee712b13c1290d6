"""Loading aiogram without building each of its types: they are built when first used.

aiogram rebuilds several hundred pydantic models while it is imported: most of a start and half of the memory
(``docs/performance.md``). A bot uses a few dozen of them.
"""

import gc
from typing import Any

from pydantic import BaseModel


def load_aiogram() -> None:
    """Import aiogram with its types deferred. Does nothing when it is loaded already."""
    import sys  # noqa: PLC0415 - asked only here

    if "aiogram" in sys.modules:
        return
    build = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]
    names: dict[str, Any] = {}

    def defer(cls: type[BaseModel], *args: Any, **options: Any) -> bool | None:
        if options.get("_types_namespace") is None:
            return build(cls, *args, **options)  # type: ignore[no-any-return]
        names.update(options["_types_namespace"])
        return None

    BaseModel.model_rebuild = classmethod(defer)  # type: ignore[assignment, method-assign]
    try:
        from aiogram.methods.base import Response, TelegramMethod  # noqa: PLC0415 - the point of this module
        from aiogram.types.base import TelegramObject  # noqa: PLC0415 - the same
    finally:
        BaseModel.model_rebuild = classmethod(build)  # type: ignore[assignment, method-assign]

    def build_now(cls: type[BaseModel], *args: Any, **options: Any) -> bool | None:
        if options.get("_types_namespace") is None:
            options["_types_namespace"] = names
        return build(cls, *args, **options)  # type: ignore[no-any-return]

    for kind in (TelegramObject, TelegramMethod, Response):
        kind.model_rebuild = classmethod(build_now)  # type: ignore[assignment, method-assign]


def settle_collector() -> None:
    """After the start: nothing loaded so far is garbage, and what comes is collected less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
