"""A table on paper: A4 across, painted row by row.

HTML through QTextDocument takes a minute for 10,000 rows and breaks package names; painting them
takes seconds. Needs no display, no window and no running event loop.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
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
from audit.export.table import Cell, Column, Export, Table
from audit.export.text import visible

#: Fonts with Chinese, by preference. Noto and Source Han come last: their text layer holds radicals
#: in place of some characters (⽤ for 用), so that a search finds nothing.
_CHINESE = (
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Droid Sans Fallback",
    "SimSun",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
)
_RESOLUTION = 1200
_MARGIN = 12.0  # millimetres
INK, SOFT = QColor("#14171c"), QColor("#5b6472")
RULE, _HEAD = QColor("#c9ced6"), QColor("#eef1f5")


def write(export: Export, path: Path) -> None:
    """Raises ``ExportError`` or ``OSError``. Any thread will do, once there is an application."""
    running = QGuiApplication.instance() or application()
    try:
        _paint(export.table, path)
    finally:
        del running  # not before the last stroke: its fonts would go with it


def application() -> QGuiApplication:
    """One that needs no display; keep it until everything is painted."""
    displays = ("DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in displays):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication([])


def _paint(table: Table, path: Path) -> None:
    family = chinese_family(table.language)
    # Qt would not say that the disk is full.
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setTitle(table.title)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    size = QPageSize(QPageSize.PageSizeId.A4)
    landscape = QPageLayout.Orientation.Landscape
    writer.setPageLayout(QPageLayout(size, landscape, margins, QPageLayout.Unit.Millimeter))
    painter = QPainter()
    try:  # from before it begins: Qt crashes when what is painted on goes away first
        if not painter.begin(writer):
            raise ExportError("failed", str(path), "QPainter")
        _Pages(writer, painter, table, family).paint()
    finally:
        if painter.isActive():
            painter.end()
    path.write_bytes(buffer.data().data())


def chinese_family(language: str) -> str:
    """The font to print in; raises ``ExportError`` where Chinese has none."""
    known = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    if not known and language == "zh-CN":
        raise ExportError("no-chinese-font")
    preferred = next((name for name in _CHINESE if name in known), None)
    return preferred or QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


@dataclass(frozen=True, slots=True)
class _Place:
    """One column on paper; lengths in dots."""

    column: Column
    index: int
    left: float
    width: float


class _Pages:
    """Paints from top to bottom, and begins a new page where the next row does not fit."""

    def __init__(self, writer: QPdfWriter, painter: QPainter, table: Table, family: str) -> None:
        self._writer = writer
        self._painter = painter
        self._table = table
        self._area = QSizeF(writer.width(), writer.height())
        self._page = 1
        self._y = 0.0
        self._plain = QFont(family)
        self._plain.setPointSizeF(7.5)
        self._bold = QFont(self._plain)
        self._bold.setBold(True)
        self._title = QFont(self._bold)
        self._title.setPointSizeF(15)
        fonts = (self._plain, self._bold, self._title)
        self._metrics = {font.key(): QFontMetricsF(font, writer) for font in fonts}
        self._line = self._metrics[self._plain.key()].height()
        self._pad = self._line * 0.3
        self._places = tuple(self._columns())
        self._wrapping = QTextOption()
        # Package names have no blanks to break at.
        self._wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def paint(self) -> None:
        self._text_block(self._title, INK, self._table.title)
        self._y += self._pad
        for what, text in self._table.facts:
            self._text_block(self._plain, INK, f"{visible(what)}: {visible(text)}")
        self._y += self._pad
        for note in self._table.notes:
            self._text_block(self._plain, SOFT, visible(note))
        self._y += 2 * self._pad
        titles = [place.column.title for place in self._places]
        self._header(titles)
        for row in self._table.rows:
            self._row(titles, row)
        self._number()

    def _columns(self) -> Iterator[_Place]:
        shown = [(n, column) for n, column in enumerate(self._table.columns) if column.on_paper]
        dots = self._area.width() / sum(column.width for _, column in shown)
        left = 0.0
        for index, column in shown:
            yield _Place(column, index, left, column.width * dots)
            left += column.width * dots

    @property
    def _bottom(self) -> float:
        return self._area.height() - 2 * self._line

    def _height(self, font: QFont, text: str, width: float) -> float:
        line = self._metrics[font.key()]
        if line.horizontalAdvance(text) <= width:
            return line.height()
        self._painter.setFont(font)
        return self._painter.boundingRect(QRectF(0, 0, width, 1e9), text, self._wrapping).height()

    def _text_block(self, font: QFont, colour: QColor, text: str) -> None:
        width = self._area.width()
        height = self._height(font, text, width)
        if self._y + height > self._bottom:
            self._new_page()
        self._draw(font, colour, text, QRectF(0, self._y, width, height))
        self._y += height

    def _draw(self, font: QFont, colour: QColor, text: str, box: QRectF) -> None:
        self._painter.setFont(font)
        self._painter.setPen(QPen(colour))
        metrics = self._metrics[font.key()]
        if metrics.horizontalAdvance(text) <= box.width():  # most cells; far faster than wrapping
            self._painter.drawText(QPointF(box.left(), box.top() + metrics.ascent()), text)
        else:
            self._painter.drawText(box, text, self._wrapping)

    def _header(self, titles: list[str]) -> None:
        height = self._tallest(self._bold, titles)
        self._painter.fillRect(QRectF(0, self._y, self._area.width(), height), _HEAD)
        self._cells(self._bold, titles, height, clipped=False)

    def _row(self, titles: list[str], row: tuple[Cell, ...]) -> None:
        texts = [self._table.text(row[place.index]) for place in self._places]
        # A text that no page could hold is hostile; it must not push the rest off the paper.
        wanted = self._tallest(self._plain, texts)
        height = min(wanted, self._bottom / 2)
        if self._y + height > self._bottom:
            self._new_page()
            self._header(titles)
        self._cells(self._plain, texts, height, clipped=wanted > height)

    def _tallest(self, font: QFont, texts: list[str]) -> float:
        heights = (
            self._height(font, text, place.width - 2 * self._pad)
            for place, text in zip(self._places, texts, strict=True)
        )
        return max(heights) + 2 * self._pad

    def _cells(self, font: QFont, texts: list[str], height: float, *, clipped: bool) -> None:
        if clipped:
            self._painter.setClipRect(QRectF(0, self._y, self._area.width(), height))
        for place, text in zip(self._places, texts, strict=True):
            box = QRectF(place.left, self._y, place.width, height)
            pad = self._pad
            self._draw(font, INK, text, box.adjusted(pad, pad, -pad, 0))
        if clipped:
            self._painter.setClipping(False)
        self._y += height
        self._painter.setPen(QPen(RULE, self._line * 0.04))
        self._painter.drawLine(0, int(self._y), int(self._area.width()), int(self._y))

    def _new_page(self) -> None:
        self._number()
        self._writer.newPage()
        self._page += 1
        self._y = 0.0

    def _number(self) -> None:
        height = self._line * 1.2
        box = QRectF(0, self._area.height() - height, self._area.width(), height)
        self._painter.setFont(self._plain)
        self._painter.setPen(QPen(SOFT))
        text = f"{self._table.title} · {self._page}"
        self._painter.drawText(box, int(Qt.AlignmentFlag.AlignRight), text)
