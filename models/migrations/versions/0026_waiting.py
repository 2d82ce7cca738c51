"""what waits is found by indexes of it alone, as small as it is: all of them are there before the old ones go"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _only(which: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(which), "postgresql_where": sa.text(which)}


def upgrade() -> None:
    """Apply: writers wait for seconds, readers for the moment at the end in which the old ones go."""
    op.add_column("deadline", sa.Column("given_to", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_inbox_waiting", "inbox", ["bot_id", "id"], **_only("done_at IS NULL"))
    op.create_index("ix_outbox_pushes", "outbox", ["said_at", "id"], **_only("state = 'due' AND priority > 1"))
    op.create_index("ix_due_coming", "due", ["due_at", "id"], **_only("fired_at IS NULL"))
    op.drop_index("ix_inbox_queue", "inbox")
    op.drop_index("ix_due_waiting", "due")


def downgrade() -> None:
    """Take back."""
    op.create_index("ix_inbox_queue", "inbox", ["done_at", "bot_id", "account", "id"])
    op.create_index("ix_due_waiting", "due", ["fired_at", "due_at"])
    op.drop_index("ix_due_coming", "due")
    op.drop_index("ix_outbox_pushes", "outbox")
    op.drop_index("ix_inbox_waiting", "inbox")
    with op.batch_alter_table("deadline") as table:
        table.drop_column("given_to")
