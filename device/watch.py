"""Follows phones coming and going, for a window that shows them live."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from device.adb import AdbServer, Device, parse_devices
from device.errors import NotReadyError

_RETRY_SECONDS = 2.0


class PhoneWatcher:
    """A thread that tells of every change in the list of phones.

    Both callbacks run on that thread. ``on_trouble`` gets the reason whenever the adb server cannot
    be started or reached, which leaves no phone to be seen; the watcher tries again every two
    seconds, and ``on_change`` tells the list anew when that worked.
    """

    def __init__(
        self,
        server: AdbServer,
        on_change: Callable[[tuple[Device, ...]], None],
        on_trouble: Callable[[NotReadyError], None] = lambda _: None,
    ) -> None:
        self._server = server
        self._on_change = on_change
        self._on_trouble = on_trouble
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._last: tuple[Device, ...] | None = None
        self._thread = threading.Thread(target=self._run, name="phone-watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for it; may be called from any other thread, and again."""
        self._stopped.set()
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._server.ensure_running()
                self._follow()
            except NotReadyError as error:
                if not self._stopped.is_set():
                    self._server.lost()
                    self._last = None
                    self._on_trouble(error)
            self._stopped.wait(_RETRY_SECONDS)

    def _follow(self) -> None:
        """Hears changes until the server goes; raises AdbServerError then."""
        with self._server.open() as connection:
            with self._lock:
                self._socket = connection.conn
            try:
                if not self._stopped.is_set():
                    connection.request("host:track-devices-l")
                    connection.conn.settimeout(None)
                while not self._stopped.is_set():
                    self._tell(parse_devices(connection.text()))
            finally:
                with self._lock:
                    self._socket = None

    def _tell(self, devices: tuple[Device, ...]) -> None:
        if devices != self._last:
            self._last = devices
            self._on_change(devices)
