"""Drawn screens of a phone: the way through its menus, and what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from string import Template

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from audit.guides import Dialog, Do, MenuStep
from gui.theme import Theme
from resources.loader import read_text

WIDTH, HEIGHT = 196, 220
_LEFT, _RIGHT, _TOP = 13.0, 183.0, 26.0
_TITLE, _ROW, _GAP, _INDENT = 26.0, 32.0, 3.0, 9.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter


class PhonePicture(QWidget):
    """A screen in the colours of the theme; what it says comes from the guides' data."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(theme.scaled(WIDTH), theme.scaled(HEIGHT))
        self.setAccessibleName(name)
        self._load()
        theme.changed.connect(self._on_theme)

    def _load(self) -> None:
        parts = Template(read_text("connect", "parts.svg"))
        self._parts = QSvgRenderer(
            QByteArray(parts.substitute(asdict(self._theme.tokens)).encode()), self
        )

    def _on_theme(self) -> None:
        self._load()
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Drawn as for text of the usual size, and the whole made larger.
        painter.scale(self._theme.text_size / 100, self._theme.text_size / 100)
        self._part(painter, "body", QPointF(1.5, 1.5))
        self.paint_screen(painter)
        painter.end()

    def paint_screen(self, painter: QPainter) -> None:
        """What stands on the screen, between ``_LEFT`` and ``_RIGHT``."""
        raise NotImplementedError

    def _part(self, painter: QPainter, name: str, at: QPointF) -> None:
        self._parts.render(painter, name, QRectF(at, self._parts.boundsOnElement(name).size()))

    def _text(  # noqa: PLR0913 -- one for each way a line differs
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        colour: str = "text",
        *,
        bold: bool = False,
        centred: bool = False,
    ) -> None:
        painter.setFont(self._font(bold=bold))
        painter.setPen(self._theme.colour(colour))
        painter.drawText(area, int(_CENTRED if centred else _WRAP), text)

    def _font(self, *, bold: bool) -> QFont:
        font = self._theme.font("tiny", bold=bold)
        font.setPixelSize(round(font.pixelSize() * 100 / self._theme.text_size))
        return font

    def _height(self, width: float, text: str) -> float:
        """The height of bold ``text`` in that width."""
        metrics = QFontMetricsF(self._font(bold=True))
        area = QRectF(0, 0, width, 1000)
        return metrics.boundingRect(area, int(_WRAP), text).height()

    def _plate(self, painter: QPainter, area: QRectF, *, marked: bool) -> None:
        tokens = ("accent", "accent_soft") if marked else ("line", "card")
        painter.setPen(QPen(self._theme.colour(tokens[0]), 2 if marked else 1))
        painter.setBrush(self._theme.colour(tokens[1]))
        painter.drawRoundedRect(area, 7, 7)


class MenuPicture(PhonePicture):
    """The rows to open one after the other; the last one is the one to tap or to switch on."""

    def __init__(self, theme: Theme, step: MenuStep, times: str) -> None:
        super().__init__(theme, str(step))
        self._step = step
        self._times = times

    def paint_screen(self, painter: QPainter) -> None:
        title, *rows = self._step.path
        self._text(painter, QRectF(_LEFT + 4, _TOP, 160, _TITLE), title, bold=True)
        top = _TOP + _TITLE + 2
        for level, row in enumerate(rows):
            marked = level == len(rows) - 1
            top = self._row(painter, top, _INDENT * level, row, marked=marked)

    def _row(
        self, painter: QPainter, top: float, indent: float, text: str, *, marked: bool
    ) -> float:
        """Paints a row; returns where the next one begins."""
        left = _LEFT + indent
        room = self._room(painter) if marked else 16.0
        width = _RIGHT - left - room - 14
        height = max(_ROW, self._height(width, text) + 12)
        area = QRectF(left, top, _RIGHT - left, height)
        self._plate(painter, area, marked=marked)
        token = "accent" if marked else "text"
        self._text(painter, QRectF(left + 8, top, width, height), text, token, bold=marked)
        middle = area.center().y()
        if not marked:
            self._part(painter, "chevron", QPointF(_RIGHT - 18, middle - 6))
        elif self._step.do is Do.SWITCH:
            self._part(painter, "switch", QPointF(_RIGHT - 36, middle - 9))
        else:
            self._badge(painter, area, room)
        return top + height + _GAP

    def _room(self, painter: QPainter) -> float:
        if self._step.do is Do.SWITCH:
            return 34.0
        painter.setFont(self._font(bold=True))
        return painter.fontMetrics().horizontalAdvance(self._times) + 16.0

    def _badge(self, painter: QPainter, area: QRectF, room: float) -> None:
        badge = QRectF(_RIGHT - room - 5, area.center().y() - 10, room, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(badge, 10, 10)
        self._text(painter, badge, self._times, "on_accent", bold=True, centred=True)


class DialogPicture(PhonePicture):
    """A question of the phone's, with the answer to give."""

    def __init__(self, theme: Theme, dialog: Dialog) -> None:
        super().__init__(theme, dialog.text)
        self._dialog = dialog

    def paint_screen(self, painter: QPainter) -> None:
        dialog = self._dialog
        sheet = QRectF(_LEFT, 50, _RIGHT - _LEFT, 136)
        self._plate(painter, sheet, marked=False)
        inner = sheet.adjusted(10, 0, -8, 0)
        height = max(30.0, self._height(inner.width(), dialog.title) + 12)
        title = QRectF(inner.left(), sheet.top() + 2, inner.width(), height)
        self._text(painter, title, dialog.title, bold=True)
        if dialog.rows:
            self._choices(painter, inner, title.bottom(), dialog.rows)
        if dialog.check is not None:
            self._tick(painter, inner, title.bottom(), dialog.check)
        if dialog.button is not None:
            self._button(painter, sheet, dialog.button)

    def _choices(self, painter: QPainter, inner: QRectF, top: float, rows: Sequence[str]) -> None:
        for number, row in enumerate(rows):
            marked = number == self._dialog.marked
            area = QRectF(inner.left() - 5, top + 32 * number, inner.width() + 8, 29)
            if marked:
                self._plate(painter, area, marked=True)
            dot = QPointF(area.left() + 5, area.center().y() - 7)
            self._part(painter, "chosen" if marked else "choice", dot)
            token = "accent" if marked else "text"
            self._text(painter, area.adjusted(26, 0, -2, 0), row, token, bold=marked)

    def _tick(self, painter: QPainter, inner: QRectF, top: float, text: str) -> None:
        area = QRectF(inner.left() - 5, top + 2, inner.width() + 8, 46)
        self._plate(painter, area, marked=True)
        self._part(painter, "tick", QPointF(area.left() + 5, area.center().y() - 8))
        self._text(painter, area.adjusted(27, 0, -2, 0), text, "accent")

    def _button(self, painter: QPainter, sheet: QRectF, text: str) -> None:
        painter.setFont(self._font(bold=True))
        width = painter.fontMetrics().horizontalAdvance(text) + 26.0
        area = QRectF(sheet.right() - width - 8, sheet.bottom() - 34, width, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("accent"))
        painter.drawRoundedRect(area, 13, 13)
        self._text(painter, area, text, "on_accent", bold=True, centred=True)
