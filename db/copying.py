"""A whole store, copied to another place: from a file to a server, back, or between two of a kind.

Every row keeps its number, so the record of the copy is the same chain to the last digest.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select, text

from audit.progress import Cancel, Progress, Report
from db import backups, migrate, sealing, server, tables, verifying
from db.engine import Database, locate
from db.errors import BadCopyError, CancelledError, NotEmptyError
from db.records import Verification

_AT_ONCE = 500


def copy(
    source: str | Path,
    target: str | Path,
    report: Report,
    cancel: Cancel,
    passphrase: str | None = None,
) -> Verification:
    """Copies everything and recomputes all digests of what arrived, or leaves ``target`` empty.

    ``passphrase`` opens a file that is encrypted, and encrypts one that is new.

    Raises an error of ``db.errors``: ``NotEmptyError`` for a place that holds something,
    ``BadCopyError`` for a store in which something is not as it was saved.
    """
    _, path = locate(target)
    is_new = path is not None and not path.exists()
    try:
        with (
            closing(Database.open(source, create=False, passphrase=passphrase)) as old,
            closing(Database.open(target, create=True, passphrase=passphrase)) as new,
        ):
            migrate.upgrade(old, empty=False)
            migrate.upgrade(new)
            return _copy(old, new, report, cancel)
    except BaseException:
        if is_new and path is not None:
            backups.remove(path)
        raise


def shown(place: str | Path) -> str:
    """The place as a person may read it."""
    url, path = locate(place)
    return str(path) if path else server.shown(url)


def _copy(old: Database, new: Database, report: Report, cancel: Cancel) -> Verification:
    with old.read() as source, new.write() as target:
        if any(target.execute(select(table).limit(1)).first() for table in _tables()):
            raise NotEmptyError(new.shown)
        if any(verifying.of_file(source)):
            raise BadCopyError(new.shown)
        try:
            _copy_rows(source, target, report, cancel)
            _go_on_counting(target)
            found = verifying.verify(target, report, cancel)
        except verifying.Stopped as stopped:
            raise CancelledError(new.shown) from stopped
        if found.findings:
            raise BadCopyError(new.shown, f"{len(found.findings)} findings")
    return found


def _tables() -> list[Table]:
    """What a row refers to comes before it."""
    return tables.metadata.sorted_tables


def _copy_rows(source: Connection, target: Connection, report: Report, cancel: Cancel) -> None:
    sizes = [source.scalar(select(func.count()).select_from(table)) or 0 for table in _tables()]
    done = 0
    for table in _tables():
        rows = source.execute(select(table), execution_options={"yield_per": _AT_ONCE})
        for some in rows.mappings().partitions():
            if cancel.is_set():
                raise verifying.Stopped
            target.execute(insert(table), [dict(row) for row in some])
            done += len(some)
            report(Progress(done, sum(sizes), "copying"))


def _go_on_counting(target: Connection) -> None:
    """No number is ever given again, not even that of a row that was deleted long ago."""
    given: dict[str, int] = defaultdict(int)
    for body in target.scalars(select(tables.record.c.body)):
        entry = sealing.parse(body)
        for name in entry.changes if entry else ():
            kind, _, number = name.partition(" ")
            given[kind] = max(given[kind], int(number))
    for table in _tables():
        key = table.autoincrement_column
        never_twice = table.dialect_options["sqlite"]["autoincrement"]
        if key is None or (target.dialect.name == "sqlite" and not never_twice):
            continue
        highest = target.scalar(select(func.max(key))) or 0
        highest = max(highest, given[table.name] if never_twice else 0)
        if highest:
            _count_from(target, table.name, key.name, highest)


def _count_from(target: Connection, table: str, key: str, highest: int) -> None:
    values = {"name": table, "key": key, "highest": highest}
    if target.dialect.name == "sqlite":
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        target.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :highest)"), values)
        return
    target.execute(text("SELECT setval(pg_get_serial_sequence(:name, :key), :highest)"), values)
