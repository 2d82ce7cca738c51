"""Run by Alembic: migrates over the connection it is handed, with what SQLite needs to keep child rows."""

from alembic import context
from sqlalchemy import Connection

from models import tables

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.load().metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
