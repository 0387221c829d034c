"""What the shapes of a table mean."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from gui.ui import Ui
from gui.widgets.basics import label, row
from gui.widgets.flow import FlowLayout
from gui.widgets.painting import Shape, ShapeMark

Entry = tuple[Shape, bool, str]


class Legend(QWidget):
    """The shapes of all states, and what else a table has: a shape, whether new, its meaning."""

    def __init__(self, ui: Ui, more: Iterable[Entry] = ()) -> None:
        super().__init__()
        _ = ui.wording.gettext
        states = (
            (Shape.FULL, False, _("allowed")),
            (Shape.HALF, False, _("only while in use")),
            (Shape.DOTTED, False, _("asks, or just once")),
            (Shape.RING, False, _("refused")),
            (Shape.DASH, False, _("not asked for")),
        )
        flow = FlowLayout(spacing=14, lines=0)
        for shape, new, text in (*states, *more):
            entry = QWidget()
            inside = row(spacing=4)
            inside.addWidget(ShapeMark(ui.theme, shape, new=new))
            inside.addWidget(label(text, size="tiny", tone="muted"))
            entry.setLayout(inside)
            flow.addWidget(entry)
        self.setLayout(flow)
