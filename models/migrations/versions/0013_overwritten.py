"""answers of a draft that another took the place of"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "overwritten",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_overwritten_by_id_person")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_overwritten_committee_id_committee")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_overwritten_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overwritten")),
    )
    for name in ("committee_id", "report_id"):
        op.create_index(op.f(f"ix_overwritten_{name}"), "overwritten", [name])


def downgrade() -> None:
    """Take back."""
    op.drop_table("overwritten")
