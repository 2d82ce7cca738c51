"""arts, portal, looking at the work, distribution"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("unit") as table:
        table.add_column(sa.Column("arts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "arts",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("removed_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_arts_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_arts_committee_id_committee")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_arts_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_arts_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arts")),
    )
    op.create_index(op.f("ix_arts_unit_id"), "arts", ["unit_id"])
    op.create_index(op.f("ix_arts_committee_id"), "arts", ["committee_id"])
    op.create_table(
        "portal_item",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("removed_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_portal_item_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_portal_item_committee_id_committee")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_portal_item_person_id_person")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_portal_item_report_id_report")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_portal_item_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_item")),
    )
    op.create_index(op.f("ix_portal_item_unit_id"), "portal_item", ["unit_id"])
    op.create_index(op.f("ix_portal_item_report_id"), "portal_item", ["report_id"])
    op.create_index(op.f("ix_portal_item_committee_id"), "portal_item", ["committee_id"])
    op.create_table(
        "inspection",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_inspection_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_inspection_committee_id_committee")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inspection_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_inspection_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_unit_id"), "inspection", ["unit_id"])
    op.create_index(op.f("ix_inspection_committee_id"), "inspection", ["committee_id"])
    op.create_table(
        "fix",
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fixed_by_id", sa.Integer(), nullable=True),
        sa.Column("fixed_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_fix_committee_id_committee")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_fix_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["fixed_by_id"], ["person.id"], name=op.f("fk_fix_fixed_by_id_person")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_fix_inspection_id_inspection")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_fix_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix")),
    )
    op.create_index(op.f("ix_fix_inspection_id"), "fix", ["inspection_id"])
    op.create_index(op.f("ix_fix_unit_id"), "fix", ["unit_id"])
    op.create_index(op.f("ix_fix_state"), "fix", ["state"])
    op.create_index(op.f("ix_fix_committee_id"), "fix", ["committee_id"])
    op.create_table(
        "distribution",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("sent_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name=op.f("fk_distribution_attachment_id_attachment")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_distribution_by_id_person")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_distribution_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_distribution_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distribution")),
    )
    op.create_index(op.f("ix_distribution_committee_id"), "distribution", ["committee_id"])
    op.create_table(
        "delivery",
        sa.Column("distribution_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("told_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("opened_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_delivery_committee_id_committee")),
        sa.ForeignKeyConstraint(["distribution_id"], ["distribution.id"], name=op.f("fk_delivery_distribution_id_distribution")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_delivery_recorded_by_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_delivery_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("distribution_id", "person_id", name=op.f("uq_delivery_distribution_id_person_id")),
    )
    op.create_index(op.f("ix_delivery_distribution_id"), "delivery", ["distribution_id"])
    op.create_index(op.f("ix_delivery_committee_id"), "delivery", ["committee_id"])


def downgrade() -> None:
    """Take back."""
    for name in ("delivery", "distribution", "fix", "inspection", "portal_item", "arts"):
        op.drop_table(name)
    with op.batch_alter_table("unit") as table:
        table.drop_column("arts")
