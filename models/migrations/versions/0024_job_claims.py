"""who does a job, until when it is theirs, and which jobs are done one after another"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Old code beside it writes jobs without a queue and counts their tries."""
    due = sa.text("state = 'due'")
    op.drop_index("ix_job_queue", "job")
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("claim", sa.String(), server_default="", nullable=False))
        table.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("queue", sa.String(), nullable=True))
    op.create_index("ix_job_state", "job", ["state", "not_before"])
    op.create_index("ix_job_coming", "job", ["not_before", "id"], sqlite_where=due, postgresql_where=due)
    op.create_index("ix_job_queue", "job", ["queue", "state"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_job_queue", "job")
    op.drop_index("ix_job_coming", "job")
    op.drop_index("ix_job_state", "job")
    with op.batch_alter_table("job") as table:
        table.drop_column("queue")
        table.drop_column("held_until")
        table.drop_column("claim")
    op.create_index("ix_job_queue", "job", ["state", "not_before"])
