"""Writing one check: each content once, however many apps and checks have it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, insert, select

from audit.model import App, Snapshot, SnapshotInfo
from db import codec, ledger, phones, raw, sealing, tables
from db.apps import app_ids
from db.batches import batches
from db.codec import micros


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
    phone_id = _phone(connection, info)
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
        "reread_of": info.reread_of,
        "title": info.title,
    }
    number = _insert_one(connection, tables.snapshot, values)
    told = ledger.save(connection, phone_id, number, snapshot.uses) if snapshot.uses else []
    if snapshot.raw:
        raw.save(connection, number, snapshot.raw)
    kept_under = sealing.saved(connection, number, told)
    return replace(info, id=number, kept_under=kept_under)


def _phone(connection: Connection, info: SnapshotInfo) -> int:
    """The phone of the check; a second reading is of the same phone as the first."""
    found: int | None = None
    if info.reread_of is not None:
        check = tables.snapshot.c
        found = connection.scalar(select(check.phone_id).where(check.id == info.reread_of))
    if found is None:
        found = phones.joined_by(connection, info.phone.key)
    return (
        _insert_one(connection, tables.phone, {"key": info.phone.key}) if found is None else found
    )


def _place_in_order(connection: Connection, phone_id: int, info: SnapshotInfo) -> int:
    """When this check counts as taken, among the checks of its phone.

    A check made now comes after all others, even when the computer's clock was set back. One that
    was read from files belongs where its own time puts it, a second reading after the first.
    """
    table = tables.snapshot.c
    taken = micros(info.taken_at)
    mine = select(table.ordered_at).where(table.phone_id == phone_id)
    if info.reread_of is not None:
        taken = connection.scalar(mine.where(table.id == info.reread_of)) or taken
    elif info.source != "files":
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
    digest = list_digest(contents)
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


def list_digest(contents: Iterable[tuple[int, str, bytes, bytes]]) -> bytes:
    """Of the apps of a check, sorted: user, package, digests of state and details."""
    return hashlib.sha256(b"".join(map(list_piece, contents))).digest()


def list_piece(content: tuple[int, str, bytes, bytes]) -> bytes:
    user, package, state, details = content
    # A package's changed byte may be no text: ``db.verifying`` wants to tell of it.
    return f"{user}\0{package}\0".encode("utf-8", "surrogateescape") + state + details


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
    known = _known_entries(connection, phone_id, wanted)
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
    connection: Connection, phone_id: int, wanted: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, int, int], int]:
    """Among the phone's own entries, since many phones may have apps with the same details."""
    table = tables.app_entry.c
    query = (
        select(table.app_id, table.state_id, table.details_id, table.id)
        .join_from(tables.app, tables.app_entry)
        .where(tables.app.c.phone_id == phone_id)
    )
    return {
        (app, state, details): number
        for some in batches({details for _, _, details in wanted})
        for app, state, details, number in connection.execute(
            query.where(table.details_id.in_(some))
        )
    }


def _bodies(connection: Connection, table: Table, bodies: Mapping[bytes, str]) -> dict[bytes, int]:
    known: dict[bytes, int] = {}
    query = select(table.c.digest, table.c.id)
    for some in batches(bodies):
        rows = connection.execute(query.where(table.c.digest.in_(some)))
        known.update({row.digest: row.id for row in rows})
    new = [{"digest": key, "body": body} for key, body in bodies.items() if key not in known]
    if new:
        added = insert(table).returning(table.c.digest, table.c.id)
        known.update({row.digest: row.id for row in connection.execute(added, new)})
    return known


def _insert_one(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    assert key is not None  # noqa: S101 -- all tables that come here have one
    return cast("int", key[0])
