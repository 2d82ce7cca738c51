"""a deadline's four times, and the day by which the office wishes it"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

DAYS = ("opens_on", "grace_to", "closes_on", "office_wanted_on")


def upgrade() -> None:
    """Apply: a grace on the due day becomes the day until which it lasts."""
    with op.batch_alter_table("deadline") as table:
        for name in DAYS:
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
    deadline = sa.table("deadline", *map(sa.column, ("grace", "grace_to", "due_date", "last_on_time")))
    lasts = deadline.c.grace.is_(sa.true()) & (deadline.c.due_date > deadline.c.last_on_time)
    op.execute(sa.update(deadline).where(lasts).values(grace_to=deadline.c.due_date))
    with op.batch_alter_table("deadline") as table:
        table.drop_column("grace")


def downgrade() -> None:
    """Take back: a grace that ends on the due day is one again, any other is lost."""
    with op.batch_alter_table("deadline") as table:
        table.add_column(sa.Column("grace", sa.Boolean(), nullable=False, server_default=sa.false()))
    deadline = sa.table("deadline", *map(sa.column, ("grace", "grace_to", "due_date")))
    op.execute(sa.update(deadline).where(deadline.c.grace_to == deadline.c.due_date).values(grace=sa.true()))
    with op.batch_alter_table("deadline") as table:
        table.alter_column("grace", server_default=None)
        for name in DAYS:
            table.drop_column(name)
