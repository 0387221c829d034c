"""What the code of apps is made of, as far as somebody looked into it.

It belongs to an app at one version, and so to every check that found it so. Like names it is no
part of the record (``db.sealing``): it says nothing about access, and can be read again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, delete, exists, insert, literal, select

from audit.model import App, AppCode
from db import tables
from db.codec import BadRecordError


def save(connection: Connection, phone_id: int, found: AppCode) -> None:
    """Remembers it, in place of what was known of the same version."""
    table = tables.app_code
    same = (table.c.package == found.package) & (table.c.stamp == found.stamp)
    connection.execute(delete(table).where(table.c.phone_id == phone_id, same))
    connection.execute(
        insert(table).values(
            phone_id=phone_id,
            package=found.package,
            stamp=found.stamp,
            packages=zlib.compress("\n".join(found.packages).encode()),
        )
    )
    sweep(connection)


def known_of(connection: Connection, phone_id: int, apps: Iterable[App]) -> tuple[App, ...]:
    """The same apps, with their code where it is known."""
    table = tables.app_code.c
    query = select(table.package, table.stamp, table.packages).where(table.phone_id == phone_id)
    known = {(row.package, row.stamp): row.packages for row in connection.execute(query)}
    packages = {package for package, _ in known}
    return tuple(
        replace(app, code=_packages(known[app.package, app.stamp]))
        if app.package in packages and (app.package, app.stamp) in known
        else app
        for app in apps
    )


def copy(connection: Connection, source: int, target: int) -> None:
    """Lets phone ``target`` know what ``source`` knows, where it knows nothing itself."""
    old, new = tables.app_code.c, tables.app_code.alias("new").c
    same = (new.package == old.package) & (new.stamp == old.stamp)
    known = exists().where(new.phone_id == target, same)
    columns = [literal(target), old.package, old.stamp, old.packages]
    rows = select(*columns).where(old.phone_id == source, ~known)
    names = ["phone_id", "package", "stamp", "packages"]
    connection.execute(insert(tables.app_code).from_select(names, rows))


def sweep(connection: Connection) -> None:
    """Forgets apps that no check knows any more."""
    code, app = tables.app_code, tables.app.c
    known = exists().where(app.phone_id == code.c.phone_id, app.package == code.c.package)
    connection.execute(delete(code).where(~known))


def _packages(body: bytes) -> tuple[str, ...]:
    try:
        text = zlib.decompress(body).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise BadRecordError(f"app_code: {error}") from error
    return tuple(text.split("\n")) if text else ()
