"""Events for statistics, and the changes of facts by staff.

Revision: 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "events",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        comment="What happened, for statistics; nobody's name, and words only where a search found nothing",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_at_id", "events", ["at", "id"], unique=False)
    op.create_index(
        "ix_events_person_id",
        "events",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_table(
        "fact_changes",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fact_changes")),
        sa.UniqueConstraint("cause", name=op.f("uq_fact_changes_cause")),
        comment="Facts that staff changed: the last row of a fact is what counts",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fact_changes_fact_number", "fact_changes", ["fact", "number"], unique=False)


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("fact_changes")
    op.drop_table("events")
