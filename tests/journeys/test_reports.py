"""A bug report in place of a phone; what is done by mistake; a database that does not open."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from db.store import Store
from device.demo_phone import StoryPhone
from gui.app import Options, Program
from gui.pages import CONNECT, OVERVIEW, SETTINGS, TROUBLE
from gui.preferences import LANGUAGE
from gui.window import Window
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer

PATIENCE_MS = 60_000


@pytest.fixture
def report(adb_server: AdbServer, demo_phone: StoryPhone, tmp_path: Path) -> Path:
    """What the demo phone answers, saved as androidqf does, in a zip."""
    path = tmp_path / "报告.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, command in {
            "dumpsys_package.txt": "dumpsys package",
            "getprop.txt": "getprop",
            "pm_list_users.txt": "pm list users",
        }.items():
            answer = adb_server.run("-s", demo_phone.address, "shell", command)
            archive.writestr(name, answer.stdout)
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "checks.sqlite"


@pytest.fixture
def program(make_program: MakeProgram, database: Path, qtbot: QtBot) -> Program:
    """The window of somebody who has no check yet."""
    made = make_program(Options(str(database), language="en"))
    qtbot.waitUntil(lambda: made.window.page == CONNECT, timeout=PATIENCE_MS)
    return made


def _drop(window: Window, *places: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(place) for place in places])
    if not places:
        data.setText("words")
    where, button = QPointF(300, 300), Qt.MouseButton.LeftButton
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), copy, data, button, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(where, copy, data, button, none))


def _notice(window: Window) -> str:
    assert window.notices.notice is not None
    return window.notices.notice.text.text()


def test_a_report_that_is_dropped_is_read_as_a_check(
    program: Program, report: Path, database: Path, qtbot: QtBot
) -> None:
    _drop(program.window, str(report))
    assert program.services.checking
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=PATIENCE_MS)
    assert program.window.page == OVERVIEW
    assert program.window.notices.isHidden()
    with Store.open(database) as store:
        (info,) = store.snapshots()
    assert info.source == "files"
    assert info.app_count > 100


def test_a_report_can_be_chosen_by_keyboard(program: Program, report: Path, qtbot: QtBot) -> None:
    QTest.keyClick(program.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = program.window.report_dialog
    assert dialog is not None
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    name = dialog.findChild(QLineEdit)
    assert name is not None
    name.setText(str(report))
    dialog.accept()
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=PATIENCE_MS)


@pytest.mark.parametrize("name", ["picture.png", "nowhere.zip"])
def test_what_is_no_report_is_named_and_loses_nothing(
    program: Program, tmp_path: Path, qtbot: QtBot, name: str
) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with qtbot.waitSignal(program.services.failed, timeout=PATIENCE_MS):
        _drop(program.window, str(tmp_path / name))
    assert name in _notice(program.window)
    assert program.window.page == CONNECT


@pytest.mark.parametrize("places", [(), ("/one.zip", "/two.zip")])
def test_dropping_anything_else_says_what_can_be_dropped(
    program: Program, places: tuple[str, ...]
) -> None:
    _drop(program.window, *places)
    assert "Drop one bug report" in _notice(program.window)
    assert not program.services.checking


def test_a_report_is_not_mixed_with_the_demo(
    make_program: MakeProgram, tmp_path: Path, report: Path, qtbot: QtBot
) -> None:
    program = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True, language="en"))
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=PATIENCE_MS)
    _drop(program.window, str(report))
    assert "demo" in _notice(program.window)
    assert not program.services.checking


def test_an_expected_finding_can_be_taken_back_at_once(
    make_program: MakeProgram, tmp_path: Path, qtbot: QtBot
) -> None:
    program = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True, language="en"))
    services, window = program.services, program.window
    qtbot.waitUntil(lambda: services.shown is not None, timeout=PATIENCE_MS)
    services.check()
    qtbot.waitUntil(lambda: services.shown.info.id == 2, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    assert services.shown is not None
    news = len(services.shown.highlights)
    window.pages.archive.expect(services.shown.highlights[0].changes)
    qtbot.waitUntil(lambda: window.notices.notice is not None, timeout=PATIENCE_MS)
    assert _notice(window) == "Marked as expected."
    qtbot.waitUntil(lambda: len(services.shown.highlights) < news, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(services.shown.highlights) == news, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    assert window.notices.notice is None


def test_a_note_can_be_taken_back(program: Program, report: Path, qtbot: QtBot) -> None:
    services, window = program.services, program.window
    services.read_report(report)
    qtbot.waitUntil(lambda: services.shown is not None, timeout=PATIENCE_MS)

    def note() -> str | None:
        return services.shown.info.note if services.shown else None

    for text in ("first", "second"):
        window.pages.archive.note(1, text)
        qtbot.waitUntil(lambda text=text: note() == text, timeout=PATIENCE_MS)  # type: ignore[misc]
    window.notices.act()
    qtbot.waitUntil(lambda: note() == "first", timeout=PATIENCE_MS)


def test_a_damaged_database_has_a_page_with_two_ways_out(
    make_program: MakeProgram, database: Path, qtbot: QtBot
) -> None:
    database.write_bytes(b"no database" * 1000)
    program = make_program(Options(str(database), language="en"))
    qtbot.waitUntil(lambda: program.window.page == TROUBLE, timeout=PATIENCE_MS)
    assert str(database) in program.window.pages.trouble.text.text()
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "zh-CN")
    window = program.window
    assert window.page == TROUBLE
    assert str(database) in window.pages.trouble.text.text()
    QTest.mouseClick(window.pages.trouble.other, Qt.MouseButton.LeftButton)
    assert window.page == SETTINGS
    assert window.pages.settings.dialog is not None
    window.pages.settings.dialog.reject()
    window.open_page(TROUBLE)
    database.unlink()
    QTest.mouseClick(window.pages.trouble.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.page == CONNECT, timeout=PATIENCE_MS)
