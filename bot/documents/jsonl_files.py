"""JSON Lines (https://jsonlines.org): one inquiry a line with its whole thread, for programs and archives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from bot.documents.cells import clean
from bot.documents.files import Draft
from bot.documents.rows import Writing
from bot.domain.inquiries import Answer, Inquiry, Post, Thread
from bot.domain.messages import Attachment


class JsonlWriter:
    """Writes one file of JSON Lines."""

    def __init__(self, draft: Draft, writing: Writing, _: int = 0) -> None:
        self._draft = draft
        self._writing = writing
        self.messages = 0

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._draft.size

    def add(self, threads: Sequence[Thread]) -> None:
        """Write inquiries."""
        self._draft.write(b"".join(self._line(thread) for thread in threads))
        self.messages += sum(len(thread.posts) for thread in threads)

    def finish(self) -> None:
        """Nothing follows the last line."""

    def _line(self, thread: Thread) -> bytes:
        value = self._inquiry(thread.inquiry)
        value["thread"] = [self._post(post) for post in thread.posts]
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)

    def _inquiry(self, one: Inquiry) -> dict[str, Any]:
        words, time = self._writing.words, self._time
        return {
            "code": one.code,
            "text": words(one.text),
            "section": one.section,
            "intent": one.intent,
            "status": one.status.value,
            "language": one.language.value,
            "name": words(one.name),
            "username": clean(one.username),
            "person_id": one.person_id,
            "created": time(one.created_at),
            "seen": time(one.seen_at),
            "answered": time(one.answered_at),
            "closed": time(one.closed_at),
            "waiting_since": time(one.waiting_since),
            "claimed_by": words(one.claimed_name),
            "form": one.form,
            "answers": [self._answer(answer) for answer in one.answers],
            "rating": one.rating,
            "comment": words(one.rating_comment),
            "close_reason": words(one.close_reason),
            "reachable": one.reachable,
            "erased": time(one.erased_at),
        }

    def _answer(self, one: Answer) -> dict[str, Any]:
        return {"field": one.field, "label": one.label, "value": self._writing.words(one.value)}

    def _post(self, one: Post) -> dict[str, Any]:
        words, time = self._writing.words, self._time
        value = {
            "author": one.author.value,
            "name": words(one.name),
            "time": time(one.created_at),
            "text": words(one.text),
            "html": words(one.html),
            "attachments": [self._attachment(thing) for thing in one.attachments],
            "edited": time(one.edited_at),
            "withdrawn": time(one.withdrawn_at),
        }
        return {name: kept for name, kept in value.items() if kept not in ("", None, [])}

    def _attachment(self, one: Attachment) -> dict[str, Any]:
        value = {
            "kind": one.kind.value,
            "file_id": one.file_id,
            "name": self._writing.words(one.name),
            "mime": one.mime,
            "bytes": one.size or None,
            "phone": self._writing.words(one.phone),
            "latitude": one.latitude,
            "longitude": one.longitude,
            "address": self._writing.words(one.address),
        }
        return {name: kept for name, kept in value.items() if kept not in ("", None)}

    def _time(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self._writing.zone).isoformat(timespec="seconds") if moment else None
