"""Ctrl-C, or the system's wish that it ends, closes the program as a person would."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

#: Those that this system has; Windows knows no SIGHUP, and others no SIGBREAK.
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Ending(QObject):
    """Calls ``end`` in the event loop when a signal comes; ``remove`` gives the signals back.

    Qt's loop leaves Python no moment to handle one: a byte in a socket wakes it.
    https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
    """

    def __init__(self, end: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._ours, self._theirs = socket.socketpair()
        for one in (self._ours, self._theirs):
            one.setblocking(False)
        woken = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        woken.activated.connect(self._on_woken)
        self._wakeup = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        found = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        # "nohup", or a shell for what runs beside it, has the program ignore some of them.
        heeded = [one for one in found if signal.getsignal(one) is not signal.SIG_IGN]
        self._before = {one: signal.signal(one, lambda *_: end()) for one in heeded}

    def _on_woken(self) -> None:
        """Python has its moment now, and handles the signal by itself."""
        self._ours.recv(4096)

    def remove(self) -> None:
        for one, before in self._before.items():
            signal.signal(one, before)
        signal.set_wakeup_fd(self._wakeup)
        for one in (self._ours, self._theirs):
            one.close()
