"""Paints the table of changes: the app, what changed, and both states with their shapes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from gui.models.changes_table import AFTER, APP, BEFORE, WHAT, ChangesModel
from gui.models.comparison import ChangeRow, Side
from gui.ui import Ui
from gui.widgets.painting import paint_avatar, paint_shape
from gui.widgets.row_delegate import Index, RowDelegate

_AVATAR = 28
_PAD = 10
_INKS = {"red": "red", "amber": "amber", "green": "green", "muted": "text"}


class ChangeDelegate(RowDelegate):
    row_height = 46

    def __init__(self, ui: Ui, model: ChangesModel) -> None:
        super().__init__(ui, model)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        row, column = self._model.row_at(index.row()), index.column()
        first = box.left() == 0
        inner = box.adjusted(_PAD if first else 5, 0, -6, 0)
        if column == APP:
            self._paint_app(painter, inner, row)
        elif column == WHAT:
            self._lines(painter, inner, row.what, row.group)
        elif column in {BEFORE, AFTER}:
            self._paint_side(painter, inner, row, column)
        else:
            text = self._model.cell(row, column)
            self.paint_line(painter, inner, text, "muted", self._ui.theme.font("small"))

    def _paint_app(self, painter: QPainter, box: QRect, row: ChangeRow) -> None:
        size = self._ui.theme.scaled(_AVATAR)
        avatar = QRect(box.left(), box.center().y() - size // 2 + 1, size, size)
        paint_avatar(painter, avatar, row.face, self._ui.theme)
        words = box.adjusted(size + _PAD, 0, 0, 0)
        self._lines(painter, words, row.face.label, row.profile or "", bold=True)

    def _lines(
        self, painter: QPainter, box: QRect, first: str, second: str, *, bold: bool = False
    ) -> None:
        theme = self._ui.theme
        if not second:
            self.paint_line(painter, box, first, "text", theme.font("small", bold=bold))
            return
        middle = box.center().y() + 1
        upper = QRect(box.left(), box.top() + 4, box.width(), middle - box.top() - 4)
        lower = QRect(box.left(), middle, box.width(), box.bottom() - middle - 4)
        self.paint_line(painter, upper, first, "text", theme.font("small", bold=bold))
        self.paint_line(painter, lower, second, "muted", theme.font("tiny"))

    def _paint_side(self, painter: QPainter, box: QRect, row: ChangeRow, column: int) -> None:
        theme = self._ui.theme
        after = column == AFTER
        side: Side = row.after if after else row.before
        ink = _INKS[row.tone] if after else "muted"
        font = theme.font("small", bold=after and row.tone != "muted")
        shape = theme.scaled(20) if side.shape is not None else 0
        width = min(QFontMetrics(font).horizontalAdvance(side.words) + shape + 18, box.width())
        if after and row.tone != "muted":
            half = theme.scaled(12)
            ground = QRectF(box.left() - 5, box.center().y() - half, width, 2 * half + 1)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(f"{row.tone}_soft"))
            painter.drawRoundedRect(ground, half, half)
        if side.shape is not None:
            centre = QPointF(box.left() + theme.scaled(7), box.center().y() + 0.5)
            paint_shape(painter, centre, side.shape, theme)
        words = box.adjusted(shape, 0, 0, 0)
        self.paint_line(painter, words, side.words, ink, font)
