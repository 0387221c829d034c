"""Which phones are plugged in, and work on them that belongs to no check."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audit.progress import Cancel, Report
from device.errors import NotReadyError
from gui.connected import Connected
from gui.opened import Opened
from gui.running import Look, Running
from gui.sources import OwnSource
from gui.tasks import Task

if TYPE_CHECKING:
    from device.adb import AdbServer, Device
    from gui.models.rows import Shown


class Plugged(Opened):
    """Watches for phones once ``_plug_in`` was called for what is open.

    Signals:
        devices_changed: tuple of ``Device``, ready or not, on every change.
        trouble: the error that keeps phones from being seen; None when it is over.
    """

    devices_changed = Signal(object)
    trouble = Signal(object)
    _seen = Signal(object, object)
    _troubled = Signal(object, object)

    def __init__(
        self, make_source: Callable[[bool], OwnSource], parent: QObject | None = None
    ) -> None:
        super().__init__(make_source, parent)
        self._connected = Connected()
        #: What was told last of ``trouble``.
        self.last_trouble: Exception | None = None
        self.trouble.connect(self._on_told)
        self._seen.connect(self._on_seen)
        self._troubled.connect(self._on_troubled)

    @property
    def devices(self) -> tuple[Device, ...]:
        return self._connected.devices

    def device_of(self, shown: Shown) -> Device | None:
        """The connected phone, in whatever state, that ``shown`` is a check of."""
        return self._connected.device_of(shown.info)

    @property
    def connected_keys(self) -> frozenset[str]:
        """Of the phones that are plugged in, as far as it is known which they are."""
        return self._connected.keys

    def _on_told(self, error: Exception | None) -> None:
        self.last_trouble = error

    def _plug_in(self, running: Running) -> None:
        plug = self._task(running, lambda _report, _cancel: running.source.plug_in())
        plug.done.connect(self._on_plugged)
        plug.failed.connect(self._on_unplugged)
        plug.start(running.phone_lane(None))

    def _on_plugged(self, server: AdbServer) -> None:
        from device.watch import PhoneWatcher  # noqa: PLC0415 -- not before the first paint

        running = self._running
        if running is None or not self._is_current():
            return
        running.server = server
        running.watcher = PhoneWatcher(
            server,
            lambda devices: self._seen.emit(running, devices),
            lambda error: self._troubled.emit(running, error),
        )
        running.watcher.start()

    def _on_unplugged(self, error: Exception) -> None:
        if self._is_current():
            self.trouble.emit(error)

    def _on_seen(self, running: Running, devices: tuple[Device, ...]) -> None:
        from device.adb import cable_first  # noqa: PLC0415 -- not before the first paint

        if running is not self._running:
            return
        running.told, running.trouble = True, None
        own = (device for device in devices if running.source.sees(device))
        self._connected.devices = cable_first(own)
        self.trouble.emit(None)
        self.devices_changed.emit(self.devices)

    def _on_troubled(self, running: Running, error: NotReadyError) -> None:
        if running is self._running:
            running.told, running.trouble = True, error
            self._connected.devices = ()
            self.devices_changed.emit(())
            self.trouble.emit(error)

    def look(self, work: Callable[[Look], object]) -> Task | None:
        """Starts a look around for phones, beside all else; connect to the task at once.

        None for the demo, and before anything is known of the adb server.
        """
        running = self._running
        if running is None or running.server is None or not running.told or self.demo:
            return None
        known = running.source, running.server, self.devices, running.trouble
        task = self._task(running, lambda _report, cancel: work(Look(*known, cancel)))
        task.start(running.look_lane)
        return task

    def beside(self, work: Callable[[AdbServer, Report, Cancel], object]) -> Task | None:
        """Starts work on the adb server that needs no phone yet; connect to the task at once.

        None for the demo. Such work is done one after the other, beside all else.
        """
        running = self._running
        if running is None or self.demo:
            return None

        def begin(report: Report, cancel: Cancel) -> object:
            return work(running.server or running.source.plug_in(), report, cancel)

        task = self._task(running, begin)
        task.start(running.pair_lane)
        return task
