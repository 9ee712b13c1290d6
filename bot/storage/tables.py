"""The schema, once. The migrations lead to exactly this; a test compares them.

Readable columns say what and when (section, status, language, moments, ids); words, names, phones and file
references stand in sealed columns.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.storage.columns import ID, Json, Moment, Sealed, SealedBytes, SealedJson

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_name", Sealed("people.first_name"), nullable=False),
    Column("last_name", Sealed("people.last_name"), nullable=False),
    Column("username", Sealed("people.username"), nullable=False),
    Column("name_key", Text, nullable=False),
    Column("username_key", Text, nullable=False),
    Column("phone_language", Text, nullable=False),
    Column("language", Text),
    Column("role", Text, nullable=False),
    Column("asked_to_subscribe", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("banned", Sealed("people.banned")),
    Column("consented_at", Moment),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
)
Index("ix_people_last_seen_id", people.c.last_seen, people.c.id)
Index("ix_people_name_key", people.c.name_key)
Index("ix_people_username_key", people.c.username_key)
_has_role = people.c.role != literal_column("'visitor'")
Index("ix_people_role", people.c.role, sqlite_where=_has_role, postgresql_where=_has_role)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id, ondelete="CASCADE"), nullable=False),
    Column("topic", Text, nullable=False),
    PrimaryKeyConstraint("person_id", "topic"),
    Index("ix_subscriptions_topic_person_id", "topic", "person_id"),
    sqlite_with_rowid=False,
)

sessions = Table(
    "sessions",
    metadata,
    Column("chat_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("data", SealedJson("sessions.data"), nullable=False),
    Column("thread", Text, nullable=False),
    Column("cause", BigInteger, nullable=False),
    Column("changed_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("chat_id", "person_id"),
)

ticks = Table(
    "ticks",
    metadata,
    Column("person_id", BigInteger, nullable=False),
    Column("list_id", Text, nullable=False),
    Column("line", Text, nullable=False),
    PrimaryKeyConstraint("person_id", "list_id", "line"),
    sqlite_with_rowid=False,
)

inquiries = Table(
    "inquiries",
    metadata,
    Column("id", ID, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Sealed("inquiries.name"), nullable=False),
    Column("username", Sealed("inquiries.username"), nullable=False),
    Column("name_key", Text, nullable=False),
    Column("username_key", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("answers", SealedJson("inquiries.answers"), nullable=False),
    Column("text", Sealed("inquiries.text"), nullable=False),
    Column("status", Text, nullable=False),
    Column("claimed_by", BigInteger),
    Column("claimed_name", Sealed("inquiries.claimed_name"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("answered_at", Moment),
    Column("closed_at", Moment),
    Column("close_reason", Sealed("inquiries.close_reason"), nullable=False),
    Column("waiting_since", Moment),
    Column("reachable", Boolean, nullable=False),
    Column("rating", Integer),
    Column("rating_comment", Sealed("inquiries.rating_comment"), nullable=False),
    Column("topic_id", BigInteger),
    Column("erased_at", Moment),
    Column("version", Integer, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_inquiries_created_at_id", inquiries.c.created_at, inquiries.c.id)
Index("ix_inquiries_status_created_at_id", inquiries.c.status, inquiries.c.created_at, inquiries.c.id)
Index("ix_inquiries_section_created_at_id", inquiries.c.section, inquiries.c.created_at, inquiries.c.id)
Index("ix_inquiries_person_id_created_at_id", inquiries.c.person_id, inquiries.c.created_at, inquiries.c.id)
Index("ix_inquiries_name_key", inquiries.c.name_key)
Index("ix_inquiries_username_key", inquiries.c.username_key)


def _index_of_known(column: Column[object], *more: Column[object]) -> None:
    """An index that holds only the rows where the column is not NULL."""
    known = column.is_not(None)
    name = "_".join(("ix", column.table.name, column.name, *(one.name for one in more)))
    Index(name, column, *more, sqlite_where=known, postgresql_where=known)


_index_of_known(inquiries.c.waiting_since, inquiries.c.id)
_index_of_known(inquiries.c.claimed_by)
_index_of_known(inquiries.c.topic_id)

words = Table(
    "words",
    metadata,
    Column(
        "inquiry_id",
        BigInteger,
        ForeignKey(inquiries.c.id, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("text", Text, nullable=False),
    comment="What an inquiry is found by, folded; empty in a sealed database",
)

posts = Table(
    "posts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("inquiry_id", BigInteger, ForeignKey(inquiries.c.id, ondelete="CASCADE"), nullable=False),
    Column("author", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("name", Sealed("posts.name"), nullable=False),
    Column("text", Sealed("posts.text"), nullable=False),
    Column("html", Sealed("posts.html"), nullable=False),
    Column("attachments", SealedJson("posts.attachments"), nullable=False),
    Column("album", Text, nullable=False),
    Column("source_chat_id", BigInteger),
    Column("source_message_id", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("edited_at", Moment),
    Column("withdrawn_at", Moment),
    Index("ix_posts_inquiry_id_id", "inquiry_id", "id"),
    sqlite_autoincrement=True,
)
_index_of_known(posts.c.source_chat_id, posts.c.source_message_id)

copies = Table(
    "copies",
    metadata,
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("post_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    PrimaryKeyConstraint("chat_id", "message_id", "code", "post_id"),
    Index("ix_copies_code_post_id", "code", "post_id"),
)

causes = Table(
    "causes",
    metadata,
    Column("cause", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("applied_at", Moment, nullable=False, index=True),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("update_id", BigInteger, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("payload", SealedBytes("inbox.payload")),
    Column("received_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Moment),
    Column("owner", Text),
    Column("held_until", Moment),
    Column("error", Text, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("update_id"),
    sqlite_autoincrement=True,
)

WAITING: ColumnElement[str] = literal_column("'waiting'")
DONE: ColumnElement[str] = literal_column("'done'")
QUARANTINED: ColumnElement[str] = literal_column("'quarantined'")
"""States of ``inbox`` as literals: a partial index is used only when its very condition is asked for."""

_unfinished: ColumnElement[bool] = inbox.c.state == WAITING
_put_aside: ColumnElement[bool] = inbox.c.state == QUARANTINED
Index("ix_inbox_unfinished", inbox.c.id, sqlite_where=_unfinished, postgresql_where=_unfinished)
Index("ix_inbox_order", inbox.c.chat, inbox.c.id, sqlite_where=_unfinished, postgresql_where=_unfinished)
Index("ix_inbox_quarantined", inbox.c.id, sqlite_where=_put_aside, postgresql_where=_put_aside)
_inbox_held = inbox.c.held_until.is_not(None)
Index("ix_inbox_held", inbox.c.chat, sqlite_where=_inbox_held, postgresql_where=_inbox_held)
_index_of_known(inbox.c.done_at)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("post_id", BigInteger, nullable=False),
    Column("args", Json, nullable=False),
    Column("key", Text, nullable=False),
    Column("not_before", Moment),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Moment),
    Column("owner", Text),
    Column("held_until", Moment),
    Column("error", Text, nullable=False),
    Column("given_up_at", Moment),
    sqlite_autoincrement=True,
)
_owed = outbox.c.given_up_at.is_(None)
Index("ix_outbox_owed", outbox.c.id, sqlite_where=_owed, postgresql_where=_owed)
Index("ix_outbox_order", outbox.c.chat_id, outbox.c.id, sqlite_where=_owed, postgresql_where=_owed)
_keyed = outbox.c.key != literal_column("''")
Index("ix_outbox_key", outbox.c.key, sqlite_where=_keyed, postgresql_where=_keyed)
_outbox_held = outbox.c.held_until.is_not(None)
Index("ix_outbox_held", outbox.c.chat_id, sqlite_where=_outbox_held, postgresql_where=_outbox_held)
_index_of_known(outbox.c.given_up_at)

marks = Table(
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("original", BigInteger),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Sealed("broadcasts.author_name"), nullable=False),
    Column("versions", SealedJson("broadcasts.versions"), nullable=False),
    Column("audience", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("starts_at", Moment),
    Column("keeps_quiet", Boolean, nullable=False),
    Column("approved_by", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("parked_until", Moment),
    Column("baseline", Json, nullable=False),
    Column("board_chat_id", BigInteger),
    Column("board_message_id", BigInteger),
    Column("drawn_at", Moment),
    Column("reported", Boolean, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("blocked", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("in_doubt", BigInteger, nullable=False),
    Column("skipped", BigInteger, nullable=False),
    Column("unsubscribed", BigInteger, nullable=False),
    Column("cause", Text, unique=True),
    Column("version", Integer, nullable=False),
    sqlite_autoincrement=True,
)
_unended = broadcasts.c.ended_at.is_(None)
Index("ix_broadcasts_unended", broadcasts.c.id, sqlite_where=_unended, postgresql_where=_unended)

recipients = Table(
    "recipients",
    metadata,
    Column("broadcast_id", BigInteger, ForeignKey(broadcasts.c.id, ondelete="CASCADE"), nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Moment),
    Column("owner", Text),
    Column("held_until", Moment),
    Column("message_ids", Json),
    Column("reason", Text, nullable=False),
    Column("settled_at", Moment),
    Column("unsubscribed_at", Moment),
    PrimaryKeyConstraint("broadcast_id", "person_id"),
    sqlite_with_rowid=False,
)
Index("ix_recipients_person_id", recipients.c.person_id)

UNSENT: ColumnElement[str] = literal_column("'waiting'")
SENDING: ColumnElement[str] = literal_column("'sending'")
"""Results of ``recipients`` as literals, for the partial indexes."""

_unsent = recipients.c.result == UNSENT
Index(
    "ix_recipients_unsent",
    recipients.c.broadcast_id,
    recipients.c.person_id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)
_in_flight = recipients.c.result == SENDING
Index(
    "ix_recipients_sending",
    recipients.c.broadcast_id,
    recipients.c.person_id,
    sqlite_where=_in_flight,
    postgresql_where=_in_flight,
)

senders = Table(
    "senders",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("deed", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("digest", Text, nullable=False),
    Column("cause", Text, unique=True),
    comment="Who did what: each entry's digest covers the one before",
)

erasures = Table(
    "erasures",
    metadata,
    Column("receipt", Text, primary_key=True),
    Column("erased_at", Moment, nullable=False),
    Column("inquiries", Integer, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("cause", Text, unique=True),
    comment="That somebody was erased; not who",
)

events = Table(
    "events",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person_id", BigInteger),
    Column("about", Text, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("words", Sealed("events.words")),
    sqlite_autoincrement=True,
    comment="What happened, for statistics; nobody's name, and words only where a search found nothing",
)
Index("ix_events_at_id", events.c.at, events.c.id)
_index_of_known(events.c.person_id)

fact_changes = Table(
    "fact_changes",
    metadata,
    Column("number", ID, primary_key=True),
    Column("fact", Text, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("by_name", Sealed("fact_changes.by_name"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("old", Json, nullable=False),
    Column("new", Json),
    Column("cause", Text, unique=True),
    sqlite_autoincrement=True,
    comment="Facts that staff changed: the last row of a fact is what counts",
)
Index("ix_fact_changes_fact_number", fact_changes.c.fact, fact_changes.c.number)
