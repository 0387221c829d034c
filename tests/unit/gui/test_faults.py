"""Faults of the program reach the person, on the main thread, one at a time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.faults import Faults
from gui.ui import Ui


@pytest.fixture
def faults(ui: Ui) -> Iterator[Faults]:
    made = Faults(ui)
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
    made = Faults(ui)
    made.install()
    assert sys.excepthook is not before[0]
    made.remove()
    assert (sys.excepthook, threading.excepthook) == before
