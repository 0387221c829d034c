"""A store on a PostgreSQL server: how it is reached, and what its errors mean.

Every transaction that writes first takes one lock of the database, so that writers follow each
other as they do in a file of SQLite: the record stays one chain, and no check is lost or doubled.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, text

from db.errors import (
    DamagedError,
    DiskFullError,
    LockedError,
    LoginError,
    NoDatabaseError,
    NoEncryptionError,
    ReadOnlyError,
    ServerGoneError,
    StoreError,
    WrongServerError,
)
from db.passwords import password_of

#: How long a writer waits for others, each of which saves a check in about a second.
WAIT_SECONDS = 30

_LOCK = 7_337_264_913  # any number that no other program of the same database uses
_SECRET = {"password", "sslpassword"}
# By the first signs of https://www.postgresql.org/docs/current/errcodes-appendix.html
_MEANINGS: dict[str, type[StoreError]] = {
    "08": ServerGoneError,
    "23505": LockedError,  # a server without locks of this kind: somebody else was faster
    "25006": ReadOnlyError,
    "28": LoginError,
    "3D000": NoDatabaseError,
    "40": LockedError,
    "42501": ReadOnlyError,
    "53100": DiskFullError,
    "53300": LockedError,
    "55P03": LockedError,
    "57P0": ServerGoneError,
    "XX00": DamagedError,
}
_SIGNS: dict[str, type[StoreError]] = {
    "password": LoginError,
    "pg_hba": LoginError,
    "certificate": WrongServerError,
    "ssl": NoEncryptionError,
    "does not exist": NoDatabaseError,
    "invalid": StoreError,  # a word of the address that libpq does not know
}


def shown(url: URL) -> str:
    """The address as a person may read it: without what opens it."""
    query = {name: value for name, value in url.query.items() if name not in _SECRET}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return bare.render_as_string(hide_password=False)


def engine(url: URL) -> Engine:
    """Raises ImportError without psycopg."""
    made = create_engine(
        url,
        # What a reader sees does not change before its transaction ends; as in SQLite.
        isolation_level="REPEATABLE READ",
        # A server that was started anew must not cost anybody a check.
        pool_pre_ping=True,
        # Each thread that saves holds one while it waits for its turn.
        max_overflow=-1,
        connect_args={
            "connect_timeout": 10,
            "application_name": "permission-checkup",
            # A network that went away is noticed within a minute.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 60_000,
            **encryption(url),
        },
    )

    @event.listens_for(made, "do_connect")
    def give_password(_dialect: Any, _record: Any, _args: Any, options: dict[str, Any]) -> None:
        if password := password_of(url, shown(url)):
            options["password"] = password

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'; "
                f"SELECT pg_advisory_xact_lock({_LOCK}); SET LOCAL lock_timeout = 0"
            )

    return made


def writing() -> dict[str, Any]:
    """Options of a connection that writes: each statement sees what writers before it left."""
    return {"writes": True, "isolation_level": "READ COMMITTED"}


def encryption(url: URL) -> dict[str, str]:
    """Nothing goes through a network unencrypted, unless the address or the system says so."""
    stated = "sslmode" in url.query or os.environ.get("PGSSLMODE") or os.environ.get("PGSERVICE")
    if stated or "service" in url.query or all(map(_here, _hosts(url))):
        return {}
    return {"sslmode": "require"}


def _hosts(url: URL) -> list[str]:
    """Where libpq will look for the server; several are tried one after the other."""
    found: list[str] = []
    for name in ("host", "hostaddr"):
        value = url.query.get(name, ())
        for one in (value,) if isinstance(value, str) else value:
            found += one.split(",")
    if url.host:
        found.append(url.host)
    for name in ("PGHOST", "PGHOSTADDR"):
        found += os.environ.get(name, "").split(",") if not found else []
    return [one for one in found if one]


def _here(host: str) -> bool:
    if host == "localhost" or host.startswith(("/", "@")):  # a socket of this computer
        return True
    name, _, port = host.rpartition(":")
    for one in (host, name if port.isdigit() else host):
        try:
            return ipaddress.ip_address(one.strip("[]")).is_loopback
        except ValueError:
            continue
    return False


def meaning(error: exc.DBAPIError) -> type[StoreError]:
    """What an error of psycopg means."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated:
        return ServerGoneError
    if state is None:
        # Before it is connected, libpq has nothing but a text; the server's may be in any language.
        said = str(error.orig).lower()
        return next((kind for sign, kind in _SIGNS.items() if sign in said), ServerGoneError)
    found = (_MEANINGS.get(state[:length]) for length in (5, 4, 2))
    return next((kind for kind in found if kind), StoreError)


def clock(connection: Connection) -> datetime:
    """The server's."""
    now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now


def ticket(connection: Connection) -> int:
    """What ``committed`` asks for after a connection that broke at the end of a transaction."""
    number: int = connection.execute(text("SELECT txid_current()")).scalar_one()
    return number


def committed(connection: Connection, number: int) -> bool | None:
    """Whether that transaction was; None while the server itself does not know yet."""
    status = connection.scalar(text("SELECT txid_status(:number)"), {"number": number})
    return None if status == "in progress" else status == "committed"
