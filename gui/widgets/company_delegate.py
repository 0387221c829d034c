"""Paints the table of companies: name and apps, the shape of each access, and what is new."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from gui.models.companies import APPS, COMPANY, NEWS, CompaniesModel, CompanyRow
from gui.models.rows import TABLE_KEYS
from gui.ui import Ui
from gui.widgets.painting import paint_shape, shape_of
from gui.widgets.row_delegate import Index, RowDelegate

_PAD = 12


class CompanyDelegate(RowDelegate):
    row_height = 52

    def __init__(self, ui: Ui, model: CompaniesModel) -> None:
        super().__init__(ui, model)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        theme, column = self._ui.theme, index.column()
        row = self._model.row_at(index.row())
        if column == COMPANY:
            self._paint_name(painter, box.adjusted(_PAD, 7, -8, -7), row)
        elif column == APPS:
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(row.count))
        elif column == NEWS:
            self._paint_news(painter, box.adjusted(6, 0, -8, 0), row)
        else:
            self._paint_door(painter, box, row, TABLE_KEYS[column - 2])

    def _paint_name(self, painter: QPainter, box: QRect, row: CompanyRow) -> None:
        half, theme = box.height() // 2, self._ui.theme
        upper, lower = box.adjusted(0, 0, 0, -half), box.adjusted(0, half, 0, 0)
        self.paint_line(painter, upper, row.name, "text", theme.font("body", bold=True))
        self.paint_line(painter, lower, row.apps, "muted", theme.font("tiny"))

    def _paint_door(self, painter: QPainter, box: QRect, row: CompanyRow, key: str) -> None:
        door = row.doors[key]
        shape = shape_of(door.state, known=not door.unread)
        paint_shape(painter, QRectF(box).center(), shape, self._ui.theme, new=key in row.gained)

    def _paint_news(self, painter: QPainter, box: QRect, row: CompanyRow) -> None:
        if not row.news:
            return
        theme = self._ui.theme
        font = theme.font("tiny", bold=True)
        width = min(QFontMetrics(font).horizontalAdvance(row.news) + 20, box.width())
        half = self._ui.theme.scaled(11)
        ground = QRectF(box.left(), box.center().y() - half, width, 2 * half + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        quiet = row.tone == "muted"
        painter.setPen(QPen(theme.colour("line"), 1) if quiet else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(theme.colour("card" if quiet else f"{row.tone}_soft"))
        painter.drawRoundedRect(ground, half, half)
        words = QRect(box.left() + 10, box.top(), int(width) - 18, box.height())
        self.paint_line(painter, words, row.news, row.tone, font)
