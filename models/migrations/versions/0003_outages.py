"""when a bot was last heard, and since when it fails"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("bot") as table:
        table.add_column(sa.Column("heard_at", models.base.Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("failing", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("failing_since", models.base.Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("outage_told", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("bot") as table:
        table.drop_column("outage_told")
        table.drop_column("failing_since")
        table.drop_column("failing")
        table.drop_column("heard_at")
