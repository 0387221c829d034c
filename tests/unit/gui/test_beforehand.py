"""What the details of an app say of its kind, of kits in it, and of where it was named."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.ui import Ui
from gui.views.app_details import AppDetails
from tests.builders import app, snapshot
from tests.unit.gui.shown import beforehand, first, texts

BAIDU = "com.baidu.searchbox"


@pytest.fixture
def details(qtbot: QtBot, ui: Ui) -> AppDetails:
    made = AppDetails(ui)
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    return made


def show(details: AppDetails, catalogue: Catalogue, *, package: str = BAIDU, **rest: Any) -> None:
    found = first(snapshot(app("READ_CALL_LOG+", package=package, **rest)), catalogue)
    details.show_app(found.rows[0], found.info)


def test_what_goes_beyond_is_told_with_its_rule(details: AppDetails, catalogue: Catalogue) -> None:
    show(details, catalogue)
    told = texts(details)
    assert "This is taken for a browser" in told
    assert "It can read your call history. This may go beyond what a browser needs" in told
    assert "A function that you start yourself may need it all the same." in told
    assert "Named in public on 2017-12-11" in told


def test_a_person_says_which_kind_it_is(
    details: AppDetails, catalogue: Catalogue, ui: Ui, qtbot: QtBot
) -> None:
    show(details, catalogue)
    choice = beforehand(details).choice
    with qtbot.waitSignal(details.kind_said) as said:
        choice.setCurrentIndex(choice.findText("Maps"))
        choice.activated.emit(choice.currentIndex())
    assert said.args == [BAIDU, 1]
    with qtbot.waitSignal(details.kind_said) as said:
        choice.setCurrentIndex(choice.findText("None of these kinds"))
        choice.activated.emit(choice.currentIndex())
    assert said.args == [BAIDU, None]
    ui.wording.know({BAIDU: 1}, ())
    show(details, catalogue)
    assert "You said that this is a maps app." in texts(details)


def test_the_wheel_scrolls_and_chooses_nothing(
    details: AppDetails, catalogue: Catalogue, qtbot: QtBot
) -> None:
    show(details, catalogue)
    choice = beforehand(details).choice
    point = QPointF(choice.rect().center())
    turned = QWheelEvent(
        point,
        choice.mapToGlobal(point),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(choice, turned)
    assert choice.currentText() == "Browser"


def test_an_app_of_unknown_kind_is_judged_by_no_rule(
    details: AppDetails, catalogue: Catalogue
) -> None:
    show(details, catalogue, package="org.example.one")
    assert beforehand(details).choice.currentText() == "Not known"
    assert "may go beyond" not in texts(details)


def test_kits_are_contained_and_nothing_more(details: AppDetails, catalogue: Catalogue) -> None:
    show(details, catalogue, components=("com.igexin.sdk", "com.qq.e.ads"))
    told = texts(details)
    assert "Push messages: Getui" in told
    assert "Advertising: Tencent Ads (GDT)" in told
    assert "this does not say what it sends" in told
    show(details, catalogue, components=())
    assert "None that this program knows." in texts(details)
    show(details, catalogue)
    assert "What it is made of was not read in this check." in texts(details)


def test_another_language_knows_the_same(catalogue: Catalogue) -> None:
    english, chinese = Wording("en", catalogue), Wording("zh-CN", catalogue)
    english.know({BAIDU: 1}, ())
    chinese.follow(english)
    known = chinese.kind_of(BAIDU)
    assert known is not None
    assert known.by == "person"
