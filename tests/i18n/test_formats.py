"""House formats of the style guide, in each language."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from bot.i18n.catalogues import Translator
from bot.i18n.direction import strip_controls
from bot.i18n.languages import Language

DAY = date(2026, 11, 23)
ALL = {language: Translator(language, NullTranslations()) for language in Language}


@pytest.mark.parametrize(
    ("write", "en", "kk", "ur"),
    [
        (lambda tr: tr.date(DAY), "23 November 2026", "2026 жылғы 23 қараша", "23 نومبر 2026"),
        (
            lambda tr: tr.date_weekday(DAY),
            "Mon, 23 Nov 2026",
            "2026 ж. 23 қараша, дүйсенбі",
            "پیر، 23 نومبر 2026",
        ),
        (lambda tr: tr.month_year(DAY), "November 2026", "2026 жылғы қараша", "نومبر 2026"),
        (lambda tr: tr.weekday(0), "Monday", "дүйсенбі", "پیر"),
        (lambda tr: tr.weekday(6), "Sunday", "жексенбі", "اتوار"),
        (lambda tr: tr.time(time(14, 5)), "14:05", "14:05", "14:05"),
        (lambda tr: tr.number(1234567), "1,234,567", "1\xa0234\xa0567", "1,234,567"),
        (lambda tr: tr.number(Decimal("1234.5")), "1,234.5", "1\xa0234,5", "1,234.5"),
        (lambda tr: tr.percent(0.25), "25%", "25%", "25%"),
        (lambda tr: tr.percent(Decimal("0.125")), "12.5%", "12,5%", "12.5%"),
        (
            lambda tr: tr.money(15000, "KZT"),
            "15,000\xa0₸\xa0(KZT)",
            "15\xa0000\xa0₸",
            "15,000\xa0ٹینگے\xa0(KZT)",
        ),
        (lambda tr: tr.money(15000, "KZT", table=True), "15,000\xa0₸", "15\xa0000\xa0₸", "15,000\xa0₸"),
        (lambda tr: tr.money(2500, "PKR"), "Rs\xa02,500", "2\xa0500\xa0пәкістан\xa0рупиясы", "2,500\xa0روپے"),
        (lambda tr: tr.money(2500, "PKR", table=True), "Rs\xa02,500", "2\xa0500\xa0PKR", "Rs\xa02,500"),
        (lambda tr: tr.money(60, "USD"), "US$60", "60\xa0АҚШ\xa0доллары", "60\xa0امریکی\xa0ڈالر"),
        (lambda tr: tr.money(60, "USD", table=True), "US$60", "60\xa0$", "$60"),
        (lambda tr: tr.money(Decimal("60.5"), "EUR"), "60.50\xa0EUR", "60,50\xa0EUR", "60.50\xa0EUR"),
        (lambda tr: tr.list_and(["A", "B", "C"]), "A, B, and C", "A, B және C", "A، B، اور C"),
        (lambda tr: tr.list_or(["A", "B", "C"]), "A, B, or C", "A, B немесе C", "A، B، یا C"),
        (lambda tr: tr.list_and(["A", "B"]), "A and B", "A және B", "A اور B"),
        (lambda tr: tr.list_and(["A"]), "A", "A", "A"),
        (lambda tr: tr.list_and([]), "", "", ""),
    ],
)
def test_the_house_format_is_used(write: Callable[[Translator], str], en: str, kk: str, ur: str) -> None:
    written = [strip_controls(write(ALL[language])) for language in Language]
    assert written == [en, kk, ur]


def test_a_moment_is_written_in_the_zone_asked_for() -> None:
    moment = datetime(2026, 11, 23, 21, 5, tzinfo=UTC)
    lahore = ZoneInfo("Asia/Karachi")
    assert ALL[Language.EN].datetime(moment, lahore) == "24 November 2026, 02:05"
    assert ALL[Language.KK].datetime(moment, lahore) == "2026 жылғы 24 қараша, 02:05"
    assert ALL[Language.UR].datetime(moment, lahore) == "24 نومبر 2026، 02:05"


def test_a_time_of_an_aware_moment_is_not_moved() -> None:
    moment = datetime(2026, 11, 23, 14, 5, tzinfo=ZoneInfo("Asia/Karachi"))
    assert ALL[Language.EN].time(moment) == "14:05"


def test_items_of_an_urdu_list_are_isolated() -> None:
    assert ALL[Language.UR].list_and(["SCAT", "PIA"]) == "\u2068SCAT\u2069 اور \u2068PIA\u2069"
