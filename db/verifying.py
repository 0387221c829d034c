"""Recomputes every digest of the store, and says what is not as the record has it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Select, Text, exc, func, select, sql, text

from audit.progress import Cancel, Progress, Report
from db import raw, saving, sealing, tables
from db.records import Deletion, Finding, Verification


class Stopped(Exception):  # noqa: N818 -- no error: somebody asked for it
    """The work was cancelled."""


class _Steps:
    """Counts what was looked at: lists of apps and answers, which take nearly all the time."""

    def __init__(self, connection: Connection, report: Report, cancel: Cancel) -> None:
        lists = connection.scalar(select(func.count()).select_from(tables.inventory)) or 0
        self._steps = lists + raw.texts(connection)
        self._report, self._cancel = report, cancel
        self._done = self._told = 0
        report(Progress(0, self._steps, "verifying"))

    def step(self) -> None:
        """One more is done; told once for each percent. Raises ``Stopped``."""
        if self._cancel.is_set():
            raise Stopped
        self._done += 1
        if self._done * 100 // self._steps > self._told:
            self._told = self._done * 100 // self._steps
            self._report(Progress(self._done, self._steps, "verifying"))


def verify(connection: Connection, report: Report, cancel: Cancel) -> Verification:
    """Reads the whole store once; nothing is changed. Raises ``Stopped`` after ``cancel``."""
    with _whatever_text(connection), stoppable(connection, cancel):
        return _verify(connection, _Steps(connection, report, cancel))


@contextmanager
def stoppable(connection: Connection, cancel: Cancel) -> Iterator[None]:
    """Ends a long statement, too: SQLite's own look at the whole file is a single one."""
    raw_connection: Any = connection.connection.driver_connection
    in_file = connection.dialect.name == "sqlite"
    try:
        with cancel.waking(raw_connection.interrupt if in_file else raw_connection.cancel):
            yield
    except exc.OperationalError as error:
        codes = {getattr(error.orig, name, None) for name in ("sqlite_errorcode", "sqlstate")}
        if codes & {sqlite3.SQLITE_INTERRUPT, "57014"}:
            raise Stopped from error
        raise


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


def _verify(connection: Connection, steps: _Steps) -> Verification:
    findings = list(of_file(connection))
    records, broken = _records(connection)
    findings += broken
    expected = _expected(records)
    findings += _contents(connection, steps.step)
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


def of_file(connection: Connection) -> Iterator[Finding]:
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


def _contents(connection: Connection, step: Callable[[], None]) -> Iterator[Finding]:
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
    yield from _inventories(connection, bodies, step)
    numbers = raw.damaged(connection, step)
    if numbers:
        yield Finding("answers-changed", {"ids": _shown(numbers)})


def _digest(body: str) -> bytes:
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).digest()


def _packages(connection: Connection, column: Any, number: int) -> list[str]:
    app = tables.app.c
    query = select(app.package).join_from(tables.app_entry, tables.app).where(column == number)
    return sorted(set(connection.scalars(query)))[:5]


class _Entry(NamedTuple):
    """An app in one condition: its place in any list, and what the list's digest takes of it.

    ``stored`` by the digests that stand beside the bodies, ``actual`` by those that the bodies
    have: a body that was told of already is not told of again with each list.
    """

    place: int
    phone_id: int
    stored: bytes
    actual: bytes


_stored, _actual = attrgetter("stored"), attrgetter("actual")


def _inventories(
    connection: Connection,
    bodies: Mapping[str, tuple[dict[int, bytes], dict[int, bytes]]],
    step: Callable[[], None],
) -> Iterator[Finding]:
    """The lists of apps."""
    entries = _entries(connection, bodies)
    checks, phones = _users_of_lists(connection)
    bad: list[int] = []
    for row in connection.execute(_lists()):
        step()
        numbers = [int(number) for number in row.entries.split(",")] if row.entries else []
        whole = sorted(entries[number] for number in numbers if number in entries)
        same_phone = {entry.phone_id for entry in whole} <= {row.phone_id}
        same_phone = same_phone and phones.get(row.id, row.phone_id) == row.phone_id
        right = any(row.digest == _joined(map(which, whole)) for which in (_stored, _actual))
        if not (right and same_phone and len(whole) == len(numbers)):
            bad += checks.get(row.id, [])
    if bad:
        yield Finding("apps-changed", {"ids": _shown(sorted(bad))})


def _users_of_lists(connection: Connection) -> tuple[dict[int, list[int]], dict[int, int]]:
    """By list of apps the checks that have it, and the phone that the last of them is of."""
    checks: dict[int, list[int]] = defaultdict(list)
    phones: dict[int, int] = {}
    table = tables.snapshot.c
    query = select(table.id, table.inventory_id, table.phone_id).order_by(table.id)
    for row in connection.execute(query):
        checks[row.inventory_id].append(row.id)
        phones[row.inventory_id] = row.phone_id
    return checks, phones


def _entries(
    connection: Connection, bodies: Mapping[str, tuple[dict[int, bytes], dict[int, bytes]]]
) -> dict[int, _Entry]:
    entry, app = tables.app_entry.c, tables.app.c
    query = select(
        entry.id, entry.state_id, entry.details_id, app.user, app.package, app.phone_id
    ).join_from(tables.app_entry, tables.app)
    found = sorted(
        (
            (_content(row, bodies, 0), _content(row, bodies, 1), row)
            for row in connection.execute(query)
        ),
        key=itemgetter(0),
    )
    return {
        row.id: _Entry(place, row.phone_id, saving.list_piece(stored), saving.list_piece(actual))
        for place, (stored, actual, row) in enumerate(found)
    }


def _content(
    row: Any, bodies: Mapping[str, tuple[dict[int, bytes], dict[int, bytes]]], which: int
) -> tuple[int, str, bytes, bytes]:
    states, details = bodies["state"][which], bodies["details"][which]
    return row.user, row.package, states.get(row.state_id, b""), details.get(row.details_id, b"")


def _lists() -> Select[Any]:
    """Each list of apps with its entries: one row a list, or ten years of them take minutes."""
    table, listed = tables.inventory, tables.inventory_app.c
    entries = (
        select(func.aggregate_strings(sql.cast(listed.entry_id, Text), ","))
        .where(listed.inventory_id == table.c.id)
        .scalar_subquery()
    )
    return select(table, entries.label("entries"))


def _joined(pieces: Iterable[bytes]) -> bytes:
    return hashlib.sha256(b"".join(pieces)).digest()


def _shown(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:20]))
    return shown + (", …" if len(numbers) > 20 else "")
