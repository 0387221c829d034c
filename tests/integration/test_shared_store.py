"""A store on a PostgreSQL server: copied there and back, its errors, its many writers."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import keyring
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, select

from audit.model import AppCode, AppIcon, AppName, Phone, RawAnswer, Use
from audit.progress import Cancel
from cli.main import run
from db import passwords, server
from db.copying import copy
from db.engine import Database
from db.errors import (
    BadCopyError,
    CancelledError,
    DiskFullError,
    LockedError,
    LoginError,
    MissingError,
    NewerError,
    NoDatabaseError,
    NoEncryptionError,
    NotADatabaseError,
    NotEmptyError,
    ReadOnlyError,
    ServerGoneError,
    StoreError,
    UnsureError,
)
from db.store import Store
from db.tables import metadata
from tests.servers import PASSWORD, PostgresServer, Ring, Wire
from tests.terminal import Terminal
from tests.threads import at_once
from tests.unit.db import evidence, workers
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]


def everything(place: str | Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(Database.open(place, create=False)) as database, database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def quietly(source: str | Path, target: str | Path) -> None:
    copy(source, target, lambda _: None, Cancel())


class TestCopying:
    def test_a_store_comes_back_from_a_server_as_it_went(
        self, tmp_path: Path, shared_store: str
    ) -> None:
        first, back = tmp_path / "first.sqlite", tmp_path / "back.sqlite"
        with evidence.filled(first) as store:
            icon = AppIcon("png", b"\0\xff")
            store.save_names(PHONE.key, [AppName("com.example.app0000", "1", {"": "Name"}, icon)])
            store.save_code(PHONE.key, AppCode("com.example.app0000", "1", ("a.b", "c")))
            store.choices.set_kind("com.example", None)
            store.choices.add_list("list", "{}")
        told: list[str] = []
        there = copy(first, shared_store, lambda progress: told.append(progress.what), Cancel())
        again = copy(shared_store, back, lambda _: None, Cancel())
        assert set(told) == {"copying", "verifying"}
        assert everything(shared_store) == everything(first) == everything(back)
        with Store.open(first) as store:
            assert store.verify() == there == again
            assert there.findings == ()
            assert all(everything(first).values()), "a table that nothing was copied of"

    def test_both_go_on_with_the_same_numbers(self, tmp_path: Path, shared_store: str) -> None:
        first, back = tmp_path / "first.sqlite", tmp_path / "back.sqlite"
        with Store.open(first) as store:
            for day in range(3):
                store.save(sample_snapshot([sample_app(day)], at=NOON + day * DAY))
            store.delete(3)
        quietly(first, shared_store)
        quietly(shared_store, back)
        for place in (first, shared_store, back):
            with Store.open(place) as store:
                later = store.save(sample_snapshot([sample_app(9)], at=NOON + 9 * DAY))
                assert later.id == 4
                assert store.verify().findings == ()

    def test_nothing_is_copied_over_anything(self, tmp_path: Path, shared_store: str) -> None:
        first = tmp_path / "first.sqlite"
        evidence.filled(first).close()
        with Store.open(shared_store) as store:
            store.choices.set_kind("com.example", 1)
        before = everything(shared_store)
        for place in (shared_store, first):
            with pytest.raises(NotEmptyError):
                quietly(first, place)
        assert everything(shared_store) == before

    @pytest.mark.parametrize(
        "damage",
        ["UPDATE app_state SET body = ''", "UPDATE app SET phone_id = 99 WHERE id = 1"],
    )
    def test_a_store_that_was_changed_is_not_copied(
        self, tmp_path: Path, shared_store: str, damage: str
    ) -> None:
        first = tmp_path / "first.sqlite"
        evidence.filled(first).close()
        with closing(Database.open(first, create=False)) as database, database.raw() as raw:
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute(damage)
        before = set(tmp_path.iterdir())
        for place in (shared_store, tmp_path / "new.sqlite"):
            with pytest.raises(BadCopyError):
                quietly(first, place)
        assert not any(everything(shared_store).values())
        assert set(tmp_path.iterdir()) == before

    def test_whoever_cancels_has_copied_nothing(self, tmp_path: Path, shared_store: str) -> None:
        first = tmp_path / "first.sqlite"
        evidence.filled(first).close()
        for what in ("copying", "verifying"):
            cancel = Cancel()
            with pytest.raises(CancelledError):
                copy(
                    first,
                    shared_store,
                    lambda progress, at=what, stop=cancel: progress.what == at and stop.set(),  # type: ignore[misc]
                    cancel,
                )
        assert not any(everything(shared_store).values())


class TestSchema:
    def test_the_migrations_lead_to_the_tables(self, shared_store: str) -> None:
        with (
            closing(Database.open(shared_store, create=False)) as database,
            database.read() as connection,
        ):
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []

    def test_numbers_and_texts_are_as_wide_and_sorted_as_in_a_file(
        self, postgres: PostgresServer, shared_store: str
    ) -> None:
        columns = postgres.run(
            "SELECT DISTINCT data_type, collation_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name <> 'alembic_version'",
            shared_store.rpartition("/")[2],
        )
        kinds = {("bigint", None), ("boolean", None), ("bytea", None), ("text", "C")}
        assert set(columns) == kinds

    def test_one_of_many_makes_the_tables(self, postgres: PostgresServer) -> None:
        url = postgres.url(postgres.empty())

        def open_and_save(number: int) -> None:
            with Store.open(url) as store:
                store.save(sample_snapshot([sample_app(number)]))

        assert at_once(open_and_save) == []
        with Store.open(url) as store:
            assert len(store.snapshots(PHONE.key)) == 8
            assert store.verify().findings == ()

    def test_whoever_only_looks_makes_no_tables(self, postgres: PostgresServer) -> None:
        name = postgres.empty()
        with pytest.raises(MissingError):
            Store.open(postgres.url(name), create=False)
        assert postgres.run("SELECT * FROM pg_tables WHERE schemaname = 'public'", name) == []

    def test_names_are_sorted_as_in_a_file(self, place: str | Path) -> None:
        names = ["com.b", "com.B", "com.a.b", "com.ab", "com._a"]
        with Store.open(place) as store:
            store.save(sample_snapshot([replace(sample_app(0), package=name) for name in names]))
            store.save_names(PHONE.key, [AppName(name, "1", {}) for name in names])
            assert [name.package for name in store.names()] == sorted(names)


class TestBadAddresses:
    def test_a_server_that_is_not_there(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            with pytest.raises(ServerGoneError) as caught:
                Store.open(f"postgresql://me:secret@127.0.0.1:{port}/history")
        assert "secret" not in str(caught.value)
        assert caught.value.values["path"] == f"postgresql://me@127.0.0.1:{port}/history"

    @pytest.mark.parametrize(
        ("user", "password", "database", "more", "error"),
        [
            ("owner", "wrong", "postgres", "", LoginError),
            ("nobody", PASSWORD, "postgres", "", LoginError),
            ("owner", "", "postgres", "", LoginError),
            ("owner", PASSWORD, "nosuchplace", "", NoDatabaseError),
            ("owner", PASSWORD, "postgres", "?sslmode=require", NoEncryptionError),
            ("owner", PASSWORD, "postgres", "?nosuchoption=1", StoreError),
        ],
    )
    def test_what_the_server_refuses(  # noqa: PLR0917 -- a row of the table
        self,
        postgres: PostgresServer,
        user: str,
        password: str,
        database: str,
        more: str,
        error: type[StoreError],
    ) -> None:
        with pytest.raises(StoreError) as caught:
            Store.open(postgres.url(database, user, password) + more)
        assert type(caught.value) is error
        assert not password or password not in str(caught.value)

    def test_another_programs_database(self, postgres: PostgresServer) -> None:
        name = postgres.empty()
        postgres.run("CREATE TABLE bookmarks (url text)", name)
        with pytest.raises(NotADatabaseError):
            Store.open(postgres.url(name))

    def test_a_newer_programs_store(self, postgres: PostgresServer, shared_store: str) -> None:
        name = shared_store.rpartition("/")[2]
        postgres.run("UPDATE alembic_version SET version_num = '9999'", name)
        with pytest.raises(NewerError):
            Store.open(shared_store)

    def test_a_store_that_somebody_else_writes_to_for_too_long(
        self, shared_store: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "WAIT_SECONDS", 1)
        with (
            closing(Database.open(shared_store, create=False)) as other,
            Store.open(shared_store) as store,
            other.write(),
            pytest.raises(LockedError),
        ):
            store.save(sample_snapshot([]))
        with Store.open(shared_store) as store:
            assert store.snapshots() == []


class TestEncryption:
    @pytest.mark.parametrize(
        ("address", "required"),
        [
            ("postgresql://db.example.org/history", True),
            ("postgresql://192.168.1.20:5433/history", True),
            ("postgresql:///history?host=db.example.org", True),
            ("postgresql:///history?host=localhost:1,db.example.org:2", True),
            ("postgresql://localhost/history", False),
            ("postgresql://127.0.0.1/history", False),
            ("postgresql://[::1]/history", False),
            ("postgresql:///history", False),
            ("postgresql:///history?host=/run/postgresql", False),
            ("postgresql://db.example.org/history?sslmode=disable", False),
        ],
    )
    def test_it_is_required_of_everything_but_this_computer(
        self, address: str, required: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE"):
            monkeypatch.delenv(name, raising=False)
        assert (server.encryption(make_url(address)) == {"sslmode": "require"}) is required


class TestManyWriters:
    def test_computers_that_check_the_same_and_other_phones(self, shared_store: str) -> None:
        writers = [0, 0, 1, 2]
        processes = [workers.start("save", shared_store, writer, 5) for writer in writers]
        ends = [(process.communicate()[1], process.returncode) for process in processes]
        assert ends == [("", 0)] * 4
        assert [workers.verify(shared_store, writer) for writer in (1, 2)] == [5, 5]
        with Store.open(shared_store) as store:
            infos = store.snapshots("writer-0")
            assert len({info.id for info in infos}) == 10
            for info in infos:
                number = (info.taken_at - NOON).days
                assert store.load(info.id or 0).apps == workers.snapshot_of(0, number).apps
            assert len(store.record()) == 20
            assert store.verify().findings == ()

    def test_a_computer_that_dies_while_it_saves(self, shared_store: str) -> None:
        process = workers.start("crash", shared_store, 12, 7)
        output, trouble = process.communicate()
        assert process.returncode == 0, trouble
        assert int(output) > 0


class TestLostConnections:
    @pytest.fixture
    def wire(self, postgres: PostgresServer) -> Iterator[Wire]:
        with Wire(postgres.port) as wire:
            yield wire

    @pytest.fixture
    def store(
        self,
        postgres: PostgresServer,
        wire: Wire,
        shared_store: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[Store]:
        monkeypatch.setattr("db.engine._PAUSES", (0.0, 0.0, 0.0))
        with Store.open(shared_store.replace(str(postgres.port), str(wire.port))) as opened:
            yield opened

    @pytest.mark.parametrize(
        ("text", "done"), [("INSERT INTO record", False), ("COMMIT\0", False), ("COMMIT\0", True)]
    )
    def test_a_check_is_saved_once(self, store: Store, wire: Wire, text: str, done: bool) -> None:
        wire.break_at(text, done=done)
        saved = store.save(workers.snapshot_of(0, 0))
        assert wire.breaks == 1
        assert store.snapshots() == [saved]
        assert store.load(saved.id or 0).apps == workers.snapshot_of(0, 0).apps
        assert store.verify().findings == ()
        assert len(store.record()) == 1

    def test_a_note_is_reported_and_not_half(self, store: Store, wire: Wire) -> None:
        number = store.save(workers.snapshot_of(0, 0)).id or 0
        wire.break_at("INSERT INTO record")
        with pytest.raises(ServerGoneError):
            store.set_note(number, "note")
        assert store.info(number).note is None
        assert store.verify().findings == ()

    @pytest.mark.parametrize(
        ("text", "done", "error"),
        [("INSERT INTO record", False, ServerGoneError), ("COMMIT\0", True, UnsureError)],
    )
    def test_a_server_that_does_not_come_back(  # noqa: PLR0917 -- fixtures and a row
        self,
        store: Store,
        wire: Wire,
        shared_store: str,
        text: str,
        done: bool,
        error: type[ServerGoneError],
    ) -> None:
        wire.break_at(text, done=done, for_good=True)
        with pytest.raises(ServerGoneError) as caught:
            store.save(workers.snapshot_of(0, 0))
        assert type(caught.value) is error
        with Store.open(shared_store) as other:
            assert len(other.snapshots()) == int(done)
            assert other.verify().findings == ()

    def test_a_server_that_was_started_anew_costs_nothing(
        self, postgres: PostgresServer, shared_store: str
    ) -> None:
        with Store.open(shared_store) as store:
            first = store.save(workers.snapshot_of(0, 0))
            postgres.stop()
            with pytest.raises(ServerGoneError):
                store.snapshots()
            postgres.start()
            assert store.snapshots() == [first]


def test_a_full_disk_of_the_server_is_told_and_nothing_is_lost(postgres: PostgresServer) -> None:
    with postgres.small_disk(megabytes=24) as (disk, url), Store.open(url) as store:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(4_000_000))
        first = store.save(workers.snapshot_of(0, 0))
        huge = RawAnswer("dumpsys appops", os.urandom(20_000_000), NOON)
        with pytest.raises(DiskFullError):
            store.save(replace(workers.snapshot_of(0, 1), raw=(huge,)))
        assert store.snapshots() == [first]
        assert store.verify().findings == ()
        ballast.unlink()
        store.save(workers.snapshot_of(0, 1))
        assert store.verify().findings == ()


class TestRoles:
    """The grants of docs/shared-store.md."""

    @pytest.fixture
    def url_of(self, postgres: PostgresServer, shared_store: str) -> Callable[[str], str]:
        with Store.open(shared_store) as store:
            running = Use(0, "com.example.app0001", "CAMERA", NOON, duration_ms=10, running=True)
            store.save(sample_snapshot([sample_app(1)], uses=(running,)))
        page = (ROOT / "docs" / "shared-store.md").read_text(encoding="utf-8")
        grants = page.split("```sql\n")[1].split("```")[0]
        name = shared_store.rpartition("/")[2]
        for _ in range(2):  # as after an update
            postgres.run(grants, name)
        postgres.run(
            f"DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}' "
            f"IN ROLE checkup_reader; DROP ROLE IF EXISTS checker; CREATE ROLE checker "
            f"LOGIN PASSWORD '{PASSWORD}' IN ROLE checkup_checker"
        )
        return lambda user: postgres.url(name, user)

    def test_a_reader_looks_and_changes_nothing(self, url_of: Callable[[str], str]) -> None:
        with Store.open(url_of("reader")) as store:
            assert store.load(1).apps == (sample_app(1),)
            assert store.verify().findings == ()
            for change in (
                lambda: store.save(sample_snapshot([])),
                lambda: store.set_note(1, "note"),
                lambda: store.delete(1),
                lambda: store.choices.set_kind("com.example", 1),
            ):
                with pytest.raises(ReadOnlyError):
                    change()

    def test_a_checker_adds_and_changes_nothing_that_is_there(
        self, url_of: Callable[[str], str]
    ) -> None:
        with Store.open(url_of("checker")) as store:
            app = sample_app(1, version=2)
            ended = Use(0, app.package, "CAMERA", NOON, duration_ms=9000, running=False)
            shot = sample_snapshot([app, sample_app(3)], at=NOON + DAY, uses=(ended,))
            saved = store.save(replace(shot, raw=evidence.answers(0)))
            store.save(sample_snapshot([app], phone=Phone("OTHER")))
            for stamp in ("1", "2"):
                store.save_names(PHONE.key, [AppName(app.package, stamp, {}, AppIcon("png", b"."))])
                store.save_code(PHONE.key, AppCode(app.package, stamp, ("a.b",)))
            for change in (
                lambda: store.set_note(saved.id or 0, "note"),
                lambda: store.delete(saved.id or 0),
                store.drop_raw,
                lambda: store.pin(1),
                lambda: store.merge_phones("OTHER", PHONE.key),
            ):
                with pytest.raises(ReadOnlyError):
                    change()
            assert store.verify().findings == ()
            assert len(store.record()) == 3


class TestPasswords:
    ADDRESS = "postgresql://me@db.example.org/checks"

    @pytest.fixture
    def ring(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        before = keyring.get_keyring()
        keyring.set_keyring(Ring())
        yield
        keyring.set_keyring(before)

    def test_the_keyring_opens_the_store(
        self, ring: None, postgres: PostgresServer, shared_store: str
    ) -> None:
        bare = shared_store.replace(PASSWORD, "").replace(":@", "@")
        with pytest.raises(LoginError):
            Store.open(bare)
        assert passwords.remember(bare, PASSWORD)
        with Store.open(bare) as store:
            assert store.snapshots() == []
            assert store.shown == bare

    def test_what_was_given_elsewhere_comes_first(
        self, ring: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        passwords.remember(self.ADDRESS, "kept")
        assert passwords.password_of(make_url(self.ADDRESS), self.ADDRESS) == "kept"
        given = make_url(self.ADDRESS).set(password="given")
        assert passwords.password_of(given, self.ADDRESS) is None
        monkeypatch.setenv("PGPASSWORD", "given")
        assert passwords.password_of(make_url(self.ADDRESS), self.ADDRESS) is None

    def test_without_a_keyring_nothing_is_kept(self) -> None:
        assert not passwords.remember(self.ADDRESS, "word")
        assert passwords.password_of(make_url(self.ADDRESS), self.ADDRESS) is None


class TestTerminal:
    @pytest.fixture
    def terminal(self, tmp_path: Path) -> Terminal:
        return Terminal(tmp_path, 1)

    def test_a_store_goes_to_the_server_and_back(
        self, terminal: Terminal, shared_store: str, tmp_path: Path
    ) -> None:
        evidence.filled(terminal.database).close()
        there = terminal.json("copy", str(terminal.database), shared_store)
        shown = shared_store.replace(f":{PASSWORD}", "")
        assert there["to"] == shown
        of_file = terminal.json("verify")
        assert there["head"] == of_file["head"]
        assert terminal.json("verify", "--database", shared_store) == of_file
        back = tmp_path / "back.sqlite"
        code, output, _ = terminal.run("copy", shared_store, str(back))
        assert (code, "5 checks copied" in output) == (0, True)
        assert str(back) in terminal.refused("copy", shared_store, str(back), code=5)

    def test_no_output_tells_the_password(self, terminal: Terminal, shared_store: str) -> None:
        for arguments in (
            ("snapshots", "--database", shared_store + "nowhere"),
            ("backup", "--database", shared_store),
        ):
            _code, output, errors = terminal.run(*arguments)
            assert PASSWORD not in output + errors

    def test_clocks_that_differ_are_told(
        self, shared_store: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Store.open(shared_store) as store:
            assert abs(store.clock_ahead()) < timedelta(minutes=1)
        monkeypatch.setattr(Store, "clock_ahead", lambda _: timedelta(minutes=-7))
        run(["check", "--from", str(ROOT / "tests"), "--database", shared_store, "--lang", "en"])
        assert "clock is 7 minutes off" in capsys.readouterr().err
