"""the audit only grows: no row is changed, none of a live installation is removed within a year of the newest

A migration that rebuilds `audit` or `installation` on SQLite drops these triggers first and makes them again.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = (
    """CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END""",
    """CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    WHEN EXISTS (SELECT 1 FROM installation WHERE NOT drill)
        AND OLD.at > (SELECT datetime(max(at), '-364 days') FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END""",
)
POSTGRES = (
    """CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND (
            NOT EXISTS (SELECT 1 FROM installation WHERE NOT drill)
            OR OLD.at <= (SELECT max(at) FROM audit) - interval '364 days'
        ) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the audit only grows';
    END $$""",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
)


def upgrade() -> None:
    """Apply."""
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_kept")
        op.execute("DROP TRIGGER audit_unchanged")
    else:
        op.execute("DROP TRIGGER audit_kept ON audit")
        op.execute("DROP TRIGGER audit_unchanged ON audit")
        op.execute("DROP FUNCTION audit_only_grows")
