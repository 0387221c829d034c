"""Looking at a server before a store is kept there: is it reached, and what does it hold?"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import URL, func, select

from db import migrate, passwords, server, tables
from db.engine import Database


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where a store on a server is; the address never holds the password.

    ``host`` may end in a port: ``db.example.org:5433``.
    """

    host: str
    database: str
    user: str

    @property
    def address(self) -> str:
        return server.shown(self.url(None))

    def url(self, password: str | None) -> URL:
        host, colon, port = self.host.strip().rpartition(":")
        if not (colon and port.isascii() and port.isdigit() and int(port) < 65536):
            host, port = self.host.strip(), ""
        return URL.create(
            "postgresql+psycopg",
            self.user.strip() or None,
            password or None,
            host.strip("[]") or None,
            int(port) if port else None,
            self.database.strip(),
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """What a server said.

    Attributes:
        checks: how many it holds; None: nothing was ever kept there.
        ahead: by how much this computer's clock is ahead.
        remembered: False where the password was to go to the system's keyring, and there is none.
    """

    address: str
    checks: int | None
    ahead: timedelta
    remembered: bool = True


def try_server(place: ServerPlace, password: str, *, remember: bool) -> Tried:
    """Connects and changes nothing there; raises an error of ``db.errors``.

    With ``remember`` a password that opened it goes to the system's keyring.
    """
    url = place.url(password)
    with closing(Database.at(url)) as database, database.read() as connection:
        found = migrate.known_revision(connection, database)
        ahead = datetime.now(UTC) - server.clock(connection)
        count = select(func.count()).select_from(tables.snapshot)
        checks = None if found is None else connection.scalar(count) or 0
    kept = not (remember and password) or passwords.remember(place.address, password)
    return Tried(place.address, checks, ahead, kept)
