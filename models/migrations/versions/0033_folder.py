"""which data folder goes with the database, so that a process with another one is noticed"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: the table is not made anew, for a trigger of another names it."""
    op.add_column("installation", sa.Column("folder", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Take back."""
    op.drop_column("installation", "folder")
