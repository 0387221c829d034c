"""Looking back at one app: its conditions over time, and the ledger of its uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, case, cast, func, select

from audit.model import App, SnapshotInfo, Use
from db import codec, reading, tables
from db.records import AppRun

#: More checks than that are not named one by one in a query; an old SQLite takes 999 values.
_MOST_NAMED = 900


class Timeline:
    """The checks of one phone in their order, read once for all its apps.

    ``as_of`` is the last entry of the record, to which every change of the store adds one.
    """

    def __init__(self, connection: Connection, phone_id: int, as_of: int) -> None:
        self.checks = _checks(connection, phone_id)
        self._phone_id = phone_id
        self._as_of = as_of
        self._infos: dict[int, SnapshotInfo] = {}

    @classmethod
    def now(cls, connection: Connection, phone_id: int, known: Timeline | None) -> Timeline:
        """``known`` where nothing happened since it was read, else a new one."""
        as_of = connection.scalar(select(func.max(tables.record.c.number))) or 0
        if known is not None and (known._phone_id, known._as_of) == (phone_id, as_of):
            return known
        return cls(connection, phone_id, as_of)

    def infos(self, connection: Connection, checks: Set[int]) -> Mapping[int, SnapshotInfo]:
        """At least those of ``checks``."""
        missing = checks - self._infos.keys()
        if missing:
            query = reading.FIRST_READINGS.where(tables.snapshot.c.phone_id == self._phone_id)
            if len(missing) < _MOST_NAMED:
                query = query.where(tables.snapshot.c.id.in_(missing))
            found = {row.id: reading.info(row) for row in connection.execute(query)}
            self._infos = self._infos | found
        return self._infos


def app_history(
    connection: Connection, phone_key: str, user: int, package: str, known: Timeline | None
) -> tuple[list[AppRun], Timeline | None]:
    """Runs of checks in which neither the app, the system, nor what was read at all differs.

    ``known`` is what the last call answered beside them: it saves reading the list of checks.
    """
    app = _app(connection, phone_key, user, package)
    if app is None:
        return [], known
    timeline = Timeline.now(connection, app.phone_id, known)
    runs = _runs(connection, app.id, timeline.checks)
    infos = timeline.infos(connection, {check for run in runs for check in (run.first, run.last)})
    return _with_apps(connection, app, runs, infos), timeline


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
    timeline = Timeline.now(connection, apps[0].phone_id, None)
    infos = timeline.infos(connection, {check for check, _, _ in timeline.checks})
    for app in apps:
        runs = _runs(connection, app.id, timeline.checks)
        yield app.user, app.package, _with_apps(connection, app, runs, infos)


class _Run(NamedTuple):
    """An entry, and the numbers of the first and the last check in which the app had it."""

    entry: int | None
    first: int
    last: int


def _checks(connection: Connection, phone_id: int) -> list[tuple[int, int, str]]:
    """Of each check its number, its inventory, and what decides how the inventory is read."""
    table = tables.snapshot.c
    # A user whom the phone hid stands among the problems, and nowhere else.
    unread = (table.problems != "[]") & table.problems.contains('"user-unread"')
    hidden = case((unread, table.problems), else_="")
    query = reading.FIRST_READINGS.with_only_columns(
        table.id, table.inventory_id, table.parts + table.users + table.phone + hidden
    )
    query = query.where(table.phone_id == phone_id).order_by(table.ordered_at)
    # Nearly all checks were read alike: one text for all of these.
    alike: dict[str, str] = {}
    rows = connection.execute(query).all()
    return [(n, i, alike.setdefault(reads, reads)) for n, i, reads in rows]


def _runs(
    connection: Connection, app_id: int, checks: Iterable[tuple[int, int, str]]
) -> list[_Run]:
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
    # One row an entry: ten years of checks as rows of their own take four times as long.
    inventories = func.aggregate_strings(cast(listed.inventory_id, Text), ",")
    query = (
        select(listed.entry_id, inventories)
        .join_from(tables.app_entry, tables.inventory_app)
        .where(tables.app_entry.c.app_id == app_id)
        .group_by(listed.entry_id)
    )
    found: dict[int, int] = {}
    for entry, numbers in connection.execute(query):
        found.update(dict.fromkeys(map(int, numbers.split(",")), entry))
    return found


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
