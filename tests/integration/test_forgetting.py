"""A phone that is deleted leaves no trace on the disk."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from audit.model import Action, ActionKind, AppIcon, AppName, Deed, Phone, RawAnswer, Use
from db.backups import listed
from db.errors import NoSuchPhoneError
from db.records import Mark
from db.store import Store
from tests.phones import AdbServer
from tests.terminal import Terminal
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

GONE = Phone("SECRETSERIAL", "SecretMaker", "SecretModel", "14", 34)
SECRET = "com.secret.app"
#: All that only the phone that goes has told, or a person said of it.
TRACES = (
    "SECRETSERIAL", "SecretM", SECRET, "secret op", "secret note", "secret title", "secret name",
    "secret expectation", "secret answer", "SecretLabel", "secret icon", "secret.op",
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two phones, one of which has everything that can be known of one; and backups."""
    path = tmp_path / "history.sqlite"
    app = replace(sample_app(1), package=SECRET)
    with Store.open(path) as store:
        for number in range(30):
            store.save(sample_snapshot([sample_app(n) for n in range(number)]))
            uses = (Use(0, SECRET, "secret op", NOON),)
            raw = (RawAnswer("dumpsys package packages", b"x  secret answer\n" * 9, NOON),)
            shot = sample_snapshot([app, sample_app(2)], phone=GONE, uses=uses)
            last = store.save(replace(shot, raw=raw)).id or 0
        store.set_note(last, "secret note")
        store.set_title(last, "secret title")
        store.name_phone(GONE.key, "secret name")
        store.mark(GONE.key, Mark(0, SECRET, "x", None, "secret expectation", NOON))
        icon = AppIcon("svg", b"<svg>secret icon</svg>")
        store.save_names(GONE.key, [AppName(SECRET, "1", {"en": "SecretLabel"}, icon)])
        action = Action(ActionKind.SET_OP, 0, SECRET, "secret.op", "x", "ignore")
        store.save_deed(GONE.key, Deed(action, NOON))
        store.choices.set_kind(SECRET, 3)
        store.choices.set_kind(sample_app(2).package, 4)
        store.merge_phones(store.split_phone([last]), GONE.key)
        store.backups.make()
        store.delete(last)
    return path


def traces(folder: Path) -> set[str]:
    """Which of them stand anywhere in the files of the folder."""
    found = set()
    for file in folder.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        found |= {
            text for text in TRACES if text.encode() in data or text.encode("utf-16-le") in data
        }
    return found


def test_the_traces_are_there_before(path: Path) -> None:
    # Raw answers are compressed; all else stands in the file as it is.
    assert traces(path.parent) == set(TRACES) - {"secret answer"}


def test_nothing_of_a_deleted_phone_is_found_in_file_log_or_backups(path: Path) -> None:
    with Store.open(path) as store:
        kept = [store.load(info.id or 0) for info in store.snapshots(PHONE.key)]
        size = path.stat().st_size
        assert store.delete_phone(GONE.key)
        assert traces(path.parent) == set()  # while it is open, in the -wal file too
        assert [phone.key for phone in store.phones()] == [PHONE.key]
        assert [store.load(info.id or 0) for info in store.snapshots()] == kept
        assert store.choices.kinds() == {sample_app(2).package: 4}
        assert store.raw_size() == 0
        assert store.verify().findings == ()
        with pytest.raises(NoSuchPhoneError):
            store.delete_phone(GONE.key)
    assert traces(path.parent) == set()
    assert path.stat().st_size < size
    (backup,) = listed(path)
    assert backup.why == "phone"
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert traces(path.parent) == set()


def test_with_the_last_phone_the_backups_go(path: Path) -> None:
    with Store.open(path) as store:
        store.delete_phone(PHONE.key)
        store.delete_phone(GONE.key)
    assert listed(path) == []
    assert list((path.parent / "backups").iterdir()) == []


def test_what_a_killed_copy_left_goes_too(path: Path) -> None:
    for place in ("backups/.history.sqlite.2026.merge.backup.part", ".history.sqlite.restoring"):
        (path.parent / place).write_text(SECRET)
    with Store.open(path) as store:
        store.delete_phone(GONE.key)
    assert traces(path.parent) == set()


def test_a_single_check_that_is_deleted_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with Store.open(path) as store:
        store.save(sample_snapshot())
        number = store.save(sample_snapshot()).id or 0
        store.set_note(number, "secret note")
        store.delete(number)
    assert traces(tmp_path) == set()


def test_a_reader_elsewhere_is_told_of(path: Path) -> None:
    with Store.open(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM phone").fetchall()
        assert not store.delete_phone(GONE.key)
        other.execute("ROLLBACK")
    assert traces(path.parent) == set()


def test_the_terminal_asks_and_forgets(path: Path, adb_server: AdbServer) -> None:
    terminal = Terminal(path.parent, adb_server.port)
    assert "--yes" in terminal.refused("phones", "delete", GONE.key, code=2)
    terminal.refused("phones", "delete", "nobody", "--yes", code=5)
    assert traces(path.parent)
    assert [one["key"] for one in terminal.json("phones", "delete", GONE.key, "--yes")] == [
        PHONE.key
    ]
    assert traces(path.parent) == set()
    assert terminal.json("verify")["whole"]
