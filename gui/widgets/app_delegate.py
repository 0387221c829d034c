"""Paints the table of apps: avatar, name and package, and the shape of each state."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from gui.models.app_table import AppTableModel
from gui.models.rows import TABLE_KEYS
from gui.ui import Ui
from gui.widgets.painting import paint_shape, shape_of
from gui.widgets.row_delegate import Index, RowDelegate


class AppDelegate(RowDelegate):
    row_height = 53

    def __init__(self, ui: Ui, model: AppTableModel) -> None:
        super().__init__(ui, model)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        row = self._model.row_at(index.row())
        if index.column() == 0:
            self.paint_app(painter, box, row.face, row.profile)
            return
        key = TABLE_KEYS[index.column() - 1]
        shape = shape_of(row.access.get(key), known=row.known)
        centre = QRectF(box).center()
        paint_shape(painter, centre, shape, self._ui.theme, new=key in row.gained)
