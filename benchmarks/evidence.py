"""What evidence costs: ``python benchmarks/evidence.py [--apps 400] [--days 365]``.

Daily checks of one phone whose dumps are as large as a real one's; a percent of the apps changes
each day, the phone restarts each week, every use is a day older each day. Prints milliseconds for
saving with and without answers and for verifying, and bytes a day.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from audit.model import App, GrantKind, Permission, Phone, RawAnswer, Snapshot, SnapshotInfo
from db.store import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = Phone("benchmark", "Example", "One", "14", 34)
PERMISSIONS = tuple(
    Permission(f"android.permission.NAME_{n:03}", GrantKind.RUNTIME, n % 2 == 0) for n in range(60)
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apps", type=int, default=400)
    parser.add_argument("--days", type=int, default=365)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kept in (False, True):
            path = Path(folder) / f"{kept}.sqlite"
            with Store.open(path) as store:
                _years(store, path, options.apps, options.days, kept=kept)


def _years(store: Store, path: Path, apps: int, days: int, *, kept: bool) -> None:
    print(f"{apps} apps, {days} days, answers {'kept' if kept else 'left out'}")
    changed, first = [], 0
    for day in range(days):
        versions = [1 + (day + n) // 100 for n in range(apps)]
        shot = _check(versions, day, kept=kept)
        changed.append(_time(lambda shot=shot: store.save(shot)))
        first = first or path.stat().st_size
    unchanged = [_time(lambda: store.save(shot)) for _ in range(9)]
    print(f"  save, 1 % of apps changed  {statistics.median(changed):9.1f} ms")
    print(f"  save, unchanged            {statistics.median(unchanged):9.1f} ms")
    print(f"  verify everything          {_time(store.verify):9.1f} ms")
    print(f"  a day takes                {(path.stat().st_size - first) / days / 1000:9.1f} kB")
    if kept:
        whole = sum(len(zlib.compress(answer.data)) for answer in shot.raw) / 1000
        size = sum(len(answer.data) for answer in shot.raw) / 1e6
        print(f"  answers of one check       {size:9.1f} MB, compressed {whole:.0f} kB")
        number = store.snapshots()[-1].id or 0
        print(f"  load answers of a check    {_time(lambda: store.raw(number)):9.1f} ms")
        print(f"  drop answers of a check    {_time(lambda: store.drop_raw([number])):9.1f} ms")


def _time(work: object) -> float:
    begin = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - begin) * 1000


def _check(versions: list[int], day: int, *, kept: bool) -> Snapshot:
    at = START + timedelta(days=day)
    apps = tuple(
        App(0, f"com.example.app{n:04}", version_code=version, permissions=PERMISSIONS)
        for n, version in enumerate(versions)
    )
    raw = (
        RawAnswer("dumpsys package packages", _packages(versions, day // 7), at),
        RawAnswer("dumpsys appops", _appops(len(versions), day), at),
    )
    return Snapshot(SnapshotInfo(PHONE, at), apps, raw=raw if kept else ())


def _packages(versions: list[int], start: int) -> bytes:
    grants = b"".join(
        b"        %b: granted=%b, flags=[ USER_SET|USER_SENSITIVE_WHEN_GRANTED]\n"
        % (one.name.encode(), str(one.granted).lower().encode())
        for one in PERMISSIONS
    )
    return b"Packages:\n" + b"".join(
        b"  Package [com.example.app%04d] (%07x):\n    versionCode=%d minSdk=24\n%b"
        % (n, 0x1000000 + 7919 * n + 31 * start, version, grants)
        for n, version in enumerate(versions)
    )


def _appops(apps: int, day: int) -> bytes:
    uses = b"".join(
        b"      OP_%d (allow):\n        null=[\n"
        b"          Access: [top-s] 2025-12-31 10:00:0%d.000 (-%dd2h0m%ds0ms)\n        ]\n"
        % (n, n, day, n)
        for n in range(10)
    )
    return b"Current AppOps Service state:\n" + b"".join(
        b"  Uid u0a%d:\n    state=cch\n    Package com.example.app%04d:\n%b" % (n, n, uses)
        for n in range(apps)
    )


if __name__ == "__main__":
    main()
