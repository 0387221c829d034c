"""What every table does alike: copying, and columns that stay as the person left them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from gui.ui import Ui
from gui.views.apps import AppsView
from gui.views.compare import CompareView
from gui.views.history import HistoryView
from gui.widgets.tables import CopyRows, row_table
from tests.unit.gui.shown import WECHAT, shown, story


def _view(ui: Ui, qtbot: QtBot, catalogue: Catalogue) -> AppsView:
    made = AppsView(ui)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    made.show_check(shown(*story(), catalogue))
    return made


@pytest.fixture
def view(ui: Ui, qtbot: QtBot, catalogue: Catalogue) -> AppsView:
    return _view(ui, qtbot, catalogue)


def _copied() -> list[list[str]]:
    return [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]


def test_the_chosen_row_is_copied_with_titles_and_states_in_words(view: AppsView) -> None:
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    titles, cells = _copied()
    assert titles[:4] == ["App", "Package", "User", "Calls"]
    assert cells[:4] == ["WeChat", WECHAT, "", "allowed"]


def test_the_menu_copies_a_cell_or_the_whole_table(view: AppsView) -> None:
    view.table.setCurrentIndex(view.model.index(0, 1))
    copying = view.table.findChild(CopyRows)
    assert copying is not None
    menu = copying.make_menu()
    cell, rows, whole = menu.actions()
    cell.trigger()
    assert _copied() == [["Calls: allowed, new"]]
    whole.trigger()
    assert len(_copied()) == 1 + view.model.rowCount()
    rows.trigger()
    assert len(_copied()) == 2
    menu.close()


def test_a_name_with_line_breaks_stays_one_cell(ui: Ui, qtbot: QtBot) -> None:
    model = QStandardItemModel(1, 2)
    model.setItem(0, 0, QStandardItem("one\ttwo\nthree"))
    model.setItem(0, 1, QStandardItem("x"))
    table = row_table(model, "any", 30)
    qtbot.addWidget(table)
    CopyRows(table, ui).copy_all()
    assert _copied() == [["1", "2"], ["one two three", "x"]]


def test_order_filter_and_width_are_as_they_were_left(
    view: AppsView, ui: Ui, qtbot: QtBot, catalogue: Catalogue
) -> None:
    header = view.table.horizontalHeader()
    edge = QPoint(header.sectionViewportPosition(2) - 1, header.height() // 2)
    before = header.sectionSize(1)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(header.viewport(), left, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(15, 0))
    QTest.mouseMove(header.viewport(), edge + QPoint(31, 0))
    QTest.mouseRelease(header.viewport(), left, pos=edge + QPoint(31, 0))
    assert header.sectionSize(1) > before
    view.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    QTest.mouseClick(view.chips["calls"], left)
    again = _view(ui, qtbot, catalogue)
    new = again.table.horizontalHeader()
    assert new.sectionSize(1) == header.sectionSize(1)
    assert (new.sortIndicatorSection(), new.sortIndicatorOrder()) == (
        0,
        Qt.SortOrder.DescendingOrder,
    )
    assert again.chips["calls"].isChecked()
    assert again.model.rowCount() == view.model.rowCount() < 4


def test_the_details_stay_as_wide_as_they_were_made(
    view: AppsView, ui: Ui, qtbot: QtBot, catalogue: Catalogue
) -> None:
    view.split.setSizes([500, 500])
    view.split.splitterMoved.emit(500, 1)
    again = _view(ui, qtbot, catalogue)
    assert again.split.sizes() == view.split.sizes()


def test_filters_of_the_other_pages_are_kept(ui: Ui, qtbot: QtBot) -> None:
    compare, history = CompareView(ui), HistoryView(ui)
    for made in (compare, history):
        qtbot.addWidget(made)
    compare.chips["silent"].click()
    compare.orders["access"].click()
    history.kinds["access"].click()
    again, history_again = CompareView(ui), HistoryView(ui)
    for made in (again, history_again):
        qtbot.addWidget(made)
    assert again.chips["silent"].isChecked()
    assert again.model.by_access
    assert history_again.kinds["access"].isChecked()


@pytest.mark.parametrize("damaged", ["99 down", "x", "-7 up", ""])
def test_damaged_memories_of_a_table_are_forgotten(
    ui: Ui, qtbot: QtBot, catalogue: Catalogue, damaged: str
) -> None:
    ui.preferences.remember("apps/sort", damaged)
    ui.preferences.remember("apps/filter", "no-such-filter")
    ui.preferences.remember("apps/split-Horizontal", "x9")
    ui.preferences.remember_state("apps/columns-en-100", QByteArray(b"\x00\xff" * 60))
    made = _view(ui, qtbot, catalogue)
    assert made.model.rowCount() == 4
    assert made.model.row_at(0).app.package == WECHAT
    assert made.table.columnWidth(1) > 40
