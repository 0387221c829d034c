"""What all tables that we paint have in common: the ground of a row, its line, and the focus."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.models.rows import Face
from gui.ui import Ui
from gui.widgets.painting import paint_avatar

_AVATAR = 28

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints a cell with ``paint_cell``; ``row_height`` in pixels at the usual text size."""

    row_height: ClassVar[int]

    def __init__(self, ui: Ui, parent: QObject) -> None:
        super().__init__(parent)
        self._ui = ui

    def paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, box, state = self._ui.theme, option.rect, option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        self.paint_cell(painter, box, index)
        if state & QStyle.StateFlag.State_HasFocus:
            under = QRect(box.left(), box.bottom() - 1, box.width(), 2)
            painter.fillRect(under, theme.colour("accent"))
        painter.restore()

    def paint_line(self, painter: QPainter, box: QRect, text: str, token: str, font: QFont) -> None:
        """One line in a token's colour, with dots where it does not fit."""
        painter.setFont(font)
        painter.setPen(self._ui.theme.colour(token))
        fitting = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, fitting)

    def paint_app(
        self, painter: QPainter, box: QRect, face: Face, profile: str | None = None
    ) -> None:
        """Avatar and name; below it whose app it is, and its package where the name is not that."""
        theme = self._ui.theme
        size = theme.scaled(_AVATAR)
        avatar = QRect(box.left() + 12, box.center().y() - size // 2 + 1, size, size)
        paint_avatar(painter, avatar, face, theme)
        room = theme.scaled(self.row_height - 37) // 2
        words = box.adjusted(12 + size + 11, room, -8, -room)
        second = [face.package] if face.label != face.package else []
        second = [profile, *second] if profile else second
        half = words.height() // 2 if second else 0
        upper, lower = words.adjusted(0, 0, 0, -half), words.adjusted(0, half, 0, 0)
        self.paint_line(painter, upper, face.label, "text", theme.font("body", bold=True))
        if second:
            self.paint_line(painter, lower, " · ".join(second), "muted", theme.font("tiny"))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, self._ui.theme.scaled(self.row_height))
