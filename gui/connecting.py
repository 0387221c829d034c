"""Looks for what keeps phones from being checked, again and again while somebody watches."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from db.errors import StoreError
from device.connecting.situations import Situation, diagnose
from gui.running import Look
from gui.services import Services
from gui.tasks import Task

if TYPE_CHECKING:
    from device.connecting.observer import Observer, ReadUsb
    from gui.sources import OwnSource

_PAUSE_MS = 1500
#: A look that takes long (PowerShell on Windows does) is repeated as much less often.
_SHARE = 5


class Surroundings(QObject):
    """``told`` has the situations whenever they change; none for the demo, or while checking."""

    told = Signal(object)

    def __init__(
        self, services: Services, parent: QObject, read_usb: ReadUsb | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._read_usb = read_usb
        self._observers: dict[OwnSource, Observer] = {}
        self._watching = False
        self._task: Task | None = None
        self._last: tuple[Situation, ...] = ()
        self._begun = 0.0
        self._again = False  # something changed during the look that runs
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        for signal in (services.devices_changed, services.trouble, services.checking_changed):
            signal.connect(self._look)
        services.opened.connect(self._on_opened)

    def watch(self, watching: bool) -> None:
        """Whether anybody sees what is told."""
        self._watching = watching
        self._pause.stop()
        self._look()

    def _look(self) -> None:
        self._again = self._task is not None
        if not self._watching or self._again:
            return
        task = self._services.look(self._observe)
        if task is None:
            self._tell(())
            return
        self._task, self._begun = task, time.monotonic()
        task.done.connect(self._on_done)
        task.finished.connect(self._on_finished)

    def _observe(self, look: Look) -> tuple[Situation, ...]:
        """Runs in the lane; each source has its own memory of phones."""
        from device.connecting.observer import Observer  # noqa: PLC0415 -- its parsers take 50 ms

        observer = self._observers.get(look.source)
        if observer is None:
            known: set[str] = set()
            with suppress(StoreError):  # the page that needs the database tells of it
                records = look.source.store().phones()
                known = {one.phone.serial for one in records if one.phone.serial is not None}
            observer = Observer(self._read_usb, known=known)
            self._observers = {look.source: observer}
        return diagnose(observer.observe(look.server, look.devices, look.trouble, look.cancel))

    def _on_opened(self) -> None:
        self._task = None
        self._tell(())

    def _on_done(self, found: tuple[Situation, ...]) -> None:
        if self.sender() is self._task and self._watching:
            self._tell(found)

    def _on_finished(self) -> None:
        if self.sender() is self._task:
            self._task = None
            if not self._watching:
                return
            taken = (time.monotonic() - self._begun) * 1000
            self._pause.start(0 if self._again else round(max(_PAUSE_MS, taken * _SHARE)))

    def _tell(self, found: tuple[Situation, ...]) -> None:
        if found != self._last:
            self._last = found
            self.told.emit(found)
