"""jobs that are done one after another wait in a queue; those that are due are found by an index of them alone"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    due = sa.text("state = 'due'")
    op.drop_index("ix_job_lane", "job")
    op.drop_index("ix_job_queue", "job")
    with op.batch_alter_table("job") as table:
        table.alter_column("lane", new_column_name="queue")
    op.create_index("ix_job_state", "job", ["state", "not_before"])
    op.create_index("ix_job_coming", "job", ["not_before", "id"], sqlite_where=due, postgresql_where=due)
    op.create_index("ix_job_queue", "job", ["queue", "state"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_job_queue", "job")
    op.drop_index("ix_job_coming", "job")
    op.drop_index("ix_job_state", "job")
    with op.batch_alter_table("job") as table:
        table.alter_column("queue", new_column_name="lane")
    op.create_index("ix_job_queue", "job", ["state", "not_before"])
    op.create_index("ix_job_lane", "job", ["lane", "state"])
