"""deadlines for chosen branches, what the office tells many"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("deadline") as table:
        table.add_column(sa.Column("units", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.create_table(
        "broadcast",
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("made_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("ordered_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_broadcast_attachment_id_attachment")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_broadcast_by_id_person")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_broadcast_committee_id_committee")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_broadcast_deadline_id_deadline")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    op.create_index(op.f("ix_broadcast_committee_id"), "broadcast", ["committee_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("broadcast")
    with op.batch_alter_table("deadline") as table:
        table.drop_column("units")
