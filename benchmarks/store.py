"""Times the store on a phone of a given size: ``python benchmarks/store.py [--apps 450]``.

Prints the best and the median of several runs in milliseconds, and what a year of daily checks
with four changed apps a day takes on disk.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from audit.model import App, GrantKind, Op, Permission, Phone, Snapshot, SnapshotInfo, Use
from db.store import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = Phone("benchmark", "Example", "One", "14", 34)
FLAGS = ((), ("USER_SET",), ("USER_SET", "USER_SENSITIVE_WHEN_GRANTED"), ("GRANTED_BY_DEFAULT",))


def main() -> None:
    options = _options()
    chance = random.Random(7)  # noqa: S311
    apps = tuple(_app(number, options.permissions, chance) for number in range(options.apps))
    print(f"{options.apps} apps, {options.apps * options.permissions:,} permissions, ms")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        report("open a new file", lambda: Store.open(path).close(), times=1)
        report("open it again", lambda: Store.open(path).close())
        with Store.open(path) as store:
            _saving(store, apps)
            _looking_back(store, apps)
            _uses(store, apps)
            _years(store, path, apps, options.days)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=450)
    parser.add_argument("--permissions", type=int, default=60, help="of each app")
    parser.add_argument("--days", type=int, default=365, help="of daily checks")
    return parser.parse_args()


def report(what: str, work: Callable[[], object], times: int = 9) -> None:
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    print(f"{what:42}{min(taken):9.1f}{statistics.median(taken):9.1f}")


def _app(number: int, permissions: int, chance: random.Random) -> App:
    names = sorted(chance.sample(range(600), permissions))
    return App(
        0,
        f"com.example.app{number:04}",
        version_name="1.0",
        version_code=1,
        uid=10_000 + number,
        first_installed=START,
        last_updated=START + timedelta(seconds=number),
        permissions=tuple(
            Permission(
                f"android.permission.NAME_{name:04}",
                GrantKind.RUNTIME if name < 100 else GrantKind.INSTALL,
                chance.random() < 0.5,
                FLAGS[name % 4] if name < 100 else (),
                requested=True,
            )
            for name in names
        ),
        ops=(Op("CAMERA", "ignore"),),
    )


def _snapshot(apps: tuple[App, ...], uses: tuple[Use, ...] = ()) -> Snapshot:
    return Snapshot(SnapshotInfo(PHONE, START), apps, uses)


def _saving(store: Store, apps: tuple[App, ...]) -> None:
    report("save, first", lambda: store.save(_snapshot(apps)), times=1)
    # New objects each time, as a parser makes them.
    fresh = [_fresh(apps) for _ in range(9)]
    report("save, unchanged", lambda: store.save(_snapshot(fresh.pop())))
    versions = iter(range(2, 100))
    report("save, 4 apps changed", lambda: store.save(_snapshot(_updated(apps, next(versions)))))


def _fresh(apps: tuple[App, ...]) -> tuple[App, ...]:
    return tuple(
        replace(app, permissions=tuple(replace(one) for one in app.permissions)) for app in apps
    )


def _updated(apps: tuple[App, ...], version: int) -> tuple[App, ...]:
    at = version * 4 % (len(apps) - 4)
    changed = (
        replace(app, version_code=version, permissions=app.permissions[version % 5 :])
        for app in apps[at : at + 4]
    )
    return (*apps[:at], *changed, *apps[at + 4 :])


def _looking_back(store: Store, apps: tuple[App, ...]) -> None:
    before, last = (info.id or 0 for info in store.snapshots()[-2:])
    report("load", lambda: store.load(last))
    report("apps that differ between two checks", lambda: store.changed_apps(before, last))
    report("list of checks", store.snapshots)
    report("history of an app", lambda: store.app_history(PHONE.key, 0, apps[8].package))


def _uses(store: Store, apps: tuple[App, ...]) -> None:
    days = iter(range(100))

    def save() -> None:
        at = START + timedelta(days=next(days))
        uses = (
            Use(
                0,
                apps[n % len(apps)].package,
                f"OP_{n % 9}",
                at + timedelta(seconds=n),
                state="top",
            )
            for n in range(2000)
        )
        store.save(_snapshot(apps, tuple(uses)))

    report("save, unchanged, 2,000 new uses", save)
    last = store.snapshots()[-1].id or 0
    report("last use of each kind", lambda: store.last_uses(last))


def _years(store: Store, path: Path, apps: tuple[App, ...], days: int) -> None:
    begin = path.stat().st_size
    for day in range(days):
        apps = _updated(apps, 1000 + day)
        store.save(_snapshot(apps))
    grown = (path.stat().st_size - begin) / 1e6
    print(f"{days} daily checks, 4 apps changed each: {grown:.1f} MB")
    last = store.snapshots()[-1].id or 0
    report("then: save, unchanged", lambda: store.save(_snapshot(apps)))
    report("then: load", lambda: store.load(last))
    report("then: compare with the oldest", lambda: store.changed_apps(1, last))
    report("then: history of an app", lambda: store.app_history(PHONE.key, 0, apps[8].package))
    report("then: delete a check", lambda: store.delete(store.snapshots()[50].id or 0))


if __name__ == "__main__":
    main()
