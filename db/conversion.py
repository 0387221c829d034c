"""A store's file in another form: encrypted, with another passphrase, or readable by anybody."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from db import backups, cipher
from db.cipher import BUSY_SECONDS, Key
from db.engine import Database, key_of, locate, os_meaning
from db.errors import DamagedError, NoFileError
from db.store import Store


@dataclass(frozen=True, slots=True)
class Converted:
    """Attributes:
    kept: the file as it was before; None where it was not to be kept.
    readable: the backups beside the store that anybody can read who gets them.
    """

    kept: Path | None
    readable: tuple[Path, ...]


def convert(
    place: str | Path, passphrase: str | None, wanted: str | None, *, keep: bool
) -> Converted:
    """Puts the same store in another file's place, whole or not at all.

    Args:
        passphrase: what opens the store now; None for one that is not encrypted.
        wanted: what shall open it; None: nothing is needed to read it.
        keep: keep the file as it was, as a backup.

    Nobody else may have the store open. What is in the new file is compared by digest first.
    Raises an error of ``db.errors``: nothing was changed then.
    """
    _, path = locate(place)
    if path is None:
        raise NoFileError(str(place))
    Store.open(path, create=False, passphrase=passphrase).close()
    path = path.resolve()
    before, after = key_of(path, passphrase), Key.new(wanted) if wanted else None
    if before is None and after is None:
        return Converted(None, readable_backups(path))
    cipher.driver(path, before, after)
    database = Database(locate(path)[0], path, key=before)
    why = "encrypt" if after else "decrypt"
    try:
        with backups.kept(database, why) if keep else nullcontext(), database.translated():
            _replace(path, before, after)
    except OSError as error:
        raise os_meaning(error, path) from error
    finally:
        database.close()
    kept = backups.listed(path)[-1].path if keep else None
    return Converted(kept, readable_backups(path))


def is_locked(place: str | Path) -> bool:
    """Whether it takes a passphrase to open the file at ``place``."""
    _, path = locate(place)
    # Whatever else is wrong with the place is told when it is opened.
    if path is None or not os.path.isfile(path) or not os.access(path, os.R_OK):
        return False
    return not cipher.is_plain(path) and cipher.is_encrypted(path)


def readable_backups(path: Path) -> tuple[Path, ...]:
    """The backups beside a store that are not encrypted."""
    return tuple(one.path for one in backups.listed(path) if not cipher.is_encrypted(one.path))


def erase(readable: tuple[Path, ...]) -> None:
    """Overwrites these backups, then takes them away. Raises an error of ``db.errors``."""
    for path in readable:
        try:
            with path.open("rb+") as file:
                _overwrite(file.fileno())
            backups.remove(path)
        except OSError as error:
            raise os_meaning(error, path) from error


@contextmanager
def alone(path: Path, key: Key | None, other: Key | None = None) -> Iterator[sqlite3.Connection]:
    """A connection to a file that nobody else has open, nor opens meanwhile.

    Whoever waits for it and finds another file in its place afterwards cannot write to this one:
    SQLite refuses to (SQLITE_READONLY_DBMOVED), since its journal is no WAL any more.
    """
    with closing(cipher.connect(path, key, other=other)) as raw:
        raw.execute("PRAGMA locking_mode=EXCLUSIVE")
        _use_journal(raw)
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
        yield raw


def _use_journal(raw: sqlite3.Connection) -> None:
    """Fails where another connection is open; SQLite itself does not wait until it is closed."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode=DELETE")
        except cipher.errors() as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return


def _replace(path: Path, before: Key | None, after: Key | None) -> None:
    part = path.with_name(f".{path.name}.converting")
    with alone(path, before, after) as raw:
        try:
            backups.remove(part)
            os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            cipher.convert(raw, part, after)
            with closing(cipher.connect(part, after, other=before)) as made:
                if cipher.digest(made) != cipher.digest(raw):
                    raise DamagedError(str(path), "the copy differs")
            _take_place(raw, part, path)
        finally:
            backups.remove(part)


def _take_place(raw: sqlite3.Connection, part: Path, path: Path) -> None:
    """Leaves nothing of the file that was there, where the system lets us."""
    if os.name == "nt":  # no open file can be replaced there
        raw.close()
        part.replace(path)
        return
    old = os.open(path, os.O_RDWR)
    try:
        part.replace(path)
        _overwrite(old)
    finally:
        os.close(old)


def _overwrite(file: int) -> None:
    left = os.fstat(file).st_size
    os.lseek(file, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(file, bytes(min(left, 1 << 20)))
    os.fsync(file)
