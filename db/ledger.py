"""Writing the uses that checks tell of: each once, whichever checks tell of it.

A use that was still running may be told of again with more: the row then has the newest, and
``tellings`` lists them all, so that what each check told can still be proved. It is a list of
``check:milliseconds:running`` joined by ``;`` (``12:500:1;13:9000:0``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from audit.model import Use
from db import codec, tables
from db.apps import app_ids

_Key = tuple[int, str]
_Telling = tuple[int, int | None, int]

_encode = json.JSONEncoder(separators=(",", ":")).encode


def save(connection: Connection, phone_id: int, snapshot_id: int, uses: Sequence[Use]) -> list[str]:
    """Adds the uses that are new, or newly known to have lasted longer; says them as lines."""
    apps = app_ids(connection, phone_id, {(use.user, use.package) for use in uses})
    keys = {
        (apps[use.user, use.package], codec.encode_series(use)): (use.user, use.package)
        for use in uses
    }
    series = _series(connection, phone_id, keys)
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    for use in uses:
        key = apps[use.user, use.package], codec.encode_series(use)
        place = series[key], codec.micros(use.at)
        row: dict[str, Any] = {
            "series_id": place[0],
            "at": place[1],
            "duration_ms": use.duration_ms,
            "running": use.running,
            "first_snapshot": snapshot_id,
        }
        before = rows.setdefault(place, row)
        if before["running"] and (row["duration_ms"] or 0) >= (before["duration_ms"] or 0):
            rows[place] = row
    whose = {number: (*keys[key], key[1]) for key, number in series.items() if key in keys}
    return [
        _line(whose[row.series_id], row.at, row.duration_ms, row.running)
        for row in _write(connection, list(rows.values()))
    ]


def told(connection: Connection, phone_id: int | None = None) -> dict[int, list[str]]:
    """What each check told of uses, as ``save`` said it then.

    A row that contradicts itself gives its check a line that no check ever told.
    """
    app, series, event = tables.app.c, tables.use_series.c, tables.use_event.c
    query = (
        select(app.user, app.package, series.body, tables.use_event)
        .outerjoin_from(tables.use_event, tables.use_series)
        .outerjoin(tables.app)
        .order_by(event.series_id, event.at)
    )
    if phone_id is not None:
        query = query.where(app.phone_id == phone_id)
    found: dict[int, list[str]] = {}
    for row in connection.execute(query):
        for number, duration, running in _tellings(row):
            line = _line((row.user, row.package, row.body), row.at, duration, running)
            found.setdefault(number, []).append(line)
    return found


def join(connection: Connection, old: int, new: int) -> None:
    """Moves the uses of one series to another; one that both have keeps what each check told."""
    table = tables.use_event
    known = {
        row.at: row for row in connection.execute(select(table).where(table.c.series_id == new))
    }
    for row in connection.execute(select(table).where(table.c.series_id == old)).all():
        one = (table.c.series_id == old) & (table.c.at == row.at)
        if row.at not in known:
            connection.execute(update(table).where(one).values(series_id=new))
            continue
        tellings = sorted([*_tellings(row), *_tellings(known[row.at])], key=itemgetter(0))
        both = (table.c.series_id == new) & (table.c.at == row.at)
        connection.execute(update(table).where(both).values(_as_row(tellings)))
        connection.execute(delete(table).where(one))
    connection.execute(delete(tables.use_series).where(tables.use_series.c.id == old))


def split(connection: Connection, source: int, target: int, numbers: Collection[int]) -> None:
    """Moves what these checks of phone ``source`` told of uses to phone ``target``."""
    app, series, event = tables.app.c, tables.use_series.c, tables.use_event
    query = (
        select(app.user, app.package, series.body, event)
        .join_from(event, tables.use_series)
        .join(tables.app)
        .where(app.phone_id == source)
    )
    told = [(row, list(_tellings(row))) for row in connection.execute(query)]
    told = [(row, each) for row, each in told if any(one[0] in numbers for one in each)]
    apps = app_ids(connection, target, {(row.user, row.package) for row, _ in told})
    keys = [(apps[row.user, row.package], row.body) for row, _ in told]
    new = _series(connection, target, set(keys))
    for (row, each), key in zip(told, keys, strict=True):
        gone = [one for one in each if one[0] in numbers]
        kept = [one for one in each if one[0] not in numbers]
        connection.execute(insert(event).values(series_id=new[key], at=row.at, **_as_row(gone)))
        one = (event.c.series_id == row.series_id) & (event.c.at == row.at)
        changed = update(event).where(one).values(_as_row(kept)) if kept else delete(event)
        connection.execute(changed.where(one))
    table = tables.use_series
    connection.execute(delete(table).where(~exists().where(event.c.series_id == table.c.id)))


def _as_row(tellings: Sequence[_Telling]) -> dict[str, Any]:
    _, duration, running = tellings[-1]
    return {
        "duration_ms": duration,
        "running": running,
        "first_snapshot": tellings[0][0],
        "tellings": _text(tellings) if len(tellings) > 1 else None,
    }


def _tellings(row: Any) -> Iterator[_Telling]:
    newest = row.duration_ms, int(row.running)
    if row.tellings is None:
        yield row.first_snapshot, *newest
        return
    tellings = list(_parse(row.tellings))
    if (
        len(tellings) < 2
        or tellings[0][0] != row.first_snapshot
        or tellings[-1][1:] != newest
        or _text(tellings) != row.tellings
    ):
        yield row.first_snapshot, -1, -1
    yield from tellings


def _parse(text: str) -> Iterator[_Telling]:
    for one in text.split(";"):
        number, _, rest = one.partition(":")
        duration, _, running = rest.partition(":")
        if not number.isdecimal() or not (duration or "0").lstrip("-").isdecimal():
            return
        yield int(number), int(duration) if duration else None, int(running == "1")


def _text(tellings: Sequence[_Telling]) -> str:
    return ";".join(
        f"{number}:{'' if duration is None else duration}:{running}"
        for number, duration, running in tellings
    )


def _line(series: tuple[Any, ...], at: int, duration: int | None, running: int) -> str:
    """``series``: user, package and what its uses have in common."""
    return _encode([*series, at, duration, int(running)])


def _series(connection: Connection, phone_id: int, wanted: Collection[_Key]) -> dict[_Key, int]:
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


def _write(connection: Connection, rows: list[dict[str, Any]]) -> Sequence[Any]:
    """The rows that were new or said more than was known."""
    table = tables.use_event
    known = table.c
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    new = statement.excluded
    longer = func.coalesce(new.duration_ms, 0) >= func.coalesce(known.duration_ms, 0)
    more = new.duration_ms.is_distinct_from(known.duration_ms) | (new.running != known.running)
    before = func.coalesce(known.tellings, _telling(known))
    upsert = statement.on_conflict_do_update(
        index_elements=[known.series_id, known.at],
        set_={
            "duration_ms": new.duration_ms,
            "running": new.running,
            "tellings": before + ";" + _telling(new),
        },
        where=known.running & longer & more,
    ).returning(known.series_id, known.at, known.duration_ms, known.running)
    return connection.execute(upsert, rows).all()


def _telling(columns: Any) -> ColumnElement[str]:
    # A server's "true" as the 1 that SQLite has.
    running = cast(cast(columns["running"], Integer), Text)
    number, duration = (cast(columns[name], Text) for name in ("first_snapshot", "duration_ms"))
    return number + ":" + func.coalesce(duration, "") + ":" + running
