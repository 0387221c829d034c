"""How the program gets on with phones: checks by themselves, and what runs on without a window."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon, QVBoxLayout, QWidget

from gui.preferences import BETWEEN_CHECKS, BY_ITSELF, HOURS, KEEP_ADB, STAY
from gui.ui import Ui
from gui.widgets.basics import column, label, row
from gui.widgets.choice import Choice, Tick


class LinkChoices(QObject):
    """Chooses in ``ui.preferences``; ``box`` holds the fields."""

    def __init__(self, ui: Ui, parent: QWidget) -> None:
        super().__init__(parent)
        self._ui = ui
        _, kept = ui.wording.gettext, ui.preferences
        self.by_itself = self._tick(
            BY_ITSELF, _("Check a phone by itself when it is plugged in"), chosen=kept.by_itself
        )
        self.hours = self._make_hours()
        self.stay = self._tick(
            STAY, _("Stay in the notification area when the window is closed"), chosen=kept.stay
        )
        self.keep_adb = self._tick(
            KEEP_ADB, _("Leave adb running when the program ends"), chosen=kept.keep_adb
        )
        self.box = self._laid_out()

    def _tick(self, name: str, text: str, *, chosen: bool) -> Tick:
        made = Tick(self._ui.theme, text)
        made.setAccessibleName(text)
        made.setChecked(chosen)
        made.setProperty("preference", name)
        made.toggled.connect(self._on_ticked)
        return made

    def _make_hours(self) -> Choice:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        made = Choice(self._ui.theme)
        made.setAccessibleName(_("At most one check in"))
        for hours in BETWEEN_CHECKS:
            days, rest = divmod(hours, 24)
            if rest:
                text = ngettext("{n} hour", "{n} hours", hours).format(n=hours)
            else:
                text = ngettext("{n} day", "{n} days", days).format(n=days)
            made.addItem(text, str(hours))
        made.setCurrentIndex(made.findData(str(self._ui.preferences.hours)))
        made.activated.connect(self._on_hours)
        return made

    def _laid_out(self) -> QVBoxLayout:
        _ = self._ui.wording.gettext
        box = column(spacing=8)
        box.addWidget(self.by_itself)
        how_often = label(_("At most one check in"))
        how_often.setBuddy(self.hours)
        line = row(spacing=12)
        line.addSpacing(30)
        line.addWidget(how_often)
        line.addWidget(self.hours)
        line.addStretch(1)
        box.addLayout(line)
        box.addWidget(self._about(_("Only phones that you checked once yourself.")))
        box.addWidget(self.stay)
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self.stay.setEnabled(False)
            box.addWidget(self._about(_("This desktop has no notification area.")))
        box.addWidget(self.keep_adb)
        text = _(
            "adb is the helper that talks to the phone. If it ran before, it is never ended; if "
            "this program started it, it ends with it."
        )
        box.addWidget(self._about(text))
        return box

    def _about(self, text: str) -> QWidget:
        made = label(text, size="small", tone="muted", wrap=True)
        made.setContentsMargins(30, 0, 0, 0)
        return made

    def _on_ticked(self, chosen: bool) -> None:
        name = self.sender().property("preference")
        self._ui.preferences.choose(name, "yes" if chosen else "")

    def _on_hours(self) -> None:
        self._ui.preferences.choose(HOURS, self.hours.currentData())

    def forget(self) -> None:
        """All as on the first day."""
        for tick in (self.by_itself, self.stay, self.keep_adb):
            tick.setChecked(False)
        self.hours.setCurrentIndex(self.hours.findData(str(self._ui.preferences.hours)))
