"""Paints the table of apps: avatar, name and package, and the shape of each state."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from gui.models.app_table import AppTableModel
from gui.models.rows import TABLE_KEYS, AppRow
from gui.ui import Ui
from gui.widgets.painting import paint_avatar, paint_shape, shape_of
from gui.widgets.row_delegate import Index, RowDelegate

_AVATAR = 28


class AppDelegate(RowDelegate):
    row_height = 53

    def __init__(self, ui: Ui, model: AppTableModel) -> None:
        super().__init__(ui, model)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        row = self._model.row_at(index.row())
        if index.column() == 0:
            self._paint_app(painter, box, row)
            return
        key = TABLE_KEYS[index.column() - 1]
        shape = shape_of(row.access.get(key), known=row.known)
        centre = QRectF(box).center()
        paint_shape(painter, centre, shape, self._ui.theme, new=key in row.gained)

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
        self.paint_line(painter, upper, row.label, "text", theme.font("body", bold=True))
        if second:
            self.paint_line(painter, lower, " · ".join(second), "muted", theme.font("tiny"))
