"""roles are found by their kind: few hold an office, thousands are members"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(op.f("ix_role_kind"), "role", ["kind"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_role_kind"), "role")
