"""A store that takes a passphrase: nothing in it can be read without, nothing is lost with it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db import backups, cipher
from db.cipher import Key
from db.conversion import alone, convert, erase, is_locked
from db.errors import (
    DamagedError,
    LockedError,
    NoCipherError,
    NoFileError,
    NotADatabaseError,
    PassphraseNeededError,
    StoreError,
    WrongPassphraseError,
)
from db.restoring import backups_of, looked_through
from db.store import Store
from tests.phones import AdbServer
from tests.terminal import ROOT, Terminal
from tests.unit.db import workers

WORDS = "correct horse ' \" 电池"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three checks, not encrypted."""
    path = tmp_path / "history.sqlite"
    workers.save(path, 0, 3)
    return path


@pytest.fixture
def locked(file: Path) -> Path:
    convert(file, None, WORDS, keep=False)
    return file


def refused(path: Path, passphrase: str | None, kind: type[StoreError]) -> None:
    """Opening it fails, and changes nothing."""
    before = path.read_bytes()
    with pytest.raises(kind):
        Store.open(path, create=False, passphrase=passphrase)
    assert path.read_bytes() == before


def test_a_store_whose_change_of_form_was_killed_still_asks_for_its_passphrase(
    locked: Path, tmp_path: Path
) -> None:
    left = tmp_path / "left" / locked.name
    left.parent.mkdir()
    with closing(cipher.connect(locked, Key.of(locked, WORDS))) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute("PRAGMA cache_size=1")  # so that it writes to the file before the end
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE app_details SET body = body || body")
        for file in (locked, locked.with_name(f"{locked.name}-journal")):
            shutil.copy(file, left.with_name(file.name))
        raw.execute("ROLLBACK")
    assert left.read_bytes() != locked.read_bytes()
    assert is_locked(left)
    refused(left, None, PassphraseNeededError)
    assert workers.verify(left, 0, WORDS) == 3


def test_an_encrypted_store_holds_the_same_and_nothing_of_it_can_be_read(file: Path) -> None:
    assert b"writer-0" in file.read_bytes()
    done = convert(file, None, WORDS, keep=False)
    assert (done.kept, done.readable) == (None, ())
    found = b"".join(path.read_bytes() for path in file.parent.rglob("*") if path.is_file())
    assert b"writer-0" not in found
    assert b"SQLite" not in found
    assert workers.verify(file, 0, WORDS) == 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_saved_into_it_is_encrypted_too(locked: Path) -> None:
    with Store.open(locked, passphrase=WORDS) as store:
        store.save(workers.snapshot_of(7, 0))
        beside = [path for path in locked.parent.iterdir() if path.is_file()]
        assert {path.suffix for path in beside} > {".sqlite-wal"}
        assert not any(b"writer-7" in path.read_bytes() for path in beside)
    assert workers.verify(locked, 7, WORDS) == 1


def test_the_file_is_what_sqlcipher_itself_makes_of_that_passphrase(locked: Path) -> None:
    raw = cipher.driver(locked, cipher.Key.new("")).connect(locked)
    with closing(raw):
        raw.execute("PRAGMA key = '{}'".format(WORDS.replace("'", "''")))
        assert raw.execute("SELECT count(*) FROM snapshot").fetchone() == (3,)


@pytest.mark.parametrize(
    ("passphrase", "kind"),
    [(None, PassphraseNeededError), ("", PassphraseNeededError), ("no", WrongPassphraseError)],
)
def test_without_the_passphrase_nothing_opens_it_and_nothing_changes(
    locked: Path, passphrase: str | None, kind: type[StoreError], capfd: pytest.CaptureFixture[str]
) -> None:
    refused(locked, passphrase, kind)
    assert capfd.readouterr() == ("", "")
    assert workers.verify(locked, 0, WORDS) == 3


@pytest.mark.parametrize("place", [0.3, 0.7])
def test_a_flipped_bit_is_damage(locked: Path, place: float) -> None:
    content = bytearray(locked.read_bytes())
    content[int(len(content) * place)] ^= 1
    locked.write_bytes(content)
    with Store.open(locked, passphrase=WORDS) as store, pytest.raises(DamagedError):
        store.verify()


def test_a_bit_at_its_beginning_is_a_wrong_passphrase(locked: Path) -> None:
    content = bytearray(locked.read_bytes())
    content[100] ^= 1
    locked.write_bytes(content)
    refused(locked, WORDS, WrongPassphraseError)


def test_what_is_no_database_asks_for_no_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, … " * 500, encoding="utf-8")
    refused(path, None, NotADatabaseError)
    refused(path, "any", NotADatabaseError)


def test_a_new_store_for_which_a_passphrase_is_given_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.sqlite"
    with Store.open(path, passphrase=WORDS) as store:
        store.save(workers.snapshot_of(0, 0))
    assert is_locked(path)
    assert workers.verify(path, 0, WORDS) == 1


def test_a_passphrase_does_no_harm_where_none_is_needed(file: Path) -> None:
    with Store.open(file, passphrase=WORDS) as store:
        assert len(store.snapshots()) == 3
    assert not is_locked(file)


def test_another_passphrase_and_none_again(locked: Path) -> None:
    convert(locked, WORDS, "another", keep=False)
    refused(locked, WORDS, WrongPassphraseError)
    assert workers.verify(locked, 0, "another") == 3
    assert convert(locked, "another", None, keep=False).readable == ()
    assert workers.verify(locked, 0) == 3


def test_the_copies_that_can_still_be_read_are_told_and_can_be_erased(file: Path) -> None:
    with Store.open(file) as store:
        by_hand = store.backups.make()
    done = convert(file, None, WORDS, keep=True)
    assert done.kept is not None
    assert done.readable == (by_hand, done.kept)
    erase(done.readable)
    assert backups_of(file) == []


def test_the_file_that_was_there_before_is_overwritten(file: Path) -> None:
    with file.open("rb") as before:
        convert(file, None, WORDS, keep=False)
        assert set(before.read()) == {0}


def test_where_another_program_has_it_open_nothing_is_changed(file: Path) -> None:
    program = (
        "import sqlite3, sys; raw = sqlite3.connect(sys.argv[1]);"
        "raw.execute('SELECT count(*) FROM snapshot').fetchall(); print(flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    other.stdout.readline()
    try:
        with pytest.raises(LockedError):
            convert(file, None, WORDS, keep=True)
    finally:
        other.communicate("\n")
    assert not is_locked(file)
    assert workers.verify(file, 0) == 3
    assert backups_of(file) == []
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_whoever_waited_meanwhile_cannot_write_to_the_file_that_was_replaced(file: Path) -> None:
    key = cipher.Key.new(WORDS)
    # Of one driver, since each keeps locks of its own within a process.
    with closing(cipher.connect(file, other=key)) as late:
        late.execute("PRAGMA busy_timeout=0")
        with alone(file, None, key) as raw:
            with pytest.raises(cipher.errors(), match="locked"):
                late.execute("SELECT count(*) FROM snapshot")
            part = file.with_name("part")
            cipher.convert(raw, part, key)
            part.replace(file)
        with pytest.raises(cipher.errors(), match="readonly"):
            late.execute("PRAGMA journal_mode=WAL")
    assert workers.verify(file, 0, WORDS) == 3


class TestBackups:
    """Those of an encrypted store are encrypted, and each kind leads back."""

    def test_a_backup_needs_the_same_passphrase(self, locked: Path) -> None:
        with Store.open(locked, passphrase=WORDS) as store:
            made = store.backups.make()
            store.delete(1)
        assert cipher.is_encrypted(made)
        with (
            pytest.raises(WrongPassphraseError, match=made.name),
            looked_through(locked, made, "no"),
        ):
            pass
        with looked_through(locked, made, WORDS) as found:
            kept = found.take_place()
        assert kept is not None
        assert cipher.is_encrypted(kept)
        assert workers.verify(locked, 0, WORDS) == 3

    def test_one_from_before_the_encryption_is_encrypted_when_it_is_restored(
        self, file: Path
    ) -> None:
        done = convert(file, None, WORDS, keep=True)
        assert done.kept is not None
        with Store.open(file, passphrase=WORDS) as store:
            store.delete(1)
        with looked_through(file, done.kept, WORDS) as found:
            found.take_place()
        assert is_locked(file)
        assert workers.verify(file, 0, WORDS) == 3

    def test_an_encrypted_one_makes_a_plain_store_encrypted(self, locked: Path) -> None:
        with Store.open(locked, passphrase=WORDS) as store:
            made = store.backups.make()
        convert(locked, WORDS, None, keep=False)
        with looked_through(locked, made, WORDS) as found:
            found.take_place()
        assert workers.verify(locked, 0, WORDS) == 3
        assert [one.why for one in backups_of(locked)] == ["by-hand", "restore"]

    @pytest.mark.parametrize("harm", ["gone", "damaged"])
    def test_one_takes_the_place_of_a_lost_store(self, locked: Path, harm: str) -> None:
        with Store.open(locked, passphrase=WORDS) as store:
            made = store.backups.make()
        if harm == "gone":
            locked.unlink()
        else:
            content = bytearray(locked.read_bytes())
            content[100:2000] = bytes(range(256)) * 7 + bytes(108)
            locked.write_bytes(content)
        with looked_through(locked, made, WORDS) as found:
            found.take_place()
        assert workers.verify(locked, 0, WORDS) == 3

    def test_a_plain_one_does_not_replace_a_store_whose_passphrase_is_wrong(
        self, file: Path
    ) -> None:
        done = convert(file, None, WORDS, keep=True)
        assert done.kept is not None
        with (
            looked_through(file, done.kept, "no") as found,
            pytest.raises(WrongPassphraseError),
        ):
            found.take_place()
        assert workers.verify(file, 0, WORDS) == 3


def test_without_sqlcipher_one_sentence_says_what_to_install(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    refused(locked, WORDS, NoCipherError)
    plain = locked.with_name("plain.sqlite")
    workers.save(plain, 0, 1)
    with pytest.raises(NoCipherError):
        convert(plain, None, WORDS, keep=True)
    assert backups.listed(plain) == []


class TestTerminal:
    @pytest.fixture
    def terminal(self, file: Path, adb_server: AdbServer) -> Terminal:
        made = Terminal(file.parent, adb_server.port)
        made.environment["PERMISSION_CHECKUP_NEW_PASSPHRASE"] = WORDS
        return made

    def test_encrypts_reads_and_decrypts(self, terminal: Terminal, file: Path) -> None:
        document = terminal.json("encrypt", "--remove-plain")
        assert document == {"encrypted": True, "kept": None, "readable": []}
        sentence = terminal.refused("snapshots", code=5)
        assert "PERMISSION_CHECKUP_PASSPHRASE" in sentence
        terminal.environment["PERMISSION_CHECKUP_PASSPHRASE"] = "no"
        assert "nobody can bring the history back" in terminal.refused("snapshots", code=5)
        terminal.environment["PERMISSION_CHECKUP_PASSPHRASE"] = WORDS
        assert len(terminal.json("snapshots")) == 3
        assert terminal.run("decrypt")[0] == 2
        assert is_locked(file)
        document = terminal.json("decrypt", "--yes")
        assert document["encrypted"] is False
        assert document["readable"] == []
        del terminal.environment["PERMISSION_CHECKUP_PASSPHRASE"]
        assert len(terminal.json("snapshots")) == 3
        assert terminal.json("verify")["whole"]

    def test_what_can_still_be_read_is_told(self, terminal: Terminal) -> None:
        status, output, errors = terminal.run("encrypt")
        assert status == 0
        assert "1 older copy can be read without the passphrase" in errors
        (path,) = re.findall(r"kept as (.*)", output)
        assert Path(path).is_file()

    def test_needs_a_new_passphrase(self, terminal: Terminal, file: Path) -> None:
        del terminal.environment["PERMISSION_CHECKUP_NEW_PASSPHRASE"]
        assert "PERMISSION_CHECKUP_NEW_PASSPHRASE" in terminal.refused("encrypt", code=2)
        assert not is_locked(file)

    def test_a_missing_database(self, terminal: Terminal, file: Path) -> None:
        file.unlink()
        terminal.refused("encrypt", code=5)
        terminal.refused("decrypt", code=5)
        assert not file.exists()

    @pytest.mark.skipif(os.name != "posix", reason="needs a pseudo terminal")
    def test_a_person_types_it_unseen(self, terminal: Terminal, file: Path) -> None:
        del terminal.environment["PERMISSION_CHECKUP_NEW_PASSPHRASE"]
        code, shown = typed(terminal, ["encrypt"], [("New passphrase:", "a"), ("more:", "b")])
        assert code == 2
        assert "Nothing was changed" in shown
        answers = [("New passphrase:", WORDS), ("Once more:", WORDS), ("[y/N]", "y")]
        code, shown = typed(terminal, ["encrypt"], answers)
        assert code == 0
        assert "horse" not in shown
        assert backups_of(file) == []
        code, shown = typed(terminal, ["snapshots"], [("Passphrase:", WORDS)])
        assert code == 0
        code, shown = typed(terminal, ["decrypt"], [("Passphrase:", WORDS), ("[y/N]", "y")])
        assert code == 0
        assert workers.verify(file, 0) == 3


def typed(
    terminal: Terminal, arguments: list[str], answers: list[tuple[str, str]]
) -> tuple[int, str]:
    """Runs a command on a terminal and types each answer once its question stands there."""
    import pty

    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"this machine has no terminal to answer on: {error}")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *arguments],
        env=terminal.environment,
        cwd=ROOT,
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    try:
        for question, answer in [*answers, (None, "")]:
            while question is None or question not in shown.rpartition("\0")[2]:
                try:
                    shown += os.read(ours, 4096).decode("utf-8", "replace")
                except OSError:  # how the end of a terminal reads
                    break
            shown += "\0"
            if question is not None:
                os.write(ours, f"{answer}\n".encode())
    finally:
        code = process.wait(timeout=60)
        os.close(ours)
    return code, shown


def test_a_file_that_takes_no_passphrase_is_left_as_it_is_where_none_is_wanted(file: Path) -> None:
    before = file.read_bytes()
    done = convert(file, None, None, keep=True)
    assert (done.kept, done.readable, file.read_bytes()) == (None, (), before)


def test_only_a_file_can_be_encrypted() -> None:
    with pytest.raises(NoFileError):
        convert("postgresql://owner@127.0.0.1:1/checks", None, WORDS, keep=False)


def test_a_backup_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        erase((tmp_path / "gone.sqlite",))
