"""Changing a fact: what has been answered so far, the next question, and the fact that comes of it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.content.editing import HOW_TO_TYPE, NotAValueError, changed
from bot.content.parts import HttpsUrl
from bot.content.values import Confidence, Fact, FactKind
from bot.i18n.catalogues import Catalogues, Translator
from bot.i18n.languages import Language
from bot.telegram.screens import Screen
from bot.telegram.views import facts as views

STATE = "fact"
"""The state of a change under way."""
VALUE, SOURCE, CHECKED, UNTIL, CONFIDENCE, PREVIEW = (
    "value",
    "source",
    "checked",
    "until",
    "confidence",
    "preview",
)
PICKED = frozenset({CHECKED, UNTIL, CONFIDENCE})
"""Questions that can be answered by a button; a button of an earlier one answers none of the others."""
_MOST = 1000
"""Characters of a text or a source."""

Answers = Mapping[str, Any]


def steps(fact: Fact, answers: Answers) -> list[str]:
    """The questions in order; words are asked for in each language."""
    words = [Language.KK.value, Language.UR.value] if _has_words(fact, answers) else []
    return [VALUE, *words, SOURCE, CHECKED, UNTIL, CONFIDENCE, PREVIEW]


def _has_words(fact: Fact, answers: Answers) -> bool:
    if fact.kind is FactKind.TEXT:
        return True
    typed = answers.get(VALUE)
    return fact.kind is FactKind.PLACE and typed is not None and not _is_point(fact, typed)


def _is_point(fact: Fact, typed: str) -> bool:
    place = _tried(fact, typed).place
    return (
        place is not None
        and place.point is not None
        and (fact.place is None or place.point != fact.place.point)
    )


def _tried(fact: Fact, typed: str) -> Fact:
    return changed(
        fact, typed, said_by="-", checked=date.min, confidence=Confidence.UNVERIFIED, texts=fact.texts
    )


def answered(fact: Fact, answers: Answers, typed: str, today: date) -> dict[str, Any]:
    """The answers with one more, and the next step. Raises ``NotAValueError``."""
    step = answers["step"]
    text = typed.strip()
    if not text or len(text) > _MOST:
        raise NotAValueError
    more: dict[str, Any] = {**answers, step: _read(fact, step, text, today)}
    order = steps(fact, more)
    more["step"] = order[min(order.index(step) + 1, len(order) - 1)]
    return more


def _read(fact: Fact, step: str, text: str, today: date) -> str:
    match step:
        case "value":
            _tried(fact, text)
        case "checked":
            day = today if text == "today" else _day(text)
            if day > today:
                raise NotAValueError
            return day.isoformat()
        case "until":
            return _until(text, today)
        case "confidence" if text not in set(Confidence):
            raise NotAValueError
    return text


def _until(text: str, today: date) -> str:
    if text == "own":
        return ""
    if text.isdecimal() and int(text) in views.VALIDITY:
        return (today + timedelta(days=int(text))).isoformat()
    day = _day(text)
    if day < today:
        raise NotAValueError
    return day.isoformat()


def _day(text: str) -> date:
    for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise NotAValueError


def one_back(fact: Fact, answers: Answers) -> dict[str, Any] | None:
    """The answers one step earlier; None at the first."""
    order = steps(fact, answers)
    at = order.index(answers["step"])
    return {**answers, "step": order[at - 1]} if at else None


def drafted(fact: Fact, answers: Answers) -> Fact:
    """The fact as the answers make it. Raises ``NotAValueError``."""
    source = answers[SOURCE]
    address = source if _is_address(source) else None
    asked = {one: Language(one) for one in steps(fact, answers) if one in set(Language)}
    texts = {language: answers[one] for one, language in asked.items()}
    if fact.kind is FactKind.PLACE and not texts:
        texts = dict(fact.texts)
    until = answers.get(UNTIL)
    return changed(
        fact,
        answers[VALUE],
        said_by=address.split("/")[2] if address else source,
        source=address,
        checked=date.fromisoformat(answers[CHECKED]),
        confidence=Confidence(answers[CONFIDENCE]),
        texts=texts,
        valid_until=date.fromisoformat(until) if until else None,
    )


def _is_address(text: str) -> bool:
    try:
        TypeAdapter(HttpsUrl).validate_python(text)
    except ValidationError:
        return False
    return True


def ask(
    tr: Translator,
    fact: Fact,
    answers: Answers,
    catalogues: Catalogues,
    *,
    wrong: bool = False,
    has_page: bool,
) -> Screen:
    """The question of the present step, or the preview."""
    match answers["step"]:
        case "value":
            text = tr.text(HOW_TO_TYPE[fact.kind])
            if fact.kind is FactKind.TEXT:
                text = tr("{how} First in English.", how=text)
            return views.question(tr, text, wrong=wrong)
        case "kk":
            return views.question(tr, tr("Now the same in Kazakh."), wrong=wrong)
        case "ur":
            return views.question(tr, tr("Now the same in Urdu."), wrong=wrong)
        case "source":
            text = tr(
                "Who says so? Send a name, for example a letter of the embassy, or the address of a page."
            )
            return views.question(tr, text, wrong=wrong)
        case "checked":
            text = tr("On which day was it checked? For example: 2026-11-23.")
            return views.question(tr, text, [(tr.plain("Today"), "today")], wrong=wrong)
        case "until":
            text = tr("Until when may it be trusted? Choose, or send a day.")
            return views.question(tr, text, views.validity_picks(tr), wrong=wrong)
        case "confidence":
            return views.question(tr, tr("How sure is it?"), views.confidence_picks(tr), wrong=wrong)
    return views.preview(tr, drafted(fact, answers), catalogues, has_page=has_page)
