"""Files of apps named in public that the person imported: adding one, and taking one away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.ui import Ui
from gui.widgets.basics import button, clear, column, label, row
from gui.widgets.dialogs import FileQuestion


class PublicLists(QWidget):
    """Signals:
    wanted: which files there are.
    import_asked: path of a file. forget_asked: name of one that was imported.
    """

    wanted = Signal()
    import_asked = Signal(str)
    forget_asked = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        self.dialog: QFileDialog | None = None
        _ = ui.wording.gettext
        about = _(
            "What consumer councils and regulators said of apps is shown in their details. Further "
            "lists can be added as a file."
        )
        self.add = button(_("Import a list…"), "small")
        self.add.clicked.connect(self.ask_file)
        self.files = column(spacing=4)
        box = column(spacing=8)
        box.addWidget(label(about, size="small", tone="muted", wrap=True))
        box.addLayout(self.files)
        box.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(box)

    def showEvent(self, event: QShowEvent) -> None:
        self.wanted.emit()
        super().showEvent(event)

    def show_lists(self, names: Sequence[str]) -> None:
        _ = self._ui.wording.gettext
        clear(self.files)
        for name in names:
            line = row(spacing=8)
            line.addWidget(label(name, size="small", wrap=True, select=True), 1)
            away = button(_("Take away"), "small", name=_("Take {name} away").format(name=name))
            away.setProperty("file", name)
            away.clicked.connect(self._on_away)
            line.addWidget(away)
            self.files.addLayout(line)

    def ask_file(self) -> None:
        _ = self._ui.wording.gettext
        kinds = _("Lists (*.json)")
        self.dialog = FileQuestion(
            self, self._ui, _("Choose a list"), kinds, self.import_asked.emit
        )

    def _on_away(self) -> None:
        self.forget_asked.emit(self.sender().property("file"))
