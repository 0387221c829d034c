"""A store whose file is encrypted with a passphrase: SQLCipher in the place of SQLite.

The files are what SQLCipher 4 makes by itself, so any program that reads those opens them with the
passphrase: https://www.zetetic.net/sqlcipher/design/
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from db.errors import NoCipherError, PassphraseNeededError

#: Waited for whoever writes at this moment.
BUSY_SECONDS = 5.0

_PLAIN = b"SQLite format 3\0"
_SALT_BYTES = 16
# SQLCipher 4's own numbers for PBKDF2-HMAC-SHA512.
_ROUNDS, _KEY_BYTES = 256_000, 32
# Of so many random bytes hardly ten values are missing; no text comes near that.
_LOOKED_AT, _RANDOM = 1024, 200


@dataclass(frozen=True, slots=True)
class Key:
    """What a passphrase amounts to for one file; worked out once, since that takes 0.15 s."""

    #: As ``PRAGMA key`` and ``ATTACH … KEY`` take it: with the file's salt.
    spoken: str = field(repr=False)

    @classmethod
    def new(cls, passphrase: str) -> Key:
        """For a file that is yet to be made."""
        return cls._of(passphrase, os.urandom(_SALT_BYTES))

    @classmethod
    def of(cls, path: Path, passphrase: str | None) -> Key | None:
        """For a file that may be there; None for one that is not encrypted.

        An empty or missing file becomes an encrypted one where a passphrase is given. Raises
        OSError, and ``PassphraseNeededError`` without one. Whether it is right is not looked at.
        """
        if not path.exists() or not path.stat().st_size:
            return cls.new(passphrase) if passphrase else None
        if not is_encrypted(path):
            return None
        if not passphrase:
            raise PassphraseNeededError(str(path))
        return cls._of(passphrase, _head(path)[:_SALT_BYTES])

    @classmethod
    def _of(cls, passphrase: str, salt: bytes) -> Key:
        secret = passphrase.encode("utf-8", "surrogateescape")
        made = hashlib.pbkdf2_hmac("sha512", secret, salt, _ROUNDS, _KEY_BYTES)
        return cls(f"\"x'{made.hex()}{salt.hex()}'\"")


def is_encrypted(path: Path) -> bool:
    """Whether a file may be an encrypted store: nothing tells but that it begins like noise.

    Closing what was read drops the locks that SQLite holds on that file in this process, so an
    encrypted store is opened once at a time, and a plain one is not asked about while it is open.
    """
    head = _head(path)
    return not head.startswith(_PLAIN) and len(set(head)) > _RANDOM


def is_plain(path: Path) -> bool:
    """Whether SQLite by itself can read the file, which may be open."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            raw.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF == sqlite3.SQLITE_READONLY:
            # Somebody was killed at writing. SQLite looks at the journal before the file; nobody
            # has it open, else it would have been played back.
            return not is_encrypted(path)
        return code != sqlite3.SQLITE_NOTADB
    return True


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LOOKED_AT)


def driver(path: Path, *keys: Key | None) -> ModuleType:
    """The module that opens a file: Python's own unless one of the keys is one."""
    if not any(keys):
        return sqlite3
    try:
        from sqlcipher3 import dbapi2  # noqa: PLC0415 -- an extra that not everybody installs
    except ImportError as error:
        raise NoCipherError(str(path)) from error
    return cast("ModuleType", dbapi2)


def errors() -> tuple[type[Exception], ...]:
    """What the drivers raise that are in use."""
    other = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error, other.Error) if other else (sqlite3.Error,)


def connect(
    path: Path, key: Key | None = None, *, other: Key | None = None, still: bool = False
) -> sqlite3.Connection:
    """A connection without transactions of its own, which threads may hand on.

    ``other`` is the key of a second file that it is to read or write. ``still``: nobody writes to
    this one, which may lie where nothing can be written beside it.
    """
    address = f"{path.absolute().as_uri()}?immutable=1" if still else str(path)
    raw: sqlite3.Connection = driver(path, key, other).connect(
        address, uri=still, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False
    )
    if key is not None:
        # Else each wrong passphrase is written to standard error.
        raw.execute("PRAGMA cipher_log_level=NONE")
        raw.execute(f"PRAGMA key={key.spoken}")
    return raw


def convert(raw: sqlite3.Connection, target: Path, key: Key | None) -> None:
    """Writes what ``raw`` reads to the empty file ``target``, in the form that ``key`` says."""
    spoken = key.spoken if key else "''"
    # As bytes: a path need not be text that can be written as UTF-8.
    raw.execute(f"ATTACH DATABASE ? AS other KEY {spoken}", (os.fsencode(target),))
    try:
        raw.execute("SELECT sqlcipher_export('other')")
    finally:
        raw.execute("DETACH DATABASE other")


def digest(raw: sqlite3.Connection) -> str:
    """SHA-256 of all that a database holds: its tables as they are defined, and every row."""
    found = hashlib.sha256()
    for row in _rows(raw):
        found.update(marshal.dumps(row, 2))
    return found.hexdigest()


def _rows(raw: sqlite3.Connection) -> Iterator[Any]:
    objects = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
    defined = list(raw.execute(objects))
    yield from defined
    for kind, name, _sql in defined:
        if kind == "table":
            keys = [row[1] for row in raw.execute(f'PRAGMA table_info("{name}")') if row[5]]
            order = ", ".join(f'"{key}"' for key in keys) or "1"  # sqlite_sequence
            # Names of our own tables.
            yield from raw.execute(f'SELECT * FROM "{name}" ORDER BY {order}')  # noqa: S608
