"""words on what is internal, apart from the reports"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "words_apart",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_words_apart_by_id_person")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_words_apart_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_words_apart_obligation_id_obligation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words_apart")),
    )
    op.create_index(op.f("ix_words_apart_committee_id"), "words_apart", ["committee_id"])
    op.create_index(op.f("ix_words_apart_obligation_id"), "words_apart", ["obligation_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("words_apart")
