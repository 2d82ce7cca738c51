"""whether an account was told what the short code of a message is for"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("codes_told", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("account") as table:
        table.drop_column("codes_told")
