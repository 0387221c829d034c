"""Copies of the store's file, in a folder beside it: kept before anything that may go wrong.

SQLite copies, not the file system: a file alone lacks what still stands in its ``-wal`` file.
"""

from __future__ import annotations

import glob
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from db import cipher
from db.cipher import Key
from db.engine import BUSY_SECONDS, Database, os_meaning
from db.errors import NoFileError
from db.records import Backup

FOLDER = "backups"
BY_HAND = "by-hand"
#: So many that were made by themselves are kept; those that a person asked for all stay.
KEPT = 5

_TIME = "%Y-%m-%dT%H%M%S.%fZ"
_NAME = re.compile(r"\.(\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z)\.([a-z0-9-]+)\.backup")
#: Who copies writes all the time; a file that nobody wrote to for so long was left by a crash.
_STALE_SECONDS = 3600.0


class Backups:
    """Part of ``db.store.Store``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, target: Path | None = None) -> Path:
        """Copies the store as it is now: to an empty file ``target``, else beside the store.

        Returns its place. Raises an error of ``db.errors``: ``NoFileError`` for one on a server.
        """
        path = self._database.path
        if path is None:
            raise NoFileError(self._database.shown)
        if target is None:
            return make(self._database, BY_HAND)
        with self._database.translated():
            key = self._database.key
            copy(path, target, (key, key))
        return target

    def kept(self, why: str) -> AbstractContextManager[None]:
        return kept(self._database, why)


@contextmanager
def kept(database: Database, why: str) -> Iterator[None]:
    """Copies the file as it was last committed, unless what follows fails and so changes nothing.

    A transaction that writes may be open already. A database on a server is not copied: its owner
    has other tools for that. ``why`` becomes part of the name: letters, digits and hyphens.
    """
    if database.path is None:
        yield
        return
    copy = make(database, why)
    try:
        yield
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    prune(database.path)


def prune(path: Path) -> None:
    """Takes away the oldest of those that were made by themselves."""
    for old in [one for one in listed(path) if one.why != BY_HAND][:-KEPT]:
        remove(old.path)


def remove(copy: Path) -> None:
    for name in (copy, *_beside(copy)):
        name.unlink(missing_ok=True)


def make(database: Database, why: str) -> Path:
    """A new file in the folder of backups, readable by its owner only; returns its place.

    Raises an error of ``db.errors``; nothing is left behind then.
    """
    path = database.path
    if path is None:
        raise NoFileError(database.shown)
    target = _new(path, why)
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _sweep(target.parent)
        with _private(target) as part, database.translated():
            copy(path, part, (database.key, database.key))
    except OSError as error:
        raise os_meaning(error, path) from error
    return target


def remove_all(path: Path) -> None:
    """Takes away every backup beside the store, and what copies left that were killed."""
    for one in path.with_name(FOLDER).glob(f"*{glob.escape(path.name)}.*"):
        one.unlink(missing_ok=True)
    for what in ("restoring", "converting"):
        remove(path.with_name(f".{path.name}.{what}"))


def set_aside(path: Path) -> Path:
    """Moves a file that is no database any more, or what a lost one left, to the backups."""
    target = _new(path, "damaged")
    target.parent.mkdir(mode=0o700, exist_ok=True)
    for old, new in zip((path, *_beside(path)), (target, *_beside(target)), strict=True):
        if old.exists():
            old.replace(new)
    return target


def listed(path: Path) -> list[Backup]:
    """The backups of the store at ``path`` that stand beside it, oldest first."""
    found = []
    for one in sorted(path.with_name(FOLDER).glob(f"{glob.escape(path.name)}.*.backup")):
        if match := _NAME.fullmatch(one.name, len(path.name)):
            at = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
            found.append(Backup(one, at, match[2]))
    return found


def copy(
    source: Path,
    target: Path,
    keys: tuple[Key | None, Key | None] = (None, None),
    *,
    still: bool = False,
) -> None:
    """Makes ``target`` hold what ``source`` holds, in one transaction; it may be open elsewhere.

    ``keys`` are those of the two; where only one is encrypted, ``target`` has to be empty.
    ``still``: nobody writes to ``source``, which may lie where nothing can be written beside it.
    Raises ``sqlite3.Error`` or that of the driver.
    """
    still = still and not source.with_name(f"{source.name}-wal").exists()
    before, after = keys
    with closing(cipher.connect(source, before, other=after, still=still)) as old:
        if bool(before) != bool(after):
            cipher.convert(old, target, after)
            return
        with closing(cipher.connect(target, after)) as new:
            old.backup(new, progress=_patience())


@contextmanager
def _private(target: Path) -> Iterator[Path]:
    """A new file that only its owner can read, which gets its name once it is filled."""
    part = target.with_name(f".{target.name}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _new(path: Path, why: str) -> Path:
    name = f"{path.name}.{datetime.now(UTC):{_TIME}}.{why}.backup"
    return path.with_name(FOLDER) / name


def _beside(path: Path) -> tuple[Path, ...]:
    """What SQLite may write beside a file."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))


def _patience() -> Callable[[int, int, int], None]:
    """Python itself would wait for ever for whoever holds one of the two files."""
    give_up = time.monotonic() + BUSY_SECONDS

    def waited(status: int, _left: int, _pages: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > give_up:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = status
            raise error

    return waited


def _sweep(folder: Path) -> None:
    """Takes away what a copy left that was killed."""
    for part in folder.glob(".*.part*"):
        with suppress(FileNotFoundError):  # another program sweeps, too
            if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink()
