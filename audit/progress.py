"""How a long piece of work says where it stands, and how it is told to stop."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a check stands: ``step`` of ``steps`` are done; ``what`` names the running one.

    ``what`` is a part's name (``audit.model.Part``), ``acting``, ``saving``, ``comparing``,
    ``copying``, ``verifying`` or ``code`` (an app's dex files); for pairing ``scanning``,
    ``pairing`` or ``connecting``.
    """

    step: int
    steps: int
    what: str


Report = Callable[[Progress], None]


class Cancel:
    """Set once, from any thread; wakes whoever is blocked in a read."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []

    def set(self) -> None:
        with self._lock:
            self._event.set()
            wakers = list(self._wakers)
        for wake in wakers:
            wake()

    def is_set(self) -> bool:
        return self._event.is_set()

    @contextlib.contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """While inside, ``set`` also calls ``wake``; at once if it was set before."""
        with self._lock:
            self._wakers.append(wake)
            late = self._event.is_set()
        if late:
            wake()
        try:
            yield
        finally:
            with self._lock:
                self._wakers.remove(wake)
