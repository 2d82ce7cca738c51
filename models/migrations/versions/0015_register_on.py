"""the day of the register that a duty's total is taken from"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("obligation") as table:
        table.add_column(sa.Column("register_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("obligation") as table:
        table.drop_column("register_on")
