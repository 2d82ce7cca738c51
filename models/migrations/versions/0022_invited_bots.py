"""which bot an invitation names"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("bot_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_invitation_bot_id_bot"), "bot", ["bot_id"], ["id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("invitation") as table:
        table.drop_constraint(op.f("fk_invitation_bot_id_bot"), type_="foreignkey")
        table.drop_column("bot_id")
