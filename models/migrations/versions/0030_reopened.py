"""a report that was opened again stands as such, no more among those that wait for the office"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

OPENED = "SELECT max(closed_at) FROM item WHERE item.obligation_id = obligation.id AND kind = 'reopen' AND how = 'reopened'"
SENT = (
    "SELECT max(revision.sent_at) FROM revision JOIN report ON report.id = revision.report_id"
    " WHERE report.obligation_id = obligation.id"
)


def upgrade() -> None:
    """Apply."""
    op.execute(f"UPDATE obligation SET state = 'reopened' WHERE state = 'waiting' AND ({OPENED}) > ({SENT})")


def downgrade() -> None:
    """Take back."""
    op.execute("UPDATE obligation SET state = 'waiting' WHERE state = 'reopened'")
