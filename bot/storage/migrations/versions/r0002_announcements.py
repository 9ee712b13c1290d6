"""Announcements: what is announced, a row for each recipient, and the processes that send.

Revision: 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "broadcasts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("original", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=True),
        sa.Column("keeps_quiet", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("parked_until", _MOMENT, nullable=True),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("board_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("board_message_id", sa.BigInteger(), nullable=True),
        sa.Column("drawn_at", _MOMENT, nullable=True),
        sa.Column("reported", sa.Boolean(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("blocked", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("in_doubt", sa.BigInteger(), nullable=False),
        sa.Column("skipped", sa.BigInteger(), nullable=False),
        sa.Column("unsubscribed", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("cause", name=op.f("uq_broadcasts_cause")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_broadcasts_unended",
        "broadcasts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "recipients",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", _MOMENT, nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("held_until", _MOMENT, nullable=True),
        sa.Column("message_ids", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("unsubscribed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcasts.id"],
            name=op.f("fk_recipients_broadcast_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id", name=op.f("pk_recipients")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recipients_person_id", "recipients", ["person_id"], unique=False)
    for name, result in (("unsent", "waiting"), ("sending", "sending")):
        op.create_index(
            f"ix_recipients_{name}",
            "recipients",
            ["broadcast_id", "person_id"],
            unique=False,
            sqlite_where=sa.text(f"result = '{result}'"),
            postgresql_where=sa.text(f"result = '{result}'"),
        )
    op.create_table(
        "senders",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_senders")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("senders")
    op.drop_table("recipients")
    op.drop_table("broadcasts")
