"""Painted lanes: what is drawn where, by mouse, wheel and keyboard, and that ten years stay few."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.model import State
from gui.models.history import Bar, Event, Track
from gui.tokens import Mode
from gui.ui import Ui
from gui.widgets.axis import ticks_between
from gui.widgets.lanes import DAY, LanesView
from tests.builders import NOON, snapshot

ALL_STATES = (*State, None)


def _bar(state: State | None, start: datetime, stop: datetime) -> Bar:
    first, last = (snapshot(taken_at=at).info for at in (start, stop))
    return Bar(start, stop, state, first, last, None, None, None)


def _track(
    states: Iterable[State | None], *, hours: float = 24, name: str = "location", used: int = 0
) -> Track:
    """Bars one after the other, each so many hours long."""
    every = list(states)
    step = timedelta(hours=hours)
    bars = tuple(_bar(s, NOON + n * step, NOON + (n + 1) * step) for n, s in enumerate(every))
    times = tuple(NOON + n * step / 3 for n in range(used))
    return Track(name, name.title(), "", name, (0, "com.example.app"), bars, times)


@pytest.fixture
def view(ui: Ui, qtbot: QtBot) -> LanesView:
    made = LanesView(ui)
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.show()
    return made


def _show(view: LanesView, *tracks: Track, events: tuple[Event, ...] = ()) -> None:
    last = max(bar.stop for track in tracks for bar in track.bars)
    view.show_tracks(tracks, events, NOON, last)
    QApplication.processEvents()


def _picture(view: LanesView) -> QImage:
    return view.grab().toImage()


def test_every_state_looks_different_without_any_colour(ui: Ui, view: LanesView) -> None:
    """In shades of grey, with no word on the bar."""
    seen: dict[State | None, bytes] = {}
    for state in ALL_STATES:
        _show(view, _track([state], hours=240, name="camera"))
        image = _picture(view).convertToFormat(QImage.Format.Format_Grayscale8)
        # The middle of the bar: its words stand at its left end.
        part = image.copy(600, 30, 200, 46)
        seen[state] = bytes(part.constBits())
    assert len(set(seen.values())) == len(ALL_STATES)


def test_it_is_painted_in_the_dark_too(ui: Ui, view: LanesView) -> None:
    _show(view, _track(ALL_STATES))
    light = _picture(view)
    ui.theme.set_mode(Mode.DARK)
    assert _picture(view) != light


def test_ten_years_of_daily_changes_are_at_most_a_bar_a_pixel(view: LanesView) -> None:
    states = [State.ALLOWED if n % 2 else State.DENIED for n in range(3650)]
    _show(view, _track(states, used=10_000))
    (drawn,) = view._drawn
    bars = list(drawn.visible(view.scale))
    assert len(bars) <= 2 * view.scale.width
    assert len(drawn.tick_columns(view.scale)) <= view.scale.width / 2 + 1
    # What gives more is never lost under what gives less.
    assert {drawn.ranks[number] for number, _, _ in bars} >= {State.ALLOWED.rank}
    view.show_days(7)
    assert len(list(drawn.visible(view.scale))) <= 9


def test_a_short_bar_does_not_lend_its_state_to_the_long_one_after_it(view: LanesView) -> None:
    minute = timedelta(minutes=1)
    bars = (
        _bar(State.ALLOWED, NOON, NOON + minute),
        _bar(State.DENIED, NOON + minute, NOON + timedelta(days=900)),
    )
    _show(view, Track("calls", "Calls", "", "calls", (0, "a"), bars, ()))
    widths = {number: end - begin for number, begin, end in view._drawn[0].visible(view.scale)}
    assert widths[0] < 5
    assert widths[1] > 500


def test_a_click_chooses_the_bar_under_it(view: LanesView, qtbot: QtBot) -> None:
    track = _track([State.DENIED, State.ALLOWED])
    _show(view, _track([None], name="calls", hours=48), track)
    spot = QPoint(round(view.scale.x(track.bars[1].start.timestamp() + DAY / 2)), 30 + 46 + 15)
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert chosen.args == [track, track.bars[1]]
    assert view.bar_at(QPoint(20, 91)) is None
    assert view.bar_at(QPoint(spot.x(), 10)) is None
    assert view.bar_at(QPoint(spot.x(), 300)) is None


def test_the_keyboard_reaches_every_bar(view: LanesView) -> None:
    tracks = [_track([State.DENIED, State.ALLOWED, None], name=name) for name in ("a", "b", "c")]
    _show(view, *tracks)
    view.setFocus()
    reached = set()
    QTest.keyClick(view, Qt.Key.Key_Right)
    for lane in range(3):
        QTest.keyClick(view, Qt.Key.Key_Home)
        for _ in range(3):
            reached.add(view._at)
            QTest.keyClick(view, Qt.Key.Key_Right)
        assert view._at == (lane, 2)
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert reached == {(lane, bar) for lane in range(3) for bar in range(3)}
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view._at == (1, 1)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view._at == (1, 2)


def test_a_bar_out_of_sight_is_brought_into_it(view: LanesView) -> None:
    _show(view, *(_track([State.DENIED] * 40, name=f"lane {n}") for n in range(30)))
    view.show_days(2)
    view.choose(29, 0)
    assert view._left <= NOON.timestamp() <= view._left + view.seconds
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()


def test_zooming_goes_from_years_to_a_day_and_keeps_its_place(view: LanesView) -> None:
    _show(view, _track([State.DENIED] * 3650))
    whole = view.seconds
    assert whole > 3650 * DAY
    view.show_days(1)
    assert view.seconds == DAY
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.seconds == DAY
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.seconds > DAY
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.seconds == whole
    view.show_days(366)
    here = QPointF(600, 100)
    before = view.scale.time(here.x())
    _wheel(view, here, 240)
    assert view.seconds < 366 * DAY
    assert abs(view.scale.time(here.x()) - before) < 3600


def _wheel(view: LanesView, at: QPointF, turn: int) -> None:
    no, control = Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, turn), no, control, phase, False
    )
    QApplication.sendEvent(view.viewport(), event)


def test_dragging_moves_along_time(view: LanesView) -> None:
    _show(view, _track([State.DENIED] * 300))
    view.show_days(30)
    before = view._left
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(500, 200))
    QTest.mouseMove(view.viewport(), QPoint(600, 200))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(600, 200))
    assert view._left < before


def test_a_clock_that_was_set_back_breaks_nothing(view: LanesView) -> None:
    ago = NOON - timedelta(days=400)
    bars = (_bar(State.DENIED, NOON, NOON), _bar(State.ALLOWED, ago, NOON))
    view.show_tracks([Track("a", "A", "", None, (0, "a"), bars, ())], (), NOON, ago)
    assert not _picture(view).isNull()
    view.choose(0, 1)
    assert view.current is not None
    assert view.current[1].state is State.DENIED


@pytest.mark.parametrize("tracks", [(), (_track([]),)])
def test_nothing_to_show_is_no_trouble(view: LanesView, tracks: tuple[Track, ...]) -> None:
    view.show_tracks(tracks, (), NOON, NOON)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert view.current is None
    assert not _picture(view).isNull()


def test_updates_are_marked(view: LanesView) -> None:
    track = _track([State.DENIED] * 30)
    _show(view, track)
    without = _picture(view)
    at = NOON + timedelta(days=10)
    _show(view, track, events=(Event("app", at, NOON, "1.0", "2.0"),))
    assert _picture(view) != without


@pytest.mark.parametrize(
    ("length", "unit"),
    [(1, "hour"), (10, "day"), (31, "day"), (366, "month"), (1500, "month"), (7000, "year")],
)
def test_the_axis_counts_in_fitting_units(length: int, unit: str) -> None:
    found, marks = ticks_between(NOON, NOON + timedelta(days=length), 10)
    assert found == unit
    assert 1 <= len(marks) <= 11
    assert all(one < other for one, other in pairwise(marks))
    assert all(NOON <= at <= NOON + timedelta(days=length) for at in marks)
    if unit != "hour":
        assert all(at.astimezone().hour == 0 for at in marks)


def test_the_axis_ends_where_it_is_told_to() -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    assert ticks_between(begin, begin, 10)[1] in ([], [begin])
