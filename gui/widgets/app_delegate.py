"""Paints the table of apps: avatar, name and package, and the shape of each state."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.models.app_table import AppTableModel
from gui.models.rows import TABLE_KEYS, AppRow
from gui.ui import Ui
from gui.widgets.painting import paint_avatar, paint_shape, shape_of

ROW_HEIGHT = 53
_AVATAR = 28


class AppDelegate(QStyledItemDelegate):
    def __init__(self, ui: Ui, model: AppTableModel) -> None:
        super().__init__(model)
        self._ui = ui
        self._model = model

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        theme, box = self._ui.theme, option.rect
        state = option.state
        row = self._model.row_at(index.row())
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if index.column() == 0:
            self._paint_app(painter, box, row)
        else:
            key = TABLE_KEYS[index.column() - 1]
            shape = shape_of(row.access.get(key), known=row.known)
            new = key in row.gained
            paint_shape(painter, QRectF(box).center(), shape, theme, new=new)
        if state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, box)
        painter.restore()

    def _paint_app(self, painter: QPainter, box: QRect, row: AppRow) -> None:
        theme = self._ui.theme
        size = theme.scaled(_AVATAR)
        avatar = QRect(box.left() + 12, box.center().y() - size // 2 + 1, size, size)
        paint_avatar(painter, avatar, row.face, theme)
        words = box.adjusted(12 + size + 11, theme.scaled(8), -8, -theme.scaled(8))
        # A package stands alone where the app's name is not known.
        second = [row.app.package] if row.label != row.app.package else []
        second = [row.profile, *second] if row.profile else second
        half = words.height() // 2 if second else 0
        upper, lower = words.adjusted(0, 0, 0, -half), words.adjusted(0, half, 0, 0)
        self._line(painter, upper, row.label, "text", theme.font("body", bold=True))
        if second:
            self._line(painter, lower, " · ".join(second), "muted", theme.font("tiny"))

    def _line(self, painter: QPainter, box: QRect, text: str, token: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(self._ui.theme.colour(token))
        fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, fitting)

    def _paint_focus(self, painter: QPainter, box: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._ui.theme.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), 5, 5)

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, self._ui.theme.scaled(ROW_HEIGHT))
