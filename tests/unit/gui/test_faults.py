"""Faults of the program reach the person, on the main thread, one at a time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.crashes import CrashFile, crashes, folder
from gui.faults import CrashDialog, FaultDialog, Faults, ReportDialog
from gui.report import redacted, words_of_computer, words_of_phone
from gui.services import Services
from gui.sources import OwnSource
from gui.ui import Ui
from tests.builders import app, snapshot
from tests.unit.gui.shown import first


@pytest.fixture
def faults(ui: Ui) -> Iterator[Faults]:
    made = Faults(lambda: ui)
    made.install()
    yield made
    made.remove()
    if made.dialog is not None:
        made.dialog.close()


def _fault(words: str) -> None:
    raise LookupError(words)


def test_a_fault_on_another_thread_is_shown_and_can_be_copied(
    faults: Faults, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=_fault, args=("planted in a thread",))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: faults.dialog is not None)
    assert faults.dialog is not None
    report = faults.dialog.report.toPlainText()
    assert "LookupError: planted in a thread" in report
    assert "Python 3" in report
    assert "planted in a thread" in capsys.readouterr().err
    buttons = {button.text(): button for button in faults.dialog.findChildren(QPushButton)}
    QTest.mouseClick(buttons["Copy"], Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == report
    QTest.mouseClick(buttons["Close"], Qt.MouseButton.LeftButton)
    assert faults.dialog is None


def test_a_second_fault_does_not_open_a_second_dialog(
    faults: Faults, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ("first", "second"):
        try:
            _fault(words)
        except LookupError as error:
            sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: faults.dialog is not None)
    dialog = faults.dialog
    qtbot.wait(1)
    assert faults.dialog is dialog
    assert dialog is not None
    assert "LookupError: first" in dialog.report.toPlainText()
    assert "LookupError: second" in capsys.readouterr().err


def test_removing_gives_the_hooks_back(ui: Ui) -> None:
    before = sys.excepthook, threading.excepthook
    made = Faults(lambda: ui)
    made.install()
    assert sys.excepthook is not before[0]
    made.remove()
    assert (sys.excepthook, threading.excepthook) == before


def buttons(dialog: ReportDialog) -> dict[str, QPushButton]:
    return {button.text(): button for button in dialog.findChildren(QPushButton)}


def test_what_names_a_person_is_taken_out_of_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/mei")
    monkeypatch.setenv("USER", "mei.wang")
    text = (
        'File "/home/mei/x/gui/app.py": mei.wang at SERIAL7, meier, com.bank.app, com.bank.app.pro'
    )
    words = words_of_computer() | {"SERIAL7": "serial", "com.bank.app": "app-1"}
    assert redacted(text, words) == (
        'File "<~>/x/gui/app.py": <user> at <serial>, meier, <app-1>, <app-1>.pro'
    )
    assert redacted("nothing personal", words) == "nothing personal"


def test_a_report_names_neither_the_phone_nor_its_apps(catalogue: Catalogue) -> None:
    found = snapshot(
        app(package="org.example.diary"), app(package="com.android.phone", system=True)
    )
    found = replace(found, info=replace(found.info, note="before Mei's update"))
    services = Services(Wording("en", catalogue), lambda _demo: OwnSource(catalogue))
    services._shown = first(found, catalogue)
    told = f"{found.info.phone.serial} org.example.diary com.android.phone before Mei's update"
    assert redacted(told, words_of_phone(services)) == "<serial> <app-1> com.android.phone <note>"
    services.stop()


def test_a_report_is_saved_or_says_why_not(ui: Ui, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = FaultDialog(ui, "LookupError: 权限")
    qtbot.addWidget(dialog)
    dialog.save(str(tmp_path / "none" / "report.txt"))
    assert "could not be written" in dialog.told.text()
    dialog.save(str(tmp_path / "report.txt"))
    assert (tmp_path / "report.txt").read_text("utf-8") == "LookupError: 权限\n"
    assert str(tmp_path / "report.txt") in dialog.told.text()


def test_a_fault_that_nobody_saw_waits_for_the_next_start(
    ui: Ui, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    file = CrashFile.begin()
    assert file is not None
    made = Faults(lambda: ui, file=file)
    made.install()
    try:
        _fault("planted")
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    (path,) = folder().glob("*.txt")
    assert "LookupError: planted" in path.read_text("utf-8")
    qtbot.waitUntil(lambda: made.dialog is not None)
    assert list(crashes()) == []  # the program still runs
    assert made.dialog is not None
    QTest.mouseClick(buttons(made.dialog)["Close"], Qt.MouseButton.LeftButton)
    assert path.read_text("utf-8") == ""  # it was seen
    made.remove()
    file.end()
    assert list(folder().iterdir()) == []


def left_behind(name: str, text: str) -> Path:
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / name
    path.write_text(text, "utf-8")
    return path


def test_reports_are_offered_one_by_one_until_they_are_removed(ui: Ui, qtbot: QtBot) -> None:
    kept = left_behind("1.txt", "Fatal Python error: Aborted")
    gone = left_behind("2.txt", "Traceback: second")
    killed = left_behind("3.txt", "Permission Checkup 0.1.0")
    made = Faults(lambda: ui)
    made.offer_crashes()
    for sign, answer in (("Aborted", "Ask me again"), ("second", "Remove this report")):
        dialog = made.dialog
        assert isinstance(dialog, CrashDialog)
        assert sign in dialog.report.toPlainText()
        QTest.mouseClick(buttons(dialog)[answer], Qt.MouseButton.LeftButton)
    assert made.dialog is None
    assert [path.exists() for path in (kept, gone, killed)] == [True, False, False]


def test_a_fault_is_shown_after_the_older_report_that_is_open(
    ui: Ui, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    left_behind("1.txt", "Fatal Python error: Aborted")
    made = Faults(lambda: ui)
    made.install()
    made.offer_crashes()
    thread = threading.Thread(target=_fault, args=("meanwhile",))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(made._waiting))
    assert isinstance(made.dialog, CrashDialog)
    QTest.mouseClick(buttons(made.dialog)["Remove this report"], Qt.MouseButton.LeftButton)
    assert isinstance(made.dialog, FaultDialog)
    assert "meanwhile" in made.dialog.report.toPlainText()
    made.remove()
    made.dialog.close()


def test_a_start_is_not_kept_back_by_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert CrashFile.begin() is None
    assert list(crashes()) == []
