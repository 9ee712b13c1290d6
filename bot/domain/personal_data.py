"""Personal data: everything that is kept of one person, as a JSON file they can read and take elsewhere."""

import json
from datetime import datetime
from typing import Any

from bot.domain.inquiries import Author, Inquiry, Post, Thread
from bot.domain.messages import Attachment
from bot.domain.people import Person
from bot.domain.privacy import Belongings

FILE_NAME = "my-data.json"
_SIDES = {Author.VISITOR: "you", Author.STAFF: "Kazakhstan House"}


def personal_data(belongings: Belongings, now: datetime) -> bytes:
    """The file, UTF-8. Moments are ISO 8601 in UTC; internal notes of staff are not in it."""
    content = {
        "made_at": now.isoformat(),
        "profile": _profile(belongings.person) if belongings.person else None,
        "inquiries": [_inquiry(thread) for thread in belongings.threads],
        "unfinished": [
            {
                "state": one.state,
                "data": dict(one.data),
                "about": one.thread,
                "changed_at": _moment(one.changed_at),
            }
            for one in belongings.sessions
            if one.state or one.data or one.thread
        ],
        "checklists": {name: list(lines) for name, lines in belongings.ticks.items()},
        **{name: list(rows) for name, rows in belongings.records.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _profile(person: Person) -> dict[str, Any]:
    return {
        "telegram_id": person.id,
        "first_name": person.profile.first_name,
        "last_name": person.profile.last_name,
        "username": person.profile.username,
        "phone_language": person.profile.phone_language.value,
        "chosen_language": person.language.value if person.language else None,
        "role": person.role.value,
        "announcements": sorted(person.topics),
        "offered_announcements": person.asked_to_subscribe,
        "reachable": person.reachable,
        "banned": person.banned,
        "consented_at": _moment(person.consented_at),
        "first_seen": _moment(person.first_seen),
        "last_seen": _moment(person.last_seen),
    }


def _inquiry(thread: Thread) -> dict[str, Any]:
    inquiry = thread.inquiry
    return {
        "number": inquiry.code,
        "section": inquiry.section,
        "form": inquiry.form,
        "about": inquiry.intent,
        "language": inquiry.language.value,
        "status": inquiry.status.value,
        "name": inquiry.name,
        "username": inquiry.username,
        **_moments(inquiry),
        "close_reason": inquiry.close_reason,
        "answers": [{"question": one.label, "answer": one.value} for one in inquiry.answers],
        "rating": inquiry.rating,
        "comment": inquiry.rating_comment,
        "messages": [_post(post) for post in thread.posts if post.author in _SIDES],
    }


def _moments(inquiry: Inquiry) -> dict[str, str | None]:
    return {
        "asked_at": _moment(inquiry.created_at),
        "seen_at": _moment(inquiry.seen_at),
        "answered_at": _moment(inquiry.answered_at),
        "closed_at": _moment(inquiry.closed_at),
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "from": _SIDES[post.author],
        "at": _moment(post.created_at),
        "text": post.text,
        "attachments": [_attachment(one) for one in post.attachments],
        "edited_at": _moment(post.edited_at),
        "withdrawn_at": _moment(post.withdrawn_at),
    }


def _attachment(attachment: Attachment) -> dict[str, Any]:
    """What is kept of a file: never the file itself, which stays with Telegram."""
    known = {
        "name": attachment.name,
        "type": attachment.mime,
        "bytes": attachment.size,
        "phone": attachment.phone,
        "latitude": attachment.latitude,
        "longitude": attachment.longitude,
        "address": attachment.address,
        "telegram_file_id": attachment.file_id,
    }
    return {"kind": attachment.kind.value, **{key: value for key, value in known.items() if value}}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
