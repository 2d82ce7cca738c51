"""when who leads a bot's voice spoke last, for whoever goes on where it stopped"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("lead") as table:
        table.add_column(sa.Column("spoken", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("lead") as table:
        table.drop_column("spoken")
