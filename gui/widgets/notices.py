"""The strip above the pages: what went wrong, or what was just done and can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gui.ui import Ui
from gui.widgets.basics import column
from gui.widgets.notice import Notice


class Notices(QWidget):
    """Shows one notice at a time; the next takes its place."""

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        self._then: Callable[[], object] | None = None
        self.notice: Notice | None = None
        self.setObjectName("page")
        self._box = column(margins=(26, 14, 26, 0))
        self.setLayout(self._box)
        self.hide()

    def say(
        self,
        tone: str,
        text: str,
        action: str = "",
        then: Callable[[], object] | None = None,
    ) -> None:
        """``tone`` as of ``Notice``; ``then`` is called when the ``action`` is chosen."""
        self.clear()
        self._then = then
        made = self.notice = Notice(self._ui, tone, text, action=action, closable=True)
        made.closed.connect(self.clear)
        made.acted.connect(self.act)
        self._box.addWidget(made)
        self.show()

    def act(self) -> None:
        """Does what the notice offers, if there is one that offers something."""
        then = self._then
        if then is not None:
            self.clear()
            then()

    def clear(self) -> None:
        made, self.notice, self._then = self.notice, None, None
        if made is not None:
            self._box.removeWidget(made)
            made.hide()
            made.deleteLater()
        self.hide()
