"""Rows as the model."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, func, select

from audit.model import App, Part, SnapshotInfo
from db import codec, tables
from db import phones as joining
from db.records import PhoneRecord

_KEPT_UNDER = (
    select(tables.phone.c.key)
    .where(tables.phone.c.id == tables.snapshot.c.phone_id)
    .correlate(tables.snapshot)
    .scalar_subquery()
    .label("kept_under")
)
CHECKS = select(tables.snapshot, _KEPT_UNDER)
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
        title=row.title,
        kept_under=row.kept_under,
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


def before(connection: Connection, row: Any, knowing: Collection[Part]) -> SnapshotInfo | None:
    """The last check of the same phone before ``row`` that read all these parts."""
    table = tables.snapshot.c
    earlier = FIRST_READINGS.where(
        table.phone_id == row.phone_id, table.ordered_at < row.ordered_at
    ).order_by(table.ordered_at.desc())
    found = (info(candidate) for candidate in connection.execute(earlier))
    return next((one for one in found if all(map(one.knows, knowing))), None)


def last_two(connection: Connection, phone_key: str) -> tuple[SnapshotInfo, SnapshotInfo] | None:
    query = (
        FIRST_READINGS.join_from(tables.snapshot, tables.phone)
        .where(tables.phone.c.key == phone_key)
        .order_by(tables.snapshot.c.ordered_at.desc())
        .limit(2)
    )
    found = [info(row) for row in connection.execute(query)]
    return (found[1], found[0]) if len(found) == 2 else None


def pinned(connection: Connection, phone_key: str) -> SnapshotInfo | None:
    query = CHECKS.join_from(tables.snapshot, tables.phone).where(
        tables.phone.c.key == phone_key, tables.snapshot.c.pinned
    )
    row = connection.execute(query).first()
    return None if row is None else info(row)


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
        select(tables.phone, counted.c.checks, table.phone.label("facts"), table.taken_at)
        .join_from(tables.phone, counted, counted.c.phone_id == tables.phone.c.id)
        .join(
            tables.snapshot,
            (table.phone_id == counted.c.phone_id) & (table.ordered_at == counted.c.last),
        )
        .order_by(tables.phone.c.key)
    )
    keys = joining.keys_to(connection)
    return [
        PhoneRecord(
            row.key,
            row.name,
            codec.decode_phone(row.facts),
            row.checks,
            codec.moment(row.taken_at),
            tuple(keys[row.id]),
        )
        for row in connection.execute(query).all()
    ]
