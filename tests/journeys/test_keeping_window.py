"""The file of the saved checks, from the window: a passphrase for it, and its backups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from db.conversion import convert, is_locked
from db.restoring import backups_of
from db.store import Store
from gui.app import Options, Program
from gui.pages import SETTINGS, TROUBLE
from gui.views.backup_dialog import BackupDialog
from gui.views.passphrase_dialog import PassphraseDialog
from gui.views.settings import SettingsView
from gui.widgets.dialogs import TextQuestion, YesNo
from tests.journeys.conftest import MakeProgram
from tests.unit.db.samples import NOON, sample_app, sample_snapshot

PATIENCE_MS = 60_000
WORDS = "four words 电池 staple"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "history.sqlite"
    with Store.open(path) as store:
        for day in range(2):
            store.save(sample_snapshot([sample_app(day)], at=NOON + timedelta(days=day)))
    return path


@pytest.fixture
def program(make_program: MakeProgram, file: Path, qtbot: QtBot) -> Program:
    made = make_program(Options(str(file), language="en"))
    shows_checks(made, qtbot)
    return made


def shows_checks(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not program.services.busy, timeout=PATIENCE_MS)


def settings(program: Program) -> SettingsView:
    program.window.open_page(SETTINGS)
    return program.window.pages.settings


def notice(program: Program, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: program.window.notices.notice is not None, timeout=PATIENCE_MS)
    made = program.window.notices.notice
    return made.text.text() if made else ""


def in_trouble(program: Program, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: program.window.page == TROUBLE, timeout=PATIENCE_MS)
    return program.window.pages.trouble.text.text()


def test_encrypts_asks_at_the_next_start_and_takes_it_away_again(
    program: Program, make_program: MakeProgram, file: Path, qtbot: QtBot
) -> None:
    QTest.mouseClick(settings(program).encrypt, LEFT)
    dialog = program.window.pages.keeper.dialog
    assert isinstance(dialog, PassphraseDialog)
    QTest.keyClicks(dialog.first, "four words")
    QTest.keyClicks(dialog.second, "four word")
    assert not dialog.encrypt.isEnabled()
    for field in (dialog.first, dialog.second):
        assert field.echoMode() == QLineEdit.EchoMode.Password
        field.setText(WORDS)
    QTest.mouseClick(dialog.encrypt, LEFT)
    assert "1 older copy beside it can still be read" in notice(program, qtbot)
    shows_checks(program, qtbot)
    program.window.notices.act()
    assert "is gone" in notice(program, qtbot)
    assert backups_of(file) == []
    assert program.services.encrypted
    program.window.close()
    program.stop()

    assert is_locked(file)
    later = make_program(Options(str(file), language="en"))
    assert str(file) in in_trouble(later, qtbot)
    page = later.window.pages.trouble
    assert not page.retry.isVisibleTo(page)
    QTest.keyClicks(page.passphrase, "wrong")
    QTest.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "does not open" in page.text.text(), timeout=PATIENCE_MS)
    assert page.passphrase.text() == ""
    page.passphrase.setText(WORDS)
    QTest.mouseClick(page.unlock, LEFT)
    shows_checks(later, qtbot)

    view = settings(later)
    assert view.decrypt.isVisibleTo(view)
    QTest.mouseClick(view.decrypt, LEFT)
    question = later.window.pages.keeper.dialog
    assert isinstance(question, YesNo)
    QTest.mouseClick(question.yes, LEFT)
    assert "without a passphrase now" in notice(later, qtbot)
    shows_checks(later, qtbot)
    assert later.services.encrypted is False
    assert not view.decrypt.isVisibleTo(view)


def test_restores_a_backup_and_keeps_what_was_there(
    program: Program, file: Path, qtbot: QtBot
) -> None:
    with Store.open(file) as store:
        store.backups.make()
        store.delete(2)
    QTest.mouseClick(settings(program).restore, LEFT)
    dialog = program.window.pages.keeper.dialog
    assert isinstance(dialog, BackupDialog)
    assert not dialog.restore.isEnabled()
    dialog.list.setCurrentRow(0)
    QTest.mouseClick(dialog.restore, LEFT)
    assert "Restored: 2 checks." in notice(program, qtbot)
    shows_checks(program, qtbot)
    assert program.services.shown is not None
    assert program.services.shown.info.id == 2
    assert [one.why for one in backups_of(file)] == ["by-hand", "restore"]


def test_an_encrypted_backup_asks_for_its_passphrase(
    program: Program, file: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.backup"
    with Store.open(file) as store:
        elsewhere.touch()
        store.backups.make(elsewhere)
    convert(elsewhere, None, WORDS, keep=False)
    program.window.pages.keeper.ask_backup()
    dialog = program.window.pages.keeper.dialog
    assert isinstance(dialog, BackupDialog)
    assert dialog.list.count() == 0
    dialog.chosen.emit(elsewhere)
    dialog.reject()
    qtbot.waitUntil(
        lambda: isinstance(program.window.pages.keeper.dialog, TextQuestion), timeout=PATIENCE_MS
    )
    question = program.window.pages.keeper.dialog
    assert isinstance(question, TextQuestion)
    question.setTextValue(WORDS)
    question.accept()
    assert "Restored: 2 checks." in notice(program, qtbot)
    shows_checks(program, qtbot)
    assert is_locked(file)


def test_a_file_that_is_no_database_any_more_is_restored_from_its_page(
    make_program: MakeProgram, file: Path, qtbot: QtBot
) -> None:
    with Store.open(file) as store:
        store.backups.make()
    file.write_bytes(b"not a database" * 1000)
    program = make_program(Options(str(file), language="en"))
    in_trouble(program, qtbot)
    page = program.window.pages.trouble
    assert not page.passphrase.isVisibleTo(page)
    QTest.mouseClick(page.restore, LEFT)
    dialog = program.window.pages.keeper.dialog
    assert isinstance(dialog, BackupDialog)
    dialog.list.setCurrentRow(0)
    QTest.mouseClick(dialog.restore, LEFT)
    assert "Restored: 2 checks." in notice(program, qtbot)
    shows_checks(program, qtbot)


def test_a_backup_that_is_damaged_changes_nothing(
    program: Program, file: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    backup = tmp_path / "a.backup"
    backup.write_bytes(file.read_bytes()[:9000])
    program.window.pages.keeper.ask_backup()
    dialog = program.window.pages.keeper.dialog
    assert isinstance(dialog, BackupDialog)
    dialog.chosen.emit(backup)
    dialog.reject()
    assert str(backup) in notice(program, qtbot)
    shows_checks(program, qtbot)
    assert backups_of(file) == []
