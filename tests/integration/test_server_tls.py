"""The way to a server elsewhere: encrypted or not at all, and to the right one where asked."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from db.engine import Database
from db.errors import NoEncryptionError, WrongServerError
from db.store import Store
from tests.servers import PostgresServer, why_no_server
from tests.terminal import Terminal
from tests.unit.db.samples import sample_snapshot

pytestmark = pytest.mark.skipif(bool(why_no_server()), reason=str(why_no_server()))

HOST = "db.example.org"


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates, as an office's own or a public one does."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.crt"

    def make(self) -> Authority:
        self.folder.mkdir()
        self._openssl("req", "-x509", "-subj", "/CN=An office", "-out", "ca.crt", *_key("ca.key"))
        return self

    def sign(self, host: str) -> tuple[bytes, bytes]:
        """A certificate for that server, and its key."""
        self._openssl(
            "req", "-x509", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
            "-CA", "ca.crt", "-CAkey", "ca.key", "-out", "server.crt", *_key("server.key"),
        )  # fmt: skip
        return (self.folder / "server.crt").read_bytes(), (self.folder / "server.key").read_bytes()

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


def _key(file: str) -> tuple[str, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority").make()


@pytest.fixture
def secured(postgres: PostgresServer, authority: Authority) -> Iterator[PostgresServer]:
    """The server with a certificate of that authority."""
    files = [postgres.folder / f"server.{kind}" for kind in ("crt", "key")]
    for file, content in zip(files, authority.sign(HOST), strict=True):
        file.write_bytes(content)
        file.chmod(0o600)
        owner = postgres.folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
    options = dict(zip(("ssl_cert_file", "ssl_key_file"), files, strict=True))
    for name, file in options.items():
        postgres.run(f"ALTER SYSTEM SET {name} = '{file}'")
    _switch(postgres, "on")
    yield postgres
    for name in options:
        postgres.run(f"ALTER SYSTEM RESET {name}")
    _switch(postgres, "off")


def _switch(postgres: PostgresServer, encryption: str) -> None:
    postgres.run(f"ALTER SYSTEM SET ssl = {encryption}")
    postgres.run("SELECT pg_reload_conf()")
    give_up = time.monotonic() + 30
    while postgres.run("SHOW ssl") != [(encryption,)]:  # it reads its settings in its own time
        assert time.monotonic() < give_up


@pytest.fixture
def elsewhere(postgres: PostgresServer, shared_store: str) -> Callable[..., str]:
    """The same store, as on a computer that is called ``HOST``."""

    def address(host: str = HOST, **query: str) -> str:
        url = make_url(shared_store).set(host=host, query={"hostaddr": "127.0.0.1", **query})
        return url.render_as_string(hide_password=False)

    return address


def is_encrypted(address: str) -> bool:
    asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    database = Database.open(address, create=False)
    try:
        with database.read() as connection:
            return bool(connection.scalar(text(asked)))
    finally:
        database.close()


def test_what_goes_through_a_network_is_encrypted_unasked(
    secured: PostgresServer, elsewhere: Callable[..., str]
) -> None:
    with Store.open(elsewhere()) as store:
        store.save(sample_snapshot())
        assert len(store.snapshots()) == 1
    assert is_encrypted(elsewhere())
    assert not is_encrypted(elsewhere(sslmode="disable"))


def test_a_server_that_cannot_is_not_spoken_to(elsewhere: Callable[..., str]) -> None:
    with pytest.raises(NoEncryptionError):
        Store.open(elsewhere(), create=False)
    assert not is_encrypted(elsewhere(sslmode="disable"))


def test_the_right_server_is_known_by_its_certificate(
    secured: PostgresServer, elsewhere: Callable[..., str], authority: Authority
) -> None:
    trusted = {"sslmode": "verify-full", "sslrootcert": str(authority.certificate)}
    assert is_encrypted(elsewhere(**trusted))


@pytest.mark.parametrize("wrong", ["host", "authority", "no-file"])
def test_another_server_in_its_place_is_refused_in_a_sentence(
    secured: PostgresServer,
    elsewhere: Callable[..., str],
    authority: Authority,
    tmp_path: Path,
    wrong: str,
) -> None:
    trusted = {
        "host": authority,
        "authority": Authority(tmp_path / "another").make(),
        "no-file": Authority(tmp_path / "nowhere"),
    }[wrong]
    host = "other.example.org" if wrong == "host" else HOST
    address = elsewhere(host, sslmode="verify-full", sslrootcert=str(trusted.certificate))
    with pytest.raises(WrongServerError):
        Store.open(address, create=False)
    terminal = Terminal(tmp_path, 1)
    for language, words in (("en", "could not prove"), ("zh-CN", "未能证明")):
        told = terminal.refused("snapshots", "--database", address, "--lang", language, code=5)
        assert words in told
        assert "sslmode=disable" not in told
