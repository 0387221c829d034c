"""Times histories and their exports: ``python benchmarks/history.py [--days 3650] [--apps 400]``.

Prints the best and the median in milliseconds. Every app changes once in a hundred days.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from audit.catalogue import Catalogue
from audit.export import csv_text, html_page, json_text, xlsx
from audit.export.about import About
from audit.export.contents import history_export
from audit.history import Lane, access_lanes, lanes
from audit.model import (
    App,
    GrantKind,
    Part,
    PartState,
    Permission,
    Phone,
    Snapshot,
    SnapshotInfo,
)
from audit.wording import Wording
from db.store import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = Phone("benchmark", "Example", "One", "14", 34, fingerprint="example/one:14")
PARTS = dict.fromkeys(Part, PartState.READ)


def main() -> None:
    options = _options()
    catalogue = Catalogue.load()
    print(
        f"{options.days} checks of {options.apps} apps with {options.permissions} permissions, ms"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "history.sqlite") as store,
    ):
        _fill(store, catalogue, options)
        _look_back(store, catalogue, options.apps)
        _export(store, catalogue, Path(folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=400)
    parser.add_argument("--permissions", type=int, default=60, help="of each app")
    parser.add_argument("--days", type=int, default=3650, help="of daily checks")
    return parser.parse_args()


def _report(what: str, work: Callable[[], object], times: int = 9) -> None:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    print(f"{what:46}{min(taken):9.1f}{statistics.median(taken):9.1f}", flush=True)


def app_name(number: int) -> str:
    return f"com.example.app{number:04}"


def _fill(store: Store, catalogue: Catalogue, options: argparse.Namespace) -> None:
    begin = time.perf_counter()
    for snapshot in life(catalogue, options):
        store.save(snapshot)
    taken = (time.perf_counter() - begin) * 1000
    print(f"{'(saving a check, mean)':46}{taken / options.days:9.1f}", flush=True)


def life(catalogue: Catalogue, options: argparse.Namespace) -> Iterator[Snapshot]:
    """Daily checks; one app in a hundred changes each day."""
    names = sorted(entry.name for entry in catalogue.permissions)[: options.permissions]
    apps = [_app(number, names) for number in range(options.apps)]
    for day in range(options.days):
        for number in range(day % 100, options.apps, 100):
            apps[number] = _changed(apps[number], day)
        info = SnapshotInfo(PHONE, START + timedelta(days=day), parts=PARTS)
        yield Snapshot(info, tuple(apps))


def _app(number: int, names: list[str]) -> App:
    held = (Permission(name, GrantKind.RUNTIME, granted=False) for name in names)
    return App(0, app_name(number), "1", 1, 34, 10_000 + number, permissions=tuple(held))


def _changed(app: App, day: int) -> App:
    """An update that turns one of the permissions around."""
    turned = day // 100 % len(app.permissions)
    permissions = tuple(
        replace(one, granted=not one.granted) if place == turned else one
        for place, one in enumerate(app.permissions)
    )
    return replace(app, version_code=day, version_name=str(day), permissions=permissions)


def _look_back(store: Store, catalogue: Catalogue, apps: int) -> None:
    name = app_name(apps // 2)

    def runs() -> object:
        return store.app_history(PHONE.key, 0, name)

    known = store.app_history(PHONE.key, 0, name)
    print(f"{'(conditions of one app)':46}{len(known):9}")
    _report("one app: read its conditions", runs)
    _report("one app: lanes per permission", lambda: lanes(known, catalogue))
    _report("one app: lanes per kind of access", lambda: access_lanes(known, catalogue))
    _report(
        "one app's whole history, read and judged",
        lambda: lanes(store.app_history(PHONE.key, 0, name), catalogue),
    )
    _report("every app's history", lambda: list(_all_lanes(store, catalogue)), times=3)


def _all_lanes(store: Store, catalogue: Catalogue) -> Iterator[Lane]:
    for _user, _package, runs in store.app_histories(PHONE.key):
        yield from lanes(runs, catalogue)


def _export(store: Store, catalogue: Catalogue, folder: Path) -> None:
    about = About(Wording("en", catalogue))
    checks = store.snapshots(PHONE.key)
    found = list(_all_lanes(store, catalogue))
    rows = sum(len(lane.spans) for lane in found)
    from gui import pdf  # noqa: PLC0415 -- only to time it

    for writer in (csv_text, json_text, html_page, xlsx, pdf):
        name = writer.__name__.rpartition(".")[2]

        def write(writer: object = writer, name: str = name) -> None:
            export = history_export(found, checks[0], checks[-1], about)
            writer.write(export, folder / name)  # type: ignore[attr-defined]

        _report(f"{name}, {rows:,} rows", write, times=3)


if __name__ == "__main__":
    main()
