"""standstills, pushes to many, and when the clock was last looked at"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # in place, on SQLite too: a table that is made anew would lose its triggers
    op.add_column("installation", sa.Column("seen_at", models.base.Utc(timezone=True), nullable=True))
    op.create_table(
        "standstill",
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("began_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("ended_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("told_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_standstill_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
    )
    op.create_index(op.f("ix_standstill_committee_id"), "standstill", ["committee_id"])
    op.create_table(
        "push",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("told_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("began_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("shown_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("stopped_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_push_by_id_person")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_push_committee_id_committee")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["person.id"], name=op.f("fk_push_stopped_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push")),
        sa.UniqueConstraint("batch", name=op.f("uq_push_batch")),
    )
    op.create_index(op.f("ix_push_committee_id"), "push", ["committee_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("push")
    op.drop_table("standstill")
    op.drop_column("installation", "seen_at")
