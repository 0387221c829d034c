"""Looking back at one app: its conditions over time, and the ledger of its uses."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from audit.model import App, Use
from db import codec, reading, tables
from db.records import AppRun


def app_history(connection: Connection, phone_key: str, user: int, package: str) -> list[AppRun]:
    """Runs of checks in which neither the app, the system, nor what was read at all differs."""
    app = _app(connection, phone_key, user, package)
    if app is None:
        return []
    return _runs(connection, app, _checks(connection, app.phone_id))


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
    checks = _checks(connection, apps[0].phone_id) if apps else []
    for app in apps:
        yield app.user, app.package, _runs(connection, app, checks)


def _checks(connection: Connection, phone_id: int) -> Sequence[Any]:
    checks = reading.FIRST_READINGS.where(tables.snapshot.c.phone_id == phone_id)
    return connection.execute(checks.order_by(tables.snapshot.c.ordered_at)).all()


def _runs(connection: Connection, app: Any, checks: Iterable[Any]) -> list[AppRun]:
    entries = _entry_of_inventory(connection, app.id)
    known = _conditions(connection, app.id, app.user, app.package)

    def condition(row: Any) -> tuple[int | None, str, str, str, str]:
        # A user whom the phone hid stands among the problems, and nowhere else.
        hidden = row.problems if '"user-unread"' in row.problems else ""
        return entries.get(row.inventory_id), row.parts, row.users, row.phone, hidden

    runs: list[AppRun] = []
    for (entry, _, _, _, _), run in itertools.groupby(checks, condition):
        same = list(run)
        found = None if entry is None else known[entry]
        runs.append(AppRun(found, reading.info(same[0]), reading.info(same[-1])))
    return runs


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
