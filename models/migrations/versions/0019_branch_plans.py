"""a branch's own plan, who is responsible in it"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("responsible", sa.String(), nullable=False, server_default=""))
    keys = ("campaign", "unit", "attachment", "person", "committee")
    op.create_table(
        "branch_plan",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{key}_id"], [f"{key}.id"], name=op.f(f"fk_branch_plan_{key}_id_{key}"))
            for key in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_plan")),
        sa.UniqueConstraint("campaign_id", "unit_id", name=op.f("uq_branch_plan_campaign_id_unit_id")),
    )
    for name in ("unit_id", "committee_id"):
        op.create_index(op.f(f"ix_branch_plan_{name}"), "branch_plan", [name])


def downgrade() -> None:
    """Take back."""
    op.drop_table("branch_plan")
    with op.batch_alter_table("unit") as table:
        table.drop_column("responsible")
