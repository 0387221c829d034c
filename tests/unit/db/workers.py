"""What the store's tests run in processes of their own: writers to be killed, and small disks."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import text

from audit.catalogue import Catalogue
from audit.export import json_text
from audit.export.about import About
from audit.export.contents import history_export
from audit.export.whole import write_whole
from audit.history import lanes
from audit.model import Phone, RawAnswer, Snapshot, Use
from audit.wording import Wording
from db.conversion import convert, is_locked
from db.engine import Database
from db.errors import DiskFullError, WrongPassphraseError
from db.restoring import backups_of, looked_through
from db.store import Store
from tests.unit.db import old_files
from tests.unit.db.samples import NOON, sample_app, sample_snapshot

APPS = 60
_ROOT = Path(__file__).parents[3]


def start(job: str, *arguments: object) -> subprocess.Popen[str]:
    """One of the jobs below, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, job, *map(str, arguments)],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def snapshot_of(writer: int, number: int, apps: int = APPS) -> Snapshot:
    """The check a writer makes as its ``number``th, so that a reader knows what to expect."""
    listed = [
        sample_app(n, version=number if n % 3 == 0 else 1, granted=(n + number) % 5 > 0)
        for n in range(apps)
    ]
    at = NOON + timedelta(days=number)
    uses = tuple(Use(0, app.package, "CAMERA", at) for app in listed)
    raw = (RawAnswer("dumpsys package packages", b"  Package [%d]\n" % number * 300, at),)
    shot = sample_snapshot(listed, at=at, phone=Phone(f"writer-{writer}"), uses=uses)
    return replace(shot, raw=raw)


def verify(path: str | Path, writer: int, passphrase: str | None = None) -> int:
    """Loads and compares everything that a writer saved; returns how many checks there are."""
    database = Database.open(path, create=False, passphrase=passphrase)
    # A server may still be at what a writer that was killed told it last.
    with database.write() as connection:
        if database.path:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    database.close()
    key = f"writer-{writer}"
    with Store.open(path, create=False, passphrase=passphrase) as store:
        assert store.verify().findings == ()
        infos = store.snapshots(key)
        for number, info in enumerate(infos):
            assert info.id is not None
            assert store.load(info.id).apps == snapshot_of(writer, number).apps
        for app in snapshot_of(writer, 0).apps:
            assert len(store.uses(key, app.user, app.package)) == len(infos)
    return len(infos)


def save(path: str | Path, writer: int, count: int) -> None:
    with Store.open(path) as store:
        for number in range(count):
            store.save(snapshot_of(writer, number))


def crash(path: str | Path, rounds: int, seed: int) -> None:
    """Kills a writer again and again; prints how often it was in the middle of a save."""
    chance = Random(seed)  # noqa: S311
    save(path, 0, 1)
    kept, struck = 1, 0
    for _ in range(rounds):
        begun, acknowledged = _kill_writer(path, kept, chance)
        found = verify(path, 0)
        assert kept + acknowledged <= found <= kept + begun
        struck += begun > acknowledged
        kept = found
    print(struck)  # noqa: T201


def _kill_writer(path: str | Path, first: int, chance: Random) -> tuple[int, int]:
    """Returns how many saves the writer began and how many it knew to be done."""
    source, sink = os.pipe()
    pid = _fork(lambda: _write_on(path, first, sink))
    os.close(sink)
    told = b""
    for _ in range(chance.randint(1, 4)):
        told += os.read(source, 1)
    time.sleep(chance.uniform(0, 0.025))
    _kill(pid)
    while more := os.read(source, 4096):
        told += more
    os.close(source)
    return told.count(b"("), told.count(b")")


def _write_on(path: str | Path, first: int, sink: int) -> None:
    with Store.open(path) as store:
        for number in range(first, first + 1000):
            os.write(sink, b"(")
            store.save(snapshot_of(0, number))
            os.write(sink, b")")


def crash_new(folder: Path, rounds: int, seed: int) -> None:
    """Kills the process that makes a new file; prints how many files were not finished."""
    chance = Random(seed)  # noqa: S311
    save(folder / "warm.sqlite", 0, 1)
    unfinished = 0
    for number in range(rounds):
        path = folder / f"{number}" / "history.sqlite"
        pid = _fork(lambda path=path: save(path, 0, 1))  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.12))
        _kill(pid)
        with Store.open(path) as store:
            unfinished += not store.snapshots()
        path.unlink()
        save(path, 0, 1)
        verify(path, 0)
    print(unfinished)  # noqa: T201


def crash_export(folder: Path, rounds: int, seed: int) -> None:
    """Kills a process that writes one export after the other; prints how often in the middle.

    Whenever it dies, the file is there whole, and the store that it read is as it was.
    """
    chance = Random(seed)  # noqa: S311
    database, target = folder / "history.sqlite", folder / "history.json"
    save(database, 0, 6)
    struck = 0
    for _ in range(rounds):
        source, sink = os.pipe()
        pid = _fork(lambda sink=sink: _export_on(database, target, sink))  # type: ignore[misc]
        os.close(sink)
        os.read(source, 1)  # the first is written
        time.sleep(chance.uniform(0, 0.05))
        _kill(pid)
        os.close(source)
        assert len(json.loads(target.read_bytes())["history"]) > APPS
        parts = list(folder.glob(".*.part"))
        assert len(parts) <= 1
        struck += len(parts)
        for part in parts:
            part.unlink()
    assert verify(database, 0) == 6
    print(struck)  # noqa: T201


def _export_on(database: Path, target: Path, sink: int) -> None:
    wording = Wording("en", Catalogue.load())
    with Store.open(database) as store:
        checks = store.snapshots()
        found = [
            lane
            for _user, _package, runs in store.app_histories("writer-0")
            for lane in lanes(runs, wording.catalogue)
        ]
    while True:
        export = history_export(found, checks[0], checks[-1], About(wording))
        write_whole(target, partial(json_text.write, export), force=True)
        os.write(sink, b".")


def crash_migrate(folder: Path, rounds: int, seed: int) -> None:
    """Kills the process that brings a file of the first schema to today's."""
    from alembic import command  # noqa: F401 -- or the import is what is struck

    save(folder / "new.sqlite", 0, 3)
    old = folder / "old.sqlite"
    old_files.write(folder / "new.sqlite", old, "0001")

    def struck(path: Path, chance: Random) -> bool:
        shutil.copy(old, path)
        middle = _strike(lambda: Store.open(path).close(), chance, 0.3)
        assert _without_answers(path, 0) == 3
        return middle

    _rounds(folder, rounds, seed, struck)


def crash_wipe(folder: Path, rounds: int, seed: int) -> None:
    """Kills the process that deletes a phone, writes the file anew and makes a backup of it."""
    base = folder / "base.sqlite"
    save(base, 0, 4)
    save(base, 1, 4)

    def delete(path: Path) -> None:
        with Store.open(path) as store:
            store.delete_phone("writer-1")

    def struck(path: Path, chance: Random) -> bool:
        shutil.copy(base, path)
        middle = _strike(lambda: delete(path), chance, 0.15)
        with Store.open(path) as store:
            left = len(store.snapshots("writer-1"))
        assert left in ({0, 4} if middle else {0})
        assert verify(path, 0) == 4
        assert not left or verify(path, 1) == 4
        return middle

    _rounds(folder, rounds, seed, struck)


def crash_merge(folder: Path, rounds: int, seed: int) -> None:
    """Kills the process that splits and merges phones, a backup before each."""

    def live(path: Path) -> None:
        with Store.open(path) as store:
            while True:
                key = store.split_phone([1])
                store.merge_phones(key, "writer-0")

    def struck(path: Path, chance: Random) -> bool:
        save(path, 0, 3)
        middle = _strike(lambda: live(path), chance, 0.4)
        with Store.open(path) as store:
            assert store.verify().findings == ()
            assert len(store.snapshots()) == 3
        for backup in backups_of(path):
            with looked_through(path, backup.path) as found:
                assert len(found.checks) == 3
        return middle

    _rounds(folder, rounds, seed, struck)


def crash_restore(folder: Path, rounds: int, seed: int) -> None:
    """Kills the process that puts a backup in the place of the store."""
    base, backup = folder / "base.sqlite", folder / "a.backup"
    save(base, 0, 2)
    shutil.copy(base, backup)
    save(base, 1, 3)

    def restore(path: Path) -> None:
        with looked_through(path, backup) as found:
            found.take_place()

    def struck(path: Path, chance: Random) -> bool:
        shutil.copy(base, path)
        middle = _strike(lambda: restore(path), chance, 0.2)
        with Store.open(path) as store:
            left = len(store.snapshots("writer-1"))
        assert left in ({0, 3} if middle else {0})
        assert verify(path, 0) == 2
        if not left:  # what was there before is kept
            with looked_through(path, backups_of(path)[-1].path) as found:
                assert len(found.checks) == 5
        return middle

    _rounds(folder, rounds, seed, struck)


def crash_convert(folder: Path, rounds: int, seed: int) -> None:
    """Kills the process that encrypts a store, gives it another passphrase, or takes it away."""
    forms = (None, "one", "two")
    bases = {form: folder / f"{form}.sqlite" for form in forms}
    for form, base in bases.items():
        save(base, 0, 4)
        if form:
            convert(base, None, form, keep=False)

    def struck(path: Path, chance: Random) -> bool:
        before, after = chance.sample(forms, 2)
        shutil.copy(bases[before], path)
        work = partial(convert, path, before, after, keep=chance.random() < 0.5)
        middle = _strike(work, chance, 0.5)
        # A file that opens with the one is none of the other: it is not half of each.
        done = is_locked(path) is bool(after) and _opens(path, after)
        assert middle or done
        assert verify(path, 0, after if done else before) == 4
        return middle

    _rounds(folder, rounds, seed, struck)


def _opens(path: Path, passphrase: str | None) -> bool:
    try:
        Store.open(path, create=False, passphrase=passphrase).close()
    except WrongPassphraseError:
        return False
    return True


def _rounds(folder: Path, rounds: int, seed: int, struck: Callable[[Path, Random], bool]) -> None:
    """Prints how often a process was killed in the middle; each works in a folder of its own."""
    chance = Random(seed)  # noqa: S311
    middle = 0
    for number in range(rounds):
        place = folder / f"round {number}"
        place.mkdir()
        middle += struck(place / "history.sqlite", chance)
        shutil.rmtree(place)
    print(middle)  # noqa: T201


def _strike(work: Callable[[], object], chance: Random, most: float) -> bool:
    """Kills a process at its work, at most so many seconds after its begin; False: too late."""
    source, sink = os.pipe()

    def told() -> None:
        os.write(sink, b"(")
        work()
        os.write(sink, b")")

    pid = _fork(told)
    os.close(sink)
    os.read(source, 1)
    time.sleep(chance.uniform(0, most))
    _kill(pid)
    rest = os.read(source, 1)
    os.close(source)
    return rest != b")"


def _without_answers(path: Path, writer: int) -> int:
    """As ``verify``, of a file of a schema that kept no answers."""
    with Store.open(path, create=False) as store:
        assert store.verify().findings == ()
        infos = store.snapshots(f"writer-{writer}")
        for number, info in enumerate(infos):
            assert store.load(info.id or 0).apps == snapshot_of(writer, number).apps
    return len(infos)


def _fork(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def fill(path: Path) -> None:
    """Saves until the disk is full; what was saved before must be whole, and room must help."""
    ballast = path.with_name("ballast")
    ballast.write_bytes(bytes(200_000))
    save(path, 0, 1)
    with Store.open(path) as store:
        number = 1
        try:
            while True:
                store.save(snapshot_of(0, number))
                number += 1
        except DiskFullError as error:
            print(error.code)  # noqa: T201
        assert len(store.snapshots()) == number
        try:
            store.backups.make()
        except DiskFullError as error:
            print(error.code)  # noqa: T201
        assert not list(path.with_name("backups").glob("*"))
    with contextlib.suppress(OSError):
        path.with_name("rest").write_bytes(bytes(1_000_000))
    try:
        Store.open(path.with_name("new.sqlite"))
    except DiskFullError as error:
        print(error.code)  # noqa: T201
    path.with_name("rest").unlink()
    assert verify(path, 0) == number
    ballast.unlink()
    with Store.open(path) as store:
        store.save(snapshot_of(0, number))
    assert verify(path, 0) == number + 1


def limit(path: Path) -> None:
    """The same with a limit on the size of files, which the system tells in another way."""
    import resource

    save(path, 0, 1)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = path.stat().st_size + 20_000
    with Store.open(path) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, unlimited[1]))
        try:
            store.save(snapshot_of(0, 1, apps=4000))
        except DiskFullError as error:
            print(error.code)  # noqa: T201
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        assert len(store.snapshots()) == 1
        store.save(snapshot_of(0, 1))
    assert verify(path, 0) == 2


if __name__ == "__main__":
    name, place, *numbers = sys.argv[1:]
    globals()[name](place if "://" in place else Path(place), *map(int, numbers))
