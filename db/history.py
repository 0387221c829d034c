"""Looking back at one app: its conditions over time, and the ledger of its uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from audit.model import App, SnapshotInfo, Use
from db import codec, reading, tables
from db.records import AppRun

#: More checks than that are not named one by one in a query; an old SQLite takes 999 values.
_MOST_NAMED = 900


def app_history(connection: Connection, phone_key: str, user: int, package: str) -> list[AppRun]:
    """Runs of checks in which neither the app, the system, nor what was read at all differs."""
    app = _app(connection, phone_key, user, package)
    if app is None:
        return []
    runs = _runs(connection, app.id, _checks(connection, app.phone_id))
    ends = {check for run in runs for check in (run.first, run.last)}
    return _with_apps(connection, app, runs, _infos(connection, app.phone_id, ends))


def app_histories(
    connection: Connection, phone_key: str, user: int | None, package: str | None
) -> Iterator[tuple[int, str, list[AppRun]]]:
    """The runs of every app of the phone, or of those that ``user`` and ``package`` leave."""
    table = tables.app.c
    query = (
        select(table.id, table.phone_id, table.user, table.package)
        .join_from(tables.app, tables.phone)
        .where(tables.phone.c.key == phone_key)
        .order_by(table.user, table.package)
    )
    if user is not None:
        query = query.where(table.user == user)
    if package is not None:
        query = query.where(table.package == package)
    apps = connection.execute(query).all()
    if not apps:
        return
    checks = _checks(connection, apps[0].phone_id)
    infos = _infos(connection, apps[0].phone_id, {check for check, _, _ in checks})
    for app in apps:
        runs = _runs(connection, app.id, checks)
        yield app.user, app.package, _with_apps(connection, app, runs, infos)


class _Run(NamedTuple):
    """An entry, and the numbers of the first and the last check in which the app had it."""

    entry: int | None
    first: int
    last: int


def _checks(connection: Connection, phone_id: int) -> Sequence[Any]:
    """Of each check its number, its inventory, and what decides how the inventory is read."""
    table = tables.snapshot.c
    # A user whom the phone hid stands among the problems, and nowhere else.
    hidden = case((table.problems.contains('"user-unread"'), table.problems), else_="")
    query = reading.FIRST_READINGS.with_only_columns(
        table.id, table.inventory_id, table.parts + table.users + table.phone + hidden
    )
    query = query.where(table.phone_id == phone_id).order_by(table.ordered_at)
    return connection.execute(query).all()


def _infos(connection: Connection, phone_id: int, checks: Set[int]) -> dict[int, SnapshotInfo]:
    query = reading.FIRST_READINGS.where(tables.snapshot.c.phone_id == phone_id)
    if len(checks) < _MOST_NAMED:
        query = query.where(tables.snapshot.c.id.in_(checks))
    return {row.id: reading.info(row) for row in connection.execute(query)}


def _runs(connection: Connection, app_id: int, checks: Iterable[Any]) -> list[_Run]:
    entries = _entry_of_inventory(connection, app_id)
    runs: list[_Run] = []
    entry, read, first, last = None, "", 0, 0  # no check has the number 0
    for check, inventory, reads in checks:
        listed = entries.get(inventory)
        if listed != entry or reads != read:
            if last:
                runs.append(_Run(entry, first, last))
            entry, read, first = listed, reads, check
        last = check
    if last:
        runs.append(_Run(entry, first, last))
    return runs


def _with_apps(
    connection: Connection, app: Any, runs: Iterable[_Run], infos: Mapping[int, SnapshotInfo]
) -> list[AppRun]:
    known = _conditions(connection, app.id, app.user, app.package)
    return [
        AppRun(None if run.entry is None else known[run.entry], infos[run.first], infos[run.last])
        for run in runs
    ]


def uses(
    connection: Connection, phone_key: str, user: int, package: str, since: datetime | None
) -> list[Use]:
    app = _app(connection, phone_key, user, package)
    if app is None:
        return []
    series, event = tables.use_series.c, tables.use_event.c
    query = (
        select(series.body, event.at, event.duration_ms, event.running)
        .join_from(tables.use_series, tables.use_event)
        .where(series.app_id == app.id)
        .order_by(event.at, series.id)
    )
    if since is not None:
        query = query.where(event.at >= codec.micros(since))
    return [_use(user, package, row) for row in connection.execute(query)]


def app_uses(
    connection: Connection, phone_key: str, user: int | None, package: str | None
) -> Iterator[tuple[int, str, list[Use]]]:
    """The uses of every app of the phone that has some, or of those that the filters leave."""
    app, series, event = tables.app.c, tables.use_series.c, tables.use_event.c
    query = (
        select(app.user, app.package, series.body, event.at, event.duration_ms, event.running)
        .join_from(tables.phone, tables.app)
        .join(tables.use_series)
        .join(tables.use_event)
        .where(tables.phone.c.key == phone_key)
        .order_by(app.user, app.package, event.at, series.id)
    )
    if user is not None:
        query = query.where(app.user == user)
    if package is not None:
        query = query.where(app.package == package)
    for (whose, name), rows in groupby(connection.execute(query), lambda row: tuple(row[:2])):
        yield whose, name, [_use(whose, name, row) for row in rows]


def last_uses(connection: Connection, phone_id: int, until: int) -> list[Use]:
    """Of each series of the phone the last event not after ``until`` (microseconds)."""
    series, event = tables.use_series.c, tables.use_event.c
    last = (
        select(func.max(event.at))
        .where(event.series_id == series.id, event.at <= until)
        .correlate(tables.use_series)
        .scalar_subquery()
    )
    app = tables.app.c
    query = (
        select(app.user, app.package, series.body, event.at, event.duration_ms, event.running)
        .join_from(tables.app, tables.use_series)
        .join(tables.use_event, (event.series_id == series.id) & (event.at == last))
        .where(app.phone_id == phone_id)
        .order_by(app.package, app.user, event.at, series.id)
    )
    return [_use(row.user, row.package, row) for row in connection.execute(query)]


def _app(connection: Connection, phone_key: str, user: int, package: str) -> Any:
    table = tables.app.c
    query = (
        select(table.id, table.phone_id, table.user, table.package)
        .join_from(tables.app, tables.phone)
        .where(tables.phone.c.key == phone_key, table.package == package, table.user == user)
    )
    return connection.execute(query).first()


def _entry_of_inventory(connection: Connection, app_id: int) -> dict[int, int]:
    listed = tables.inventory_app.c
    query = (
        select(listed.inventory_id, listed.entry_id)
        .join_from(tables.app_entry, tables.inventory_app)
        .where(tables.app_entry.c.app_id == app_id)
    )
    return {row.inventory_id: row.entry_id for row in connection.execute(query)}


def _conditions(connection: Connection, app_id: int, user: int, package: str) -> dict[int, App]:
    entry = tables.app_entry.c
    query = (
        select(entry.id, tables.app_details.c.body, tables.app_state.c.body)
        .join_from(tables.app_entry, tables.app_details)
        .join(tables.app_state)
        .where(entry.app_id == app_id)
    )
    return {
        number: codec.decode_app(user, package, details, state)
        for number, details, state in connection.execute(query)
    }


def _use(user: int, package: str, row: Any) -> Use:
    return Use(
        user=user,
        package=package,
        at=codec.moment(row.at),
        duration_ms=row.duration_ms,
        running=bool(row.running),
        **codec.decode_series(row.body),
    )
