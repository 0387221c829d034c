"""A person opens the window with the demo phone and looks around: the whole program, offscreen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from db.store import Store
from gui.app import Options, Program
from gui.pages import (
    APPS,
    COMPANIES,
    COMPARE,
    CONNECT,
    HISTORY,
    OVERVIEW,
    PHONES,
    SETTINGS,
    entries,
)
from gui.preferences import LANGUAGE, STAY, TEXT_SIZE, THEME
from gui.tokens import Mode
from gui.tray import Tray
from gui.widgets.check_progress import CheckProgress
from gui.widgets.finding_card import FindingCard
from tests.journeys.conftest import MakeProgram
from tests.unit.gui.shown import texts

PATIENCE_MS = 60_000


@pytest.fixture
def program(make_program: MakeProgram, tmp_path: Path, qtbot: QtBot) -> Program:
    """The window with the demo phone, after the check that starts by itself."""
    made = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True, language="en"))
    _wait_for_check(made, qtbot, 1)
    return made


def _bar(program: Program) -> CheckProgress:
    (bar,) = program.window.pages.overview.progress.bars.values()
    return bar


def _wait_for_check(program: Program, qtbot: QtBot, number: int) -> None:
    def shown() -> bool:
        found = program.services.shown
        return found is not None and found.info.id == number and not program.services.checking

    qtbot.waitUntil(shown, timeout=PATIENCE_MS)


def test_the_first_check_starts_by_itself_and_the_second_says_what_is_new(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    window = program.window
    assert window.page == OVERVIEW
    assert "first check" in window.pages.overview.title.text()
    QTest.keyClick(window, Qt.Key.Key_F5)
    _wait_for_check(program, qtbot, 2)
    shown = program.services.shown
    assert shown is not None
    assert shown.news > 0
    assert str(shown.news) in window.pages.overview.title.text()
    cards = window.pages.overview.findChildren
    qtbot.waitUntil(lambda: len(cards(FindingCard)) == shown.news)
    with Store.open(tmp_path / "demo.sqlite") as store:
        assert [info.source for info in store.snapshots()] == ["demo", "demo"]


def test_from_a_finding_to_the_app_s_details(program: Program, qtbot: QtBot) -> None:
    window = program.window
    window.check_now()
    _wait_for_check(program, qtbot, 2)
    shown = program.services.shown
    assert shown is not None
    wanted = shown.highlights[0]
    window.pages.overview.app_asked.emit(wanted.user, wanted.package)
    assert window.page == APPS
    current = window.pages.apps.table.currentIndex()
    assert window.pages.apps.model.row_at(current.row()).key == (wanted.user, wanted.package)
    told = texts(window.pages.apps.details).replace("\N{ZERO WIDTH SPACE}", "")
    assert wanted.package in told


def test_the_keyboard_reaches_every_page_and_the_search(program: Program) -> None:
    window = program.window
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.page == APPS
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.page == OVERVIEW
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.page == APPS
    before = window.pages.apps.model.rowCount()
    QTest.keyClicks(window.pages.apps.search, "tencent")
    found = [window.pages.apps.model.row_at(n) for n in range(window.pages.apps.model.rowCount())]
    assert 0 < len(found) < before
    assert all("tencent" in row.search for row in found)


def test_cancelling_keeps_the_check_before(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    window = program.window
    with qtbot.waitSignal(program.services.failed, timeout=PATIENCE_MS):
        QTest.mouseClick(window.pages.overview.check, Qt.MouseButton.LeftButton)
        QTest.mouseClick(_bar(program).cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not program.services.checking, timeout=PATIENCE_MS)
    assert window.pages.overview.check.isEnabled()
    assert program.services.shown is not None
    assert program.services.shown.info.id == 1
    with Store.open(tmp_path / "demo.sqlite") as store:
        assert len(store.snapshots()) == 1


def test_leaving_the_demo_leads_to_the_person_s_own_phones(program: Program, qtbot: QtBot) -> None:
    window = program.window
    window.pages.overview.leave_demo_asked.emit()
    qtbot.waitUntil(lambda: window.page == CONNECT, timeout=PATIENCE_MS)
    assert not program.services.demo
    assert not window.sidebar.isVisible()


def test_the_next_start_shows_the_last_check_at_once(
    program: Program, make_program: MakeProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    program.window.close()
    program.stop()
    again = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True, language="en"))
    _wait_for_check(again, qtbot, 1)
    assert again.window.page == OVERVIEW


def test_another_language_while_it_runs_keeps_page_place_and_choice(
    program: Program, qtbot: QtBot
) -> None:
    before = program.window
    before.resize(1100, 700)
    before.open_page(APPS)
    before.pages.apps.choose_app(0, "com.tencent.mm")
    before.open_page(SETTINGS)
    before.pages.settings.language.setFocus()
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "zh-CN")
    window = program.window
    assert window is not before
    assert before.isHidden()
    assert window.isVisible()
    assert window.page == SETTINGS
    assert (window.width(), window.height()) == (1100, 700)
    assert window.focusWidget() is window.pages.settings.language
    window.open_page(APPS)
    apps = window.pages.apps
    assert apps.model.row_at(apps.table.currentIndex().row()).key == (0, "com.tencent.mm")
    assert apps.model.row_at(apps.table.currentIndex().row()).label == "微信"
    window.check_now()
    _wait_for_check(program, qtbot, 2)
    assert window.page == APPS
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "en")
    assert program.window.page == APPS
    assert program.window.windowTitle() == "Permission Checkup"


def test_another_language_keeps_the_chosen_checks_and_what_was_looked_through(
    program: Program, qtbot: QtBot
) -> None:
    for number in (2, 3):
        program.window.check_now()
        _wait_for_check(program, qtbot, number)
    program.window.open_page(PHONES)
    page = program.window.pages.phones
    qtbot.waitUntil(lambda: page.checks.rowCount() == 3, timeout=PATIENCE_MS)
    page.choose_checks([1, 3])
    page.buttons["verify"].click()
    qtbot.waitUntil(lambda: bool(page.told.text()), timeout=PATIENCE_MS)
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "zh-CN")
    page = program.window.pages.phones
    qtbot.waitUntil(lambda: [info.id for info in page.chosen] == [1, 3], timeout=PATIENCE_MS)
    assert "3次检查" in page.told.text()
    page.buttons["verify"].click()
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "en")
    page = program.window.pages.phones
    assert page.verifying.isVisibleTo(page)
    qtbot.waitUntil(lambda: "as it was saved: 3 checks" in page.told.text(), timeout=PATIENCE_MS)


def test_the_language_can_be_changed_in_the_middle_of_a_check(
    program: Program, qtbot: QtBot
) -> None:
    program.window.check_now()
    assert program.services.checking
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "zh-CN")
    _wait_for_check(program, qtbot, 2)
    shown = program.services.shown
    assert shown is not None
    assert shown.language == "zh-CN"
    assert "个应用" in program.window.pages.overview.title.text()


def test_a_window_that_makes_way_leaves_no_widget_behind(
    make_program: MakeProgram, tmp_path: Path, qtbot: QtBot
) -> None:
    """Else Python would end them when it collects garbage: on any thread, or while Qt dresses all
    there are, and the whole program would end with them.
    """
    of_others = QApplication.allWidgets()
    program = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True, language="en"))
    _wait_for_check(program, qtbot, 1)
    for entry in entries(program.ui):
        if entry.name != COMPANIES:
            program.window.open_page(entry.name)
    assert program.window.pages.companies.parent() is None
    made = [one for one in QApplication.allWidgets() if one not in of_others]
    assert len(made) > 200
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(LANGUAGE, "zh-CN")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [one for one in made if Shiboken.isValid(one)]
    assert not [(type(one).__name__, one.accessibleName()) for one in left]


def test_colours_and_text_size_change_at_once_and_hold_at_the_next_start(
    program: Program, make_program: MakeProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    window = program.window
    with qtbot.waitSignal(program.theme.changed):
        program.preferences.choose(THEME, Mode.CONTRAST_DARK)
    assert program.window is window
    assert window.grab().toImage().pixelColor(2, 2) == program.theme.colour("sidebar")
    with qtbot.waitSignal(program.rebuilt):
        program.preferences.choose(TEXT_SIZE, "200")
    title = program.window.pages.overview.title
    assert title.fontInfo().pixelSize() == program.theme.pixels("title") > 36
    program.window.open_page(HISTORY)
    program.window.close()
    program.stop()
    again = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True))
    _wait_for_check(again, qtbot, 1)
    assert again.theme.mode is Mode.CONTRAST_DARK
    assert again.theme.text_size == 200
    assert again.window.page == HISTORY


def test_every_step_fits_the_smallest_window(program: Program) -> None:
    window = program.window
    window.resize(window.minimumSize())
    for page in (OVERVIEW, APPS, COMPARE, HISTORY, CONNECT):
        window.open_page(page)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (960, 600), page
        shown = window.stack.currentWidget()
        assert shown is not None
        assert shown.minimumSizeHint().width() <= window.stack.width(), page


def test_any_two_checks_and_the_time_between_them(program: Program, qtbot: QtBot) -> None:
    """Three checks of the demo phone, compared, then one app's history by keyboard alone."""
    window = program.window
    for number in (2, 3):
        window.check_now()
        _wait_for_check(program, qtbot, number)
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.page == COMPARE
    compare = window.pages.compare
    qtbot.waitUntil(lambda: compare.model.rowCount() > 0, timeout=PATIENCE_MS)
    nearest = compare.model.rowCount()
    compare.old.box.setCurrentIndex(2)
    compare.old.box.activated.emit(2)
    qtbot.waitUntil(lambda: compare.model.rowCount() > nearest, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
    rows = [compare.model.row_at(n) for n in range(compare.model.rowCount())]
    checks = {info.taken_at for info in (compare.checks.info_at(n) for n in range(3))}
    assert {at for row in rows for at in row.between} == checks
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.page == HISTORY
    lanes = window.pages.history.lanes
    qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
    QTest.keyClick(lanes, Qt.Key.Key_Down)
    assert lanes.current is not None
    assert "check" in window.pages.history.bounds.text()
    QTest.keyClick(lanes, Qt.Key.Key_T)
    assert window.pages.history.middle.currentWidget() is window.pages.history.table


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", "raise\\(\\)", extend=True)
def test_it_can_begin_in_the_notification_area_where_there_is_one(
    program: Program, make_program: MakeProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = Options(str(tmp_path / "demo.sqlite"), demo=True, hidden=True)
    program.preferences.choose(STAY, "yes")
    assert make_program(hidden).window.isVisible()
    monkeypatch.setattr(Tray.__init__, "__defaults__", (None, lambda: True))
    begun = make_program(hidden)
    assert not begun.window.isVisible()
    begun.tray.window_asked.emit()
    assert begun.window.isVisible()
