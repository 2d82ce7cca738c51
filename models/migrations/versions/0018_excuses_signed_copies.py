"""why a branch is excused; signed copies that arrived"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    utc = models.base.Utc(timezone=True)
    op.create_table(
        "excuse",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", utc, nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", utc, nullable=True),
        *_owned("excuse"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_excuse_undone_by_id_person")),
    )
    op.create_table(
        "signed_copy",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", utc, nullable=False),
        sa.Column("removed_at", utc, nullable=True),
        *_owned("signed_copy"),
    )
    for table in ("excuse", "signed_copy"):
        for name in ("obligation_id", "committee_id"):
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def _owned(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what both tables have: their key, whose they are, which duty they are about, who wrote it."""
    keys = (("obligation_id", "obligation"), ("by_id", "person"), ("committee_id", "committee"))
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        *(sa.ForeignKeyConstraint([own], [f"{of}.id"], name=op.f(f"fk_{table}_{own}_{of}")) for own, of in keys),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("signed_copy")
    op.drop_table("excuse")
