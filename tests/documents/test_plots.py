"""Pictures of statistics: every kind in every language, with every letter."""

import io
import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from matplotlib.ft2font import FT2Font
from PIL import Image

from bot.content.loader import load_content
from bot.content.pack import Content
from bot.documents.captions import LONGEST, caption
from bot.documents.charts import chart
from bot.documents.plots import _FONT, paint
from bot.domain.reports import FEW, Numbers, Period, PictureKind, Report, ScreenUse
from bot.i18n.catalogues import Catalogues
from bot.i18n.languages import Language

PERIOD = Period(first=date(2026, 10, 25), last=date(2026, 11, 23), zone=ZoneInfo("Asia/Karachi"))
KINDS, LANGUAGES = list(PictureKind), list(Language)


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content()


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return Catalogues.read()


def _report(content: Content, many: int) -> Report:
    numbers = Numbers(
        sections_by_day={(day, "visa"): many for day in PERIOD.days},
        languages={"ur": many, "kk": min(many, 1)},
        statuses={"received": many},
        load={(0, 9): many, (6, 23): min(many, 2)},
        answered=many,
        replies=[],
        waiting=many,
        screens={one: ScreenUse(opened=many, left=min(many, 3)) for one in list(content.screens)[:20]},
        searched=many,
        unanswered=many,
        wordings=["چاند کا ویزا؟ " * 12, "Айға виза керек пе?"] * 20,
        ratings={5: many, 1: min(many, 1)},
        helped=many,
        not_helped=0,
    )
    spread = (many, 0, 0, 0, 0, min(many, 1))
    span = timedelta(hours=3.5) if many else None
    return Report(period=PERIOD, numbers=numbers, median=span, p90=span, spread=spread)


def _order(kind: PictureKind, report: Report, content: Content, tr: Any) -> dict[str, Any]:
    order: dict[str, Any] = json.loads(json.dumps(asdict(chart(kind, report, tr, content))))
    return order


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [0, 70])
def test_every_picture_is_painted_without_a_missing_letter(
    kind: PictureKind, many: int, content: Content, catalogues: Catalogues
) -> None:
    """Matplotlib warns of a letter that no font has, and a warning fails a test."""
    for language in LANGUAGES:
        png = paint(_order(kind, _report(content, many), content, catalogues[language]))
        image = Image.open(io.BytesIO(png))
        assert image.format == "PNG"
        assert image.width > 1000
        darkest = min(image.convert("L").tobytes())
        assert darkest < 80, "nothing but paper"


def test_the_font_has_the_letters_of_urdu() -> None:
    letters = set("آابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئؤۂۃ۔،؟؛")
    assert {one for one in letters if ord(one) not in FT2Font(_FONT).get_charmap()} == set()


def test_small_numbers_are_told_as_less_than_five_everywhere(
    content: Content, catalogues: Catalogues
) -> None:
    """1 to 4 stand nowhere as such in a panel whose parts could be one person."""
    report = _report(content, FEW - 1)
    for kind in (PictureKind.INQUIRIES, PictureKind.LOAD, PictureKind.SCREENS, PictureKind.RATINGS):
        order = _order(kind, report, content, catalogues[Language.EN])
        panels = [panel for row in order["panels"] for panel in row]
        parts = panels[1:] if kind is PictureKind.INQUIRIES else panels
        texts = json.dumps([panel["texts"] for panel in parts])
        assert "<5" in texts
        assert not any(f'"{number}"' in texts for number in range(1, FEW))


@pytest.mark.parametrize("kind", KINDS)
def test_captions_fit_and_have_their_direction(
    kind: PictureKind, content: Content, catalogues: Catalogues
) -> None:
    for language in LANGUAGES:
        words = caption(kind, _report(content, 70), catalogues[language])
        assert 0 < len(words.encode("utf-16-le")) // 2 <= LONGEST
        assert catalogues[language].finish(words) == words


def test_an_urdu_picture_runs_from_right_to_left(content: Content, catalogues: Catalogues) -> None:
    """The bars of one and the same order lie mirrored."""
    order = _order(PictureKind.RATINGS, _report(content, 70), content, catalogues[Language.EN])

    def weight(mirrored: bool) -> float:
        image = Image.open(io.BytesIO(paint({**order, "runs_right_to_left": mirrored}))).convert("L")
        half = image.width // 2
        left, right = image.crop((0, 0, half, image.height)), image.crop((half, 0, image.width, image.height))
        return sum(left.histogram()[:220]) - sum(right.histogram()[:220])

    assert weight(mirrored=False) > 0 > weight(mirrored=True)
