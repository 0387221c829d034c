"""Backups: made before what may go wrong, and the way back from each of them."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from audit.model import Phone
from db import backups
from db.errors import BadBackupError, LockedError, NoBackupError, NotADatabaseError, StoreError
from db.records import Retention, Tidying
from db.restoring import backups_of, looked_through
from db.store import Store
from tests.phones import AdbServer
from tests.terminal import Terminal
from tests.unit.db import old_files
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

OTHER = Phone("OTHER")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three checks of a phone and one of another."""
    path = tmp_path / "history.sqlite"
    with Store.open(path) as store:
        for day in range(3):
            store.save(sample_snapshot([sample_app(day)], at=NOON - timedelta(days=400 - day)))
        store.save(sample_snapshot([sample_app(9)], phone=OTHER))
    return path


def content(path: Path) -> list[object]:
    """All that a store holds of checks, and its record, which seals the rest."""
    with Store.open(path, create=False) as store:
        assert store.verify().findings == ()
        return [*(store.load(info.id or 0) for info in store.snapshots()), store.record()]


def restore(path: Path, backup: Path) -> Path | None:
    with looked_through(path, backup) as found:
        return found.take_place()


def tidy(store: Store) -> None:
    wanted = Retention(30, "monthly")
    store.tidy(wanted, store.superfluous(wanted, NOON), NOON)


RISKY: dict[str, Callable[[Store], object]] = {
    "merge": lambda store: store.merge_phones(OTHER.key, PHONE.key),
    "split": lambda store: store.split_phone([1]),
    "tidy": tidy,
}


@pytest.mark.parametrize("why", RISKY)
def test_what_may_go_wrong_is_preceded_by_a_backup_that_leads_back(file: Path, why: str) -> None:
    before = content(file)
    with Store.open(file) as store:
        RISKY[why](store)
    assert content(file) != before
    (backup,) = backups_of(file)
    assert backup.why == why
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.path.parent.stat().st_mode) == 0o700
    after = content(file)
    assert restore(file, backup.path) is not None
    assert content(file) == before
    restore(file, backups_of(file)[-1].path)
    assert content(file) == after


@pytest.mark.parametrize(
    "refused",
    [
        lambda store: store.merge_phones("nobody", PHONE.key),
        lambda store: store.merge_phones(PHONE.key, PHONE.key),
        lambda store: store.split_phone([1, 2, 3]),
        lambda store: store.tidy(Retention(3650), Tidying(), NOON),
    ],
)
def test_what_changes_nothing_leaves_no_backup(
    file: Path, refused: Callable[[Store], object]
) -> None:
    with Store.open(file) as store, suppress(StoreError):
        refused(store)
    assert backups_of(file) == []


def test_a_backup_that_cannot_be_made_keeps_what_may_go_wrong_from_happening(file: Path) -> None:
    before = content(file)
    file.with_name(backups.FOLDER).write_text("a file in the folder's place")
    with Store.open(file) as store, pytest.raises(StoreError):
        store.merge_phones(OTHER.key, PHONE.key)
    assert content(file) == before


def test_a_few_are_kept_and_all_that_a_person_made(file: Path) -> None:
    with Store.open(file) as store:
        mine = store.backups.make()
        for _ in range(4):
            key = store.split_phone([1])
            store.merge_phones(key, PHONE.key)
    kept = backups_of(file)
    assert len(kept) == backups.KEPT + 1
    assert kept[0].path == mine
    assert kept == sorted(kept, key=lambda one: one.at)


def test_what_a_killed_copy_left_is_taken_away(file: Path) -> None:
    folder = file.with_name(backups.FOLDER)
    folder.mkdir()
    old, fresh = folder / ".old.part", folder / ".fresh.part"
    for part in (old, fresh):
        part.touch()
    os.utime(old, (1_700_000_000, 1_700_000_000))
    with Store.open(file) as store:
        made = store.backups.make()
    assert set(folder.iterdir()) == {fresh, made}


def test_restoring_reaches_those_who_have_the_store_open(file: Path) -> None:
    with Store.open(file) as one, Store.open(file) as two:
        backup = one.backups.make()
        before = one.snapshots()
        two.delete(1)
        restore(file, backup)
        assert one.snapshots() == two.snapshots() == before
        two.save(sample_snapshot([sample_app(1)]))
        assert len(one.snapshots()) == 5
        assert one.verify().findings == ()


@pytest.mark.parametrize("damage", ["head", "middle", "cut", "empty", "text", "gone"])
def test_a_damaged_store_is_kept_and_replaced(file: Path, damage: str) -> None:
    before = content(file)
    with Store.open(file) as store:
        backup = store.backups.make()
    data = file.read_bytes()
    match damage:
        case "head":
            file.write_bytes(b"x" * 100 + data[100:])
        case "middle":
            file.write_bytes(data[:8192] + b"\xff" * 40_000 + data[48_192:])
        case "cut":
            file.write_bytes(data[: len(data) // 2])
        case "empty":
            file.write_bytes(b"")
        case "text":
            file.write_text("not a database, and longer than its header. " * 100)
        case "gone":
            file.unlink()
            file.with_name(f"{file.name}-wal").write_bytes(b"what a lost file left")
    damaged = file.read_bytes() if file.exists() else None
    kept = restore(file, backup)
    assert content(file) == before
    assert (kept is None) == (damage == "gone")
    if damage in {"head", "text"}:
        assert kept is not None
        assert kept.read_bytes() == damaged


def test_a_backup_of_an_older_schema_is_brought_up_to_date(file: Path, tmp_path: Path) -> None:
    old = tmp_path / "elsewhere" / "old.backup"
    with Store.open(file) as store:
        today = store.backups.make()
    old.parent.mkdir()
    old_files.write(today, old, "0005")
    untouched = old.read_bytes()
    restore(file, old)
    assert len(content(file)) == 5
    assert old.read_bytes() == untouched
    assert list(old.parent.iterdir()) == [old]
    assert [one.why for one in backups_of(file)] == ["by-hand", "restore"]


@pytest.mark.parametrize("kind", ["text", "empty", "other", "newer", "changed", "cut", "missing"])
def test_what_is_no_whole_backup_changes_nothing(file: Path, tmp_path: Path, kind: str) -> None:
    backup = tmp_path / "a.backup"
    with Store.open(file) as store:
        write = store.backups.make
        backup.touch()
        write(backup)
    before, expected = content(file), BadBackupError
    match kind:
        case "text":
            backup.write_text("not a database, and longer than its header. " * 100)
            expected = NotADatabaseError  # type: ignore[assignment]
        case "empty":
            backup.write_bytes(b"")
            expected = NotADatabaseError  # type: ignore[assignment]
        case "other" | "newer" | "changed":
            sql = {
                "other": "ALTER TABLE alembic_version RENAME TO bookmarks",
                "newer": "UPDATE alembic_version SET version_num = '9999'",
                "changed": "UPDATE snapshot SET taken_at = taken_at + 1 WHERE id = 2",
            }
            with closing(sqlite3.connect(backup)) as raw:
                raw.execute(sql[kind])
                raw.commit()
            expected = BadBackupError if kind == "changed" else StoreError  # type: ignore[assignment]
        case "cut":
            os.truncate(backup, backup.stat().st_size // 2)
        case "missing":
            backup.unlink()
            expected = NoBackupError  # type: ignore[assignment]
    with pytest.raises(expected) as caught:
        restore(file, backup)
    assert caught.value.path == str(backup)
    assert content(file) == before
    assert {path.name for path in tmp_path.iterdir()} <= {file.name, backup.name}


def test_a_store_that_is_locked_is_not_replaced(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "BUSY_SECONDS", 0.3)
    with Store.open(file) as store:
        backup = store.backups.make()
    before = content(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError):
            restore(file, backup)
        other.execute("ROLLBACK")
    assert content(file) == before


class TestTerminal:
    @pytest.fixture
    def terminal(self, tmp_path: Path, adb_server: AdbServer, file: Path) -> Terminal:
        return Terminal(tmp_path, adb_server.port)

    def test_a_backup_and_the_way_back(self, terminal: Terminal, tmp_path: Path) -> None:
        target = tmp_path / "my backup"
        assert terminal.json("backup", "--output", str(target)) == {
            "file": str(target),
            "checks": 4,
        }
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert "my backup" in terminal.refused("backup", "--output", str(target), code=2)
        terminal.json("backup", "--output", str(target), "--force")
        assert terminal.run("delete", "1", "--yes")[0] == 0
        assert "--yes" in terminal.run("restore", str(target))[2]
        assert len(terminal.json("snapshots")) == 3
        found = terminal.json("restore", str(target), "--yes")
        assert (found["restored"], found["checks"]) == (str(target), 4)
        assert len(terminal.json("snapshots")) == 4
        assert terminal.json("verify")["whole"]
        assert terminal.json("restore", found["kept"], "--yes")["checks"] == 3

    def test_backups_are_listed_also_of_a_damaged_store(self, terminal: Terminal) -> None:
        assert terminal.json("restore") == []
        made = terminal.json("backup")["file"]
        terminal.database.write_bytes(b"x" * 5000)
        (listed,) = terminal.json("restore")
        assert (listed["file"], listed["why"]) == (made, "by-hand")
        assert made in terminal.run("restore", "--lang", "en")[1]
        assert terminal.run("restore", made, "--yes")[0] == 0
        assert len(terminal.json("snapshots")) == 4

    def test_what_cannot_be_restored_is_one_sentence(
        self, terminal: Terminal, tmp_path: Path
    ) -> None:
        notes = tmp_path / "notes.txt"
        notes.write_text("a list of things to buy" * 99)
        for path in (notes, tmp_path / "nothing", tmp_path):
            terminal.refused("restore", str(path), "--yes", code=5)
        assert len(terminal.json("snapshots")) == 4
