"""Alembic's entry: runs on the connection that `storage.engine` hands over."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from storage.postgres import order_by_bytes

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    # SQLite alters a table only by writing it anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
    if (connection := context.get_bind()).dialect.name == "postgresql":
        order_by_bytes(connection)
