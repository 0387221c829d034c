"""Writing one check: each content once, however many apps and checks have it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from audit.model import App, Snapshot, SnapshotInfo, Use
from db import codec, tables
from db.codec import micros

_T = TypeVar("_T")

_AT_ONCE = 500  # bound variables in one statement


class _Content(NamedTuple):
    """One app of a check as it is stored; ``state`` and ``details`` are digests."""

    user: int
    package: str
    state: bytes
    details: bytes


def save(connection: Connection, snapshot: Snapshot, program_version: str | None) -> SnapshotInfo:
    """Writes ``snapshot`` in the running transaction.

    Raises ValueError when it lists an app of one user twice.
    """
    info = replace(snapshot.info, app_count=len(snapshot.apps))
    phone_id = _phone(connection, info.phone.key)
    values = {
        "phone_id": phone_id,
        "taken_at": micros(info.taken_at),
        "ordered_at": _place_in_order(connection, phone_id, info),
        "inventory_id": _inventory(connection, phone_id, snapshot.apps),
        "app_count": info.app_count,
        "phone": codec.encode_phone(info.phone),
        "users": codec.encode_users(info.users),
        "parts": codec.encode_parts(info.parts),
        "problems": codec.encode_problems(info.problems),
        "source": info.source,
        "note": info.note,
        "pinned": False,
        "program_version": program_version,
    }
    number = _insert_one(connection, tables.snapshot, values)
    if snapshot.uses:
        _uses(connection, phone_id, number, snapshot.uses)
    return replace(info, id=number)


def app_ids(
    connection: Connection, phone_id: int, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """The ids of these apps (user, package), made where they are new."""
    table = tables.app.c
    query = select(table.user, table.package, table.id).where(table.phone_id == phone_id)
    known = {(user, package): number for user, package, number in connection.execute(query)}
    new = [
        {"phone_id": phone_id, "user": user, "package": package}
        for user, package in wanted
        if (user, package) not in known
    ]
    if new:
        added = insert(tables.app).returning(table.user, table.package, table.id)
        rows = connection.execute(added, new)
        known.update({(user, package): number for user, package, number in rows})
    return known


def _phone(connection: Connection, key: str) -> int:
    table = tables.phone
    found = connection.scalar(select(table.c.id).where(table.c.key == key))
    return _insert_one(connection, table, {"key": key}) if found is None else cast("int", found)


def _place_in_order(connection: Connection, phone_id: int, info: SnapshotInfo) -> int:
    """When this check counts as taken, among the checks of its phone.

    A check made now comes after all others, even when the computer's clock was set back. One that
    was read from files belongs where its own time puts it.
    """
    table = tables.snapshot.c
    taken = micros(info.taken_at)
    mine = select(table.ordered_at).where(table.phone_id == phone_id)
    if info.source != "files":
        last = connection.scalar(mine.order_by(table.ordered_at.desc()).limit(1))
        return taken if last is None else max(taken, last + 1)
    later = mine.where(table.ordered_at >= taken).order_by(table.ordered_at)
    for used in connection.scalars(later):
        if used > taken:
            break
        taken += 1
    return taken


def _inventory(connection: Connection, phone_id: int, apps: Sequence[App]) -> int:
    states: dict[bytes, str] = {}
    details: dict[bytes, str] = {}
    contents = sorted(_contents(apps, states, details))
    if len({content[:2] for content in contents}) < len(contents):
        raise ValueError("a snapshot lists an app of one user twice")
    digest = _digest(contents)
    table = tables.inventory
    same = (table.c.phone_id == phone_id) & (table.c.digest == digest)
    found = connection.scalar(select(table.c.id).where(same))
    if found is not None:
        return cast("int", found)
    entries = _entries(connection, phone_id, contents, states, details)
    number = _insert_one(connection, table, {"phone_id": phone_id, "digest": digest})
    if entries:
        rows = [{"inventory_id": number, "entry_id": entry} for entry in sorted(entries)]
        connection.execute(insert(tables.inventory_app), rows)
    return number


def _contents(
    apps: Iterable[App], states: dict[bytes, str], details: dict[bytes, str]
) -> Iterator[_Content]:
    for app in apps:
        state = codec.encode_state(app)
        detail = codec.encode_details(app)
        content = _Content(app.user, app.package, codec.digest(state), codec.digest(detail))
        states[content.state] = state
        details[content.details] = detail
        yield content


def _digest(contents: Iterable[_Content]) -> bytes:
    whole = hashlib.sha256()
    for user, package, state, details in contents:
        whole.update(f"{user}\0{package}\0".encode() + state + details)
    return whole.digest()


def _entries(
    connection: Connection,
    phone_id: int,
    contents: Sequence[_Content],
    states: Mapping[bytes, str],
    details: Mapping[bytes, str],
) -> list[int]:
    apps = app_ids(connection, phone_id, [content[:2] for content in contents])
    state_ids = _bodies(connection, tables.app_state, states)
    details_ids = _bodies(connection, tables.app_details, details)
    wanted = [
        (apps[user, package], state_ids[state], details_ids[detail])
        for user, package, state, detail in contents
    ]
    known = _known_entries(connection, wanted)
    new = [
        {"app_id": app, "state_id": state, "details_id": detail}
        for app, state, detail in wanted
        if (app, state, detail) not in known
    ]
    entries = [known[key] for key in wanted if key in known]
    if new:
        added = insert(tables.app_entry).returning(tables.app_entry.c.id)
        entries.extend(connection.scalars(added, new))
    return entries


def _known_entries(
    connection: Connection, wanted: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int, int], int]:
    """Among the entries that have one of these details, since those differ from app to app."""
    table = tables.app_entry.c
    query = select(table.app_id, table.state_id, table.details_id, table.id)
    return {
        (app, state, details): number
        for some in _batches({details for _, _, details in wanted})
        for app, state, details, number in connection.execute(
            query.where(table.details_id.in_(some))
        )
    }


def _bodies(connection: Connection, table: Table, bodies: Mapping[bytes, str]) -> dict[bytes, int]:
    known: dict[bytes, int] = {}
    query = select(table.c.digest, table.c.id)
    for some in _batches(bodies):
        rows = connection.execute(query.where(table.c.digest.in_(some)))
        known.update({row.digest: row.id for row in rows})
    new = [{"digest": key, "body": body} for key, body in bodies.items() if key not in known]
    if new:
        added = insert(table).returning(table.c.digest, table.c.id)
        known.update({row.digest: row.id for row in connection.execute(added, new)})
    return known


def _uses(connection: Connection, phone_id: int, snapshot_id: int, uses: Sequence[Use]) -> None:
    apps = app_ids(connection, phone_id, {(use.user, use.package) for use in uses})
    keys = [(apps[use.user, use.package], codec.encode_series(use)) for use in uses]
    series = _series(connection, phone_id, set(keys))
    rows = [
        {
            "series_id": series[key],
            "at": micros(use.at),
            "duration_ms": use.duration_ms,
            "running": use.running,
            "first_snapshot": snapshot_id,
        }
        for key, use in zip(keys, uses, strict=True)
    ]
    _insert_uses(connection, rows)


def _series(
    connection: Connection, phone_id: int, wanted: Collection[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    table = tables.use_series.c
    query = (
        select(table.app_id, table.body, table.id)
        .join_from(tables.use_series, tables.app)
        .where(tables.app.c.phone_id == phone_id)
    )
    known = {(app, body): number for app, body, number in connection.execute(query)}
    new = [{"app_id": app, "body": body} for app, body in wanted if (app, body) not in known]
    if new:
        added = insert(tables.use_series).returning(table.app_id, table.body, table.id)
        rows = connection.execute(added, new)
        known.update({(app, body): number for app, body, number in rows})
    return known


def _insert_uses(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Adds those that are new; one that was still running gets how long it lasted in the end."""
    table = tables.use_event
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    told = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.series_id, table.c.at],
            set_={"duration_ms": told.duration_ms, "running": told.running},
            where=table.c.running
            & (func.coalesce(told.duration_ms, 0) >= func.coalesce(table.c.duration_ms, 0)),
        ),
        rows,
    )


def _insert_one(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    assert key is not None  # noqa: S101 -- all tables that come here have one
    return cast("int", key[0])


def _batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while some := list(itertools.islice(rest, _AT_ONCE)):
        yield some
