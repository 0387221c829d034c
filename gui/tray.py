"""The program in the desktop's notification area, where there is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from gui.preferences import BY_ITSELF, STAY, Preferences
from gui.ui import Ui

_SHOWN_MS = 15_000


class Tray(QObject):
    """An icon while phones are checked by themselves or the program goes on without its window.

    Signals:
        window_asked: the window shall be seen.
        check_asked: the phone shall be checked.
    """

    window_asked = Signal()
    check_asked = Signal()

    def __init__(
        self,
        preferences: Preferences,
        ui: Callable[[], Ui],
        parent: QObject | None = None,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
    ) -> None:
        """``available`` tells whether the desktop has a notification area."""
        super().__init__(parent)
        self._preferences = preferences
        self._ui = ui
        self._available = available
        self._menu: QMenu | None = None
        self.icon: QSystemTrayIcon | None = None
        preferences.changed.connect(self._on_chosen)
        self.dress()

    def _on_chosen(self, name: str) -> None:
        if name in {BY_ITSELF, STAY}:
            self.dress()

    @property
    def stays(self) -> bool:
        """Whether closing the window leaves the program running."""
        return self._preferences.stay and self._available()

    def dress(self) -> None:
        """As it is chosen now, in the words of now."""
        QApplication.setQuitOnLastWindowClosed(not self.stays)
        wanted = self._available() and (self._preferences.by_itself or self._preferences.stay)
        if self.icon is not None:
            self.icon.hide()
            self.icon.deleteLater()
            self.icon = None
        if wanted:
            self._show()

    def _show(self) -> None:
        ui = self._ui()
        _ = ui.wording.gettext
        made = self.icon = QSystemTrayIcon(ui.theme.icon("app", "accent", 64), self)
        made.setToolTip(_("Permission Checkup"))
        self._menu = QMenu()
        for text, slot in (
            (_("Open the window"), self.window_asked.emit),
            (_("Check now"), self.check_asked.emit),
            (_("Close the program"), QApplication.quit),
        ):
            self._menu.addAction(text).triggered.connect(slot)
        made.setContextMenu(self._menu)
        made.activated.connect(self._on_activated)
        made.messageClicked.connect(self.window_asked)
        made.show()

    def _on_activated(self, why: QSystemTrayIcon.ActivationReason) -> None:
        if why is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_asked.emit()

    def tell(self, title: str, text: str) -> None:
        """A desktop notification, where there can be one."""
        if self.icon is not None:
            kind = QSystemTrayIcon.MessageIcon.Warning
            self.icon.showMessage(title, text, kind, _SHOWN_MS)
