"""A QR code to hold a phone up to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

_PIXELS = 5


class QrCode(QWidget):
    """Black on white in every theme: cameras are made for that."""

    def __init__(self) -> None:
        super().__init__()
        self._squares: tuple[bytes, ...] = ()

    def show_squares(self, squares: Sequence[bytes], text: str) -> None:
        """Rows of 1 for dark and 0 for light, quiet zone included; ``text`` is what they say."""
        self._squares = tuple(squares)
        self.setFixedSize(len(squares[0]) * _PIXELS, len(squares) * _PIXELS)
        self.setAccessibleDescription(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for y, row in enumerate(self._squares):
            for x, dark in enumerate(row):
                if dark:
                    left, top = x * _PIXELS, y * _PIXELS
                    square = QRect(left, top, _PIXELS, _PIXELS)
                    painter.fillRect(square, Qt.GlobalColor.black)
        painter.end()
