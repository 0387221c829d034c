"""The field that a page is searched with."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit

from gui.ui import Ui


class SearchField(QLineEdit):
    """``words`` say what is searched; Ctrl+F leads here."""

    def __init__(self, ui: Ui, words: str) -> None:
        super().__init__()
        self._theme = ui.theme
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setToolTip("Ctrl+F")
        self.setClearButtonEnabled(True)
        self._glass = self.addAction(self._icon(), QLineEdit.ActionPosition.LeadingPosition)
        ui.theme.changed.connect(self._recolour)

    def begin(self) -> None:
        """For typing: what was searched before is replaced."""
        self.setFocus()
        self.selectAll()

    def _icon(self) -> QIcon:
        return self._theme.icon("search", "muted")

    def _recolour(self) -> None:
        self._glass.setIcon(self._icon())
