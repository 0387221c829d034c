"""Files as earlier versions of the program wrote them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from db import migrate


def write(new: Path, old: Path, revision: str) -> None:
    """Copies a store of today into a file of an earlier schema, as far as that has room for it."""
    with closing(sqlite3.connect(old)) as raw:
        raw.execute("ATTACH ? AS new", (str(new),))
        _migrate(raw, revision)
        tables = raw.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            columns = raw.execute(
                "SELECT name FROM pragma_table_info(?, 'main')", (table,)
            ).fetchall()
            listed = ", ".join(f'"{name}"' for (name,) in columns)
            if table not in {"sqlite_sequence", "alembic_version"}:
                raw.execute(f"INSERT INTO main.{table} SELECT {listed} FROM new.{table}")  # noqa: S608
        raw.commit()


def _migrate(raw: sqlite3.Connection, revision: str) -> None:
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(migrate.SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
