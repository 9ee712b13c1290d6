"""Audit: who did what, chained; and the receipts of erasures.

Revision: 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sa.UniqueConstraint("cause", name=op.f("uq_audit_cause")),
        comment="Who did what: each entry's digest covers the one before",
    )
    op.create_table(
        "erasures",
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("erased_at", _MOMENT, nullable=False),
        sa.Column("inquiries", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_erasures")),
        sa.UniqueConstraint("cause", name=op.f("uq_erasures_cause")),
        comment="That somebody was erased; not who",
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("erasures")
    op.drop_table("audit")
