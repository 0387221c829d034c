"""How the cost grows with size: ``python -m benchmarks.scale``. Processor time, the best of three.

Each table doubles or multiplies one thing and leaves the rest: what is left to do when nothing or
little changed should grow no faster than what there is, and a look at one app not at all.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.checkup import differing
from audit.model import App, Snapshot, Use
from benchmarks.history import PHONE, START, app_name, life
from benchmarks.parse_packages import render
from db.store import Store
from device.parsers.known_blocks import KnownBlocks
from device.parsers.package_dump import parse_packages


def main() -> None:
    catalogue = Catalogue.load()
    print("milliseconds of the processor, best of three")
    _head("apps x users", "save first", "unchanged", "4 changed", "compare")
    for apps, users in ((400, 1), (400, 5), (400, 20), (5000, 1)):
        _store(catalogue, apps, users)
    _head("uses of an app", "save first", "same again", "one more", "read them")
    for uses in (1_000, 10_000, 100_000):
        _ledger(catalogue, uses)
    _head("package dump", "first", "again")
    for apps in (400, 1600, 6400):
        _dump(apps)


def _head(*titles: str) -> None:
    print(f"\n{titles[0]:24}" + "".join(f"{title:>12}" for title in titles[1:]))


def _row(name: str, *milliseconds: float) -> None:
    print(f"{name:24}" + "".join(f"{one:12.1f}" for one in milliseconds), flush=True)


def _best(work: Callable[[], object], times: int = 3) -> float:
    def once() -> float:
        begin = time.process_time()
        work()
        return (time.process_time() - begin) * 1000

    return min(once() for _ in range(times))


def _phone(catalogue: Catalogue, apps: int, users: int) -> Snapshot:
    first = next(iter(life(catalogue, argparse.Namespace(apps=apps, permissions=60, days=1))))
    many = tuple(replace(app, user=user) for app in first.apps for user in range(users))
    return replace(first, apps=many)


def _updated(app: App, version: int) -> App:
    held = app.permissions
    granted = replace(held[version], granted=True)
    return replace(
        app,
        version_code=1000 + version,
        permissions=(*held[:version], granted, *held[version + 1 :]),
    )


def _store(catalogue: Catalogue, apps: int, users: int) -> None:
    snapshot = _phone(catalogue, apps, users)
    versions = iter(range(60))

    def changed() -> Snapshot:
        version = next(versions)
        return replace(
            snapshot,
            apps=(*(_updated(app, version) for app in snapshot.apps[:4]), *snapshot.apps[4:]),
        )

    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "a.sqlite") as store,
    ):
        first = _best(lambda: store.save(snapshot), 1)
        unchanged = _best(lambda: store.save(snapshot))
        some = _best(lambda: store.save(changed()))
        old, new = (info.id or 0 for info in store.snapshots()[-2:])
        compared = _best(lambda: compare(*differing(store, old, new), catalogue))
    _row(f"{apps:,} x {users}", first, unchanged, some, compared)


def _ledger(catalogue: Catalogue, count: int) -> None:
    snapshot = _phone(catalogue, 400, 1)
    name = app_name(7)
    uses = tuple(
        Use(0, name, "FINE_LOCATION", START + timedelta(seconds=second), state="bg")
        for second in range(count)
    )
    later = iter(range(count, count + 100))

    def one_more() -> Snapshot:
        at = START + timedelta(seconds=next(later))
        return replace(snapshot, uses=(replace(uses[0], at=at),))

    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "a.sqlite") as store,
    ):
        first = _best(lambda: store.save(replace(snapshot, uses=uses)), 1)
        same = _best(lambda: store.save(replace(snapshot, uses=uses[-20:])))
        more = _best(lambda: store.save(one_more()))
        read = _best(lambda: store.uses(PHONE.key, 0, name))
    _row(f"{count:,}", first, same, more, read)


def _dump(apps: int) -> None:
    text = render(apps, 1)
    chunks = [text[start : start + 65536] for start in range(0, len(text), 65536)]
    known = KnownBlocks()

    def read() -> None:
        known.begin()
        parse_packages(chunks, known)

    first = _best(lambda: parse_packages(chunks, KnownBlocks()), 1)
    read()
    _row(f"{len(text) / 1e6:.0f} MB", first, _best(read))


if __name__ == "__main__":
    main()
