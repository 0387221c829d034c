"""A PostgreSQL server of the tests' own, on loopback, from the system's package."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Self

import psycopg
import pytest
from keyring.backend import KeyringBackend

from db.store import Store

PASSWORD = "of the tests"
_FOLDERS = [*map(Path, os.environ.get("PATH", "").split(os.pathsep))]
_FOLDERS += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
# The server refuses to run as root, and nobody else can enter the tests' own temporary folder.
_TEMPORARY = gettempdir()
_OTHER_USER_ID = 65534
_OTHER_USER = (
    "setpriv", f"--reuid={_OTHER_USER_ID}", f"--regid={_OTHER_USER_ID}", "--clear-groups",
)  # fmt: skip


@dataclass
class PostgresServer:
    """A server that is there for a whole run of tests."""

    folder: Path
    programs: Path
    port: int

    def __post_init__(self) -> None:
        self._names = (f"store{number}" for number in count())
        self._as_user = _OTHER_USER if os.getuid() == 0 else ()

    def url(self, database: str, user: str = "owner", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="owner", password=PASSWORD, dbname=database,
            autocommit=True,
        ) as connection:  # fmt: skip
            found = connection.execute(sql)
            return found.fetchall() if found.description else []

    def empty(self) -> str:
        """The name of a new database without any table."""
        name = next(self._names)
        self.run(f"CREATE DATABASE {name}")
        return name

    @contextmanager
    def store(self) -> Iterator[str]:
        """The address of a new store, which is gone afterwards."""
        if not self.run("SELECT 1 FROM pg_database WHERE datname = 'template_store'"):
            self.run("CREATE DATABASE template_store")
            Store.open(self.url("template_store")).close()
        name = next(self._names)
        self.run(f"CREATE DATABASE {name} TEMPLATE template_store")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def small_disk(self, *, megabytes: int) -> Iterator[tuple[Path, str]]:
        """A disk that is soon full, and the address of a new store on it, which takes 8 MB."""
        disk = self.folder / "disk"
        disk.mkdir()
        options = f"size={megabytes}m,mode=0700,uid={_OTHER_USER_ID},gid={_OTHER_USER_ID}"
        mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("only root can mount a small disk")
        try:
            space = disk / "space"
            space.mkdir(mode=0o700)
            os.chown(space, _OTHER_USER_ID, _OTHER_USER_ID)
            self.run(f"CREATE TABLESPACE small LOCATION '{space}'")
            with self.store() as url:
                name = url.rpartition("/")[2]
                self.run(f"ALTER DATABASE {name} SET TABLESPACE small")
                yield disk, url
            self.run("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", disk], check=True)

    def start(self, *more: str) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-l", str(self.folder / "log"), "-o", " ".join((options, *more)))

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def make(self) -> None:
        words = self.folder / "password"
        words.write_text(PASSWORD)
        if self._as_user:
            for place in (self.folder, words):
                os.chown(place, _OTHER_USER_ID, _OTHER_USER_ID)
        self._run(
            "initdb", "--no-sync", "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8",
            "--locale=C.UTF-8", f"--pwfile={words}", "-D", str(self.folder / "data"),
        )  # fmt: skip

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-w", "-s", "-D", str(self.folder / "data"), *words)

    def _run(self, program: str, *words: str) -> None:
        # Not a pipe: the server would keep it open after pg_ctl has ended.
        said = self.folder / "said"
        with said.open("w") as out:
            done = subprocess.run(
                [*self._as_user, self.programs / program, *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder, check=False,
            )  # fmt: skip
        assert done.returncode == 0, said.read_text()


def why_no_server() -> str | None:
    """Why these tests cannot run here."""
    if sys.platform != "linux":
        return "these tests start PostgreSQL as Debian packs it"
    if _programs() is None:
        return "PostgreSQL is not installed; on Debian: apt-get install postgresql"
    if os.getuid() == 0 and not shutil.which("setpriv"):
        return "PostgreSQL does not run as root, and setpriv (util-linux) is not installed"
    return None


def _programs() -> Path | None:
    found = (one for one in _FOLDERS if (one / "initdb").exists() and (one / "pg_ctl").exists())
    return next(found, None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if reason := why_no_server():
        if os.environ.get("CI") and os.getuid() == 0:  # then the set-up may install it
            pytest.fail(reason)
        pytest.skip(reason)
    programs = _programs()
    assert programs is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = PostgresServer(Path(mkdtemp(prefix="postgres-", dir=_TEMPORARY)), programs, port)
    try:
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(server.folder)


@pytest.fixture
def shared_store(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty store on the server."""
    with postgres.store() as url:
        yield url


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where an empty store is: once a file, once on a server."""
    if request.param == "file":
        return tmp_path / "history.sqlite"
    url: str = request.getfixturevalue("shared_store")
    return url


class Wire:
    """What lies between a computer and the server: a connection that breaks where it is told to.

    ``break_at(text)`` breaks it once, when that text goes to the server: before the text arrives,
    or after the server has done as it was told (``done``), before its answer arrives. With
    ``for_good`` nobody is let through any more.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._at, self._done, self._for_good = b"", False, False
        self.breaks = 0
        self._threads = [threading.Thread(target=self._listen)]
        self._open: list[socket.socket] = []
        self._deaf: socket.socket | None = None

    def break_at(self, text: str, *, done: bool = False, for_good: bool = False) -> None:
        self._at, self._done, self._for_good = text.encode(), done, for_good

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.breaks and self._for_good:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._target))
                self._open += [client, server]
                for ends in ((client, server), (server, client)):
                    self._threads.append(threading.Thread(target=self._pump, args=ends))
                    self._threads[-1].start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if sink is self._deaf:
                    break
                if self._at and self._at in data:
                    self._at = b""
                    self.breaks += 1
                    if not self._done:
                        break
                    self._deaf = source
                sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class Ring(KeyringBackend):
    """A keyring that lasts as long as the test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password
