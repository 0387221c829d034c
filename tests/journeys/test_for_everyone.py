"""Every page by keyboard alone, for screen readers, and with a text twice the usual size."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.app import Options, Program
from gui.pages import PICTURED, TROUBLE
from gui.preferences import LANGUAGE, TEXT_SIZE
from gui.widgets.gradual import Gradually
from gui.window import Window
from tests.journeys.conftest import MakeProgram

PATIENCE_MS = 60_000
PAGES = (*PICTURED, TROUBLE)
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
_MOST_STOPS = 400


@pytest.fixture
def program(make_program: MakeProgram, tmp_path: Path, qtbot: QtBot) -> Program:
    """The demo phone after two checks."""
    made = make_program(Options(str(tmp_path / "demo.sqlite"), demo=True, language="en"))
    services = made.services
    qtbot.waitUntil(lambda: services.shown is not None, timeout=PATIENCE_MS)
    services.check()
    qtbot.waitUntil(lambda: services.shown.info.id == 2, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    return made


def _settle(program: Program, page: str) -> None:
    program.window.open_page(page)
    # Busy with names and icons too: when they come in, pages are made anew.
    while program.services.busy or any(
        work.busy for work in program.window.findChildren(Gradually)
    ):
        QApplication.processEvents()
    for _ in range(5):
        QApplication.processEvents()


def _stops(window: Window) -> Iterator[QWidget]:
    """Everything that Tab comes to, once around; it has the focus while it is given."""
    middle = window.centralWidget()
    assert middle is not None
    middle.setFocus()
    seen: list[QWidget] = []
    for _ in range(_MOST_STOPS):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in seen:
            return
        seen.append(focused)
        yield focused
    pytest.fail("Tab never comes around")


def _place(window: Window, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _picture(window: Window, widget: QWidget) -> QImage:
    return window.grab(
        _place(window, widget).adjusted(-4, -4, 4, 4).intersected(window.rect())
    ).toImage()


def _named(widget: QWidget) -> bool:
    found = QAccessible.queryAccessibleInterface(widget)
    named = bool(found and found.text(QAccessible.Text.Name).strip())
    return named and found.role() is not QAccessible.Role.NoRole


def _needs_a_stop(widget: QWidget) -> bool:
    """Of buttons that exclude each other one is a stop, and arrows lead to the others."""
    if isinstance(widget, QAbstractButton):
        group = widget.group()
        if group is not None and group.exclusive() and not widget.isChecked():
            return False
    policy = widget.focusPolicy()
    return bool(policy & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and widget.isVisible()


@pytest.mark.parametrize("page", PAGES)
def test_tab_comes_to_every_control_in_order_and_shows_where_it_is(
    program: Program, page: str
) -> None:
    window = program.window
    _settle(program, page)
    wanted = {one for one in window.findChildren(QWidget) if isinstance(one, CONTROLS)}
    wanted = {one for one in wanted if _needs_a_stop(one)}
    stops, last = [], None
    for stop in _stops(window):
        QApplication.processEvents()
        if last is not None:
            there, with_ring = last
            assert _picture(window, there) != with_ring, f"no focus to be seen: {there!r}"
        assert _named(stop), f"no name: {stop!r}"
        assert stop.isVisible(), stop
        stops.append(stop)
        # What scrolled because of the focus would differ by that alone.
        last = None if stop.parent() is None else (stop, _picture(window, stop))
    missed = [one.accessibleName() for one in wanted - set(stops)]
    assert not missed, "not reached by Tab"
    for parent in {stop.parentWidget() for stop in stops}:
        places = [_place(window, one) for one in stops if one.parentWidget() is parent]
        for above, below in itertools.pairwise(places):
            beside = above.top() < below.center().y() < above.bottom()
            ordered = above.left() < below.left() if beside else above.top() < below.top()
            next_column = above.right() <= below.left()
            assert ordered or next_column, f"out of order in {parent!r}: {above} before {below}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_large_text_is_whole_and_nothing_needs_more_width_than_there_is(
    program: Program, qtbot: QtBot, page: str, language: str
) -> None:
    for percent, width, height in ((200, 1280, 800), (150, 960, 600)):
        with qtbot.waitSignal(program.rebuilt):
            program.preferences.choose(TEXT_SIZE, str(percent))
        if program.ui.wording.language != language:
            with qtbot.waitSignal(program.rebuilt):
                program.preferences.choose(LANGUAGE, language)
        window = program.window
        window.resize(width, height)
        _settle(program, page)
        assert (window.width(), window.height()) == (width, height)
        shown = window.stack.currentWidget()
        assert shown is not None
        for button in shown.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                wanted = button.sizeHint()
                assert button.height() >= wanted.height() - 4, button.text()
                assert button.width() >= wanted.width() - 4, button.text()
        for label in shown.findChildren(QLabel):
            if label.isVisible() and label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
            elif label.isVisible() and label.text() and not label.toolTip():
                assert label.height() >= label.fontMetrics().height(), label.text()
