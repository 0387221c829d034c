"""A source in use: phones and a database, with the threads that work for them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from device.adb import AdbServer
from device.errors import NotReadyError
from gui.sources import OwnSource
from gui.tasks import EXPECTED, Lane, Task

if TYPE_CHECKING:
    from device.watch import PhoneWatcher


class Running:
    """What is open now; one at a time."""

    def __init__(self, source: OwnSource) -> None:
        self.source = source
        self.phone_lane = Lane("phone")
        self.store_lane = Lane("store")
        self.export_lane = Lane("export")
        self.names_lane = Lane("names")
        self.look_lane = Lane("look")
        self.server: AdbServer | None = None
        self.watcher: PhoneWatcher | None = None
        self.told = False  # whether the watcher has said anything yet
        self.trouble: NotReadyError | None = None
        self.tasks: set[Task] = set()

    def cancel(self) -> None:
        for task in self.tasks:
            task.cancel.set()

    def end(self) -> None:
        """Waits for its threads and lets go of phone and database; ``cancel`` comes first."""
        if self.watcher is not None:
            self.watcher.stop()
        self.phone_lane.close()
        self.store_lane.close()
        self.export_lane.close()
        self.names_lane.close()
        self.look_lane.close()
        # A phone that is gone already need not be let go of.
        with suppress(*EXPECTED):
            self.source.close()
