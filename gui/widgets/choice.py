"""A drop-down list with our own arrow: the style sheet takes Qt's away."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from gui.theme import Theme

_SIZE = 14


class Choice(QComboBox):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        token = "muted" if self.isEnabled() else "faint"
        arrow = self._theme.pixmap("chevron", token, _SIZE, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(self.width() - _SIZE - 10, (self.height() - _SIZE) // 2, arrow)
        painter.end()
