"""From the first start to an export and the next start, at a real display.

``test_at_a_display.py`` runs it in a process of its own, where Qt draws on an X server. The mouse
goes to places on the screen, the keys to whatever has the focus.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from db.store import Store
from device.demo_phone import Authorization, StoryPhone
from gui.app import Options, Program
from gui.pages import APPS, COMPARE, CONNECT, HISTORY, OVERVIEW, SETTINGS
from gui.tokens import Mode
from gui.widgets.dialogs import TextQuestion
from gui.widgets.finding_card import FindingCard
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer

PATIENCE_MS = 60_000
_Key = Qt.Key
_CONTROL, _NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
_W = TypeVar("_W", bound=QWidget)


class Person:
    """Has a mouse, a keyboard, and eyes for what is on the screen."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self._qtbot = qtbot

    def waits(self, until: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(until()), timeout=PATIENCE_MS)

    def clicks(self, target: QWidget, at: QPoint | None = None) -> None:
        """At a place of ``target``, its middle if not told, which must not lie below another."""
        self.waits(target.isVisible)
        window = target.window()
        place = target.mapTo(window, at or target.rect().center())
        hit = window.childAt(place)
        assert hit is not None
        assert hit is target or target.isAncestorOf(hit), f"{hit} lies above {target}"
        QTest.mouseClick(window.windowHandle(), Qt.MouseButton.LeftButton, _NONE, place)

    def presses(self, *keys: Qt.Key, control: bool = False) -> None:
        for key in keys:
            QTest.keyClick(self._focused(), key, _CONTROL if control else _NONE)

    def types(self, text: str) -> None:
        """Small letters and blanks only."""
        self.presses(*(Qt.Key(ord(letter.upper())) for letter in text))

    def _focused(self) -> QWindow:
        if not self._is_focused():
            # No window manager is there to give the focus back when a dialog is closed.
            self.program.window.activateWindow()
            self.waits(self._is_focused)
        return QApplication.focusWindow()

    def _is_focused(self) -> bool:
        focused = QApplication.focusWindow()
        return focused is not None and focused.isVisible()

    def sees(self, kind: type[_W], text: str = "") -> _W:
        """The first on the screen of a kind, with a text on it."""
        found: list[_W] = []

        def look() -> bool:
            found[:] = [
                one
                for window in QApplication.topLevelWidgets()
                for one in (window, *window.findChildren(QWidget))
                if isinstance(one, kind) and one.isVisible() and text in _text(one)
            ]
            return bool(found)

        self.waits(look)
        return found[0]

    def has_checked(self, number: int) -> None:
        services = self.program.services
        self.waits(lambda: services.shown and services.shown.info.id == number)
        self.waits(lambda: not services.busy)


def _text(widget: QWidget) -> str:
    return str(widget.text()) if isinstance(widget, QLabel | QPushButton | QRadioButton) else ""


@pytest.fixture
def start(make_program: MakeProgram, tmp_path: Path, qtbot: QtBot) -> Callable[[], Person]:
    def start() -> Person:
        program = make_program(Options(str(tmp_path / "checks.sqlite")))
        program.window.activateWindow()
        qtbot.waitUntil(program.window.isActiveWindow, timeout=PATIENCE_MS)
        return Person(program, qtbot)

    return start


def test_from_the_first_start_to_an_export_and_the_next_start(
    start: Callable[[], Person], adb_server: AdbServer, tmp_path: Path
) -> None:
    assert QApplication.platformName() == "xcb"
    person = start()
    with StoryPhone(authorization=Authorization.ASK) as phone:
        _connects(person, adb_server, phone)
        _checks_again(person, phone)
        _opens_a_finding(person)
        _expects_it_and_does_not(person)
        _compares_and_takes_a_note(person, tmp_path / "checks.sqlite")
        _reads_a_history_with_the_keyboard(person)
        _speaks_chinese_in_the_dark(person)
        _exports(person, tmp_path / "变化.xlsx")
        place = _moves_and_quits(person)
        adb_server.forget(phone.address)
    again = start()
    again.has_checked(2)
    window = again.program.window
    assert window.geometry() == place
    assert window.page == COMPARE
    assert again.program.theme.mode is Mode.DARK
    assert window.windowTitle() == "权限体检"


def _connects(person: Person, server: AdbServer, phone: StoryPhone) -> None:
    """Nothing is plugged in, the phone asks, the person allows it and lets it be checked."""
    window = person.program.window
    person.waits(lambda: window.page == CONNECT)
    person.sees(QLabel, "Plug in the cable")
    server.connect(phone.address)
    person.sees(QLabel, "Tap “Allow” on the phone")
    phone.authorize()
    person.waits(lambda: _offers(person))
    person.clicks(_offers(person)[0])
    person.has_checked(1)
    assert window.page == OVERVIEW
    person.sees(QLabel, "The first check is done")


def _offers(person: Person) -> list[QPushButton]:
    step = person.program.window.pages.connecting.steps[2]
    found = step.findChildren(QPushButton)
    return [one for one in found if one.property("serial") and one.isVisible()]


def _checks_again(person: Person, phone: StoryPhone) -> None:
    phone.state = 2
    person.presses(_Key.Key_F5)
    person.has_checked(2)
    person.sees(QLabel, "4 apps gained access to calls, messages or location")
    person.waits(lambda: len(person.program.window.findChildren(FindingCard)) == 4)


def _opens_a_finding(person: Person) -> None:
    window = person.program.window
    card = person.sees(FindingCard)
    person.clicks(card.show_app)
    assert window.page == APPS
    index = window.pages.apps.table.currentIndex()
    assert window.pages.apps.model.row_at(index.row()).key == card.app.key
    assert person.sees(QLabel, card.app.label)
    person.presses(_Key.Key_1, control=True)
    assert window.page == OVERVIEW


def _expects_it_and_does_not(person: Person) -> None:
    """The finding goes, and Ctrl+Z brings it back."""
    person.clicks(person.sees(FindingCard).expect)
    person.sees(QLabel, "3 apps gained access")
    person.sees(QPushButton, "Undo")
    person.presses(_Key.Key_Z, control=True)
    person.sees(QLabel, "4 apps gained access")
    person.waits(lambda: not person.program.services.busy)


def _compares_and_takes_a_note(person: Person, database: Path) -> None:
    person.presses(_Key.Key_3, control=True)
    page = person.program.window.pages.compare
    person.waits(lambda: page.model.rowCount() > 10)
    cell = page.table.visualRect(page.model.index(2, 0)).center()
    person.clicks(page.table.viewport(), cell)
    row = page.model.row_at(2)
    person.sees(QLabel, row.face.label)
    person.clicks(page.new.more)
    person.waits(page.new.menu.isVisible)
    actions = [one.text() for one in page.new.menu.actions() if not one.isSeparator()]
    downs = [_Key.Key_Down] * (actions.index("Add a note…") + 1)
    person.presses(*downs, _Key.Key_Return)
    question = person.sees(TextQuestion)
    person.waits(question.isActiveWindow)
    person.types("after the update of alipay")
    person.presses(_Key.Key_Tab, _Key.Key_Return)
    person.waits(lambda: page.new.info is not None and page.new.info.note)
    with Store.open(database) as store:
        assert store.snapshots()[-1].note == "after the update of alipay"


def _reads_a_history_with_the_keyboard(person: Person) -> None:
    window = person.program.window
    person.presses(_Key.Key_4, control=True)
    assert window.page == HISTORY
    page = window.pages.history
    person.waits(lambda: not person.program.services.busy and page.lanes.isVisible())
    while QApplication.focusWidget() is not page.lanes:
        person.presses(_Key.Key_Tab)
    person.presses(_Key.Key_Down, _Key.Key_Right)
    assert page.lanes.current is not None
    assert "check" in page.bounds.text()
    person.presses(_Key.Key_T)
    person.waits(page.table.isVisible)


def _speaks_chinese_in_the_dark(person: Person) -> None:
    settings = person.program.window.pages.settings
    person.clicks(person.sees(QPushButton, "Settings"))
    _chooses(person, settings.language, "zh-CN")
    person.waits(lambda: person.program.window.windowTitle() == "权限体检")
    window = person.program.window
    assert window.page == SETTINGS
    _chooses(person, window.pages.settings.theme, Mode.DARK)
    person.waits(lambda: person.program.theme.mode is Mode.DARK)
    person.waits(lambda: QApplication.activePopupWidget() is None)
    ground = person.program.theme.colour("sidebar")
    person.waits(lambda: window.grab().toImage().pixelColor(2, 2) == ground)


def _chooses(person: Person, field: QComboBox, value: str) -> None:
    """Opens the list with the mouse and goes to the entry with the arrows."""
    person.clicks(field)
    person.waits(field.view().isVisible)
    person.presses(_Key.Key_Home, *[_Key.Key_Down] * field.findData(value), _Key.Key_Return)


def _exports(person: Person, path: Path) -> None:
    """All changes as a workbook, which another program's reader opens."""
    window = person.program.window
    person.presses(_Key.Key_3, control=True)
    person.waits(lambda: window.pages.compare.model.rowCount() > 10)
    rows = window.pages.compare.model.rowCount()
    person.presses(_Key.Key_E, control=True)
    person.clicks(person.sees(QRadioButton, "Excel"), QPoint(12, 12))
    person.clicks(person.sees(QPushButton, "另存为…"))
    files = person.sees(QFileDialog)
    person.waits(files.isActiveWindow)
    name = files.findChild(QLineEdit)
    assert name is not None
    assert QApplication.focusWidget() is name
    person.presses(_Key.Key_A, control=True)
    QApplication.clipboard().setText(str(path))
    person.presses(_Key.Key_V, control=True)
    person.presses(_Key.Key_Return)
    person.sees(QLabel, f"已写入：{path.name}")
    person.presses(_Key.Key_Escape)
    book = openpyxl.load_workbook(path, read_only=True)
    read = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    assert len(read) == rows + 1
    assert "支付宝" in {cell for line in read for cell in line}


def _moves_and_quits(person: Person) -> object:
    window = person.program.window
    window.setGeometry(120, 90, 1180, 740)
    person.waits(lambda: window.geometry().width() == 1180)
    place = window.geometry()
    person.presses(_Key.Key_Q, control=True)
    person.waits(lambda: not window.isVisible())
    person.program.stop()
    return place
