"""The page about time: one app or one kind of access, bars and table alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import State
from audit.wording import Wording
from db.store import Store
from gui.models.history import AppHistory, access_history, app_history, uses_in
from gui.models.rows import Shown
from gui.ui import Ui
from gui.views.history import HistoryView
from tests.builders import NOON
from tests.unit.gui.saved import KEY, life, save_life
from tests.unit.gui.shown import ALIPAY, WECHAT, shown

S = State


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as made:
        save_life(made)
        yield made


@pytest.fixture
def view(ui: Ui, qtbot: QtBot) -> HistoryView:
    made = HistoryView(ui)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    return made


@pytest.fixture
def last(catalogue: Catalogue) -> Shown:
    *_, before, now = life()
    return shown(before, now, catalogue)


def _app(store: Store, catalogue: Catalogue, package: str = WECHAT) -> AppHistory:
    wording = Wording("en", catalogue)
    return app_history(store, key=KEY, user=0, package=package, wording=wording)


def _show(view: HistoryView, store: Store, last: Shown, catalogue: Catalogue) -> AppHistory:
    view.show_check(last)
    view.choose_app(0, WECHAT)
    found = _app(store, catalogue)
    view.show_app(found)
    QApplication.processEvents()
    return found


def test_an_app_has_a_bar_for_every_stretch_and_unknown_is_one(
    store: Store, catalogue: Catalogue
) -> None:
    found = _app(store, catalogue)
    (location,) = (track for track in found.tracks if track.name == "location")
    states = [bar.state for bar in location.bars]
    assert states == [S.WHILE_IN_USE, S.ALLOWED, None, S.ALLOWED, S.WHILE_IN_USE]
    assert [(bar.start - NOON).days for bar in location.bars] == [0, 7, 14, 21, 28]
    assert all(bar.stop >= bar.start for bar in location.bars)
    assert [(event.kind, event.new) for event in found.events] == [("app", "2.0")]
    assert [uses_in(bar, location) for bar in location.bars] == [1, 1, 1, 1, 0]


def test_a_kind_of_access_has_a_lane_for_every_app_that_asked(
    store: Store, catalogue: Catalogue
) -> None:
    wording = Wording("en", catalogue)
    found = access_history(store, key=KEY, access="messages", wording=wording)
    (track,) = found.tracks
    assert (track.title, track.subtitle) == ("Alipay", ALIPAY)
    assert [bar.state for bar in track.bars] == [S.ASK, S.ALLOWED]
    assert access_history(store, key=KEY, access="camera", wording=wording).tracks == ()


def test_the_page_asks_for_the_app_that_has_news(view: HistoryView, qtbot: QtBot) -> None:
    before, now = life()[2:4]
    with qtbot.waitSignal(view.app_wanted) as wanted:
        view.show_check(shown(before, now, view._ui.catalogue))
    assert wanted.args == [0, ALIPAY]
    assert view.subject.currentText() == "Alipay"
    with qtbot.waitSignal(view.access_wanted) as wanted:
        QTest.mouseClick(view.kinds["access"], Qt.MouseButton.LeftButton)
    assert wanted.args == ["location"]
    assert view.subject.currentText() == "Location"


def test_an_app_that_is_gone_has_a_history_too(
    view: HistoryView, last: Shown, qtbot: QtBot
) -> None:
    view.show_check(last)
    with qtbot.waitSignal(view.app_wanted) as wanted:
        view.choose_app(0, "org.example.gone")
    assert wanted.args == [0, "org.example.gone"]
    assert view.subject.currentText() == "org.example.gone"


def test_an_answer_that_comes_too_late_is_not_shown(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    _show(view, store, last, catalogue)
    view.show_app(_app(store, catalogue, ALIPAY))
    assert view.title.text() == "WeChat"


def test_a_bar_tells_the_checks_that_bound_it_and_what_the_phone_said(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    found = _show(view, store, last, catalogue)
    assert view.title.text() == "WeChat"
    assert "5 checks" in view.about.text()
    lane = next(n for n, track in enumerate(found.tracks) if track.name == "location")
    view.lanes.choose(lane, 1)
    assert view.sentence.text() == "Location: allowed all the time"
    times = [view._ui.wording.when(info.taken_at) for info in found.checks]
    for when in times[:3]:
        assert when in view.bounds.text()
    assert "At least 1 use was recorded in this time." in view.bounds.text()
    assert "ACCESS_FINE_LOCATION: granted=true" in view.facts.text()
    view.lanes.choose(lane, 2)
    assert view.sentence.text() == "Location: not read"
    assert view.lanes.accessibleDescription().startswith("Location: not read")


def test_t_turns_bars_into_a_table_and_back_with_the_same_bar(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    found = _show(view, store, last, catalogue)
    view.lanes.setFocus()
    view.lanes.choose(0, 3)
    QTest.keyClick(view.lanes, Qt.Key.Key_T)
    assert view.middle.currentWidget() is view.table
    assert view.table.hasFocus()
    bars = sum(len(track.bars) for track in found.tracks)
    assert view.model.rowCount() == bars + len(found.events)
    current = view.model.row_at(view.table.currentIndex().row())
    assert current.bar is found.tracks[0].bars[3]
    QTest.keyClick(view.table, Qt.Key.Key_Up)
    QTest.keyClick(view.table, Qt.Key.Key_T)
    assert view.middle.currentIndex() == 0
    assert view.lanes.current == (found.tracks[0], found.tracks[0].bars[2])


def test_a_screen_reader_reaches_every_bar_in_the_table(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    _show(view, store, last, catalogue)
    view.turn()
    table = QAccessible.queryAccessibleInterface(view.table)
    names = [table.child(n).text(QAccessible.Text.Name) for n in range(table.childCount())]
    told = [name for name in names if name.startswith("State: ")]
    assert told[:3] == [
        "State: only while in use",
        "State: allowed all the time",
        "State: not read",
    ]
    assert told[-1] == "State: 1.0 → 2.0"


def test_rows_of_the_table_can_be_copied(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    _show(view, store, last, catalogue)
    view.turn()
    view.table.selectAll()
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("What\tState\t")
    assert len(lines) == 1 + view.model.rowCount()
    assert lines[1].startswith("Location\tonly while in use\t")


def test_every_permission_has_a_lane_of_its_own_when_asked(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    found = _show(view, store, last, catalogue)
    QTest.mouseClick(view.tools["details"], Qt.MouseButton.LeftButton)
    assert [drawn.track for drawn in view.lanes._drawn] == list(found.details)
    assert {track.name.rpartition(".")[2] for track in found.details} == {
        "ACCESS_FINE_LOCATION", "ACCESS_BACKGROUND_LOCATION",
    }  # fmt: skip


def test_the_zoom_buttons_reach_from_a_day_to_all(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue
) -> None:
    _show(view, store, last, catalogue)
    whole = view.lanes.seconds
    QTest.mouseClick(view.tools["day"], Qt.MouseButton.LeftButton)
    assert view.lanes.seconds == 86_400
    QTest.mouseClick(view.tools["out"], Qt.MouseButton.LeftButton)
    assert 86_400 < view.lanes.seconds < whole
    QTest.mouseClick(view.tools["all"], Qt.MouseButton.LeftButton)
    assert view.lanes.seconds == whole


@pytest.mark.parametrize("width", [752, 1072])
def test_the_page_fits(
    view: HistoryView, store: Store, last: Shown, catalogue: Catalogue, width: int
) -> None:
    view.resize(width, 600)
    _show(view, store, last, catalogue)
    view.lanes.choose(0, 1)
    view.title.setText("org.example." + "long" * 40)
    QApplication.processEvents()
    assert view.minimumSizeHint().width() <= width
    assert view.minimumSizeHint().height() <= 600
    assert view.middle.height() >= 200
