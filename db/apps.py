"""The apps of a phone, by user and package."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, select

from db import tables


def app_ids(
    connection: Connection, phone_id: int, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """The ids of these apps (user, package), made where they are new."""
    table = tables.app.c
    query = select(table.user, table.package, table.id).where(table.phone_id == phone_id)
    known = {(user, package): number for user, package, number in connection.execute(query)}
    new = [
        {"phone_id": phone_id, "user": user, "package": package}
        for user, package in wanted
        if (user, package) not in known
    ]
    if new:
        added = insert(tables.app).returning(table.user, table.package, table.id)
        rows = connection.execute(added, new)
        known.update({(user, package): number for user, package, number in rows})
    return known
