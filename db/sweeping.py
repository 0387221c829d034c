"""Removing what nothing refers to any more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Connection, delete, exists

from db import app_code, names, raw, tables
from db.batches import batches

# In this order: what goes first frees what comes later. Each look-up has its index.
_KEPT_BY: tuple[tuple[Column[int], tuple[Column[int], ...]], ...] = (
    (tables.inventory.c.id, (tables.snapshot.c.inventory_id,)),
    (tables.app_entry.c.id, (tables.inventory_app.c.entry_id,)),
    (tables.app_state.c.id, (tables.app_entry.c.state_id,)),
    (tables.app_details.c.id, (tables.app_entry.c.details_id,)),
    (tables.phone.c.id, (tables.snapshot.c.phone_id,)),
    (
        tables.app.c.id,
        (tables.app_entry.c.app_id, tables.use_series.c.app_id, tables.mark.c.app_id),
    ),
)


def forget(connection: Connection, numbers: Iterable[int]) -> None:
    """Deletes these checks, and what only they needed."""
    table = tables.snapshot
    for some in batches(numbers):
        connection.execute(delete(table).where(table.c.id.in_(some)))
    sweep(connection)


def sweep(connection: Connection) -> None:
    """Deletes every row that no check, use or mark needs; a phone takes its apps along."""
    for key, keepers in _KEPT_BY:
        statement = delete(key.table)
        for keeper in keepers:
            statement = statement.where(~exists().where(keeper == key))
        connection.execute(statement)
    raw.sweep(connection)
    names.sweep(connection)
    app_code.sweep(connection)
