"""What is painted by hand, in tables and in widgets alike: avatars, and the shapes of a state."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from audit.model import State
from gui.models.rows import Face
from gui.theme import Theme

_RADIUS = 6.5


class Shape(StrEnum):
    """How a state looks; the form alone tells it, colour only adds what is new."""

    FULL = "full"
    HALF = "half"
    DOTTED = "dotted"
    RING = "ring"
    DASH = "dash"
    UNKNOWN = "unknown"


_SHAPES = {
    State.ALLOWED: Shape.FULL,
    State.WHILE_IN_USE: Shape.HALF,
    State.ONCE: Shape.DOTTED,
    State.ASK: Shape.DOTTED,
    State.DENIED: Shape.RING,
    None: Shape.DASH,
}


def shape_of(state: State | None, *, known: bool = True) -> Shape:
    """``known`` is False where the check did not read what would tell."""
    return Shape.UNKNOWN if state is None and not known else _SHAPES[state]


def paint_shape(
    painter: QPainter, centre: QPointF, shape: Shape, theme: Theme, *, new: bool = False
) -> None:
    """Paints one shape around ``centre``; ``new`` in red with a halo.

    It is 13 pixels wide beside text of the usual size.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre)
    painter.scale(theme.text_size / 100, theme.text_size / 100)
    centre = QPointF(0, 0)
    colour = theme.colour("red" if new else "shape")
    if new:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("red_soft"))
        painter.drawEllipse(centre, _RADIUS + 4, _RADIUS + 4)
    _PAINTERS[shape](painter, centre, colour if shape is not Shape.DASH else theme.colour("faint"))
    painter.restore()


def _ring(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, _RADIUS - 0.9, _RADIUS - 0.9)


def _full(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(centre, _RADIUS, _RADIUS)


def _half(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    _ring(painter, centre, colour)
    path = QPainterPath(centre)
    box = QRectF(centre.x() - _RADIUS, centre.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    path.arcTo(box, 90, 180)
    path.closeSubpath()
    painter.fillPath(path, colour)


def _dotted(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    _ring(painter, centre, colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(centre, 2.2, 2.2)


def _dash(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(centre + QPointF(-4.5, 0), centre + QPointF(4.5, 0))


def _unknown(painter: QPainter, centre: QPointF, colour: QColor) -> None:
    font = painter.font()
    font.setPixelSize(14)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(colour)
    box = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")


_PAINTERS = {
    Shape.FULL: _full,
    Shape.HALF: _half,
    Shape.DOTTED: _dotted,
    Shape.RING: _ring,
    Shape.DASH: _dash,
    Shape.UNKNOWN: _unknown,
}


def paint_avatar(painter: QPainter, box: QRect, face: Face, theme: Theme) -> None:
    """The app's own icon, or what stands for it."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    pixmap = theme.app_pixmap(face.package, round(box.width() * ratio))
    if pixmap is not None:
        painter.drawPixmap(box, pixmap)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A dark colour would be lost on a dark card.
    dark = theme.mode.dark
    painter.setPen(QPen(theme.colour("line"), 1) if dark else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QColor(face.colour))
    painter.drawRoundedRect(QRectF(box), box.width() * 0.24, box.width() * 0.24)
    font = theme.font("body", bold=True)
    font.setPixelSize(round(box.width() * 0.42))
    painter.setFont(font)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, face.initial)
    painter.restore()


class ShapeMark(QWidget):
    """A shape by itself, for the legend and the details."""

    def __init__(self, theme: Theme, shape: Shape, *, new: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._shape = shape
        self._new = new
        self.setFixedSize(theme.scaled(22), theme.scaled(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        centre = QPointF(self.width() / 2, self.height() / 2)
        paint_shape(painter, centre, self._shape, self._theme, new=self._new)
        painter.end()
