"""Brings a database to the schema this program knows; new files take the same way as old ones."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, inspect, text

from db import sealing
from db.engine import BUSY_SECONDS, Database, os_meaning
from db.errors import DamagedError, LockedError, NewerError, NotADatabaseError
from db.migrations import HEAD

SCRIPTS = Path(__file__).with_name("migrations")
_WITHOUT_RECORD = {"0001"}


def upgrade(database: Database, *, scripts: Path = SCRIPTS, head: str = HEAD) -> None:
    """Migrates whole or not at all; a file that holds something is backed up beside itself first.

    Safe when several processes open the same file at once: one migrates, the others wait for it.
    Raises an error of ``db.errors``: ``NewerError`` for a revision that ``scripts`` does not have.
    """
    with database.read() as connection:
        found = _revision(connection, database)
    if found != head:
        _check_known(found, scripts, database)
    if database.path:
        _use_wal(database)
    if found != head:
        _migrate(database, scripts, head)


def _migrate(database: Database, scripts: Path, head: str) -> None:
    with database.connect() as connection, _without_foreign_keys(connection), connection.begin():
        found = _revision(connection, database)
        if found == head:
            return  # another process was faster
        with _backup(database, found):
            _run(connection, scripts)
            if found in _WITHOUT_RECORD:
                sealing.adopt(connection)
            _check_foreign_keys(connection, database)


def _revision(connection: Connection, database: Database) -> str | None:
    """The schema's revision; None for a database without any table."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables or "snapshot" not in tables:
        raise NotADatabaseError(database.shown, "it holds another program's tables")
    return cast("str", connection.scalar(text("SELECT version_num FROM alembic_version")))


def _check_known(found: str | None, scripts: Path, database: Database) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- see db.migrations.HEAD

    known = {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}
    if found is not None and found not in known:
        raise NewerError(database.shown, f"revision {found}")


def _run(connection: Connection, scripts: Path) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    # A "%" in the path would be taken for a reference to another option.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying and dropping it, which deletes the rows that refer to it.

    The switch does nothing inside a transaction, so it is thrown on the driver's own connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection, database: Database) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise DamagedError(database.shown, f"{len(broken)} rows refer to nothing")


@contextmanager
def _backup(database: Database, found: str | None) -> Iterator[None]:
    """Keeps a copy of the file as it was, unless what follows fails and so changes nothing."""
    if database.path is None or found is None:
        yield
        return
    now = datetime.now(UTC)
    name = f"{database.path.name}.{now:%Y-%m-%dT%H%M%S.%f}Z.revision-{found}.backup"
    copy = database.path.with_name(name)
    try:
        _copy(database.path, copy)
        yield
    except BaseException as error:
        copy.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise os_meaning(error, database.path) from error
        raise


def _copy(path: Path, copy: Path) -> None:
    """Copies with SQLite itself: the file alone lacks what still stands in its -wal file."""
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _use_wal(database: Database) -> None:
    """Readers and a writer do not wait for each other, and a killed writer leaves no journal.

    The mode stays with the file. SQLite does not wait when two processes change it at once.
    """
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with database.raw() as raw:
                raw.execute("PRAGMA journal_mode=WAL")
        except LockedError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return
