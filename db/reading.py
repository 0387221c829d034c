"""Rows as the model."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from audit.model import App, SnapshotInfo
from db import codec, tables
from db.records import PhoneRecord

CHECKS = select(tables.snapshot)
FIRST_READINGS = CHECKS.where(tables.snapshot.c.reread_of.is_(None))


def info(row: Any) -> SnapshotInfo:
    """A check from a row of ``CHECKS``."""
    return SnapshotInfo(
        phone=codec.decode_phone(row.phone),
        taken_at=codec.moment(row.taken_at),
        users=codec.decode_users(row.users),
        app_count=row.app_count,
        parts=codec.decode_parts(row.parts),
        problems=codec.decode_problems(row.problems),
        source=row.source,
        note=row.note,
        id=row.id,
        reread_of=row.reread_of,
    )


def infos(
    connection: Connection, phone_key: str | None, *, rereads: bool = False
) -> list[SnapshotInfo]:
    checks = CHECKS if rereads else FIRST_READINGS
    query = checks.order_by(tables.snapshot.c.ordered_at, tables.snapshot.c.id)
    if phone_key is not None:
        query = query.join_from(tables.snapshot, tables.phone).where(
            tables.phone.c.key == phone_key
        )
    return [info(row) for row in connection.execute(query)]


def apps(
    connection: Connection, inventory_id: int, *, without: int | None = None
) -> tuple[App, ...]:
    """The apps of an inventory, by package and user, but for those that ``without`` has too."""
    listed = tables.inventory_app.c
    entries = select(listed.entry_id).where(listed.inventory_id == inventory_id)
    if without is not None:
        others = select(listed.entry_id).where(listed.inventory_id == without)
        entries = entries.where(listed.entry_id.not_in(others))
    query = (
        select(
            tables.app.c.user,
            tables.app.c.package,
            tables.app_details.c.body,
            tables.app_state.c.body,
        )
        .join_from(tables.app_entry, tables.app)
        .join(tables.app_details)
        .join(tables.app_state)
        .where(tables.app_entry.c.id.in_(entries))
    )
    found = [codec.decode_app(*row) for row in connection.execute(query)]
    return tuple(sorted(found, key=lambda app: (app.package, app.user)))


def phones(connection: Connection) -> list[PhoneRecord]:
    table = tables.snapshot.c
    counted = (
        select(
            table.phone_id, func.count().label("checks"), func.max(table.ordered_at).label("last")
        )
        .where(table.reread_of.is_(None))
        .group_by(table.phone_id)
        .subquery()
    )
    query = (
        select(
            tables.phone.c.key, tables.phone.c.name, table.phone, counted.c.checks, table.taken_at
        )
        .join_from(tables.phone, counted, counted.c.phone_id == tables.phone.c.id)
        .join(
            tables.snapshot,
            (table.phone_id == counted.c.phone_id) & (table.ordered_at == counted.c.last),
        )
        .order_by(tables.phone.c.key)
    )
    return [
        PhoneRecord(key, name, codec.decode_phone(phone), checks, codec.moment(last))
        for key, name, phone, checks, last in connection.execute(query)
    ]
