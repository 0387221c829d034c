"""Looking at a server before a store is kept there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import keyring
import pytest
from keyring.backends.fail import Keyring as NoRing

from db.errors import StoreError
from db.passwords import SERVICE, password_of
from db.store import Store
from db.trying import ServerPlace, try_server
from tests.servers import PASSWORD, PostgresServer, Ring
from tests.unit.db.samples import sample_snapshot


@pytest.fixture
def ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoRing())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def place(server: PostgresServer, url: str) -> ServerPlace:
    return ServerPlace(f"127.0.0.1:{server.port}", url.rpartition("/")[2], "owner")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("db.example.org:5433", ("db.example.org", 5433)),
        (" db.example.org ", ("db.example.org", None)),
        ("[::1]:5433", ("::1", 5433)),
        ("[::1]", ("::1", None)),
        ("db.example.org:99999", ("db.example.org:99999", None)),
        ("", (None, None)),
    ],
)
def test_the_host_may_end_in_a_port(host: str, found: tuple[str | None, int | None]) -> None:
    url = ServerPlace(host, "checks", "owner").url("secret")
    assert (url.host, url.port) == found
    assert "secret" not in ServerPlace(host, "checks", "owner").address


def test_what_it_holds_is_told_and_the_password_kept(
    ring: None, postgres: PostgresServer, shared_store: str
) -> None:
    with Store.open(shared_store) as store:
        store.save(sample_snapshot([]))
    found = try_server(place(postgres, shared_store), PASSWORD, remember=True)
    assert (found.checks, found.remembered) == (1, True)
    assert abs(found.ahead) < timedelta(minutes=1)
    assert keyring.get_password(SERVICE, found.address) == PASSWORD
    assert password_of(place(postgres, shared_store).url(None), found.address) == PASSWORD
    # What the address itself brings goes before.
    assert password_of(place(postgres, shared_store).url("other"), found.address) is None


def test_nothing_is_changed_there(postgres: PostgresServer) -> None:
    name = postgres.empty()
    assert try_server(place(postgres, name), PASSWORD, remember=False).checks is None
    assert postgres.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", name) == []


def test_without_a_keyring_that_is_said(
    no_ring: None, postgres: PostgresServer, shared_store: str
) -> None:
    found = try_server(place(postgres, shared_store), PASSWORD, remember=True)
    assert not found.remembered
    assert password_of(place(postgres, shared_store).url(None), found.address) is None


def test_a_wrong_password_is_an_error_of_the_store_and_is_not_kept(
    ring: None, postgres: PostgresServer, shared_store: str
) -> None:
    where = place(postgres, shared_store)
    with pytest.raises(StoreError):
        try_server(where, "wrong", remember=True)
    assert keyring.get_password(SERVICE, where.address) is None
