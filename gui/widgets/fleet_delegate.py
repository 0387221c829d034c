"""Paints all phones side by side: the app, and each access as its shape with how many have it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from gui.models.fleet_table import APP, FIRST_ACCESS, FleetModel
from gui.ui import Ui
from gui.widgets.painting import paint_shape, shape_of
from gui.widgets.row_delegate import Index, RowDelegate

_PAD = 5


class FleetDelegate(RowDelegate):
    row_height = 46

    def __init__(self, ui: Ui, model: FleetModel) -> None:
        super().__init__(ui, model)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index) -> None:
        theme, row = self._ui.theme, self._model.row_at(index.row())
        column, small = index.column(), self._ui.theme.font("small")
        if column == APP:
            self.paint_app(painter, box, row.face)
        elif column < FIRST_ACCESS:
            words = box.adjusted(_PAD, 0, -6, 0)
            self.paint_line(painter, words, row.cells[column], "text", small)
        else:
            found = row.access[column - FIRST_ACCESS]
            centre = QPointF(box.left() + theme.scaled(14), box.center().y() + 0.5)
            shape = shape_of(found.state if found else None, known=found is None)
            paint_shape(painter, centre, shape, theme)
            if found is not None:
                words = box.adjusted(theme.scaled(28), 0, -4, 0)
                self.paint_line(painter, words, f"{found.given}/{found.asked}", "text", small)
