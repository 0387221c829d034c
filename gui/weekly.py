"""The weekly sheet on paper: one upright page in large type, whatever there is to tell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
    QPen,
    QTextOption,
)

from audit.export.errors import ExportError
from audit.export.text import visible
from audit.weekly import Section, Sheet
from gui.pdf import application, chinese_family

_RESOLUTION = 600
_MARGIN = 15.0  # millimetres
_A4 = QSizeF(210, 297)
#: Points; nothing on the sheet is smaller than the text.
_TITLE, _HEADING, _TEXT = 28.0, 20.0, 18.0
_INK, _SOFT, _LINE = QColor("#14171c"), QColor("#4a5260"), QColor("#c9ced6")
_GROUND, _ACCENT = QColor("#eef3fb"), QColor("#1c5bd0")
#: No two lines hold more characters than that, however narrow they are.
_LONGEST = 300


def write(sheet: Sheet, path: Path) -> None:
    """Raises ``ExportError`` or ``OSError``; on the thread that the application is on."""
    running = QGuiApplication.instance() or application()
    try:
        # Qt would not say that the disk is full.
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(_RESOLUTION)
        writer.setTitle(sheet.title)
        lay_out(writer)
        paint(sheet, writer, QRectF(0, 0, writer.width(), writer.height()))
        path.write_bytes(buffer.data().data())
    finally:
        del running  # not before the last stroke: its fonts would go with it


def lay_out(device: QPagedPaintDevice) -> None:
    """Upright A4 with the sheet's margins."""
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    page = QPageSize(QPageSize.PageSizeId.A4)
    upright = QPageLayout.Orientation.Portrait
    device.setPageLayout(QPageLayout(page, upright, margins, QPageLayout.Unit.Millimeter))


def picture(sheet: Sheet, width: int, ratio: float) -> QImage:
    """The page as it will come out of the printer, ``width`` pixels of the window wide."""
    dots = width * ratio / _A4.width()  # for a millimetre
    size = (_A4 * dots).toSize()
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.setDotsPerMeterX(round(dots * 1000))
    image.setDotsPerMeterY(round(dots * 1000))
    edge = _MARGIN * dots
    paint(sheet, image, QRectF(image.rect()).adjusted(edge, edge, -edge, -edge))
    image.setDevicePixelRatio(ratio)
    return image


def paint(sheet: Sheet, device: QPaintDevice, area: QRectF) -> None:
    painter = QPainter()
    try:  # from before it begins: Qt crashes when what is painted on goes away first
        if not painter.begin(device):
            raise ExportError("failed", "", "QPainter")
        _Page(painter, area, chinese_family(sheet.language)).paint(sheet)
    finally:
        if painter.isActive():
            painter.end()


def words(sheet: Sheet) -> list[str]:
    """Everything that there is to tell, line by line."""
    sections = [
        line for each in sheet.sections for line in (each.title, *(each.lines or (each.empty,)))
    ]
    asked = [f"{number}. {text}" for number, text in enumerate(sheet.questions, 1)]
    return [sheet.title, *sheet.about, *sections, sheet.questions_title, *asked, sheet.note]


@dataclass(frozen=True, slots=True)
class _Block:
    """Some lines of text; lengths in dots of the device."""

    text: str
    font: QFont
    colour: QColor
    height: float
    indent: float = 0.0
    before: float = 0.0
    mark: str = ""


class _Page:
    def __init__(self, painter: QPainter, area: QRectF, family: str) -> None:
        self._painter = painter
        self._area = area
        self._most_lines = 2  # on paper, of one entry
        self._text = QFont(family)
        self._text.setPointSizeF(_TEXT)
        self._heading = QFont(self._text)
        self._heading.setPointSizeF(_HEADING)
        self._heading.setBold(True)
        self._title = QFont(self._heading)
        self._title.setPointSizeF(_TITLE)
        self._line = self._metrics(self._text).height()
        self._wrapping = QTextOption()
        # Package names have no blanks to break at.
        self._wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def _metrics(self, font: QFont) -> QFontMetricsF:
        return QFontMetricsF(font, self._painter.device())

    def paint(self, sheet: Sheet) -> None:
        """With as many lines of each section as the page holds."""
        for self._most_lines in (2, 1):  # one is enough where names are absurdly long
            head = [self._block(sheet.title, self._title, _INK)]
            head += [self._block(visible(text), self._text, _SOFT) for text in sheet.about]
            below = self._below(sheet)
            room = self._area.height() - _height(head) - _height(below) - self._line * 0.4
            blocks = self._fitting(sheet, room)
            if _height(blocks) <= room:
                break
        y = self._draw(head, self._area.top())
        self._draw(blocks, y)
        top = self._area.bottom() - _height(below)
        ground = _height(below[:-1]) + self._line * 0.35
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(_GROUND)
        box = QRectF(self._area.left(), top, self._area.width(), ground)
        self._painter.drawRoundedRect(box, self._line * 0.4, self._line * 0.4)
        self._draw(below, top)

    def _below(self, sheet: Sheet) -> list[_Block]:
        """The questions on their ground, and the note at the foot of the page."""
        pad = self._line * 0.5
        title = self._block(sheet.questions_title, self._heading, _ACCENT, pad, pad * 0.5)
        asked = [
            self._block(visible(text), self._text, _INK, 2.4 * pad, pad * 0.2, mark=f"{number}.")
            for number, text in enumerate(sheet.questions, 1)
        ]
        return [title, *asked, self._block(sheet.note, self._text, _SOFT, 0, 2 * pad)]

    def _fitting(self, sheet: Sheet, room: float) -> list[_Block]:
        """Takes the last line from the longest section until everything fits."""
        most = int(room / self._line)
        sections = [self._section(section, most) for section in sheet.sections]
        kept = [len(section) - 1 for section in sections]

        def blocks() -> list[_Block]:
            found: list[_Block] = []
            for section, all_of_it, number in zip(sheet.sections, sections, kept, strict=True):
                found += all_of_it[: number + 1]
                if (rest := len(section.lines) - number) > 0:
                    text = sheet.more.format(n=rest)
                    found.append(self._block(text, self._text, _SOFT, self._line * 0.7))
            return found

        while _height(blocks()) > room and max(kept) > 1:
            kept[kept.index(max(kept))] -= 1
        return blocks()

    def _section(self, section: Section, most: int) -> list[_Block]:
        """Its title and at most so many lines."""
        indent = self._line * 0.7
        title = self._block(section.title, self._heading, _INK, 0, self._line * 0.55)
        if not section.lines:
            return [title, self._block(section.empty, self._text, _SOFT, indent)]
        shown = [visible(text) for text in section.lines[:most]]
        return [title, *(self._block(text, self._text, _INK, indent, mark="•") for text in shown)]

    def _block(  # noqa: PLR0913 -- the fields of a block
        self,
        text: str,
        font: QFont,
        colour: QColor,
        indent: float = 0,
        before: float = 0,
        *,
        mark: str = "",
    ) -> _Block:
        """At most so many lines as are allowed; what does not fit ends in an ellipsis."""
        width = self._width(indent)
        if len(text) > _LONGEST:
            text = text[:_LONGEST] + "…"
        most = self._most_lines * self._metrics(font).lineSpacing() * 1.02
        height = self._height(text, font, width)
        while height > most:
            text = text[: len(text) * 9 // 10 - 1].rstrip("…") + "…"
            height = self._height(text, font, width)
        return _Block(text, font, colour, height, indent, before, mark)

    def _width(self, indent: float) -> float:
        return self._area.width() - indent - (self._line * 0.5 if indent else 0)

    def _height(self, text: str, font: QFont, width: float) -> float:
        self._painter.setFont(font)
        box = QRectF(0, 0, width, 1e7)
        return self._painter.boundingRect(box, text, self._wrapping).height()

    def _draw(self, blocks: list[_Block], y: float) -> float:
        """Answers with where the next block would begin."""
        for block in blocks:
            y += block.before
            left = self._area.left() + block.indent
            box = QRectF(left, y, self._width(block.indent), block.height * 1.01)
            self._painter.setFont(block.font)
            self._painter.setPen(QPen(block.colour))
            self._painter.drawText(box, block.text, self._wrapping)
            self._painter.drawText(
                box.translated(-self._line * (0.55 if block.mark == "•" else 0.7), 0), block.mark
            )
            y += block.height
        return y


def _height(blocks: list[_Block]) -> float:
    return sum(block.before + block.height for block in blocks)
