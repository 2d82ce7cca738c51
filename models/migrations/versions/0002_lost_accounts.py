"""why an account cannot be written to, and the ids it had before"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("lost_at", models.base.Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("lost_why", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "account_alias",
        sa.Column("bot_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_alias_account_id_account")),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_account_alias_bot_id_bot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_alias")),
        sa.UniqueConstraint("bot_id", "external_id", name=op.f("uq_account_alias_bot_id_external_id")),
    )
    op.create_index(op.f("ix_account_alias_account_id"), "account_alias", ["account_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("account_alias")
    with op.batch_alter_table("account") as table:
        table.drop_column("lost_why")
        table.drop_column("lost_at")
