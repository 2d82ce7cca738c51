"""who was told of something since a moment is found by both; pushes that wait by an index that SQLite prefers, too"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _pushes(which: str) -> None:
    op.drop_index("ix_outbox_pushes", "outbox")
    only = {"sqlite_where": sa.text(which), "postgresql_where": sa.text(which)}
    op.create_index("ix_outbox_pushes", "outbox", ["said_at", "id"], **only)


def upgrade() -> None:
    """Apply: readers wait for the small index alone."""
    op.create_index(op.f("ix_notice_person_id_told_at"), "notice", ["person_id", "told_at"])
    _pushes("NOT (state <> 'due' OR priority <= 1)")
    op.drop_index(op.f("ix_notice_person_id"), "notice")


def downgrade() -> None:
    """Take back."""
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"])
    _pushes("state = 'due' AND priority > 1")
    op.drop_index(op.f("ix_notice_person_id_told_at"), "notice")
