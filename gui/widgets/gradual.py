"""Work on the main thread, cut into pieces, so that the window answers in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

Step = Callable[[], None]


class Gradually(QObject):
    """Does one step per turn of the event loop, in their order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: deque[Step] = deque()
        self._waits = False

    @property
    def busy(self) -> bool:
        return bool(self._steps)

    def start(self, steps: Iterable[Step]) -> None:
        """Begins with the next turn; what was left of earlier steps is dropped."""
        self._steps = deque(steps)
        self._continue()

    def then(self, step: Step) -> None:
        """After what is left of the steps."""
        self._steps.append(step)
        self._continue()

    def _continue(self) -> None:
        if self._steps and not self._waits:
            self._waits = True
            QTimer.singleShot(0, self, self._next)

    def _next(self) -> None:
        self._waits = False
        if self._steps:
            self._steps.popleft()()
        self._continue()
