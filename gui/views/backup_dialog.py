"""Which backup takes the place of what the database holds now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QListWidget, QListWidgetItem, QWidget

from audit.messages import why_kept
from db.records import Backup
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row
from gui.widgets.dialogs import FileQuestion


class BackupDialog(QDialog):
    """``chosen`` is given the path of a backup."""

    chosen = Signal(object)

    def __init__(self, ui: Ui, found: Sequence[Backup], parent: QWidget) -> None:
        super().__init__(parent)
        self._ui = ui
        self.files: QFileDialog | None = None
        _ = ui.wording.gettext
        self.setWindowTitle(_("Restore a backup"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("Backups beside the database"))
        self.list.setSpacing(4)
        for one in reversed(found):
            item = QListWidgetItem(f"{ui.wording.when(one.at)} · {why_kept(one.why, _)}")
            item.setData(Qt.ItemDataRole.UserRole, one.path)
            self.list.addItem(item)
        self.list.currentRowChanged.connect(self._on_selected)
        self.list.itemActivated.connect(self._on_restore)
        self.list.setVisible(bool(found))
        self.restore = button(_("Restore this one"), "danger")
        self.restore.setEnabled(False)
        self.restore.clicked.connect(self._on_restore)
        self.other = button(_("Another file…"))
        self.other.clicked.connect(self.ask_file)
        self._lay_out(found)
        self.finished.connect(self.deleteLater)

    def _lay_out(self, found: Sequence[Backup]) -> None:
        _ = self._ui.wording.gettext
        about = _(
            "A backup takes the place of all your checks. It is looked through first; what the "
            "database holds now is kept beside it as one more backup, so that you can go back."
        )
        none = _("There is no backup beside the database yet. Choose the file of one.")
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        cancel.setDefault(True)
        box = column(spacing=12, margins=(22, 18, 22, 18))
        box.addWidget(label(about, wrap=True))
        if not found:
            box.addWidget(label(none, tone="muted", wrap=True))
        box.addWidget(self.list, 1)
        foot = row(spacing=8)
        foot.addWidget(self.other)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.restore)
        box.addLayout(foot)
        self.setLayout(box)
        self.resize(self._ui.theme.widened(540), 380 if found else self.sizeHint().height())

    def _on_selected(self, number: int) -> None:
        self.restore.setEnabled(number >= 0)

    def _on_restore(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._choose(item.data(Qt.ItemDataRole.UserRole))

    def ask_file(self) -> None:
        _ = self._ui.wording.gettext
        kinds = _("Backups (*.backup *.sqlite)")
        self.files = FileQuestion(self, self._ui, _("Choose a backup"), kinds, self._choose)

    def _choose(self, path: str | Path) -> None:
        self.chosen.emit(Path(path))
        self.accept()
