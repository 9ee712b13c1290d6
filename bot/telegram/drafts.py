"""Drafts: the question that waits in the session for "Send", as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.domain.counter import Question
from bot.domain.errors import TooManyFiles
from bot.domain.inquiries import Answer
from bot.domain.messages import Attachment, AttachmentKind, MessageRef, Words
from bot.domain.threads import check_length

ASK = "ask"
"""The state in which the next message is a question."""
LATE_ALBUM = "late_album"
"""The key in the session's data of the album whose late parts follow a question that was sent."""
MOST_ATTACHMENTS = 20


def as_data(question: Question) -> dict[str, Any]:
    """The question as JSON values."""
    return {
        "section": question.section,
        "intent": question.intent,
        "form": question.form,
        "answers": [asdict(one) for one in question.answers],
        "text": question.words.text,
        "html": question.words.html,
        "attachments": [attachment_data(one) for one in question.words.attachments],
        "album": question.words.album,
        "source": asdict(question.words.source) if question.words.source else None,
    }


def attachment_data(one: Attachment) -> dict[str, Any]:
    """An attachment as JSON values, without what is empty."""
    return {name: value for name, value in asdict(one).items() if value not in ("", None, 0)}


def read_attachment_data(data: Mapping[str, Any]) -> Attachment:
    """The attachment again."""
    return Attachment(**{**data, "kind": AttachmentKind(data["kind"])})


def from_data(data: Mapping[str, Any]) -> Question:
    """The question again."""
    source = data.get("source")
    words = Words(
        text=data.get("text", ""),
        html=data.get("html", ""),
        attachments=tuple(read_attachment_data(one) for one in data.get("attachments", [])),
        album=data.get("album", ""),
        source=MessageRef(**source) if source else None,
    )
    return Question(
        section=data["section"],
        intent=data.get("intent", ""),
        form=data.get("form", ""),
        answers=tuple(Answer(**one) for one in data.get("answers", [])),
        words=words,
    )


def extended(question: Question, words: Words) -> Question:
    """The question with more words and attachments from a further message.

    Raises ``TooLong``, ``TooManyFiles``: nobody shall believe to have sent what is not in it.
    """
    old = question.words
    joined = "\n".join(text for text in (old.text, words.text) if text)
    check_length(joined)
    attachments = (*old.attachments, *words.attachments)
    if len(attachments) > MOST_ATTACHMENTS:
        raise TooManyFiles(MOST_ATTACHMENTS)
    html = ""
    if old.html or words.html:
        html = "\n".join(part for part in (old.html or old.text, words.html or words.text) if part)
    return Question(
        section=question.section,
        intent=question.intent,
        form=question.form,
        answers=question.answers,
        words=Words(
            text=joined,
            html=html,
            attachments=attachments,
            album=words.album or old.album,
            # Words of several messages cannot follow the edit of one of them.
            source=None if old.text and words.text else old.source or words.source,
        ),
    )
