"""marks what is new or changed, so that a look of the clock asks for nothing else"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXED = ("obligation", "unit")


def upgrade() -> None:
    """Apply: everything there is looked after once."""
    for name in ("deadline", *INDEXED):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("unplanned", sa.Boolean(), nullable=False, server_default=sa.true()))
    for name in INDEXED:
        op.create_index(op.f(f"ix_{name}_unplanned"), name, ["unplanned"])


def downgrade() -> None:
    """Take back."""
    for name in INDEXED:
        op.drop_index(op.f(f"ix_{name}_unplanned"), name)
    for name in ("deadline", *INDEXED):
        with op.batch_alter_table(name) as table:
            table.drop_column("unplanned")
