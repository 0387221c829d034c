"""The overview says what is new, what is not known, and leads on from there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import Part, Problem
from audit.progress import Progress
from gui.models.rows import Shown
from gui.ui import Ui
from gui.views.overview import AlsoChanged, OverviewView
from gui.widgets.finding_card import FindingCard
from gui.widgets.side_cards import ReachRow, TallyRow
from tests.builders import app, snapshot
from tests.unit.gui.shown import WECHAT, first, shown, story, texts, unread_shared, visible


@pytest.fixture
def view(ui: Ui, qtbot: QtBot) -> OverviewView:
    made = OverviewView(ui)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    return made


@pytest.fixture
def news(catalogue: Catalogue) -> Shown:
    return shown(*story(), catalogue)


def test_news_are_one_card_an_app(view: OverviewView, news: Shown) -> None:
    view.show_check(news)
    assert view.title.text() == "1 app gained access to calls, messages or location"
    (card,) = visible(view, FindingCard)
    told = texts(card)
    assert "WeChat" in told
    assert WECHAT in told
    assert "Can now read your call history." in told
    assert "The phone says that it was allowed there by hand." in told


def test_two_kinds_of_one_app_share_a_card(view: OverviewView, catalogue: Catalogue) -> None:
    old = snapshot(app("READ_SMS-", "READ_CALL_LOG-", package=WECHAT))
    new = snapshot(app("READ_SMS+", "READ_CALL_LOG+", package=WECHAT), day=1)
    view.show_check(shown(old, new, catalogue))
    assert view.title.text().startswith("1 app ")
    (card,) = visible(view, FindingCard)
    assert "read your call history" in texts(card)
    assert "read your text messages" in texts(card)


def test_the_finding_leads_to_its_app_and_can_be_copied(
    view: OverviewView, news: Shown, qtbot: QtBot
) -> None:
    view.show_check(news)
    (card,) = visible(view, FindingCard)
    with qtbot.waitSignal(view.app_asked) as asked:
        QTest.mouseClick(card.show_app, Qt.MouseButton.LeftButton)
    assert asked.args == [0, WECHAT]
    QTest.mouseClick(card.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith(f"WeChat ({WECHAT})\nCalls: Can now read")


def test_other_changes_are_summed_up_and_one_click_away(
    view: OverviewView, news: Shown, qtbot: QtBot
) -> None:
    view.show_check(news)
    (card,) = visible(view, AlsoChanged)
    assert "Apps: 1 gained something, 1 lost something, 1 is new." in texts(card)
    assert not card.sentences.isVisible()
    QTest.mouseClick(card.toggle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(card.sentences.isVisible)
    assert "org.example.newcomer is new on this phone." in card.sentences.text()


def test_the_counts_lead_to_the_apps_behind_them(
    view: OverviewView, news: Shown, qtbot: QtBot
) -> None:
    view.show_check(news)
    calls = next(row for row in visible(view, TallyRow) if row.key == "calls")
    assert calls.accessibleName() == "Calls, 1 app, +1"
    with qtbot.waitSignal(view.filter_asked) as asked:
        QTest.keyClick(calls, Qt.Key.Key_Space)
    assert asked.args == ["calls"]


def test_the_first_check_promises_the_next(view: OverviewView, catalogue: Catalogue) -> None:
    view.show_check(first(snapshot(app("READ_SMS+", package=WECHAT)), catalogue))
    assert view.title.text() == "The first check is done"
    assert "The next check will say what is new." in view.subtitle.text()
    (reach,) = visible(view, ReachRow)
    assert reach.accessibleName() == "WeChat, Messages"


def test_nothing_new_is_said_only_when_all_was_read(
    view: OverviewView, catalogue: Catalogue
) -> None:
    made = app("READ_SMS+", package=WECHAT)
    view.show_check(shown(snapshot(made), snapshot(made, day=1), catalogue))
    assert view.title.text() == "Nothing new about calls, messages or location"
    assert not view.problems.isVisible()
    problem = Problem("timeout", Part.APPOPS, (("seconds", "60"),))
    new = snapshot(made, day=1, unread=[Part.APPOPS], problems=[problem])
    view.show_check(shown(snapshot(made), new, catalogue))
    assert view.title.text() == "Nothing new in what could be read"
    assert view.problems.isVisible()
    assert "gave no answer within 60 seconds" in texts(view.problems)


def test_a_count_of_what_was_not_read_is_not_zero(view: OverviewView, catalogue: Catalogue) -> None:
    apps = unread_shared(), app("READ_SMS+", package=WECHAT)
    view.show_check(first(snapshot(*apps, unread=[Part.SHARED_USERS]), catalogue))
    names = {row.key: row.accessibleName() for row in visible(view, TallyRow)}
    assert names["messages"] == "Messages, 1+ app"
    assert names["camera"] == "Camera, not known"


def test_the_demo_is_marked_and_can_be_left(
    view: OverviewView, catalogue: Catalogue, qtbot: QtBot
) -> None:
    view.show_check(first(snapshot(app()), catalogue))
    assert not view.demo.isVisible()
    view.show_check(first(snapshot(app(), source="demo"), catalogue))
    assert view.demo.isVisible()
    with qtbot.waitSignal(view.leave_demo_asked):
        QTest.mouseClick(view.demo.action, Qt.MouseButton.LeftButton)


def test_a_running_check_shows_how_far_it_is(view: OverviewView, qtbot: QtBot) -> None:
    assert not view.progress.isVisible()
    view.show_checks({"S1": "Phone"}, busy=True)
    bar = view.progress.bars["S1"]
    assert not view.check.isEnabled()
    view.show_progress(Progress(7, 14, Part.APPOPS), "S1")
    assert bar.bar.value() == 450
    assert bar.step.text() == "Reading the finer switches and last uses…"
    with qtbot.waitSignal(view.cancel_asked):
        QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    assert not bar.cancel.isEnabled()
    view.show_checks({}, busy=False)
    assert view.check.isEnabled()
    assert not view.progress.isVisible()


@pytest.mark.parametrize("width", [740, 1072, 2400])
def test_nothing_is_wider_than_the_page(
    view: OverviewView, news: Shown, qtbot: QtBot, width: int
) -> None:
    view.show_check(news)
    view.resize(width, 600)
    qtbot.wait(1)
    assert view.box.geometry().width() <= view.viewport().width()
    for label in view.findChildren(QLabel):
        if label.wordWrap() and label.isVisible():
            assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_text_from_the_phone_is_never_markup(view: OverviewView, catalogue: Catalogue) -> None:
    package = "com.<b>bold</b>"
    view.show_check(
        shown(
            snapshot(app("READ_SMS-", package=package)),
            snapshot(app("READ_SMS+", package=package), day=1),
            catalogue,
        )
    )
    for label in view.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
