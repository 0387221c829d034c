"""Lanes over time, painted: bars of states, ticks of recorded uses, marks of updates.

A bar's form tells its state as well as its colour does: full, with a thick foot, dotted, hollow, or
hatched where nothing was read. Only what is visible is painted, one bar per pixel column at most,
so ten years of daily checks are drawn like one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from gui.models.dates import tick
from gui.models.history import Bar, Event, Track
from gui.ui import Ui
from gui.widgets.axis import ticks_between
from gui.widgets.lane_painting import Look, mark, paint_bar, paint_label
from gui.widgets.timescale import LEAST, Drawn, Scale

DAY = 86_400.0
_HEAD, _LANE, _BAR, _FOOT = 30, 46, 22, 34
_LABELS, _LABELS_NARROW, _NARROW = 206, 158, 760
_STEP = 1.6
#: Marks of updates stand this far apart at least.
_MARK = 6


class LanesView(QAbstractScrollArea):
    """Signals:
    chosen: the ``Track`` and the ``Bar`` that the person went to.
    zoomed: after the time that is shown changed.
    """

    chosen = Signal(object, object)
    zoomed = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        scaled = ui.theme.scaled
        self._head, self._lane, self._bar = map(scaled, (_HEAD, _LANE, _BAR))
        self._drawn: list[Drawn] = []
        self._events: tuple[Event, ...] = ()
        self._first, self._last = 0.0, DAY
        self._seconds = DAY
        self._at: tuple[int, int] | None = None
        self._dragged: QPoint | None = None
        self.setObjectName("scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(ui.wording.gettext("History as bars; T shows it as a table"))
        self.horizontalScrollBar().valueChanged.connect(self._on_scrolled)

    # What it shows.

    def show_tracks(
        self, tracks: Sequence[Track], events: Sequence[Event], first: datetime, last: datetime
    ) -> None:
        """Shows other tracks; ``first`` and ``last`` are the times of the outermost checks."""
        begin, end = first.timestamp(), max(last, first).timestamp()
        room = max((end - begin) * 0.02, DAY / 24)
        same = (begin - room, end + room) == (self._first, self._last)
        self._first, self._last = begin - room, end + room
        self._drawn = [Drawn.of(track) for track in tracks]
        self._events = tuple(sorted(events, key=lambda event: event.at))
        self._at = None
        if not same:
            self._seconds = self._whole
        self._fit()
        self.verticalScrollBar().setValue(0)
        self._set_left(self._last)

    @property
    def _whole(self) -> float:
        return self._last - self._first

    @property
    def seconds(self) -> float:
        """How much time the width shows."""
        return self._seconds

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The time in sight, where that is not all of it."""
        if self._seconds >= self._whole:
            return None
        first, last = self._left, self._left + self._seconds
        return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)

    @property
    def _left(self) -> float:
        return self._first + self.horizontalScrollBar().value()

    def _set_left(self, left: float) -> None:
        self.horizontalScrollBar().setValue(round(left - self._first))
        self.viewport().update()

    def _fit(self) -> None:
        """Scroll bars for the time and the lanes that do not fit."""
        self._seconds = min(max(self._seconds, min(DAY, self._whole)), self._whole)
        across = self.horizontalScrollBar()
        across.setRange(0, round(self._whole - self._seconds))
        across.setPageStep(max(1, round(self._seconds)))
        across.setSingleStep(max(1, round(self._seconds / 20)))
        down = self.verticalScrollBar()
        room = self.viewport().height() - self._head - self._foot
        down.setRange(0, max(0, len(self._drawn) * self._lane - room))
        down.setPageStep(max(1, room))
        down.setSingleStep(self._lane // 2)

    @property
    def _foot(self) -> int:
        return self._ui.theme.scaled(_FOOT) if self._events else 6

    # Time.

    def show_days(self, days: float | None) -> None:
        """So many days, up to the last ones in sight; None for all."""
        self.zoom_to(self._whole if days is None else days * DAY, self._left + self._seconds)

    def zoom(self, factor: float, anchor: float | None = None) -> None:
        """``factor`` above 1 shows less time; ``anchor`` stays where it is."""
        self.zoom_to(self._seconds / factor, self._middle() if anchor is None else anchor)

    def _middle(self) -> float:
        bar = self.current
        if bar is not None:
            middle = (bar[1].start.timestamp() + bar[1].stop.timestamp()) / 2
            if self._left <= middle <= self._left + self._seconds:
                return middle
        return self._left + self._seconds / 2

    def zoom_to(self, seconds: float, anchor: float) -> None:
        share = (anchor - self._left) / self._seconds
        self._seconds = seconds
        self._fit()
        self._set_left(anchor - share * self._seconds)
        self.zoomed.emit()

    def _on_scrolled(self) -> None:
        self.viewport().update()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802 -- Qt's name
        # The labels stay where they are, so nothing can be moved as a whole.
        self.viewport().update()

    def _labels(self) -> int:
        theme = self._ui.theme
        narrow = self.viewport().width() < theme.scaled(_NARROW)
        return theme.widened(_LABELS_NARROW if narrow else _LABELS)

    @property
    def scale(self) -> Scale:
        left = self._labels()
        width = max(1.0, self.viewport().width() - left - 14)
        return Scale(self._left, self._seconds, left, width)

    # The chosen bar.

    @property
    def current(self) -> tuple[Track, Bar] | None:
        if self._at is None:
            return None
        drawn = self._drawn[self._at[0]]
        return drawn.track, drawn.bars[self._at[1]]

    def choose(self, lane: int, bar: int) -> None:
        """Goes to a bar and brings it into sight."""
        self._at = lane, bar
        drawn = self._drawn[lane]
        down = self.verticalScrollBar()
        room = self.viewport().height() - self._head - self._foot
        top = lane * self._lane
        down.setValue(min(max(down.value(), top + self._lane - room), top))
        begin, end = drawn.starts[bar], drawn.bars[bar].stop.timestamp()
        if end < self._left or begin > self._left + self._seconds:
            self._set_left((begin + end) / 2 - self._seconds / 2)
        self.viewport().update()
        self.chosen.emit(drawn.track, drawn.bars[bar])

    def choose_bar(self, track: Track, bar: Bar) -> None:
        for number, drawn in enumerate(self._drawn):
            if drawn.track is track and bar in drawn.bars:
                self.choose(number, drawn.bars.index(bar))

    def bar_at(self, where: QPoint) -> tuple[int, int] | None:
        """The lane and bar under a point of the viewport."""
        if where.y() < self._head or where.x() < self._labels():
            return None
        lane = (where.y() - self._head + self.verticalScrollBar().value()) // self._lane
        if lane >= len(self._drawn) or where.y() > self.viewport().height() - self._foot:
            return None
        drawn = self._drawn[lane]
        scale = self.scale
        near = scale.time(where.x()) + 2 * scale.step
        number = bisect_right(drawn.starts, near) - 1
        if number < 0 or scale.x(drawn.bars[number].stop.timestamp()) + 3 < where.x():
            return None
        return lane, number

    def _go(self, lane: int, bar: int) -> None:
        """One bar aside, or to the lane above or below at the same time."""
        if self._at is None or lane == self._at[0]:
            number = min(max(bar, 0), len(self._drawn[lane].bars) - 1)
            self.choose(lane, number)
            return
        near = self._drawn[self._at[0]].starts[self._at[1]]
        step = 1 if lane > self._at[0] else -1
        while 0 <= lane < len(self._drawn):
            if self._drawn[lane].bars:
                self.choose(lane, max(0, bisect_right(self._drawn[lane].starts, near) - 1))
                return
            lane += step

    # Keys, wheel and mouse.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        elif key in {keys.Key_Plus, keys.Key_Equal}:
            self.zoom(_STEP)
        elif key == keys.Key_Minus:
            self.zoom(1 / _STEP)
        elif key == keys.Key_0:
            self.show_days(None)
        elif not self._step_by(key):
            super().keyPressEvent(event)

    def _step_by(self, key: int) -> bool:
        keys = Qt.Key
        if not self._drawn or not self._drawn[0].bars:
            return False
        if self._at is None:
            known = {keys.Key_Left, keys.Key_Right, keys.Key_Up, keys.Key_Down, keys.Key_Return}
            if key in known:
                self.choose(0, len(self._drawn[0].bars) - 1)
            return key in known
        lane, bar = self._at
        moves = {
            keys.Key_Left: (lane, bar - 1),
            keys.Key_Right: (lane, bar + 1),
            keys.Key_Up: (lane - 1, bar),
            keys.Key_Down: (lane + 1, bar),
            keys.Key_Home: (lane, 0),
            keys.Key_End: (lane, len(self._drawn[lane].bars) - 1),
            keys.Key_Return: (lane, bar),
            keys.Key_Enter: (lane, bar),
        }
        move = moves.get(Qt.Key(key))
        if move is not None:
            self._go(*move)
        return move is not None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and turn:
            self.zoom(_STEP ** (turn / 120), self.scale.time(event.position().x()))
            event.accept()
            return
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged = event.position().toPoint()
            found = self.bar_at(self._dragged)
            if found is not None:
                self.choose(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is None:
            return
        here = event.position().toPoint()
        moved = self._dragged.x() - here.x()
        if moved:
            self._set_left(self._left + moved * self.scale.step)
            self._dragged = here

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragged = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self.viewport().width(), self.viewport().height()
        left, foot, scale = self._labels(), self._foot, self.scale
        self._paint_axis(painter, QRect(left, 0, width - left, height), scale)
        lanes = QRect(0, self._head, width, height - self._head - foot)
        top = self._head - self.verticalScrollBar().value()
        for number, drawn in enumerate(self._drawn):
            place = QRect(0, top + number * self._lane, width, self._lane)
            if place.intersects(lanes):
                painter.setClipRect(lanes)
                label = place.adjusted(0, 0, left - width, 0)
                paint_label(painter, label, drawn.track, self._ui)
                painter.setClipRect(lanes.adjusted(left, 0, -8, 0))
                self._paint_lane(painter, place, number, scale)
        painter.setClipping(False)
        if self._events:
            self._paint_events(painter, QRect(0, height - foot, width, foot), scale)
        painter.end()

    def _paint_axis(self, painter: QPainter, box: QRect, scale: Scale) -> None:
        theme = self._ui.theme
        painter.setFont(theme.font("tiny"))
        begin, end = (datetime.fromtimestamp(at, UTC) for at in (scale.begin, scale.end))
        unit, marks = ticks_between(begin, end, max(2, round(scale.width / theme.scaled(84))))
        painter.setPen(theme.colour("line"))
        for at in marks:
            x = round(scale.x(at.timestamp()))
            painter.drawLine(x, self._head - 4, x, box.height())
        painter.setPen(theme.colour("muted"))
        for at in marks:
            x = round(scale.x(at.timestamp()))
            text = tick(at, unit, self._ui.wording)
            if x + QFontMetrics(painter.font()).horizontalAdvance(text) < box.right():
                painter.drawText(QPoint(x + 2, self._head - theme.scaled(12)), text)

    def _paint_lane(self, painter: QPainter, place: QRect, lane: int, scale: Scale) -> None:
        theme, drawn = self._ui.theme, self._drawn[lane]
        top = place.top() + 6
        sight = QRectF(scale.left, top, scale.width, self._bar)
        for number, begin, end in drawn.visible(scale):
            box = QRectF(begin, top, end - begin, self._bar)
            look = Look(drawn.track, drawn.bars[number].state, self._ui)
            paint_bar(painter, box, sight, look)
        painter.setPen(QPen(theme.colour("text"), 1.6))
        for x in drawn.tick_columns(scale):
            painter.drawLine(QPointF(x, top + self._bar + 3), QPointF(x, top + self._bar + 9))
        if self._at is not None and self._at[0] == lane:
            bar = drawn.bars[self._at[1]]
            begin, end = scale.x(bar.start.timestamp()), scale.x(bar.stop.timestamp())
            ring = QRectF(begin, top, max(LEAST, end - begin), self._bar).adjusted(-2, -2, 2, 2)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text" if self.hasFocus() else "muted"), 2))
            painter.drawRoundedRect(ring, 5, 5)

    def _paint_events(self, painter: QPainter, box: QRect, scale: Scale) -> None:
        theme = self._ui.theme
        painter.setPen(theme.colour("line"))
        painter.drawLine(box.topLeft(), box.topRight())
        painter.setFont(theme.font("small", bold=True))
        painter.setPen(theme.colour("muted"))
        words = box.adjusted(4, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._ui.wording.gettext("Events"))
        painter.setClipRect(box.adjusted(self._labels(), 0, 0, 0))
        font = theme.font("tiny")
        painter.setFont(font)
        metrics = QFontMetrics(font)
        taken = before = 0.0
        times = [event.at.timestamp() for event in self._events]
        begin = bisect_left(times, scale.begin - 99 * scale.step)
        for event in self._events[begin : bisect_right(times, scale.end) + 1]:
            x, middle = scale.x(event.at.timestamp()), box.center().y() + 1
            if x < before + _MARK or x > box.right() + _MARK:
                continue
            before = x
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("shape" if event.kind == "app" else "accent"))
            painter.drawPolygon(mark(event.kind, QPointF(x, middle)))
            width = metrics.horizontalAdvance(event.new) if x > taken else box.width()
            # At the right edge the words go before their mark.
            text = x + 9 if x + 9 + width < box.right() else x - 9 - width
            if text >= taken:
                painter.setPen(theme.colour("muted"))
                painter.drawText(QPointF(text, middle + 4), event.new)
                taken = max(x + 9, text + width + 9)
        painter.setClipping(False)
