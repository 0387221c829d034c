"""Brings a database to the schema this program knows; new files take the same way as old ones."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, inspect, text

from db import backups, sealing
from db.engine import BUSY_SECONDS, Database
from db.errors import DamagedError, LockedError, MissingError, NewerError, NotADatabaseError
from db.migrations import HEAD

SCRIPTS = Path(__file__).with_name("migrations")
_WITHOUT_RECORD = {"0001"}


def upgrade(
    database: Database,
    *,
    scripts: Path = SCRIPTS,
    head: str = HEAD,
    keep: bool = True,
    empty: bool = True,
) -> None:
    """Migrates whole or not at all; a file that holds something is copied first, if ``keep``.

    Safe when several processes open the same file at once: one migrates, the others wait for it.
    Without ``empty`` a file without tables is no database, and on a server there is no store.
    Raises an error of ``db.errors``: ``NewerError`` for a revision that ``scripts`` does not have.
    """
    with database.read() as connection:
        found = revision(connection, database)
    if found is None and not empty:
        kind = NotADatabaseError if database.path else MissingError
        raise kind(database.shown, "it holds nothing")
    if found != head:
        _check_known(found, scripts, database)
    if database.path:
        _use_wal(database)
    if found != head:
        _migrate(database, scripts, head, keep=keep)


def _migrate(database: Database, scripts: Path, head: str, *, keep: bool) -> None:
    with database.connect() as connection, _without_foreign_keys(connection), connection.begin():
        found = revision(connection, database)
        if found == head:
            return  # another process was faster
        with backups.kept(database, f"revision-{found}") if keep and found else nullcontext():
            _run(connection, scripts)
            if found in _WITHOUT_RECORD:
                sealing.adopt(connection)
            _check_foreign_keys(connection, database)


def revision(connection: Connection, database: Database) -> str | None:
    """The schema's revision; None for a database without any table.

    Raises ``NotADatabaseError`` for another program's.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables or "snapshot" not in tables:
        raise NotADatabaseError(database.shown, "it holds another program's tables")
    return cast("str", connection.scalar(text("SELECT version_num FROM alembic_version")))


def known_revision(connection: Connection, database: Database) -> str | None:
    """As ``revision``; raises ``NewerError`` for one that this program does not know."""
    found = revision(connection, database)
    if found != HEAD:
        _check_known(found, SCRIPTS, database)
    return found


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
