"""Ours beside the naive design, in one run: ``python -m benchmarks.naive [--days 3650]``.

Naive: one row for each check, app and permission, its names as numbers, a primary key by check and
an index by app, in a file with the same SQLite settings. Both are asked the same about the same
checks. The naive one is built of every ``--every``th check and the last two, since all of them take
some 3 GB; what grows with the number of checks is multiplied, and its row says so. Processor time,
the best of seven: nobody waits for the disk in it, and other programs hardly count.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.checkup import compared, differing
from audit.history import lanes
from audit.model import Snapshot
from audit.wording import Wording
from benchmarks.history import PHONE, app_name, life
from db.store import Store

_SCHEMA = """
CREATE TABLE snapshot (id INTEGER PRIMARY KEY, taken_at INTEGER NOT NULL) STRICT;
CREATE TABLE app (id INTEGER PRIMARY KEY, package TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE permission (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE version (
    snapshot INTEGER NOT NULL, app INTEGER NOT NULL, code INTEGER, name TEXT,
    PRIMARY KEY (snapshot, app)
) STRICT, WITHOUT ROWID;
CREATE TABLE state (
    snapshot INTEGER NOT NULL, app INTEGER NOT NULL, permission INTEGER NOT NULL,
    granted INTEGER NOT NULL, flags TEXT NOT NULL,
    PRIMARY KEY (snapshot, app, permission)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_by_app ON state (app, permission, snapshot, granted, flags);
"""
_DIFFERENT = """
SELECT app, permission, old.granted, old.flags, new.granted, new.flags
FROM state AS new LEFT JOIN (SELECT * FROM state WHERE snapshot = ?) AS old USING (app, permission)
WHERE new.snapshot = ?
  AND (new.granted IS NOT old.granted OR new.flags IS NOT old.flags)
UNION ALL
SELECT app, permission, granted, flags, NULL, NULL FROM state AS old WHERE snapshot = ?
  AND NOT EXISTS (SELECT 1 FROM state WHERE snapshot = ? AND app = old.app
                  AND permission = old.permission)
"""
_RUNS = """
SELECT permission, snapshot, granted, flags FROM (
    SELECT permission, snapshot, granted, flags,
           lag(granted) OVER own AS granted_before, lag(flags) OVER own AS flags_before
    FROM state WHERE app = ? WINDOW own AS (PARTITION BY permission ORDER BY snapshot)
) WHERE granted IS NOT granted_before OR flags IS NOT flags_before
"""


class Naive:
    """The other design."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._raw.execute(f"PRAGMA {pragma}")
        self._raw.executescript(_SCHEMA)
        self._apps: dict[str, int] = {}
        self._permissions: dict[str, int] = {}
        self.last = 0

    def close(self) -> None:
        self._raw.close()

    def save(self, snapshot: Snapshot) -> None:
        raw, self.last = self._raw, self.last + 1
        raw.execute("BEGIN IMMEDIATE")
        at = int(snapshot.info.taken_at.timestamp() * 1_000_000)
        raw.execute("INSERT INTO snapshot VALUES (?, ?)", (self.last, at))
        for app in snapshot.apps:
            number = self._number("app", self._apps, app.package)
            raw.execute(
                "INSERT INTO version VALUES (?, ?, ?, ?)",
                (self.last, number, app.version_code, app.version_name),
            )
            rows = (
                (self.last, number, self._number("permission", self._permissions, held.name),
                 held.granted, "|".join(held.flags))
                for held in app.permissions
            )  # fmt: skip
            raw.executemany("INSERT INTO state VALUES (?, ?, ?, ?, ?)", rows)
        raw.execute("COMMIT")

    def _number(self, table: str, known: dict[str, int], name: str) -> int:
        if name not in known:
            known[name] = len(known) + 1
            self._raw.execute(f"INSERT INTO {table} VALUES (?, ?)", (known[name], name))  # noqa: S608
        return known[name]

    def compare(self, old: int, new: int) -> object:
        return self._raw.execute(_DIFFERENT, (old, new, old, new)).fetchall()

    def history(self, package: str) -> object:
        return self._raw.execute(_RUNS, (self._apps[package],)).fetchall()

    def overview(self) -> object:
        """The last check's states, and what differs from the one before."""
        rows = "SELECT app, permission, granted, flags FROM state WHERE snapshot = ?"
        return self._raw.execute(rows, (self.last,)).fetchall(), self.compare(
            self.last - 1, self.last
        )


@dataclass(frozen=True, slots=True)
class Ours:
    """What the window and the terminal do, but for Qt."""

    store: Store
    catalogue: Catalogue
    wording: Wording

    def compare(self, old: int, new: int) -> object:
        return compare(*differing(self.store, old, new), self.catalogue)

    def history(self, package: str) -> object:
        return lanes(self.store.app_history(PHONE.key, 0, package), self.catalogue)

    def overview(self) -> object:
        from gui.models.rows import build_shown  # noqa: PLC0415 -- no Qt in it

        key = self.store.latest_phone_key() or ""
        infos = self.store.last_two(key) or self.store.snapshots(key)
        snapshot = self.store.load(infos[-1].id or 0)
        return build_shown(compared(snapshot, self.store, self.catalogue), self.wording)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=400)
    parser.add_argument("--permissions", type=int, default=60, help="of each app")
    parser.add_argument("--days", type=int, default=3650, help="of daily checks")
    parser.add_argument("--every", type=int, default=10, help="naive: every so many checks")
    options = parser.parse_args()
    catalogue = Catalogue.load()
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.sqlite", Path(folder) / "naive.sqlite"
        with Store.open(ours) as store, closing(Naive(theirs)) as naive:
            last = None
            for day, last in enumerate(life(catalogue, options)):
                store.save(last)
                if day % options.every == 0 or day >= options.days - 2:
                    naive.save(last)
            if last is None:
                raise SystemExit("no checks")
            mine = Ours(store, catalogue, Wording("en", catalogue))
            _measure(mine, naive, last, options)
        _sizes(ours, theirs, options.days, naive.last)


def _measure(ours: Ours, naive: Naive, last: Snapshot, options: argparse.Namespace) -> None:
    scale = options.days / naive.last
    name = app_name(options.apps // 2)
    days = options.days
    print(f"{days} checks of {options.apps} apps with {options.permissions} permissions;")
    print(f"naive: {naive.last} of them, {naive.last * options.apps * options.permissions:,} rows")
    print(
        f"{'milliseconds of the processor, best':44}{'ours':>9}{'naive':>11}{'ratio':>9}   wanted"
    )
    step = options.every
    middle = days // 2 // step
    _row(
        "compare two, one after the other",
        lambda: ours.compare(days - 1, days),
        lambda: naive.compare(naive.last - 1, naive.last),
        "<= 50",
    )
    _row(
        "compare two, the oldest and the newest",
        lambda: ours.compare(1, days),
        lambda: naive.compare(1, naive.last),
        "<= 50",
    )
    _row(
        f"compare two, {step} days apart",
        lambda: ours.compare(middle * step + 1, (middle + 1) * step + 1),
        lambda: naive.compare(middle + 1, middle + 2),
        "<= 50",
    )
    _row("one app's whole history", lambda: ours.history(name), lambda: naive.history(name),
         "<= 10", scale)  # fmt: skip
    _row("overview at start", ours.overview, naive.overview, "<= 100")
    times = iter(range(1, 100))

    def again() -> Snapshot:
        later = last.info.taken_at + timedelta(days=next(times))
        return replace(last, info=replace(last.info, taken_at=later))

    _row("save an unchanged check", lambda: ours.store.save(again()),
         lambda: naive.save(again()), "<= 30")  # fmt: skip


def _row(
    what: str,
    ours: Callable[[], object],
    naive: Callable[[], object],
    wanted: str,
    scale: float = 1,
) -> None:
    mine, other = _best(ours), _best(naive) * scale
    note = f", naive x {scale:.0f}" if scale > 1 else ""
    print(f"{what + note:44}{mine:9.1f}{other:11.1f}{other / mine:8.1f}x   {wanted}", flush=True)


def _best(work: Callable[[], object]) -> float:
    def once() -> float:
        begin = time.process_time()
        work()
        return (time.process_time() - begin) * 1000

    return min(once() for _ in range(7))


def _sizes(ours: Path, naive: Path, checks: int, sample: int) -> None:
    """After both were closed, so that all is in the one file."""
    mine, other = _size([ours]), _size([naive]) * checks / sample
    print(f"{'database, MB, naive x ' + format(checks / sample, '.0f'):44}"
          f"{mine:9.1f}{other:11.1f}{other / mine:8.1f}x   <= 5 %: {mine / other:.2%}")  # fmt: skip


def _size(files: Iterable[Path]) -> float:
    return sum(file.stat().st_size for file in files) / 1e6


if __name__ == "__main__":
    main()
