"""several accounts of one person: codes to link them, where they like to be written to"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("preferred", sa.Boolean(), nullable=False, server_default=sa.false()))
    keys = ("person", "account", "committee")
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", models.base.Utc(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{key}_id"], [f"{key}.id"], name=op.f(f"fk_link_code_{key}_id_{key}"))
            for key in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_link_code_code_hash")),
        sqlite_autoincrement=True,
    )
    for name in ("person_id", "committee_id"):
        op.create_index(op.f(f"ix_link_code_{name}"), "link_code", [name])


def downgrade() -> None:
    """Take back."""
    op.drop_table("link_code")
    with op.batch_alter_table("account") as table:
        table.drop_column("preferred")
