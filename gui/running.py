"""A source of phones in use, with the threads that work for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from audit.progress import Cancel
from device.errors import NoPhoneError, NotReadyError
from gui.sources import OwnSource
from gui.tasks import EXPECTED, Lane, Task

if TYPE_CHECKING:
    from device.actions import PhoneActions
    from device.adb import AdbServer, Device
    from device.watch import PhoneWatcher


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of phones when somebody looks around for them."""

    source: OwnSource
    server: AdbServer
    devices: tuple[Device, ...]
    trouble: NotReadyError | None
    cancel: Cancel


class Running:
    """``cancel`` and ``end`` belong to the main thread, as do its fields."""

    def __init__(self, source: OwnSource) -> None:
        self.source = source
        self.store_lane = Lane("store")
        self.export_lane = Lane("export")
        self.names_lane = Lane("names")
        self.look_lane = Lane("look")
        self.pair_lane = Lane("pair")
        # One for each phone that was checked, by its serial number; None for files.
        self._phone_lanes: dict[str | None, Lane] = {}
        self.server: AdbServer | None = None
        self.watcher: PhoneWatcher | None = None
        self.told = False  # whether the watcher has said anything yet
        self.trouble: NotReadyError | None = None
        self.tasks: set[Task] = set()

    def phone_lane(self, serial: str | None) -> Lane:
        """Where all that concerns one phone is done, one thing after the other."""
        if serial not in self._phone_lanes:
            self._phone_lanes[serial] = Lane("phone")
        return self._phone_lanes[serial]

    def reach(self, serial: str, key: str) -> tuple[AdbServer, PhoneActions]:
        """For a lane: what changes the phone with that serial number.

        Raises NoPhoneError where it is not the one that has ``key`` in the database.
        """
        server = self.server or self.source.plug_in()
        hands, found = self.source.hands(server, serial)
        if self.source.store().key_of(found.key) != key:
            raise NoPhoneError(serial=key)
        return server, hands

    def last_check(self, serial: str) -> datetime | None:
        """For a lane: when the phone with that serial number was checked last."""
        server, store = self.server or self.source.plug_in(), self.source.store()
        key = store.key_of(self.source.hands(server, serial)[1].key)
        checks = (store.last_two(key) or store.snapshots(key)) if key else ()
        return checks[-1].taken_at if checks else None

    def cancel(self) -> None:
        for task in self.tasks:
            task.cancel.set()

    def end(self) -> None:
        """Waits for its threads and lets go of phone and database; ``cancel`` comes first."""
        if self.watcher is not None:
            self.watcher.stop()
        for lane in self._phone_lanes.values():
            lane.close()
        self.store_lane.close()
        self.export_lane.close()
        self.names_lane.close()
        self.look_lane.close()
        self.pair_lane.close()
        # A phone that is gone already need not be let go of.
        with suppress(*EXPECTED):
            self.source.close()
