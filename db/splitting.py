"""Some checks of a phone that are another's: they become a phone of their own.

A use goes with the check that first told of it, and stays where that check is deleted. What was
expected of the apps is copied, so that neither phone raises it anew.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Select, insert, literal, or_, select, update

from db import app_code, codec, ledger, names, phones, sweeping, tables
from db.batches import batches


def family(connection: Connection, numbers: Collection[int]) -> set[int]:
    """These checks with their second readings; of a second reading the first and its others."""
    table = tables.snapshot.c
    roots: set[int] = set()
    for some in batches(numbers):
        query = select(table.id, table.reread_of).where(table.id.in_(some))
        roots.update(row.reread_of or row.id for row in connection.execute(query))
    found: set[int] = set()
    for some in batches(roots):
        whole = or_(table.id.in_(some), table.reread_of.in_(some))
        found.update(connection.scalars(select(table.id).where(whole)))
    return found


def split(connection: Connection, source: int, numbers: Collection[int], name: str | None) -> str:
    """Makes checks of phone ``source``, not all of them, a new phone; returns its key."""
    newest, own = _keys(connection, source, numbers)
    phone, check = tables.phone, tables.snapshot
    taken = connection.scalar(select(phone.c.id).where(phone.c.key == own)) is not None
    key = own if own in newest and not taken else phones.numbered(connection, own)
    made = insert(phone).values(key=key, name=name).returning(phone.c.id)
    target = connection.scalars(made).one()
    for later in newest:
        phones.point(connection, later, target)
    for some in batches(numbers):
        connection.execute(update(check).where(check.c.id.in_(some)).values(phone_id=target))
    _copy_contents(connection, target)
    _copy_lists(connection, target)
    ledger.split(connection, source, target, numbers)
    _copy_marks(connection, source, target)
    names.copy(connection, source, target)
    app_code.copy(connection, source, target)
    sweeping.sweep(connection)
    return key


def _keys(connection: Connection, source: int, numbers: Collection[int]) -> tuple[list[str], str]:
    """The keys whose newest check is among ``numbers``, and the key of the newest of these."""
    table = tables.snapshot.c
    query = select(table.id, table.phone).where(table.phone_id == source)
    newest: dict[str, int] = {}
    own = ""
    for row in connection.execute(query.order_by(table.ordered_at)):
        key = codec.decode_phone(row.phone).key
        newest[key] = row.id
        own = key if row.id in numbers else own
    return [key for key, number in newest.items() if number in numbers], own


def _moved(target: int) -> Select[tuple[int]]:
    """The lists of apps of the checks that moved."""
    check = tables.snapshot.c
    return select(check.inventory_id).where(check.phone_id == target)


def _copy_contents(connection: Connection, target: int) -> None:
    """The apps that the moved checks list, and their conditions, once more for the new phone."""
    entry, listed = tables.app_entry.c, tables.inventory_app.c
    old, new = tables.app.alias("old").c, tables.app.alias("new").c
    used = select(listed.entry_id).where(listed.inventory_id.in_(_moved(target)))
    of_apps = select(entry.app_id).where(entry.id.in_(used))
    apps = select(literal(target), old.user, old.package).where(old.id.in_(of_apps))
    connection.execute(insert(tables.app).from_select(["phone_id", "user", "package"], apps))
    entries = (
        select(new.id, entry.state_id, entry.details_id)
        .where(entry.id.in_(used), old.id == entry.app_id)
        .where(new.phone_id == target, new.package == old.package, new.user == old.user)
    )
    columns = ["app_id", "state_id", "details_id"]
    connection.execute(insert(tables.app_entry).from_select(columns, entries))


def _copy_lists(connection: Connection, target: int) -> None:
    """The lists of apps of the moved checks, made of the new phone's conditions."""
    old, new = tables.inventory.alias("old").c, tables.inventory.alias("new").c
    lists = select(literal(target), old.digest).where(old.id.in_(_moved(target)))
    connection.execute(insert(tables.inventory).from_select(["phone_id", "digest"], lists))
    twin = (new.phone_id == target) & (new.digest == old.digest)
    listed = tables.inventory_app.c
    was, now = tables.app_entry.alias("was").c, tables.app_entry.alias("now").c
    app, copy = tables.app.alias("app").c, tables.app.alias("copy").c
    rows = (
        select(new.id, now.id)
        .where(old.id.in_(_moved(target)), twin, listed.inventory_id == old.id)
        .where(was.id == listed.entry_id, app.id == was.app_id)
        .where(copy.phone_id == target, copy.package == app.package, copy.user == app.user)
        .where(now.app_id == copy.id)
        .where(now.state_id == was.state_id, now.details_id == was.details_id)
    )
    columns = ["inventory_id", "entry_id"]
    connection.execute(insert(tables.inventory_app).from_select(columns, rows))
    check = tables.snapshot
    its = select(new.id).where(twin, old.id == check.c.inventory_id).scalar_subquery()
    connection.execute(update(check).where(check.c.phone_id == target).values(inventory_id=its))


def _copy_marks(connection: Connection, source: int, target: int) -> None:
    """Those of the apps that the new phone has."""
    mark, old, new = tables.mark.c, tables.app.alias("old").c, tables.app.alias("new").c
    rows = (
        select(new.id, mark.what, mark.after, mark.note, mark.created_at)
        .where(old.id == mark.app_id, old.phone_id == source, new.phone_id == target)
        .where(new.package == old.package, new.user == old.user)
    )
    columns = ["app_id", "what", "after", "note", "created_at"]
    connection.execute(insert(tables.mark).from_select(columns, rows))
