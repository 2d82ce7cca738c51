"""what limits count is kept beside whom it limits, so that it holds over all processes"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("full_at", models.base.Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("slow_told", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("local_session") as table:
        table.add_column(sa.Column("came_from", sa.String(), server_default="", nullable=False))
        table.create_index("ix_local_session_came_from", ["came_from", "started_at"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("local_session") as table:
        table.drop_index("ix_local_session_came_from")
        table.drop_column("came_from")
    with op.batch_alter_table("conversation") as table:
        table.drop_column("slow_told")
        table.drop_column("full_at")
