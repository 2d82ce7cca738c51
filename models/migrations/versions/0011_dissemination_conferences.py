"""what a posting was and that it was taken back; conferences announced and held"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("activity") as table:
        for name in ("title", "url", "audience"):
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("attachment_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("removed_at", models.base.Utc(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_activity_attachment_id_attachment"), "attachment", ["attachment_id"], ["id"])
    keys = ("campaign", "unit", "report", "item")
    op.create_table(
        "conference",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("makeup_of_id", sa.Integer(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("hour", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("joint_with", sa.String(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=False),
        sa.Column("speaker_name", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=False),
        sa.Column("leader_name", sa.String(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("invited_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("masses", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{key}_id"], [f"{key}.id"], name=op.f(f"fk_conference_{key}_id_{key}"))
            for key in (*keys, "committee", "person")
        ),
        sa.ForeignKeyConstraint(["invited_id"], ["person.id"], name=op.f("fk_conference_invited_id_person")),
        sa.ForeignKeyConstraint(
            ["makeup_of_id"], ["conference.id"], name=op.f("fk_conference_makeup_of_id_conference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference")),
    )
    for name in ("unit_id", "report_id", "on_day", "item_id", "committee_id"):
        op.create_index(op.f(f"ix_conference_{name}"), "conference", [name])


def downgrade() -> None:
    """Take back."""
    op.drop_table("conference")
    with op.batch_alter_table("activity") as table:
        table.drop_constraint(op.f("fk_activity_attachment_id_attachment"), type_="foreignkey")
        for name in ("removed_at", "attachment_id", "audience", "url", "title"):
            table.drop_column(name)
