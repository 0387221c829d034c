"""Paints the table of changes: the app, what changed, and both states with their shapes."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.models.changes_table import AFTER, APP, BEFORE, WHAT, ChangesModel
from gui.models.comparison import ChangeRow, Side
from gui.ui import Ui
from gui.widgets.painting import paint_avatar, paint_shape

ROW_HEIGHT = 46
_AVATAR = 28
_PAD = 10
_INKS = {"red": "red", "amber": "amber", "green": "green", "muted": "text"}


class ChangeDelegate(QStyledItemDelegate):
    def __init__(self, ui: Ui, model: ChangesModel) -> None:
        super().__init__(model)
        self._ui = ui
        self._model = model

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme, box, column = self._ui.theme, option.rect, index.column()
        row = self._model.row_at(index.row())
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("selection"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(
                QRect(box.left(), box.bottom() - 1, box.width(), 2), theme.colour("accent")
            )
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
            self._line(painter, inner, text, "muted", theme.font("small"))
        painter.restore()

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
            self._line(painter, box, first, "text", theme.font("small", bold=bold))
            return
        middle = box.center().y() + 1
        upper = QRect(box.left(), box.top() + 4, box.width(), middle - box.top() - 4)
        lower = QRect(box.left(), middle, box.width(), box.bottom() - middle - 4)
        self._line(painter, upper, first, "text", theme.font("small", bold=bold))
        self._line(painter, lower, second, "muted", theme.font("tiny"))

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
        self._line(painter, words, side.words, ink, font)

    def _line(self, painter: QPainter, box: QRect, text: str, token: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(self._ui.theme.colour(token))
        fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, fitting)

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, self._ui.theme.scaled(ROW_HEIGHT))
