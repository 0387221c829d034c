"""A phone with all that is known of it, gone: from the tables, from the file, from the backups."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from db import backups, sealing, sweeping, tables
from db.batches import batches
from db.engine import Database


def forget(connection: Connection, phone_id: int) -> None:
    """Deletes every row about that phone, and what the person said of apps that only it had."""
    check, app = tables.snapshot.c, tables.app.c
    numbers = list(connection.scalars(select(check.id).where(check.phone_id == phone_id)))
    packages = set(connection.scalars(select(app.package).where(app.phone_id == phone_id)))
    before = sealing.kept_by_hand(connection) | sealing.of_uses(connection, phone_id)
    for some in batches(numbers):
        before |= sealing.of_checks(connection, some)
    sweeping.forget(connection, numbers)
    kind = tables.app_kind
    for some in batches(packages):
        elsewhere = select(app.package).where(app.package == kind.c.package)
        gone = kind.c.package.in_(some) & ~elsewhere.exists()
        connection.execute(delete(kind).where(gone))
    after = sealing.kept_by_hand(connection)
    sealing.append(connection, "delete-phone", sealing.difference(before, after))


def wipe(database: Database) -> bool:
    """Leaves nothing in the file but what its tables hold, and no backup of what they held.

    False where somebody reads the file at this moment: its ``-wal`` file goes once all close it.
    A server does this by itself, in its own time.
    """
    if database.path is None:
        return True
    backups.remove_all(database.path)
    with database.raw() as raw:
        raw.execute("VACUUM")
        (busy, _log, _moved) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with database.read() as connection:
        others = connection.scalar(select(tables.phone.c.id).limit(1)) is not None
    if others:
        backups.make(database, "phone")
    return not busy
