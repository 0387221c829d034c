"""What the person expected: folded away, and each of it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from audit.findings import sentence_of
from audit.model import Change
from gui.ui import Ui
from gui.widgets.basics import Card, Pill, button, column, label, row


class ExpectedCard(Card):
    """``undone`` tells the changes that are to be news again."""

    undone = Signal(object)

    def __init__(self, ui: Ui, changes: Sequence[Change]) -> None:
        super().__init__(spacing=10)
        self._ui = ui
        _, ngettext = ui.wording.gettext, ui.wording.ngettext
        count = len(changes)
        text = ngettext("{n} change that you expected", "{n} changes that you expected", count)
        head = row(spacing=12)
        head.addWidget(Pill(ui.theme, _("Expected"), "green"))
        head.addWidget(label(text.format(n=count), wrap=True), 1)
        self.toggle = button(_("Show all"), "small", name=_("Show what you expected"))
        self.toggle.clicked.connect(self._on_toggle)
        head.addWidget(self.toggle)
        self.box.addLayout(head)
        self.entries = QWidget()
        inside = column(spacing=4)
        for change in changes:
            entry = ExpectedRow(ui, change)
            entry.undone.connect(self.undone)
            inside.addWidget(entry)
        self.entries.setLayout(inside)
        self.entries.hide()
        self.box.addWidget(self.entries)

    def _on_toggle(self) -> None:
        _ = self._ui.wording.gettext
        self.entries.setVisible(self.entries.isHidden())
        self.toggle.setText(_("Show all") if self.entries.isHidden() else _("Hide"))


class ExpectedRow(QWidget):
    """One change that was expected; ``undone`` tells it, in a tuple, when that is taken back."""

    undone = Signal(object)

    def __init__(self, ui: Ui, change: Change) -> None:
        super().__init__()
        _ = ui.wording.gettext
        self.change = change
        sentence = sentence_of(change, ui.wording)
        self.undo = button(_("Undo"), "link", name=_("Undo: {what}").format(what=sentence))
        self.undo.clicked.connect(self._on_undo)
        inside = row(spacing=8)
        inside.addWidget(label(sentence, size="small", tone="muted", wrap=True, select=True), 1)
        inside.addWidget(self.undo, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(inside)

    def _on_undo(self) -> None:
        self.undo.setEnabled(False)
        self.undone.emit((self.change,))
