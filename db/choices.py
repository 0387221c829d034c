"""What a person adds to the catalogue: which kind an app is, and lists of apps named in public.

Neither says what a phone answered, so neither is part of the sealed record.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from db import codec, tables
from db.engine import Database


class Choices:
    """Part of ``db.store.Store``; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kinds(self) -> dict[str, int | None]:
        """The kinds that the person gave apps, by package; None: none of the kinds."""
        table = tables.app_kind.c
        with self._database.read() as connection:
            rows = connection.execute(select(table.package, table.kind))
            return {row.package: row.kind for row in rows}

    def set_kind(self, package: str, kind: int | None) -> None:
        now = codec.micros(datetime.now(UTC))
        with self._database.write() as connection:
            table = tables.app_kind
            connection.execute(delete(table).where(table.c.package == package))
            connection.execute(insert(table).values(package=package, kind=kind, set_at=now))

    def forget_kind(self, package: str) -> None:
        """What the catalogue says counts again."""
        table = tables.app_kind
        with self._database.write() as connection:
            connection.execute(delete(table).where(table.c.package == package))

    def lists(self) -> dict[str, str]:
        """The texts of the imported files by their names, in the order in which they came."""
        table = tables.public_list.c
        with self._database.read() as connection:
            rows = connection.execute(select(table.name, table.body).order_by(table.id))
            return {row.name: row.body for row in rows}

    def add_list(self, name: str, body: str) -> None:
        """Keeps an imported file in place of an earlier one of the same name."""
        now = codec.micros(datetime.now(UTC))
        with self._database.write() as connection:
            table = tables.public_list
            connection.execute(delete(table).where(table.c.name == name))
            connection.execute(insert(table).values(name=name, body=body, imported_at=now))

    def forget_list(self, name: str) -> bool:
        """False where there is none of that name."""
        table = tables.public_list
        with self._database.write() as connection:
            return connection.execute(delete(table).where(table.c.name == name)).rowcount > 0
