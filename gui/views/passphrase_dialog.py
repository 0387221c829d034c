"""A new passphrase for the saved checks, typed twice."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from gui.ui import Ui
from gui.widgets.basics import button, column, label, row
from gui.widgets.choice import Tick


class PassphraseDialog(QDialog):
    """``agreed`` is given the passphrase."""

    agreed = Signal(str)

    def __init__(self, ui: Ui, parent: QWidget) -> None:
        super().__init__(parent)
        _ = ui.wording.gettext
        self.setWindowTitle(_("Encrypt with a passphrase"))
        self.first = self._field(_("New passphrase"))
        self.second = self._field(_("The same once more"))
        self.shown = Tick(ui.theme, _("Show what I type"))
        self.shown.setAccessibleName(self.shown.text())
        self.shown.toggled.connect(self._show_typed)
        self.encrypt = button(_("Encrypt"), "primary")
        self.encrypt.clicked.connect(self._on_agreed)
        self.encrypt.setDefault(True)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        about = _(
            "Then nobody can read your checks without the passphrase, not even who takes the file. "
            "The program asks for it at each start."
        )
        warning = _(
            "Whoever forgets the passphrase has lost the history for good: nobody can bring it "
            "back. Four or more words that have nothing to do with each other make a good one."
        )
        box = column(spacing=12, margins=(22, 18, 22, 18))
        box.addWidget(label(about, wrap=True))
        for field in (self.first, self.second, self.shown):
            box.addWidget(field)
        box.addWidget(label(warning, tone="amber", wrap=True))
        box.addStretch(1)
        foot = row(spacing=8)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.encrypt)
        box.addLayout(foot)
        self.setLayout(box)
        self.resize(ui.theme.widened(480), self.sizeHint().height())
        self.finished.connect(self.deleteLater)
        self._look()

    def _field(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setAccessibleName(name)
        made.setPlaceholderText(name)
        made.textChanged.connect(self._look)
        return made

    def _show_typed(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for field in (self.first, self.second):
            field.setEchoMode(mode)

    def _look(self) -> None:
        """Nobody sees what they type, so it takes twice the same."""
        first = self.first.text()
        self.encrypt.setEnabled(bool(first) and first == self.second.text())

    def _on_agreed(self) -> None:
        self.agreed.emit(self.first.text())
        self.accept()
