"""Questions about other countries, made of those about Kazakhstan: what the House leaves to others."""

import re
from random import Random
from typing import Final

from bot.content.search.spelling import script_of

_COUNTRY: Final = re.compile(
    "(?i)kazakh?stan|kazakistan|qa[sz]a[qk]h?stan|قازقستان|قزاقستان|[қк]азахстан|[қк]аза[қк]стан"
)
_CITY: Final = re.compile(
    "(?i)almaty|almati|astana|shymkent|karaganda|الماتی|آستانہ|شمکنت"
    "|алматы|астана|шымкент|[қк]араганды|қарағанды"
)
COUNTRIES: Final = {
    "latin": (
        *("Turkey", "Azerbaijan", "Uzbekistan", "Kyrgyzstan", "Malaysia", "China", "Germany", "Italy", "UK"),
        *("Canada", "Australia", "Dubai", "Saudi Arabia", "Russia", "Georgia", "Romania", "Japan", "Korea"),
        *("Thailand", "USA"),
    ),
    "arabic": (
        *("ترکی", "آذربائیجان", "ازبکستان", "کرغزستان", "ملائیشیا", "چین", "جرمنی", "اٹلی", "برطانیہ"),
        *("کینیڈا", "آسٹریلیا", "دبئی", "سعودی عرب", "روس", "جارجیا", "رومانیہ", "جاپان", "امریکہ"),
    ),
    "cyrillic": (
        *("Түркия", "Өзбекстан", "Қырғызстан", "Қытай", "Германия", "Корея", "Ресей", "Италия", "АҚШ"),
        *("Дубай", "Аустралия", "Канада", "Грузия", "Әзербайжан", "Польша"),
    ),
}
_CITIES: Final = {
    "latin": (
        *("Istanbul", "Baku", "Tashkent", "Bishkek", "Beijing", "Berlin", "London", "Toronto", "Dubai"),
        *("Jeddah", "Moscow", "Tbilisi", "Bangkok"),
    ),
    "arabic": ("استنبول", "باکو", "تاشقند", "بشکیک", "لندن", "جدہ", "ماسکو", "دوحہ", "شارجہ"),
    "cyrillic": ("Стамбұл", "Баку", "Ташкент", "Бішкек", "Мәскеу", "Лондон", "Берлин", "Анталия"),
}


def elsewhere(text: str, chance: Random) -> str | None:
    """Return a text with another country in the place of Kazakhstan; None when it names nothing there.

    A Kazakh ending stays as it was, in the harmony of the wrong word: it is compared by its letters only.
    """
    script = script_of(text)
    country, city = chance.choice(COUNTRIES[script]), chance.choice(_CITIES[script])
    other = _CITY.sub(city, _COUNTRY.sub(country, text))
    return None if other == text else other
