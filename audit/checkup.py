"""The one order of a check: read the phone, save, compare. Window and terminal both call it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from audit.access import parts_read
from audit.catalogue import Catalogue
from audit.changes import compare
from audit.model import Change, Part, Snapshot, SnapshotInfo
from audit.progress import Cancel, Progress, Report


class Phone(Protocol):
    """Anything a snapshot can be read from: a phone, the demo phone, files."""

    def read(self, report: Report, cancel: Cancel) -> Snapshot:
        """Reads everything once.

        Raises an error of ``device.errors`` when nothing usable could be read or ``cancel`` is set.
        """


class Store(Protocol):
    """Where snapshots are kept."""

    def save(self, snapshot: Snapshot) -> SnapshotInfo:
        """Saves whole or not at all; the answer carries the snapshot's ``id``."""

    def previous(self, info: SnapshotInfo, *, knowing: Collection[Part] = ()) -> Snapshot | None:
        """The check of the same phone before ``info``, or None when it is the first.

        With ``knowing``, the last one in which all these parts were read.
        """


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a check found: the saved snapshot, what it was compared with, and the changes."""

    snapshot: Snapshot
    compared_with: SnapshotInfo | None
    changes: tuple[Change, ...]

    @property
    def highlights(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_highlight)


def check(
    phone: Phone,
    store: Store,
    catalogue: Catalogue,
    *,
    report: Report,
    cancel: Cancel,
) -> Checkup:
    """Reads ``phone``, saves the snapshot in ``store`` and compares it with the one before."""
    read = phone.read(report, cancel)
    report(Progress(0, 0, "saving"))
    info = store.save(read)
    snapshot = Snapshot(info, read.apps, read.uses)
    report(Progress(0, 0, "comparing"))
    # A check that broke off tells too little to compare with, if there is a better one before it.
    before = store.previous(info, knowing=parts_read(info)) or store.previous(info)
    if before is None or not _comparable(before, snapshot):
        return Checkup(snapshot, None, ())
    return Checkup(snapshot, before.info, compare(before, snapshot, catalogue))


def _comparable(before: Snapshot, after: Snapshot) -> bool:
    """False for files of two unidentified phones that have little in common."""
    if after.info.phone.serial or after.info.phone.model:
        return True
    old, new = ({app.package for app in each.apps} for each in (before, after))
    return 2 * len(old & new) >= min(len(old), len(new))
