"""Fates: for every table, what of a person it holds, and what becomes of it. Tests hold the code to this."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a table's rows that are about a person."""

    given: str
    """Under which name ``/mydata`` gives them; in brackets: why it does not."""
    erased: str
    """What ``/forget`` does with them."""
    lasts: str
    """How long they are kept when nobody asks."""


_NOT_A_PERSONS = Fate(given="(about nobody)", erased="stays", lasts="for good")

FATES: Mapping[str, Fate] = {
    "people": Fate(
        given="profile",
        erased="the row goes; with a role or a ban it stays without name, language and moments",
        lasts="BOT_KEEP_PEOPLE",
    ),
    "subscriptions": Fate(given="profile", erased="the rows go", lasts="until /stop"),
    "sessions": Fate(
        given="unfinished",
        erased="the rows go; what staff have begun about the person's inquiries goes too",
        lasts="BOT_KEEP_DRAFTS",
    ),
    "ticks": Fate(given="checklists", erased="the rows go", lasts="as long as the person"),
    "inquiries": Fate(
        given="inquiries",
        erased="code, section, language, status and moments stay; the rest is emptied; "
        "of who worked on it only the number stays",
        lasts="BOT_KEEP_INQUIRIES",
    ),
    "posts": Fate(
        given="inquiries",
        erased="author's kind and moments stay; the rest is emptied; of staff only the number stays",
        lasts="BOT_KEEP_INQUIRIES",
    ),
    "words": Fate(given="(the same words as in inquiries)", erased="the rows go", lasts="BOT_KEEP_INQUIRIES"),
    "copies": Fate(
        given="(numbers of messages that the person sees in Telegram)",
        erased="those in the person's chat go; those in the staff chat go once edited or deleted",
        lasts="BOT_KEEP_INQUIRIES",
    ),
    "inbox": Fate(
        given="updates",
        erased="payloads that name the person or their inquiries go, quarantined ones too",
        lasts="until handled; put aside: BOT_KEEP_DRAFTS",
    ),
    "outbox": Fate(given="owed", erased="what is owed to the person goes", lasts="until delivered; two days"),
    "recipients": Fate(
        given="announcements",
        erased="they are given a number that belongs to nobody",
        lasts="BOT_KEEP_INQUIRIES after the announcement's end",
    ),
    "events": Fate(given="visits", erased="the rows go", lasts="30 days, then without number and words"),
    "marks": Fate(
        given="(which menu of commands the chat has)",
        erased="the one of the person's command menu goes",
        lasts="as long as the person",
    ),
    "broadcasts": Fate(given="work", erased="the author's name goes, the number stays", lasts="for good"),
    "fact_changes": Fate(given="work", erased="the name goes, the number stays", lasts="for good"),
    "audit": Fate(
        given="audit",
        erased="stays: numbers without names or words, and what proves that data was handled properly",
        lasts="for good",
    ),
    "causes": Fate(
        given="(numbers of updates and codes)",
        erased="stays: an update that is repeated must not undo the erasure",
        lasts="two days",
    ),
    "erasures": Fate(given="(says that somebody was erased, not who)", erased="stays", lasts="for good"),
    "senders": _NOT_A_PERSONS,
}

PERSONAL: frozenset[str] = frozenset(
    {
        *("people.id", "people.first_name", "people.last_name", "people.username", "people.banned"),
        *("people.name_key", "people.username_key", "subscriptions.person_id", "ticks.person_id"),
        *("sessions.chat_id", "sessions.person_id", "sessions.data"),
        *("inquiries.person_id", "inquiries.name", "inquiries.username", "inquiries.name_key"),
        *("inquiries.username_key", "inquiries.answers", "inquiries.text", "inquiries.rating_comment"),
        *("inquiries.claimed_by", "inquiries.claimed_name", "inquiries.close_reason"),
        *("words.text", "posts.person_id", "posts.name", "posts.text", "posts.html", "posts.attachments"),
        *("posts.album", "posts.source_chat_id", "copies.chat_id"),
        *("inbox.chat", "inbox.payload", "outbox.chat_id", "outbox.key", "marks.name"),
        *("broadcasts.author_id", "broadcasts.author_name", "broadcasts.approved_by"),
        *("broadcasts.board_chat_id", "recipients.person_id"),
        *("audit.by", "audit.about", "events.person_id", "events.words"),
        *("fact_changes.by", "fact_changes.by_name"),
    }
)
"""The columns (table and name) that may hold somebody's number, name or words."""

STAYS: Mapping[str, str] = {
    "people.id": "with a role or a ban",
    "people.banned": "the reason, which the banned person is told",
    "inquiries.claimed_by": "who of staff took it: a number",
    "posts.person_id": "who of staff answered: a number",
    "broadcasts.author_id": "who announced: a number",
    "broadcasts.approved_by": "who approved: a number",
    "broadcasts.board_chat_id": "where its progress is shown: a number",
    "fact_changes.by": "who changed a fact: a number",
    "audit.by": "who did it: a number",
    "audit.about": "to whom it was done: a number",
}
"""Of these, what an erasure leaves, and why."""
