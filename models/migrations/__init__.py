"""Alembic's versions of the schema and the two calls that use them. Knows no settings."""
