"""A row that continues on the next line where it is too narrow."""

# ruff: noqa: N802 -- the names are Qt's
from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class FlowLayout(QLayout):
    """Puts its items side by side, and below where there is no more room.

    ``lines`` is the space between lines, if not the same as beside each other; ``centred`` puts
    each line in the middle.
    """

    def __init__(
        self, *, spacing: int = 8, lines: int | None = None, centred: bool = False
    ) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._lines = spacing if lines is None else lines
        self._centred = centred
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, box: QRect) -> None:
        super().setGeometry(box)
        self._arrange(box, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, box: QRect, *, move: bool) -> int:
        """Returns the height that the items take within ``box``'s width."""
        y = box.y()
        for line in self._split(box.width()):
            sizes = [item.sizeHint() for item in line]
            spare = box.width() - sum(size.width() + self.spacing() for size in sizes)
            x = box.x() + (max(0, spare + self.spacing()) // 2 if self._centred else 0)
            for item, size in zip(line, sizes, strict=True):
                if move:
                    item.setGeometry(QRect(QPoint(x, y), size))
                x += size.width() + self.spacing()
            y += max(size.height() for size in sizes) + self._lines
        return max(0, y - box.y() - self._lines)

    def _split(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            used += self.spacing() + item.sizeHint().width()
            if not lines or used > width:
                lines.append([])
                used = item.sizeHint().width()
            lines[-1].append(item)
        return lines
