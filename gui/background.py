"""Whenever a known phone is plugged in: a check by itself, and a word when there is new access."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.models.phone_lines import phone_name
from gui.preferences import BY_ITSELF, HOURS, Preferences
from gui.services import Services
from gui.ui import Ui

if TYPE_CHECKING:
    from device.adb import Device
    from gui.models.rows import Shown

#: A phone may stay plugged in for days.
_LOOK_AGAIN_MS = 10 * 60_000
#: A check that failed is not tried again before.
_PAUSE = timedelta(hours=1)


class Background(QObject):
    """Off unless the person chose it, and never for the demo.

    ``found`` tells a title and a sentence about what a check that began by itself found new.
    """

    found = Signal(str, str)

    def __init__(
        self,
        preferences: Preferences,
        services: Services,
        ui: Callable[[], Ui],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._services = services
        self._ui = ui
        self._tried: dict[str, datetime] = {}
        self._mine: set[str] = set()
        preferences.changed.connect(self._on_chosen)
        services.devices_changed.connect(self._look)
        services.checked.connect(self._on_checked)
        self._again = QTimer(self)
        self._again.timeout.connect(self._look)

    def stop(self) -> None:
        self._again.stop()

    def _on_chosen(self, name: str) -> None:
        if name in {BY_ITSELF, HOURS}:
            self._look()

    def _look(self) -> None:
        """Asks each phone that is ready which it is, and when it was checked last."""
        if not self._preferences.by_itself or self._services.demo:
            self._again.stop()
            return
        self._again.start(_LOOK_AGAIN_MS)
        now = datetime.now(UTC)
        for device in self._services.devices:
            tried = self._tried.get(device.serial)
            if device.ready and (tried is None or now - tried >= _PAUSE):
                # A phone that is gone again, or was never seen before, is none of ours.
                task = self._services.ask_last_check(device.serial)
                if task is not None:
                    task.done.connect(partial(self._on_last_check, device))

    def _on_last_check(self, device: Device, last: datetime | None) -> None:
        """``last`` is None for a phone that was never checked: that is the person's to begin."""
        now, between = datetime.now(UTC), timedelta(hours=self._preferences.hours)
        if last is None or device not in self._services.devices:
            return
        # A clock that was set back must not keep a phone from being checked for years.
        if timedelta(0) <= now - last < between or device.serial in self._services.checks:
            return
        self._tried[device.serial] = now
        self._mine.add(device.serial)
        self._services.check(device.serial, by_itself=True)

    def _on_checked(self, serial: str | None, shown: Shown) -> None:
        if serial not in self._mine:
            return
        self._mine.discard(serial or "")
        if not shown.news:
            return
        _, ngettext = self._ui().wording.gettext, self._ui().wording.ngettext
        sentence = ngettext(
            "{n} app gained access to calls, messages or location",
            "{n} apps gained access to calls, messages or location",
            shown.news,
        )
        name = phone_name(shown.info.phone) or _("Unknown phone")
        self.found.emit(name, sentence.format(n=shown.news))
