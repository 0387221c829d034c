"""The way to the database: where it is, how transactions run, and what its errors mean."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from db import cipher, server
from db.cipher import BUSY_SECONDS, Key
from db.codec import BadRecordError
from db.errors import (
    DamagedError,
    DiskFullError,
    LockedError,
    MissingError,
    NoDriverError,
    NotADatabaseError,
    NotAFileError,
    ReadOnlyError,
    ServerGoneError,
    StoreError,
    UnsureError,
    WrongPassphraseError,
)

__all__ = ["BUSY_SECONDS", "Database", "locate", "os_meaning"]

_T = TypeVar("_T")

#: How long to wait, each time, for a server that went away in the middle of a save.
_PAUSES = (0.0, 1.0, 4.0)

_MEANINGS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: LockedError,
    sqlite3.SQLITE_LOCKED: LockedError,
    sqlite3.SQLITE_FULL: DiskFullError,
    # A quota or a limit on file sizes comes as one of these two.
    sqlite3.SQLITE_IOERR_WRITE: DiskFullError,
    sqlite3.SQLITE_IOERR_SHMSIZE: DiskFullError,
    sqlite3.SQLITE_READONLY: ReadOnlyError,
    sqlite3.SQLITE_PERM: ReadOnlyError,
    sqlite3.SQLITE_CANTOPEN: ReadOnlyError,
    sqlite3.SQLITE_NOTADB: NotADatabaseError,
    sqlite3.SQLITE_CORRUPT: DamagedError,
    # Read beyond the end of a file that was cut short.
    sqlite3.SQLITE_IOERR_SHORT_READ: DamagedError,
}

#: sqlcipher3 0.6 gives no code with what goes wrong in a backup.
_BY_TEXT = {
    "file is not a database": sqlite3.SQLITE_NOTADB,
    "database disk image is malformed": sqlite3.SQLITE_CORRUPT,
    "database is locked": sqlite3.SQLITE_BUSY,
    "database or disk is full": sqlite3.SQLITE_FULL,
    "attempt to write a readonly database": sqlite3.SQLITE_READONLY,
    "unable to open database file": sqlite3.SQLITE_CANTOPEN,
}


class Database:
    """One database, usable from several threads: each transaction has a connection of its own."""

    def __init__(
        self, url: URL, path: Path | None, *, shown: str = "", key: Key | None = None
    ) -> None:
        """``shown`` is the place as errors tell it, where it is another one.

        ``key`` opens a file that is encrypted. Raises ``NoCipherError`` where nothing can.
        """
        self.path = path
        self.key = key
        self.shown = shown or (str(path) if path else server.shown(url))
        self._engine = _sqlite_engine(path, key) if path else server.engine(url)
        writing = {"writes": True} if path else server.writing()
        self._writer = self._engine.execution_options(**writing)

    @classmethod
    def open(cls, place: str | Path, *, create: bool, passphrase: str | None = None) -> Database:
        """Finds or makes the file, ``place`` being a path or a SQLAlchemy URL.

        Raises an error of ``db.errors``; of the database itself nothing is read yet.
        """
        url, path = locate(place)
        if path:
            _prepare_file(path, create=create)
        return cls(url, path, key=key_of(path, passphrase)) if path else cls.at(url)

    @classmethod
    def at(cls, url: URL) -> Database:
        """One on a server; raises ``NoDriverError``."""
        try:
            return cls(url, None)
        except ImportError as error:
            raise NoDriverError(server.shown(url), str(error)) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the database as it is at its first statement."""
        with self.translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed whole at the end, or not at all."""
        with self.translated(), self._writer.begin() as connection:
            yield connection

    def once(self, work: Callable[[Connection], _T]) -> _T:
        """``work`` in a transaction that writes; anew where the connection to a server broke.

        It is done once: a server that was told to commit is asked whether it did. Raises
        ``UnsureError`` where it cannot be.
        """
        for pause in _PAUSES:
            time.sleep(pause)
            number: int | None = None
            try:
                with self.write() as connection:
                    found = work(connection)
                    number = None if self.path else server.ticket(connection)
            except ServerGoneError as error:
                gone = error
                if number is None or not self._committed(number):
                    continue
            return found
        raise gone

    def _committed(self, number: int) -> bool:
        for pause in _PAUSES:
            time.sleep(pause)
            try:
                with self.read() as connection:
                    answer = server.committed(connection, number)
            except ServerGoneError:
                continue
            if answer is not None:
                return answer
        raise UnsureError(self.shown)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection before its transaction, which will be one that writes."""
        with self.translated(), self._writer.connect() as connection:
            yield connection

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection to a file, outside any transaction."""
        with self.translated(), self._engine.connect() as connection:
            yield cast("sqlite3.Connection", connection.connection.driver_connection)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what the database and its driver raise into the errors of ``db.errors``."""
        try:
            yield
        except exc.DBAPIError as error:
            if self.path is None:
                # Its further lines are advice for who wrote the address, such as to drop TLS.
                said = str(error.orig).partition("\n")[0]
                raise server.meaning(error)(self.shown, said) from error
            raise self._meaning(error.orig) from error
        except (BadRecordError, UnicodeDecodeError) as error:
            # A table's definition may be damaged so that SQLite's complaint about it is no text.
            raise DamagedError(self.shown, str(error)) from error
        except cipher.errors() as error:
            raise self._meaning(error) from error

    def close(self) -> None:
        self._engine.dispose()

    def _meaning(self, error: BaseException | None) -> StoreError:
        code = getattr(error, "sqlite_errorcode", 0) or _BY_TEXT.get(str(error), 0)
        kind = _MEANINGS.get(code) or _MEANINGS.get(code & 0xFF, StoreError)
        if self.key is not None and kind is NotADatabaseError:
            kind = WrongPassphraseError
        return kind(self.shown, str(error))


def locate(place: str | Path) -> tuple[URL, Path | None]:
    """The address of a store, and where it is one the place of its file."""
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite"), Path(place)
    try:
        url = make_url(place)
    except exc.ArgumentError as error:
        raise StoreError("", str(error)) from error
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg"), None
    if url.get_backend_name() != "sqlite":
        raise StoreError(server.shown(url), "a store is a file or on a PostgreSQL server")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError(str(url), "a store needs a file")
    return url, Path(url.database)


def key_of(path: Path, passphrase: str | None) -> Key | None:
    """What opens the store at ``path``; None where it is not encrypted.

    Raises ``PassphraseNeededError``, and other errors of ``db.errors``.
    """
    try:
        if path.exists() and path.stat().st_size and cipher.is_plain(path):
            return None
        return Key.of(path, passphrase)
    except OSError as error:
        raise os_meaning(error, path) from error


def _prepare_file(path: Path, *, create: bool) -> None:
    try:
        if path.is_dir() or (path.exists() and not path.is_file()):
            raise NotAFileError(str(path))
        if not path.exists():
            if not create:
                raise MissingError(str(path))
            _create_private(path)
    except FileExistsError as error:
        raise NotAFileError(str(path), str(error)) from error
    except NotADirectoryError as error:
        raise NotAFileError(str(path), str(error)) from error
    except OSError as error:
        raise os_meaning(error, path) from error
    if not (_writable(path) and _writable(path.parent)):
        raise ReadOnlyError(str(path), "no permission to write")


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # SQLite gives its -wal and -shm files the mode of the file itself.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return  # another process was faster, and its file is as good


def os_meaning(error: OSError, path: Path) -> StoreError:
    """What an error of the file system means for the store at ``path``."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DiskFullError(str(path), str(error))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ReadOnlyError(str(path), str(error))
    return StoreError(str(path), str(error))


def _writable(path: Path) -> bool:
    # Opening the file to try would, on closing, drop the locks that SQLite holds in this process.
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _sqlite_engine(path: Path, key: Key | None) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=cipher.driver(path, key),
        # The driver would begin transactions of its own, and only before some statements.
        creator=lambda: cipher.connect(path, key),
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _record: Any) -> None:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA synchronous=FULL")
        # What is deleted is overwritten: whoever gets the file shall not find it there.
        raw.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A write that began as a read would fail at once, unwaited, when another process wrote.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
