"""Two phones of the store that are one: the checks of the first become checks of the second."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from db import app_code, ledger, names, phones, sweeping, tables
from db.apps import app_ids


def merge(connection: Connection, source: int, target: int) -> None:
    """Moves everything of phone ``source`` to phone ``target``, each content still kept once.

    Later checks under a key that led to ``source`` join ``target``.
    """
    app = tables.app.c
    rows = connection.execute(
        select(app.id, app.user, app.package).where(app.phone_id == source)
    ).all()
    theirs = app_ids(connection, target, [(row.user, row.package) for row in rows])
    for row in rows:
        _move_app(connection, row.id, theirs[row.user, row.package])
    _move_inventories(connection, source, target)
    _move_checks(connection, source, target)
    names.copy(connection, source, target)
    app_code.copy(connection, source, target)
    for key in phones.keys_to(connection)[source]:
        phones.point(connection, key, target)
    deed = tables.deed
    connection.execute(update(deed).where(deed.c.phone_id == source).values(phone_id=target))
    sweeping.sweep(connection)


def _move_app(connection: Connection, old: int, new: int) -> None:
    entry = tables.app_entry
    for row in connection.execute(select(entry).where(entry.c.app_id == old)).all():
        same = (
            (entry.c.app_id == new)
            & (entry.c.state_id == row.state_id)
            & (entry.c.details_id == row.details_id)
        )
        known = connection.scalar(select(entry.c.id).where(same))
        if known is None:
            _set(connection, entry, row.id, app_id=new)
            continue
        listed = tables.inventory_app
        connection.execute(update(listed).where(listed.c.entry_id == row.id).values(entry_id=known))
    series, mark = tables.use_series, tables.mark
    for row in connection.execute(select(series).where(series.c.app_id == old)).all():
        same = (series.c.app_id == new) & (series.c.body == row.body)
        known = connection.scalar(select(series.c.id).where(same))
        if known is None:
            _set(connection, series, row.id, app_id=new)
        else:
            ledger.join(connection, row.id, known)
    known_marks = select(mark.c.what).where(mark.c.app_id == new)
    clashing = (mark.c.app_id == old) & mark.c.what.in_(known_marks)
    connection.execute(delete(mark).where(clashing))
    connection.execute(update(mark).where(mark.c.app_id == old).values(app_id=new))


def _move_inventories(connection: Connection, source: int, target: int) -> None:
    table, check = tables.inventory, tables.snapshot
    for row in connection.execute(select(table).where(table.c.phone_id == source)).all():
        same = (table.c.phone_id == target) & (table.c.digest == row.digest)
        known = connection.scalar(select(table.c.id).where(same))
        if known is None:
            _set(connection, table, row.id, phone_id=target)
            continue
        connection.execute(
            update(check).where(check.c.inventory_id == row.id).values(inventory_id=known)
        )


def _move_checks(connection: Connection, source: int, target: int) -> None:
    table = tables.snapshot
    mine = table.c.phone_id == target
    taken = set(connection.scalars(select(table.c.ordered_at).where(mine)))
    pinned = connection.scalar(select(table.c.id).where(mine, table.c.pinned)) is not None
    query = select(table.c.id, table.c.ordered_at).where(table.c.phone_id == source)
    for row in connection.execute(query.order_by(table.c.ordered_at)).all():
        place = row.ordered_at
        while place in taken:
            place += 1
        taken.add(place)
        values: dict[str, Any] = {"phone_id": target, "ordered_at": place}
        if pinned:
            values["pinned"] = False
        _set(connection, table, row.id, **values)


def _set(connection: Connection, table: Table, number: int, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == number).values(values))
