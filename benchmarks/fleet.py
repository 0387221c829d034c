"""Times a store of many phones: ``python -m benchmarks.fleet PLACE [--phones 40] [--weeks 52]``.

PLACE is a new file or an empty database of a server. Each phone has the same kinds of apps in its
own versions; every week one app in twelve is updated. Prints how long a save takes and what a check
takes on disk as the store grows, and then how long the questions of the window take.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from audit.catalogue import Catalogue
from audit.fleet import fleet
from audit.model import App, GrantKind, Permission, Phone, Snapshot, SnapshotInfo
from db.engine import Database
from db.store import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
_UPDATED = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place")
    parser.add_argument("--phones", type=int, default=40)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no phone after them")
    parser.add_argument("--apps", type=int, default=150)
    parser.add_argument("--permissions", type=int, default=30, help="of each app")
    options = parser.parse_args()
    names = [one for one in Catalogue.load().names_to_ask() if one.startswith("android.permission")]
    names = names[: options.permissions]
    with Store.open(options.place) as store:
        _ask(store, _fill(store, options, names))


def _fill(store: Store, options: argparse.Namespace, names: list[str]) -> int:
    """Returns how many phones there are then."""
    end = time.monotonic() + options.minutes * 60
    print(f"{'phones':>8}{'checks':>9}{'ms a save':>11}{'kB a check':>12}{'MB':>8}")
    for phone in range(options.phones):
        chance = random.Random(phone)  # noqa: S311
        versions = [chance.randint(1, 5) for _ in range(options.apps)]
        taken = []
        for week in range(options.weeks):
            for number in range(options.apps):
                versions[number] += chance.randrange(_UPDATED) == 0
            shot = _check(phone, week, versions, names)
            begin = time.perf_counter()
            store.save(shot)
            taken.append((time.perf_counter() - begin) * 1000)
        last = phone + 1 == options.phones or time.monotonic() > end
        if (phone + 1) & phone == 0 or last:
            checks, size = (phone + 1) * options.weeks, _size(options.place)
            median = statistics.median(taken)
            kilobytes, megabytes = size / checks / 1e3, size / 1e6
            print(
                f"{phone + 1:8}{checks:9,}{median:11.1f}{kilobytes:12.1f}{megabytes:8.0f}",
                flush=True,
            )
        if last:
            break
    return phone + 1


def _check(phone: int, week: int, versions: list[int], names: list[str]) -> Snapshot:
    minutes = timedelta(minutes=phone)  # no two phones install or update at the same moment
    apps = tuple(_app(number, one, names, minutes) for number, one in enumerate(versions))
    at = START + timedelta(weeks=week) + minutes
    facts = Phone(f"PHONE{phone:06}", "Example", "One", "14", 34)
    return Snapshot(SnapshotInfo(facts, at, (), len(apps), {}), apps)


def _app(number: int, version: int, names: list[str], minutes: timedelta) -> App:
    chance = random.Random(number * 1000 + version // 4)  # noqa: S311
    permissions = tuple(
        Permission(name, GrantKind.RUNTIME, chance.random() < 0.5, ("USER_SET",), requested=True)
        for name in names
    )
    made = App(0, f"com.example.app{number:04}", f"{version}.0", version, 34, 10_000 + number)
    installed = START - timedelta(days=400 + number) + minutes
    return replace(
        made,
        permissions=permissions,
        first_installed=installed,
        last_updated=installed + timedelta(days=version),
    )


def _size(place: str) -> int:
    database = Database.open(place, create=False)
    try:
        with database.read() as connection:
            if database.path is not None:
                pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                return int(connection.execute(text(pages)).scalar_one())
            size = text("SELECT pg_database_size(current_database())")
            return int(connection.execute(size).scalar_one())
    finally:
        database.close()


def _ask(store: Store, phones: int) -> None:
    catalogue = Catalogue.load()
    key = f"PHONE{phones // 2:06}"
    infos = store.snapshots(key)
    first, last = infos[0].id or 0, infos[-1].id or 0
    questions: dict[str, Callable[[], object]] = {
        "list all phones": store.phones,
        "load a check": lambda: store.load(last),
        "compare first and last": lambda: store.changed_apps(first, last),
        "one app's history": lambda: store.app_history(key, 0, "com.example.app0007"),
        "one app on all phones": lambda: fleet(store, catalogue, package="com.example.app0007"),
        "set a note": lambda: store.set_note(last, str(time.perf_counter())),
        "all apps on all phones": lambda: fleet(store, catalogue),
        "verify all": store.verify,
    }
    for what, ask in questions.items():
        begin = time.perf_counter()
        ask()
        print(f"{what:32}{(time.perf_counter() - begin) * 1000:10.1f} ms", flush=True)


if __name__ == "__main__":
    main()
