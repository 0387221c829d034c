"""Recomputes every digest of the store, and says what is not as the record has it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, select, text

from db import raw, saving, sealing, tables
from db.records import Deletion, Finding, Verification


def verify(connection: Connection) -> Verification:
    """Reads the whole store once; nothing is changed."""
    with _whatever_text(connection):
        return _verify(connection)


@contextmanager
def _whatever_text(connection: Connection) -> Iterator[None]:
    """A changed byte may leave a text that is no UTF-8: then it is to be told, not to be raised."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw_connection = cast("sqlite3.Connection", connection.connection.driver_connection)
    kept = raw_connection.text_factory
    raw_connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw_connection.text_factory = kept


def _verify(connection: Connection) -> Verification:
    findings = list(_file(connection))
    records, broken = _records(connection)
    findings += broken
    expected = _expected(records)
    findings += _contents(connection)
    findings += _differences(expected, _found(connection))
    checks = sum(name.startswith("snapshot ") for name in expected)
    head = connection.scalar(
        select(tables.record.c.digest).order_by(tables.record.c.number.desc()).limit(1)
    )
    return Verification(
        records=len(records),
        checks=checks,
        head=head.hex() if head else None,
        deleted=tuple(_deleted(records)),
        findings=tuple(findings),
    )


def _file(connection: Connection) -> Iterator[Finding]:
    """What SQLite itself finds: damaged pages and indexes, rows that refer to nothing."""
    if connection.dialect.name != "sqlite":
        return
    for (line,) in connection.execute(text("PRAGMA integrity_check(20)")):
        if line != "ok":
            yield Finding("file-damaged", {"detail": line})
    broken = {row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))}
    for table in sorted(broken):
        yield Finding("row-lost", {"table": table})


def _records(connection: Connection) -> tuple[list[sealing.Record], list[Finding]]:
    """The entries that are whole, and what is wrong with the others and with their order."""
    found: list[sealing.Record] = []
    broken: list[Finding] = []
    previous: bytes | None = None
    number = 0
    for row in connection.execute(select(tables.record).order_by(tables.record.c.number)):
        number += 1
        entry = sealing.parse(row.body)
        if entry is None or _digest(row.body) != row.digest or entry.number != row.number:
            broken.append(Finding("record-changed", {"number": str(row.number)}))
        elif row.number != number or entry.previous != (previous.hex() if previous else None):
            broken.append(Finding("record-missing", {"number": str(row.number)}))
        if entry is not None:
            found.append(entry)
        number, previous = row.number, row.digest
    if _highest_given(connection, "record", number) != number:
        broken.append(Finding("record-end", {"number": str(number)}))
    checks = [int(n[9:]) for entry in found for n in entry.changes if n.startswith("snapshot ")]
    highest = max(checks, default=0)
    if _highest_given(connection, "snapshot", highest) != highest:
        broken.append(Finding("record-end", {"number": str(number)}))
    return found, broken


def _highest_given(connection: Connection, table: str, known: int) -> int:
    """The highest number that a row of the table ever had; ``known`` where nothing tells."""
    if connection.dialect.name != "sqlite":
        return known
    given = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return connection.scalar(given, {"name": table}) or 0


def _expected(records: list[sealing.Record]) -> dict[str, str]:
    standing: dict[str, str] = {}
    for record in records:
        for name, value in record.changes.items():
            if value is None:
                standing.pop(name, None)
            else:
                standing[name] = value
    return standing


def _found(connection: Connection) -> dict[str, str]:
    return (
        sealing.of_checks(connection)
        | sealing.of_uses(connection)
        | sealing.kept_by_hand(connection)
    )


def _differences(expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(expected.keys() | found.keys(), key=_by_number):
        kind, _, number = name.partition(" ")
        if name not in found:
            yield Finding(f"{kind}-removed", {"id": number})
        elif name not in expected:
            yield Finding(f"{kind}-added", {"id": number})
        elif expected[name] != found[name]:
            yield Finding(f"{kind}-changed", {"id": number})


def _by_number(name: str) -> tuple[str, int]:
    kind, _, number = name.partition(" ")
    return kind, int(number)


def _deleted(records: list[sealing.Record]) -> Iterator[Deletion]:
    for record in records:
        for name, value in record.changes.items():
            kind, _, number = name.partition(" ")
            if value is None and kind in {"snapshot", "raw"} and _first(record, kind, number):
                yield Deletion(int(number), record.at, whole=kind == "snapshot")


def _first(record: sealing.Record, kind: str, number: str) -> bool:
    """With the check go its answers: told once."""
    return kind == "snapshot" or f"snapshot {number}" not in record.changes


def _contents(connection: Connection) -> Iterator[Finding]:
    """What is kept by its digest, against that digest."""
    bodies = {}
    for table, code in ((tables.app_state, "state"), (tables.app_details, "details")):
        rows = connection.execute(select(table)).all()
        stored = {row.id: row.digest for row in rows}
        actual = {row.id: _digest(row.body) for row in rows}
        bad = [number for number in stored if stored[number] != actual[number]]
        column = tables.app_entry.c.state_id if code == "state" else tables.app_entry.c.details_id
        for number in bad:
            values = {"packages": ", ".join(_packages(connection, column, number))}
            yield Finding(f"{code}-changed", values)
        bodies[code] = stored, actual
    yield from _inventories(connection, bodies)
    numbers = raw.damaged(connection)
    if numbers:
        yield Finding("answers-changed", {"ids": _shown(numbers)})


def _digest(body: str) -> bytes:
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).digest()


def _packages(connection: Connection, column: Any, number: int) -> list[str]:
    app = tables.app.c
    query = select(app.package).join_from(tables.app_entry, tables.app).where(column == number)
    return sorted(set(connection.scalars(query)))[:5]


def _inventories(
    connection: Connection, bodies: Mapping[str, tuple[dict[int, bytes], dict[int, bytes]]]
) -> Iterator[Finding]:
    """The lists of apps; a body that was told of already is not told of again with each list."""
    entries = _entries(connection)
    lists = _lists(connection)
    checks: dict[int, list[int]] = defaultdict(list)
    table = tables.snapshot.c
    query = select(table.id, table.inventory_id, table.phone_id).order_by(table.id)
    phones = {}
    for row in connection.execute(query):
        checks[row.inventory_id].append(row.id)
        phones[row.inventory_id] = row.phone_id
    bad: list[int] = []
    for row in connection.execute(select(tables.inventory)):
        listed = [entries.get(entry) for entry in lists.get(row.id, ())]
        whole = [entry for entry in listed if entry is not None]
        same_phone = {entry.phone_id for entry in whole} <= {row.phone_id}
        same_phone = same_phone and phones.get(row.id, row.phone_id) == row.phone_id
        right = any(row.digest == _list_digest(whole, bodies, which) for which in (0, 1))
        if not (right and same_phone and len(whole) == len(listed)):
            bad += checks.get(row.id, [])
    if bad:
        yield Finding("apps-changed", {"ids": _shown(sorted(bad))})


def _entries(connection: Connection) -> dict[int, Any]:
    entry, app = tables.app_entry.c, tables.app.c
    query = select(
        entry.id, entry.state_id, entry.details_id, app.user, app.package, app.phone_id
    ).join_from(tables.app_entry, tables.app)
    return {row.id: row for row in connection.execute(query)}


def _lists(connection: Connection) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    listed = tables.inventory_app.c
    for inventory, entry in connection.execute(select(listed.inventory_id, listed.entry_id)):
        found.setdefault(inventory, []).append(entry)
    return found


def _list_digest(
    entries: list[Any],
    bodies: Mapping[str, tuple[dict[int, bytes], dict[int, bytes]]],
    which: int,
) -> bytes:
    states, details = bodies["state"][which], bodies["details"][which]
    return saving.list_digest(
        sorted(
            (row.user, row.package, states.get(row.state_id, b""), details.get(row.details_id, b""))
            for row in entries
        )
    )


def _shown(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return shown + (", …" if len(numbers) > 20 else "")
