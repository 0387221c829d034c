"""What the window makes of what the services tell, without any phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import Phone
from audit.wording import Wording
from db.store import Store
from device.errors import CancelledError, DisconnectedError, NoAdbError
from gui.models.phone_lines import phone_name
from gui.pages import APPS, COMPARE, CONNECT, HELP, HISTORY, OVERVIEW, TROUBLE
from gui.services import Services
from gui.sources import OwnSource
from gui.theme import Theme
from gui.ui import Ui
from gui.views.about import AboutDialog
from gui.views.weekly_dialog import WeeklyDialog
from gui.widgets.notice import Notice
from gui.window import Window
from tests.builders import app, snapshot
from tests.phones import AdbServer

PATIENCE_MS = 30_000
CATALOGUE = Catalogue.load()
CALLS = "READ_CALL_LOG+ USER_SET"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "checks.sqlite"


@pytest.fixture
def window(
    adb_server: AdbServer, qtbot: QtBot, database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    wording = Wording("en", CATALOGUE)
    services = Services(wording, lambda _demo: OwnSource(CATALOGUE, database))
    made = Window(Ui(wording, Theme()), services)
    qtbot.addWidget(made)
    made.show()
    yield made
    services.stop()
    made.close()


def _open(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window._services.open(demo=False)


def _save_two_checks(database: Path) -> None:
    with Store.open(database) as store:
        store.save(snapshot(app("READ_CALL_LOG- USER_SET"), app(package="com.example.other")))
        store.save(snapshot(app(CALLS), app(package="com.example.other"), day=1))


def _notices(window: Window) -> list[Notice]:
    QApplication.processEvents()
    return [one for one in window.findChildren(Notice) if one.isVisible()]


def test_without_a_check_the_page_about_connecting_opens(window: Window, qtbot: QtBot) -> None:
    _open(window, qtbot)
    assert window.page == CONNECT
    assert not window.sidebar.isVisible()
    window.open_page(APPS)
    assert window.page == CONNECT


def test_saved_checks_open_on_what_is_new(window: Window, qtbot: QtBot, database: Path) -> None:
    _save_two_checks(database)
    _open(window, qtbot)
    assert window.page == OVERVIEW
    assert window.pages.overview.title.text().startswith("1 app gained access")
    entry = next(
        one for one in window.sidebar.findChildren(QPushButton) if one.property("page") == OVERVIEW
    )
    assert entry.accessibleName() == "Overview, 1 app with new access"
    assert window.sidebar.phone.accessibleName().startswith("Maker Phone, Not connected")


def test_checking_without_a_phone_says_how_to_connect_one(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    _save_two_checks(database)
    _open(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert window.page == CONNECT
    QTest.mouseClick(window.pages.connecting.back, Qt.MouseButton.LeftButton)
    assert window.page == OVERVIEW


def test_a_failed_check_is_told_until_it_is_closed(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    _save_two_checks(database)
    _open(window, qtbot)
    window._services.failed.emit(DisconnectedError())
    (notice,) = _notices(window)
    assert notice.property("tone") == "red"
    assert "Check the cable" in notice.text.text()
    QTest.mouseClick(notice.close_button, Qt.MouseButton.LeftButton)
    assert not _notices(window)


def test_a_cancelled_check_is_no_alarm(window: Window, qtbot: QtBot) -> None:
    _open(window, qtbot)
    window._services.failed.emit(CancelledError())
    (notice,) = _notices(window)
    assert notice.property("tone") == "accent"


def test_a_missing_adb_is_told_on_the_page_about_connecting(window: Window, qtbot: QtBot) -> None:
    window.open_page(CONNECT)  # nothing looks for phones yet, which would say that all is well
    window._services.trouble.emit(NoAdbError())
    (notice,) = _notices(window)
    assert "ADBUTILS_ADB_PATH" in notice.text.text()
    window._services.trouble.emit(None)
    assert not _notices(window)


def test_a_damaged_database_leaves_a_way_to_try_again(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    database.write_bytes(b"no database" * 1000)
    with qtbot.waitSignal(window._services.failed, timeout=PATIENCE_MS):
        window._services.open(demo=False)
    assert window.page == TROUBLE
    database.unlink()
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        QTest.mouseClick(window.pages.trouble.retry, Qt.MouseButton.LeftButton)


def test_all_controls_have_a_name_for_screen_readers(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    _save_two_checks(database)
    _open(window, qtbot)
    for page in (OVERVIEW, APPS, COMPARE, HISTORY, CONNECT):
        window.open_page(page)
        QApplication.processEvents()
        for kind in (QPushButton, QLineEdit, QComboBox, QTableView):
            for one in window.findChildren(kind):
                if one.isVisible():
                    assert one.accessibleName(), f"{page}: {one!r}"


@pytest.mark.parametrize(
    ("maker", "model", "name"),
    [
        ("Xiaomi", "Mi 13", "Xiaomi Mi 13"),
        ("HUAWEI", "HUAWEI P30", "HUAWEI P30"),
        (None, "Pixel 8", "Pixel 8"),
        ("Google", None, "Google"),
        (None, None, ""),
    ],
)
def test_a_phone_is_called_by_maker_and_model(
    maker: str | None, model: str | None, name: str
) -> None:
    assert phone_name(Phone("S", maker, model)) == name


def test_help_opens_at_the_page_it_is_asked_on_and_leads_back(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    _save_two_checks(database)
    _open(window, qtbot)
    for name, title in ((APPS, "Apps"), (HISTORY, "History"), (OVERVIEW, "Overview")):
        window.open_page(name)
        QTest.keyClick(window, Qt.Key.Key_F1)
        assert window.page == HELP
        assert window.pages.help.list.currentItem().text() == title
        QTest.keyClick(window.pages.help.search, Qt.Key.Key_Escape)
        assert window.page == name


def test_help_is_there_before_the_first_check(window: Window, qtbot: QtBot) -> None:
    _open(window, qtbot)
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert window.pages.help.list.currentItem().text() == "Connecting the phone"
    QTest.mouseClick(window.pages.help.back, Qt.MouseButton.LeftButton)
    assert window.page == CONNECT


def test_finding_searches_the_manual_while_it_is_open(window: Window, qtbot: QtBot) -> None:
    _open(window, qtbot)
    window.open_help()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.page == HELP
    assert QApplication.focusWidget() is window.pages.help.search


def test_about_names_the_program_and_its_parts(window: Window, qtbot: QtBot) -> None:
    _open(window, qtbot)
    window.open_help()
    QTest.mouseClick(window.pages.help.about, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(AboutDialog)
    names = [dialog.list.item(number).text() for number in range(dialog.list.count())]
    assert names[0] == "permission-checkup"
    dialog.list.setCurrentRow(names.index("Qt"))
    assert "LGPL-3.0" in dialog.licence.text()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.text.toPlainText()
    dialog.accept()


def test_the_overview_leads_to_the_weekly_sheet(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    _save_two_checks(database)
    _open(window, qtbot)
    QTest.mouseClick(window.pages.overview.weekly, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.findChildren(WeeklyDialog)), timeout=PATIENCE_MS)
    (dialog,) = window.findChildren(WeeklyDialog)
    assert "Can now read your call history." in dialog.paper.accessibleDescription()
    dialog.reject()
