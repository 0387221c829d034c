"""What apps call themselves, and their icons; one icon that several share is kept once.

It is kept as long as the app is in any check of the phone. The record (``db.sealing``) does not
cover it: it proves nothing about access, and can be read from the phone again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from sqlalchemy import Connection, delete, exists, insert, literal, select

from audit.model import AppIcon, AppName
from db import tables
from db.batches import batches
from db.codec import BadRecordError


def save(connection: Connection, phone_id: int, names: Collection[AppName]) -> None:
    """Remembers these, in place of what was known of the same packages."""
    icons = {_digest(name.icon): name.icon for name in names if name.icon}
    numbers = _icon_numbers(connection, icons)
    table = tables.app_name
    for some in batches(names):
        packages = [name.package for name in some]
        same = (table.c.phone_id == phone_id) & table.c.package.in_(packages)
        connection.execute(delete(table).where(same))
    rows = [
        {
            "phone_id": phone_id,
            "package": name.package,
            "stamp": name.stamp,
            "labels": json.dumps(name.labels, ensure_ascii=False, sort_keys=True),
            "icon_id": numbers[_digest(name.icon)] if name.icon else None,
        }
        for name in names
    ]
    if rows:
        connection.execute(insert(table), rows)
    sweep(connection)


def known(connection: Connection, phone_key: str | None, *, icons: bool) -> list[AppName]:
    """By package; without ``icons`` those are left out, which are most of the bytes."""
    table, icon = tables.app_name.c, tables.icon.c
    columns = [table.package, table.stamp, table.labels, icon.kind, icon.body]
    query = (
        select(*(columns if icons else columns[:3]))
        .join_from(tables.app_name, tables.phone)
        .join(tables.icon, isouter=True)
        .order_by(table.package)
    )
    if phone_key is not None:
        query = query.where(tables.phone.c.key == phone_key)
    return [_name(*row) for row in connection.execute(query)]


def copy(connection: Connection, source: int, target: int) -> None:
    """Lets phone ``target`` know what ``source`` knows, where it knows nothing itself."""
    old, new = tables.app_name.c, tables.app_name.alias("new").c
    known = exists().where(new.phone_id == target, new.package == old.package)
    rows = select(literal(target), old.package, old.stamp, old.labels, old.icon_id).where(
        old.phone_id == source, ~known
    )
    columns = ["phone_id", "package", "stamp", "labels", "icon_id"]
    connection.execute(insert(tables.app_name).from_select(columns, rows))


def sweep(connection: Connection) -> None:
    """Forgets apps that no check knows any more, and icons that no app has."""
    name, app = tables.app_name, tables.app.c
    known = exists().where(app.phone_id == name.c.phone_id, app.package == name.c.package)
    connection.execute(delete(name).where(~known))
    used = exists().where(name.c.icon_id == tables.icon.c.id)
    connection.execute(delete(tables.icon).where(~used))


def _name(
    package: str, stamp: str, labels: str, kind: str | None = None, body: bytes | None = None
) -> AppName:
    try:
        found = json.loads(labels)
    except ValueError as error:
        raise BadRecordError(str(error)) from error
    icon = AppIcon(kind, body) if kind is not None and body is not None else None
    return AppName(package, stamp, found, icon)


def _digest(icon: AppIcon) -> bytes:
    return hashlib.sha256(icon.kind.encode() + b"\0" + icon.data).digest()


def _icon_numbers(connection: Connection, icons: dict[bytes, AppIcon]) -> dict[bytes, int]:
    """The number of each icon, which is stored where it is new."""
    table = tables.icon.c
    known: dict[bytes, int] = {}
    for some in batches(icons):
        query = select(table.digest, table.id).where(table.digest.in_(some))
        known.update((digest, number) for digest, number in connection.execute(query))
    rows = [
        {"digest": digest, "kind": icon.kind, "body": icon.data}
        for digest, icon in icons.items()
        if digest not in known
    ]
    if rows:
        added = insert(tables.icon).returning(table.digest, table.id)
        known.update((digest, number) for digest, number in connection.execute(added, rows))
    return known
