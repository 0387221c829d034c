"""The cover letter of a complaint pack on one sheet of A4.

It is laid out as large as fits, so there never is a second page.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextOption,
)

from audit.export.errors import ExportError
from audit.letter import Letter
from gui.pdf import INK, RULE, SOFT, application, chinese_family

_RESOLUTION = 1200
_MARGINS = QMarginsF(20, 16, 20, 14)  # millimetres
_LARGEST, _STEP = 10.5, 0.25  # points
_LABELS = 0.21  # of the width


def write(letter: Letter, path: Path) -> None:
    """Raises ``ExportError`` or ``OSError``. Any thread will do, once there is an application."""
    owner = QGuiApplication.instance() or application()
    try:
        _paint(letter, path)
    finally:
        del owner  # not before the last stroke: its fonts would go with it


def _paint(letter: Letter, path: Path) -> None:
    family = chinese_family(letter.language)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setTitle(letter.title)
    size, upright = QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, upright, _MARGINS, QPageLayout.Unit.Millimeter))
    painter = QPainter()
    try:  # from before it begins: Qt crashes when what is painted on goes away first
        if not painter.begin(writer):
            raise ExportError("failed", str(path), "QPainter")
        points = _LARGEST
        while _Sheet(writer, painter, family, points).height(letter) > writer.height():
            points -= _STEP
        _Sheet(writer, painter, family, points).paint(letter)
    finally:
        if painter.isActive():
            painter.end()
    path.write_bytes(buffer.data().data())


class _Sheet:
    """Lays the letter out from top to bottom in one size; paints only when told to."""

    def __init__(self, writer: QPdfWriter, painter: QPainter, family: str, points: float) -> None:
        self._painter = painter
        self._width = float(writer.width())
        self._y = 0.0
        self._paints = False
        self._plain, self._bold, self._title, self._small = (QFont(family) for _ in range(4))
        self._bold.setBold(True)
        self._title.setBold(True)
        for font, size in (
            (self._plain, 1.0),
            (self._bold, 1.0),
            (self._title, 1.6),
            (self._small, 0.86),
        ):
            font.setPointSizeF(points * size)
        self._line = QFontMetricsF(self._plain, writer).height()
        self._wrapping = QTextOption()
        # Package names have no blanks to break at.
        self._wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def height(self, letter: Letter) -> float:
        self._lay_out(letter)
        return self._y

    def paint(self, letter: Letter) -> None:
        self._paints = True
        self._lay_out(letter)

    def _lay_out(self, letter: Letter) -> None:
        self._text(letter.title, self._title)
        self._text(letter.made, self._small, soft=True)
        self._y += self._line * 0.6
        for what, text in letter.facts:
            self._pair(what, text)
        self._heading(letter.found_title)
        for statement in letter.found:
            self._item("•", statement)
        if letter.more:
            self._item("", letter.more)
        for what, text in letter.notes:
            self._y += self._line * 0.35
            self._text(what, self._bold)
            self._text(text, self._small)
        self._heading(letter.checklist_title)
        for item in letter.checklist:
            self._box()
            self._item("", item)
        for blank in letter.blanks:
            self._blank(blank)

    def _heading(self, text: str) -> None:
        self._y += self._line * 0.6
        self._text(text, self._bold)
        self._y += self._line * 0.15

    def _pair(self, what: str, text: str) -> None:
        labels = self._width * _LABELS
        top = self._y
        self._text(what, self._small, soft=True, width=labels - self._line * 0.5)
        below, self._y = self._y, top
        self._text(text, self._plain, left=labels)
        self._y = max(self._y, below)

    def _item(self, mark: str, text: str) -> None:
        top = self._y
        if mark:
            self._text(mark, self._plain)
        self._y = top
        self._text(text, self._plain, left=self._line * 1.1)
        self._y += self._line * 0.12

    def _box(self) -> None:
        """One to tick; many fonts have none."""
        if self._paints:
            side = self._line * 0.55
            self._painter.setPen(QPen(INK, self._line * 0.06))
            self._painter.drawRect(QRectF(0, self._y + self._line * 0.22, side, side))

    def _blank(self, text: str) -> None:
        """Room to write, on a line."""
        self._y += self._line * 1.2
        self._text(text, self._plain)
        self._rule()

    def _rule(self) -> None:
        if self._paints:
            self._painter.setPen(QPen(RULE, self._line * 0.05))
            self._painter.drawLine(0, int(self._y), int(self._width), int(self._y))

    def _text(
        self,
        text: str,
        font: QFont,
        *,
        left: float = 0.0,
        width: float | None = None,
        soft: bool = False,
    ) -> None:
        room = QRectF(left, self._y, (width or self._width) - (0 if width else left), 1e9)
        self._painter.setFont(font)
        used = self._painter.boundingRect(room, text, self._wrapping)
        if self._paints:
            self._painter.setPen(QPen(SOFT if soft else INK))
            self._painter.drawText(room, text, self._wrapping)
        self._y += used.height()
