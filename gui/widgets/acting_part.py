"""In an app's details: taking access away, its page on the phone, and what was changed so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from audit.acting_words import outcomes
from audit.model import Deed
from gui.models.acting import by_moment, undoable
from gui.ui import Ui
from gui.widgets.basics import button, clear, column, label, row
from gui.widgets.flow import FlowLayout


class ActingPart(QWidget):
    """``undo_asked`` tells a tuple of ``Deed``."""

    take_asked = Signal()
    page_asked = Signal()
    undo_asked = Signal(object)

    def __init__(self, ui: Ui, manufacturer: str | None) -> None:
        super().__init__()
        self._ui = ui
        self._manufacturer = manufacturer
        self._reason = ""
        _ = ui.wording.gettext
        self.take = button("", "small")
        self.take.clicked.connect(self.take_asked)
        self.open_page = button(_("Open settings on phone"), "small")
        self.open_page.clicked.connect(self.page_asked)
        self.reason = label("", size="small", tone="muted", wrap=True)
        self.deeds = column(spacing=4)
        buttons = FlowLayout(spacing=6)
        for made in (self.take, self.open_page):
            buttons.addWidget(made)
        box = column(spacing=6)
        box.addLayout(buttons)
        box.addWidget(self.reason)
        box.addLayout(self.deeds)
        self.setLayout(box)
        self.show_count(1)
        self.show_reach("")

    def show_count(self, count: int) -> None:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        several = ngettext(
            "Take access away from {n} app…", "Take access away from {n} apps…", count
        )
        self.take.setText(several.format(n=count) if count > 1 else _("Take access away…"))
        self.take.setAccessibleName(self.take.text())

    def show_reach(self, reason: str) -> None:
        """Why the phone cannot be changed now; empty where it can."""
        self._reason = reason
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        for made in (self.take, self.open_page, *self.findChildren(_Undo)):
            made.setEnabled(not reason)
            made.setAccessibleDescription(reason)

    def show_deeds(self, deeds: Sequence[Deed]) -> None:
        """What was changed, the last first; what holds still can be undone."""
        clear(self.deeds)
        if not deeds:
            return
        self.deeds.addWidget(label(self._ui.wording.gettext("What you changed"), bold=True))
        still = undoable(deeds)
        for group in by_moment(deeds):
            for text, members in outcomes(group, self._manufacturer, self._ui.wording):
                undo = [deed for deed in members if deed in still]
                self.deeds.addWidget(self._entry(text, members[0].at, undo))

    def _entry(self, sentence: str, at: datetime, still: Sequence[Deed]) -> QWidget:
        made, inside = QWidget(), row(spacing=8)
        text = f"{self._ui.wording.when(at)} · {sentence}"
        inside.addWidget(label(text, size="small", tone="muted", wrap=True, select=True), 1)
        if still:
            way = _Undo(self._ui, tuple(still), sentence)
            way.setEnabled(not self._reason)
            way.undone.connect(self.undo_asked)
            inside.addWidget(way, 0, Qt.AlignmentFlag.AlignTop)
        made.setLayout(inside)
        return made


class _Undo(QWidget):
    """``undone`` tells the deeds that are to be undone."""

    undone = Signal(object)

    def __init__(self, ui: Ui, deeds: tuple[Deed, ...], sentence: str) -> None:
        super().__init__()
        _ = ui.wording.gettext
        self._deeds = deeds
        self.button = button(_("Undo"), "link", name=_("Undo: {what}").format(what=sentence))
        self.button.clicked.connect(self._on_clicked)
        inside = row(spacing=0)
        inside.addWidget(self.button)
        self.setLayout(inside)

    def _on_clicked(self) -> None:
        self.undone.emit(self._deeds)
