"""Announcements and recipients as rows and back; audiences as conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func

from bot.domain.broadcasts import Audience, Broadcast, Kind, State, Version
from bot.domain.messages import MessageRef
from bot.domain.recipients import Counts, Line, Recipient, Result
from bot.i18n.languages import Language
from bot.storage.backend import AnyRow
from bot.storage.inquiry_rows import attachment_json, attachment_of
from bot.storage.tables import inquiries, people, recipients, subscriptions

COUNTED = ("sent", "blocked", "failed", "in_doubt", "skipped", "unsubscribed")
"""Counts that change while an announcement runs; each is a column."""
LINE_COLUMNS = (
    recipients.c.person_id,
    recipients.c.language,
    recipients.c.result,
    recipients.c.reason,
    recipients.c.message_ids,
    recipients.c.settled_at,
    recipients.c.unsubscribed_at,
)
RECIPIENT_COLUMNS = (
    recipients.c.person_id,
    recipients.c.language,
    recipients.c.part,
    recipients.c.attempts,
    recipients.c.message_ids,
)
_PLAIN = (
    "author_id",
    "author_name",
    "reason",
    "original",
    "starts_at",
    "keeps_quiet",
    "approved_by",
    "created_at",
    "started_at",
    "ended_at",
    "parked_until",
    "reported",
)
READ_LANGUAGE = func.coalesce(people.c.language, people.c.phone_language)
"""The chosen language, else the phone's."""


def broadcast_row(broadcast: Broadcast) -> dict[str, Any]:
    """The columns of an announcement but its number, counts, cause and version."""
    board = broadcast.board
    return {
        **{name: getattr(broadcast, name) for name in _PLAIN},
        "kind": broadcast.kind.value,
        "state": broadcast.state.value,
        "versions": {language.value: _version_json(one) for language, one in broadcast.versions.items()},
        "audience": _audience_json(broadcast.audience),
        "baseline": {name: value for name, value in asdict(broadcast.baseline).items() if value},
        "board_chat_id": board.chat_id if board else None,
        "board_message_id": board.message_id if board else None,
    }


def broadcast_of(row: AnyRow) -> Broadcast:
    """The announcement in a row of ``broadcasts``."""
    has_board = row.board_chat_id is not None
    return Broadcast(
        **{name: getattr(row, name) for name in _PLAIN},
        number=row.id,
        kind=Kind(row.kind),
        state=State(row.state),
        versions={Language(code): _version(one) for code, one in (row.versions or {}).items()},
        audience=_audience(row.audience),
        counts=counts_of(row),
        baseline=Counts(**row.baseline),
        board=MessageRef(chat_id=row.board_chat_id, message_id=row.board_message_id) if has_board else None,
        version=row.version,
    )


def counts_of(row: AnyRow) -> Counts:
    """The counts in a row that has them all."""
    return Counts(total=row.total, **{name: getattr(row, name) for name in COUNTED})


def recipient_of(row: Sequence[Any]) -> Recipient:
    """The recipient in a row of ``RECIPIENT_COLUMNS``."""
    person_id, language, part, attempts, message_ids = row
    return Recipient(
        person_id=person_id,
        language=Language(language),
        part=part,
        attempts=attempts,
        message_ids=tuple(message_ids or ()),
    )


def line_of(row: Sequence[Any]) -> Line:
    """The recipient in a row of ``LINE_COLUMNS``."""
    person_id, language, result, reason, message_ids, settled_at, unsubscribed_at = row
    return Line(
        person_id=person_id,
        language=Language(language),
        result=Result(result),
        reason=reason,
        message_ids=tuple(message_ids or ()),
        settled_at=settled_at,
        unsubscribed_at=unsubscribed_at,
    )


def belongs(audience: Audience, now: datetime) -> ColumnElement[bool]:
    """Whether a row of ``people`` belongs to an audience."""
    wanted = [still_belongs(audience)]
    if audience.languages:
        wanted.append(READ_LANGUAGE.in_([one.value for one in audience.languages]))
    if audience.asked:
        asked = exists().where(
            inquiries.c.person_id == people.c.id,
            inquiries.c.section.in_(audience.asked),
            inquiries.c.erased_at.is_(None),
        )
        wanted.append(asked)
    if audience.active_days:
        wanted.append(people.c.last_seen >= now - timedelta(days=audience.active_days))
    return and_(*wanted)


def still_belongs(audience: Audience) -> ColumnElement[bool]:
    """What must also hold at the moment of sending: subscribed, reachable, not banned."""
    subscribed = exists().where(subscriptions.c.person_id == people.c.id)
    if audience.topics:
        subscribed = subscribed.where(subscriptions.c.topic.in_(audience.topics))
    return and_(people.c.reachable.is_(True), people.c.banned.is_(None), subscribed)


def _version_json(version: Version) -> dict[str, Any]:
    return {"html": version.html, "attachments": [attachment_json(one) for one in version.attachments]}


def _version(values: Mapping[str, Any]) -> Version:
    return Version(
        html=values["html"], attachments=tuple(attachment_of(one) for one in values["attachments"])
    )


def _audience_json(audience: Audience) -> dict[str, Any]:
    return {
        "languages": sorted(audience.languages),
        "topics": sorted(audience.topics),
        "asked": sorted(audience.asked),
        "active_days": audience.active_days,
    }


def _audience(values: Mapping[str, Any]) -> Audience:
    return Audience(
        languages=frozenset(Language(one) for one in values["languages"]),
        topics=frozenset(values["topics"]),
        asked=frozenset(values["asked"]),
        active_days=values["active_days"],
    )
