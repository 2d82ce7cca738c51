"""who does a job, until when it is theirs, and which jobs are done one after another"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Old code beside it writes jobs without a lane and counts their tries."""
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("claim", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("lane", sa.String(), nullable=True))
        table.create_index("ix_job_lane", ["lane", "state"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("job") as table:
        table.drop_index("ix_job_lane")
        table.drop_column("lane")
        table.drop_column("held_until")
        table.drop_column("claim")
