"""Albums that visitors add to their inquiries: confirmed once, and again when a crash came between."""

from pathlib import Path
from typing import Any

from aiogram.methods import SendMessage

from bot.domain.inquiries import InquiryFilter
from bot.telegram.callbacks import Mine
from tests.telegram.inside import IDS, Inside, inside

VISITOR = IDS["visitor"]


def _confirmed(house: Inside) -> bool:
    told = [one.text for one in house.session.calls if isinstance(one, SendMessage)]
    house.session.calls.clear()
    return any("Added to" in text for text in told)


def _part(number: int) -> dict[str, Any]:
    photo = {"file_id": f"p{number}", "file_unique_id": f"u{number}", "width": 1, "height": 1}
    return {"photo": [photo], "media_group_id": "7"}


async def test_an_album_is_confirmed_once_and_again_when_its_first_part_is_handled_again(
    tmp_path: Path,
) -> None:
    async with inside(tmp_path) as house:
        await house.meet_all()
        await house.writes(VISITOR, text="/ask Which papers do I need?")
        await house.taps(VISITOR, "draft:send:")
        (inquiry,) = await house.app.stores.inquiries.list(InquiryFilter())
        await house.taps(VISITOR, Mine(act="add", code=inquiry.code).pack())
        house.session.calls.clear()
        assert (await house.writes(VISITOR, **_part(1))).crash is None
        assert _confirmed(house)
        await house.again()
        assert _confirmed(house)
        for _ in range(2):
            assert (await house.writes(VISITOR, **_part(2))).crash is None
            await house.again()
            assert not _confirmed(house)
