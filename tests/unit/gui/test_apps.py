"""The page of apps: search, chips, selection and details."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import Action, ActionKind, Deed, Op, Part
from gui.models.rows import Shown
from gui.ui import Ui
from gui.views.apps import AppsView
from tests.builders import NOON, app, snapshot
from tests.unit.gui.shown import (
    ALIPAY,
    NEWCOMER,
    WECHAT,
    build,
    first,
    shown,
    story,
    texts,
    unread_shared,
    visible,
)


@pytest.fixture
def view(ui: Ui, qtbot: QtBot, catalogue: Catalogue) -> AppsView:
    made = AppsView(ui)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    made.show_check(shown(*story(), catalogue))
    return made


def _chosen(view: AppsView) -> str:
    return view.model.row_at(view.table.currentIndex().row()).app.package


def _details(view: AppsView) -> str:
    return texts(view.details)


def test_the_first_app_is_open_at_once(view: AppsView) -> None:
    assert _chosen(view) == WECHAT
    assert "New · allowed" in _details(view)


def test_chips_count_and_filter(view: AppsView) -> None:
    visible = [chip.text() for chip in view.chips.values() if chip.isVisible()]
    assert visible == [
        "All 4",
        "New access 2",
        "Calls 1",
        "Messages 0",
        "Location 1",
        "Always location 0",
        "No store 1",
    ]
    QTest.mouseClick(view.chips["no-store"], Qt.MouseButton.LeftButton)
    assert view.model.rowCount() == 1
    assert _chosen(view) == NEWCOMER


def test_a_kind_without_a_chip_gets_one_while_it_is_chosen(view: AppsView) -> None:
    assert not view.chips["camera"].isVisible()
    view.choose_filter("camera")
    assert view.chips["camera"].isVisible()
    assert view.chips["camera"].isChecked()
    view.choose_filter("all")
    assert not view.chips["camera"].isVisible()


def test_typing_searches_and_nothing_found_offers_a_way_back(view: AppsView) -> None:
    QTest.keyClicks(view.search, "alip")
    assert _chosen(view) == ALIPAY
    QTest.keyClicks(view.search, "zzz")
    assert not view.table.isVisible()
    assert "Choose an app" in _details(view)
    QTest.mouseClick(view.show_all, Qt.MouseButton.LeftButton)
    assert view.table.isVisible()
    assert view.model.rowCount() == 4


def test_the_chosen_app_outlives_a_search_and_the_next_check(
    view: AppsView, catalogue: Catalogue
) -> None:
    view.choose_app(0, ALIPAY)
    view.search.setText("wechat")
    assert _chosen(view) == WECHAT
    view.search.clear()
    assert _chosen(view) == ALIPAY
    _, new = story()
    view.show_check(shown(new, snapshot(*new.apps[1:], day=9), catalogue))
    assert _chosen(view) == ALIPAY


def test_several_chosen_apps_outlive_the_next_check(view: AppsView, catalogue: Catalogue) -> None:
    build(view)
    flags = QItemSelectionModel.SelectionFlag
    for number in range(3):
        index = view.model.index(number, 0)
        view.table.selectionModel().select(index, flags.Select | flags.Rows)
    chosen = view.chosen()
    assert len(chosen) == 3
    old, new = story()
    view.show_check(shown(old, new, catalogue))
    assert view.chosen() == chosen
    build(view)
    assert view.details.acting is not None
    assert "3" in view.details.acting.take.text()


def test_what_was_done_waits_until_the_details_stand(view: AppsView) -> None:
    view.choose_app(0, ALIPAY)
    assert view.details.acting is None
    action = Action(ActionKind.REVOKE, 0, ALIPAY, "android.permission.CAMERA")
    view.details.show_deeds((0, ALIPAY), [Deed(action, NOON, held=True)])
    assert "What you changed" in _details(view)


def test_arrows_move_through_the_apps(view: AppsView) -> None:
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    assert _chosen(view) == NEWCOMER
    assert NEWCOMER in _details(view)


def test_a_header_sorts_and_lets_go_again(view: AppsView) -> None:
    header = view.table.horizontalHeader()
    usual = [view.model.row_at(number).label for number in range(4)]
    place = QPoint(header.sectionViewportPosition(0) + 20, 15)

    def after_click() -> list[str]:
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        return [view.model.row_at(number).label for number in range(4)]

    assert after_click() == sorted(usual, key=str.lower)
    assert after_click() == sorted(usual, key=str.lower, reverse=True)
    assert after_click() == usual


def test_details_tell_states_origin_and_permissions(view: AppsView) -> None:
    view.choose_app(0, ALIPAY)
    told = _details(view)
    for words in ("Alipay", "From Google Play", "Messages", "refused", "Read text messages"):
        assert words in told
    assert "Not from a store" not in told


def test_the_phone_s_own_words_are_one_click_further(
    ui: Ui, view: AppsView, catalogue: Catalogue
) -> None:
    made = app("READ_SMS+ USER_SET GRANTED_BY_ROLE", package=WECHAT, ops=["READ_SMS=ignore"])
    assert made.ops == (Op("READ_SMS", "ignore"),)
    view.show_check(first(snapshot(made), catalogue))
    build(view)
    assert view.details.technical is not None
    assert not view.details.technical.text.isVisible()
    buttons = {button.text(): button for button in visible(view.details, QPushButton)}
    QTest.mouseClick(buttons["Technical details"], Qt.MouseButton.LeftButton)
    assert view.details.technical.text.isVisible()
    told = view.details.technical.text.toPlainText()
    assert "android.permission.READ_SMS" in told
    assert "granted=true [USER_SET GRANTED_BY_ROLE], refused" in told
    assert "op READ_SMS: mode ignore" in told


def test_details_say_what_was_not_read(view: AppsView, catalogue: Catalogue) -> None:
    made = snapshot(unread_shared(), unread=[Part.SHARED_USERS, Part.ROLES])
    view.show_check(first(made, catalogue))
    told = _details(view)
    assert "What this app may do was not read in this check, so it is unknown." in told
    assert "Unknown, since this was not read: the default apps." in told


def test_special_access_is_listed(view: AppsView, catalogue: Catalogue) -> None:
    made = app(package=WECHAT, special=["notification_listener", "overlay"])
    view.show_check(first(snapshot(made), catalogue))
    told = _details(view)
    assert "Notifications of all apps" in told
    assert "On top of other apps" in told


@pytest.mark.parametrize(("width", "columns"), [(752, 4), (1072, 7)])
def test_a_narrow_window_keeps_calls_messages_and_location(
    view: AppsView, qtbot: QtBot, width: int, columns: int
) -> None:
    view.resize(width, 600)
    qtbot.wait(1)
    hidden = [n for n in range(view.model.columnCount()) if view.table.isColumnHidden(n)]
    assert view.model.columnCount() - len(hidden) == columns
    assert view.table.columnWidth(0) >= 150
    assert view.details.geometry().right() <= view.rect().right()


def test_five_thousand_apps_are_filtered_in_the_model(ui: Ui, catalogue: Catalogue) -> None:
    """No time is asserted; that rows are not touched one by one is what keeps it quick."""
    made = [app("CAMERA+", package=f"org.example.app{number}") for number in range(5000)]
    found: Shown = first(snapshot(*made), catalogue)
    view = AppsView(ui)
    view.show_check(found)
    resets: list[int] = []
    view.model.modelReset.connect(lambda: resets.append(1))
    view.search.setText("app4999")
    assert view.model.rowCount() == 1
    assert len(resets) == 1
    view.deleteLater()
