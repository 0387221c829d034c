"""The one order of a check: read the phone, save, compare. Window and terminal both call it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from audit.access import parts_read
from audit.catalogue import Catalogue
from audit.changes import Mark, compare, with_marks
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

    def pinned(self, phone_key: str) -> SnapshotInfo | None:
        """The check that the person chose as the one to compare with, if any."""

    def load(self, snapshot_id: int) -> Snapshot:
        """A whole saved check."""

    def marks(self, phone_key: str) -> Sequence[Mark]:
        """What the person marked as expected."""


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
    return compared(snapshot, store, catalogue)


def compared(snapshot: Snapshot, store: Store, catalogue: Catalogue) -> Checkup:
    """What a saved snapshot found, seen against the check before it."""
    info = snapshot.info
    before = _reference(store, info)
    if before is None or not _comparable(before, snapshot):
        return Checkup(snapshot, None, ())
    changes = with_marks(compare(before, snapshot, catalogue), store.marks(info.phone.key))
    return Checkup(snapshot, before.info, changes)


def _reference(store: Store, info: SnapshotInfo) -> Snapshot | None:
    """What to compare with: the check that was pinned, else the last one that read as much.

    A check that broke off tells too little if there is a better one before it.
    """
    pinned = store.pinned(info.phone.key)
    if pinned is not None and pinned.id is not None and pinned.id != info.id:
        return store.load(pinned.id)
    return store.previous(info, knowing=parts_read(info)) or store.previous(info)


def _comparable(before: Snapshot, after: Snapshot) -> bool:
    """False for files of two unidentified phones that have little in common."""
    if after.info.phone.serial or after.info.phone.model:
        return True
    old, new = ({app.package for app in each.apps} for each in (before, after))
    return 2 * len(old & new) >= min(len(old), len(new))
