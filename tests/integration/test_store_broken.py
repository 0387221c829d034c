"""Files that cannot be used: each told apart, and none of them changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from db.errors import (
    DamagedError,
    LockedError,
    MissingError,
    NotADatabaseError,
    NotAFileError,
    ReadOnlyError,
    StoreError,
)
from db.store import Store
from tests.unit.db.samples import sample_app, sample_snapshot

NOBODY = 65_534

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file modes")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store with one check of 200 apps, closed."""
    return filled(tmp_path / "history.sqlite")


def filled(path: Path) -> Path:
    with Store.open(path) as store:
        store.save(sample_snapshot([sample_app(n) for n in range(200)]))
    return path


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user of the computer can walk into."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Lets go of root's right to write everywhere, where the tests have it."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@posix
def test_what_is_made_is_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "history.sqlite"
    with Store.open(path) as store:
        store.save(sample_snapshot())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {
        "history.sqlite": 0o600,
        "history.sqlite-wal": 0o600,
        "history.sqlite-shm": 0o600,
    }
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_closing_leaves_one_file(file: Path) -> None:
    assert [path.name for path in file.parent.glob("history*")] == [file.name]


def test_a_missing_file_is_told_when_none_is_to_be_made(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "history.sqlite"
    with pytest.raises(MissingError) as caught:
        Store.open(path, create=False)
    assert caught.value.values["path"] == str(path)
    assert not path.parent.exists()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotAFileError):
        Store.open(tmp_path)


def test_a_file_in_place_of_the_folder(file: Path) -> None:
    with pytest.raises(NotAFileError):
        Store.open(file / "history.sqlite")
    with pytest.raises(NotAFileError):
        Store.open(file / "deeper" / "history.sqlite")


@posix
def test_a_device_is_no_store() -> None:
    with pytest.raises(NotAFileError):
        Store.open("/dev/null")


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, and longer than its header. " * 100, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(NotADatabaseError):
        Store.open(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith("notes")] == [
        "notes.txt"
    ]


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_damaged(file: Path, part: float) -> None:
    os.truncate(file, int(file.stat().st_size * part))
    before = file.read_bytes()
    with pytest.raises(DamagedError):
        Store.open(file)
    assert file.read_bytes() == before


def test_pages_overwritten_in_the_middle_are_damage(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as raw:
        raw.seek(4096 * 4)
        raw.write(b"\xff" * (size - 4096 * 8))
    with pytest.raises(DamagedError), Store.open(file) as store:
        store.load(1)


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE app_state SET body = \'["p","x"\'',
        "UPDATE app_details SET body = '[]'",
        'UPDATE snapshot SET parts = \'{"packages":"maybe"}\'',
        "UPDATE snapshot SET phone = 'a phone'",
    ],
)
def test_a_text_that_is_not_ours_is_damage(file: Path, change: str) -> None:
    with closing(sqlite3.connect(file)) as raw:
        raw.execute(change)
        raw.commit()
    with Store.open(file) as store, pytest.raises(DamagedError):
        store.load(1)


@posix
def test_a_file_without_the_right_to_write(public_folder: Path) -> None:
    path = filled(public_folder / "history.sqlite")
    path.chmod(0o444)
    public_folder.chmod(0o777)
    before = path.read_bytes()
    with ordinary_user(), pytest.raises(ReadOnlyError):
        Store.open(path)
    assert path.read_bytes() == before


@posix
def test_a_folder_without_the_right_to_write(public_folder: Path) -> None:
    path = filled(public_folder / "history.sqlite")
    path.chmod(0o666)
    public_folder.chmod(0o555)
    with ordinary_user():
        for place in (path, public_folder / "new.sqlite", public_folder / "new" / "new.sqlite"):
            with pytest.raises(ReadOnlyError):
                Store.open(place)
    assert list(public_folder.iterdir()) == [path]


@posix
def test_a_folder_that_may_not_be_entered(public_folder: Path) -> None:
    path = filled(public_folder / "history.sqlite")
    public_folder.chmod(0o600 if os.geteuid() else 0o700)
    with ordinary_user(), pytest.raises(ReadOnlyError):
        Store.open(path)


@posix
def test_a_file_that_becomes_read_only_while_it_is_open(public_folder: Path) -> None:
    path = filled(public_folder / "history.sqlite")
    path.chmod(0o666)
    with Store.open(path) as store:
        path.chmod(0o444)
        store._database._engine.dispose()
        with ordinary_user(), pytest.raises(ReadOnlyError):
            store.save(sample_snapshot())
        assert len(store.snapshots()) == 1


def test_a_store_that_another_program_holds_is_locked(file: Path) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    with closing(holder) as other, Store.open(file) as store:
        other.execute("BEGIN IMMEDIATE")
        assert len(store.snapshots()) == 1
        with pytest.raises(LockedError):
            store.save(sample_snapshot())
        other.execute("ROLLBACK")
        store.save(sample_snapshot())
        assert len(store.snapshots()) == 2


def test_a_store_held_for_its_holder_alone_is_locked(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LockedError):
            Store.open(file)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:history?mode=memory&uri=true",
        "nosuchkind://host/history",
        "://",
    ],
)
def test_addresses_that_lead_nowhere(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert type(caught.value) is StoreError


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StoreError) as caught:
        Store.open("nosuchkind://me:secret@host/history")
    assert "secret" not in str(caught.value)


def test_an_address_of_a_file_is_that_file(file: Path) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        assert len(store.snapshots()) == 1
    with Store.open(str(file)) as store:
        assert len(store.snapshots()) == 1
        assert store.shown == str(file)


def test_signs_in_a_file_name_mean_nothing(tmp_path: Path) -> None:
    path = tmp_path / "权限 50%?mode=ro#x.sqlite"
    assert len(filled(path).read_bytes()) > 0
    with Store.open(path, create=False) as store:
        assert len(store.snapshots()) == 1
