"""versions of the report upward, and the office's own forms"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "issue",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("revisions", sa.JSON(), nullable=False),
        sa.Column("figures", models.base.Document(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("words_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_issue_by_id_person")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_issue_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_issue_committee_id_committee")),
        sa.ForeignKeyConstraint(["file_id"], ["attachment.id"], name=op.f("fk_issue_file_id_attachment")),
        sa.ForeignKeyConstraint(["words_id"], ["attachment.id"], name=op.f("fk_issue_words_id_attachment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("committee_id", "number", name=op.f("uq_issue_committee_id_number")),
    )
    op.create_index(op.f("ix_issue_committee_id"), "issue", ["committee_id"])
    op.create_table(
        "template",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("removed_at", models.base.Utc(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_template_added_by_id_person")),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_template_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_template_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template")),
    )
    op.create_index(op.f("ix_template_committee_id"), "template", ["committee_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("template")
    op.drop_table("issue")
