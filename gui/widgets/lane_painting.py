"""What a lane is painted of: its label, bars whose form tells their state, marks of updates."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPen, QPolygonF

from audit.judging import HIGHLIGHTED
from audit.model import State
from gui.models.history import Track
from gui.ui import Ui
from gui.widgets.painting import paint_avatar

#: No word is narrower than this; such a bar needs no round corners either.
_LEAST_FOR_WORDS = 12


def paint_label(painter: QPainter, box: QRect, track: Track, ui: Ui) -> None:
    theme = ui.theme
    line = theme.scaled(17)
    words = QRect(4, box.top() + 1, box.width() - 14, line + 1)
    if not track.subtitle:
        words.translate(0, theme.scaled(7))
    if track.face is not None:
        size = theme.scaled(26)
        avatar = QRect(2, box.top() + 5, size, size)
        paint_avatar(painter, avatar, track.face, theme)
        words.setLeft(size + 10)
    for text, token, font in (
        (track.title, "text", theme.font("small", bold=True)),
        (track.subtitle, "muted", theme.font("tiny")),
    ):
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, elided)
        words.translate(0, line)


@dataclass(frozen=True, slots=True)
class Look:
    """What a bar is painted from."""

    track: Track
    state: State | None
    ui: Ui


def paint_bar(painter: QPainter, box: QRectF, sight: QRectF, look: Look) -> None:
    """Paints one bar; its words go where it meets ``sight``."""
    theme, state = look.ui.theme, look.state
    strong = "red" if look.track.access in HIGHLIGHTED else "accent"
    # A bar that goes on for years is painted a little beyond what is seen of it.
    box = box.intersected(sight.adjusted(-9, 0, 9, 0))
    words, ink = box, "text"
    painter.setPen(Qt.PenStyle.NoPen)
    if state is State.ALLOWED:
        _ground(painter, box, strong, look)
        ink = "on_accent" if strong == "accent" else "card"
    elif state is State.WHILE_IN_USE:
        _ground(painter, box, f"{strong}_soft", look)
        painter.fillRect(box.adjusted(0, box.height() - 6, 0, 0), theme.colour(strong))
        words = box.adjusted(0, 0, 0, -5)
    elif state in {State.ONCE, State.ASK}:
        once = state is State.ONCE
        _ground(painter, box, f"{strong}_soft" if once else "hover", look)
        painter.setPen(QPen(theme.colour(strong if once else "shape"), 2, Qt.PenStyle.DotLine))
        painter.drawLine(box.bottomLeft() - QPointF(0, 2), box.bottomRight() - QPointF(0, 2))
        words = box.adjusted(0, 0, 0, -3)
    elif state is State.DENIED:
        painter.setPen(QPen(theme.colour("field_line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
        if inner.width() < _LEAST_FOR_WORDS:
            painter.drawRect(inner)
        else:
            painter.drawRoundedRect(inner, 4, 4)
        ink = "muted"
    else:
        painter.fillRect(box, QBrush(theme.colour("faint"), Qt.BrushStyle.BDiagPattern))
        ink = "muted"
    words = words.intersected(sight)
    if words.width() >= _LEAST_FOR_WORDS:
        _words(painter, words, ink, look)


def _ground(painter: QPainter, box: QRectF, token: str, look: Look) -> None:
    if box.width() < _LEAST_FOR_WORDS:  # thousands of these may be in sight
        painter.fillRect(box, look.ui.theme.colour(token))
        return
    painter.setBrush(look.ui.theme.colour(token))
    painter.drawRoundedRect(box, 4, 4)


def _words(painter: QPainter, box: QRectF, ink: str, look: Look) -> None:
    """The state in words, where they fit into what is visible of the bar."""
    theme = look.ui.theme
    font = theme.font("tiny")
    text = state_words(look.ui, look.track, look.state)
    width = QFontMetrics(font).horizontalAdvance(text) + 14
    if box.width() < width:
        return
    words = QRectF(box.left() + 7, box.top(), width - 8, box.height())
    if look.state is None:
        painter.fillRect(words.adjusted(-5, 2, 3, -2), theme.colour("card"))
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)


def mark(kind: str, at: QPointF) -> QPolygonF:
    """A triangle for an app's update, a diamond for the system's, a square for the person's act."""
    corners = {
        "app": [(0, -5), (5, 4), (-5, 4)],
        "system": [(0, -6), (6, 0), (0, 6), (-6, 0)],
        "deed": [(-5, -5), (5, -5), (5, 5), (-5, 5)],
    }
    return QPolygonF([at + QPointF(x, y) for x, y in corners[kind]])


def state_words(ui: Ui, track: Track, state: State | None) -> str:
    _ = ui.wording.gettext
    if state is None:
        return _("not read")
    if track.access == "location" and state is State.ALLOWED:
        return _("allowed all the time")
    if track.special and state is State.DENIED:
        return _("no access")
    return ui.wording.state(state)
