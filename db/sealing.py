"""The record: what was done to the store, each entry sealed with the digest of the one before.

An entry is a text of lines, and its digest the SHA-256 of that text:

    permission-checkup record 7
    previous 5f0c…            digest of record 6; "-" in the first
    at 2026-11-23T12:00:00.000000Z
    did save
    snapshot 12 91ab…         what stands in the store under this name from now on
    note 11 -                 what no longer does

Names end in the number of their row. Read from the first entry to the last, the lines say what
must stand in the store now. A digest is taken of a JSON array that begins with the kind:

    snapshot ID   the check's own row, with the digest of its list of apps (``db.saving``)
    place ID      phone and place in order
    uses ID       the uses that the check told of (``db.ledger``)
    raw ID        the phone's answers, by their own SHA-256 (``db.raw``)
    note ID, title ID, pinned ID, phone ID, alias ID, mark ID, retention ID
                  what a person can change
    deed ID       what was changed on the phone
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, sql

from db import codec, ledger, raw, tables

Changes = Mapping[str, str | None]

_HEX = r"[0-9a-f]{64}"
_BODY = re.compile(
    r"permission-checkup record (?P<number>\d+)\n"
    rf"previous (?P<previous>{_HEX}|-)\n"
    r"at (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)\n"
    r"did (?P<did>[a-z-]+)\n"
    rf"(?P<lines>(?:[a-z]+ \d+ (?:{_HEX}|-)\n)*)"
)
_encode = json.JSONEncoder(separators=(",", ":")).encode


class Record(NamedTuple):
    """One entry as its text tells it; a digest of None: no longer there."""

    number: int
    previous: str | None
    at: datetime
    did: str
    changes: dict[str, str | None]


def seal(kind: str, *values: Any) -> str:
    return hashlib.sha256(_encode([kind, *values]).encode("ascii")).hexdigest()


def append(connection: Connection, did: str, changes: Changes) -> None:
    """Adds an entry, unless nothing changed."""
    if not changes:
        return
    table = tables.record.c
    last = connection.execute(
        select(table.number, table.digest).order_by(table.number.desc()).limit(1)
    ).first()
    number = last.number + 1 if last else 1
    previous = last.digest.hex() if last else "-"
    head = (
        f"permission-checkup record {number}\nprevious {previous}\n"
        f"at {datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}\ndid {did}\n"
    )
    body = head + "".join(f"{name} {value or '-'}\n" for name, value in changes.items())
    values = {"number": number, "body": body, "digest": codec.digest(body)}
    connection.execute(insert(tables.record).values(values))


def parse(body: str) -> Record | None:
    """None for a text that ``append`` did not write."""
    match = _BODY.fullmatch(body)
    if match is None:
        return None
    changes: dict[str, str | None] = {}
    for line in match["lines"].splitlines():
        name, _, value = line.rpartition(" ")
        changes[name] = None if value == "-" else value
    previous = None if match["previous"] == "-" else match["previous"]
    return Record(
        int(match["number"]), previous, datetime.fromisoformat(match["at"]), match["did"], changes
    )


@contextmanager
def recording(connection: Connection, did: str, *, checks: bool = False) -> Iterator[None]:
    """Adds what a person changed within: a note, a mark or the like, or the ``checks`` too."""

    def standing() -> dict[str, str]:
        kept = kept_by_hand(connection)
        return kept | of_checks(connection) if checks else kept

    before = standing()
    yield
    append(connection, did, difference(before, standing()))


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    gone: dict[str, str | None] = {name: None for name in before if name not in after}
    return gone | {name: value for name, value in after.items() if before.get(name) != value}


def kept_by_hand(connection: Connection) -> dict[str, str]:
    """What a person can change, but for the checks themselves."""
    check, phone, mark, app = (
        tables.snapshot.c,
        tables.phone.c,
        tables.mark.c,
        tables.app.c,
    )
    noted = select(check.id, check.note).where(check.note.is_not(None))
    found = {f"note {row.id}": seal("note", *row) for row in connection.execute(noted)}
    titled = select(check.id, check.title).where(check.title.is_not(None))
    found |= {f"title {row.id}": seal("title", *row) for row in connection.execute(titled)}
    pinned = select(check.id, check.pinned).where(check.pinned != sql.false())
    found |= {
        f"pinned {row.id}": seal("pinned", row.id, int(row.pinned))
        for row in connection.execute(pinned)
    }
    phones = select(phone.id, phone.key, phone.name)
    found |= {f"phone {row.id}": seal("phone", *row) for row in connection.execute(phones)}
    joined = connection.execute(select(tables.alias))
    found |= {f"alias {row.id}": seal("alias", *row) for row in joined}
    wanted = connection.execute(select(tables.retention))
    found |= {f"retention {row.id}": seal("retention", *row) for row in wanted}
    marks = select(
        mark.id, app.phone_id, app.user, app.package, mark.what, mark.after, mark.note,
        mark.created_at,
    ).outerjoin_from(tables.mark, tables.app)  # fmt: skip
    found |= {f"mark {row.id}": seal("mark", *row) for row in connection.execute(marks)}
    deeds = connection.execute(select(tables.deed))
    return found | {f"deed {row.id}": seal("deed", *map(_same, row)) for row in deeds}


def _same(value: Any) -> Any:
    """SQLite keeps 1 where a server keeps true."""
    return int(value) if isinstance(value, bool) else value


def of_checks(connection: Connection, numbers: Iterable[int] | None = None) -> dict[str, str]:
    """The checks (all, or these) as they stand, without their uses."""
    table = tables.snapshot.c
    query = select(tables.snapshot, tables.inventory.c.digest).outerjoin_from(
        tables.snapshot, tables.inventory
    )
    if numbers is not None:
        query = query.where(table.id.in_(list(numbers)))
    found: dict[str, str] = {}
    for row in connection.execute(query.order_by(table.id)):
        apps = row.digest.hex() if row.digest else None
        found[f"snapshot {row.id}"] = seal(
            "snapshot", row.id, row.taken_at, row.app_count, row.phone, row.users, row.parts,
            row.problems, row.source, row.program_version, row.reread_of, apps,
        )  # fmt: skip
        found[f"place {row.id}"] = seal("place", row.id, row.phone_id, row.ordered_at)
    raws = raw.listed(connection, numbers)
    return found | {f"raw {n}": seal("raw", n, listed) for n, listed in raws.items()}


def of_uses(connection: Connection, phone_id: int | None = None) -> dict[str, str]:
    """The uses (all, or a phone's) by the checks that told of them."""
    told = ledger.told(connection, phone_id)
    return {f"uses {n}": uses_seal(n, lines) for n, lines in sorted(told.items())}


def uses_seal(number: int, lines: Iterable[str]) -> str:
    return seal("uses", number, sorted(lines))


def saved(connection: Connection, number: int, lines: Iterable[str]) -> str:
    """Adds the entry of a check that was just written, with what it told of uses.

    Returns the key of its phone.
    """
    changes: dict[str, str | None] = {**of_checks(connection, [number])}
    if lines:
        changes[f"uses {number}"] = uses_seal(number, lines)
    row = connection.execute(
        select(tables.snapshot.c.note, tables.snapshot.c.title, tables.phone)
        .join_from(tables.snapshot, tables.phone)
        .where(tables.snapshot.c.id == number)
    ).one()
    if row.note is not None:
        changes[f"note {number}"] = seal("note", number, row.note)
    if row.title is not None:
        changes[f"title {number}"] = seal("title", number, row.title)
    if _checks(connection, row.id) == 1:
        changes[f"phone {row.id}"] = seal("phone", row.id, row.key, row.name)
    append(connection, "save", changes)
    key: str = row.key
    return key


def adopt(connection: Connection) -> None:
    """Seals what was saved before there was a record, as it is now: one entry a check."""
    checks, uses = of_checks(connection), of_uses(connection)
    for number in connection.scalars(select(tables.snapshot.c.id).order_by(tables.snapshot.c.id)):
        names = [f"snapshot {number}", f"place {number}", f"uses {number}"]
        everything = checks | uses
        append(connection, "adopt", {n: everything[n] for n in names if n in everything})
    rest = {name: value for name, value in uses.items() if f"snapshot {name[5:]}" not in checks}
    append(connection, "adopt", rest | kept_by_hand(connection))


def _checks(connection: Connection, phone_id: int) -> int:
    query = select(func.count()).where(tables.snapshot.c.phone_id == phone_id)
    return connection.scalar(query) or 0
