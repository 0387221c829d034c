"""The one order of a check: read the phone, save, compare. Window and terminal both call it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from audit.access import parts_read
from audit.catalogue import Catalogue
from audit.changes import Mark, compare, with_marks
from audit.model import App, Change, Part, Snapshot, SnapshotInfo
from audit.progress import Cancel, Progress, Report

#: The parts that tell what an app may do: a reference should know as many of them.
_TELLING = frozenset(
    {
        Part.PACKAGES,
        Part.SHARED_USERS,
        Part.APPOPS,
        Part.SETTINGS,
        Part.ROLES,
        Part.DEVICE_POLICY,
        Part.NOTIFICATIONS,
        Part.BATTERY,
    }
)


class Phone(Protocol):
    """Anything a snapshot can be read from: a phone, the demo phone, files."""

    def read(self, report: Report, cancel: Cancel) -> Snapshot:
        """Reads everything once.

        Raises an error of ``device.errors`` when nothing usable could be read or ``cancel`` is set.
        """


class Saved(Protocol):
    """What comparing reads of the checks that were saved."""

    def info(self, snapshot_id: int) -> SnapshotInfo:
        """A saved check without its apps."""

    def load(self, snapshot_id: int) -> Snapshot:
        """A whole saved check."""

    def changed_apps(self, old_id: int, new_id: int) -> tuple[list[App], list[App]]:
        """The apps of each check that the other does not have in exactly that condition."""


class Store(Saved, Protocol):
    """Where snapshots are kept."""

    def save(self, snapshot: Snapshot) -> SnapshotInfo:
        """Saves whole or not at all; the answer carries the snapshot's ``id``."""

    def before(self, info: SnapshotInfo, *, knowing: Collection[Part] = ()) -> SnapshotInfo | None:
        """The check of the same phone before ``info``, or None when it is the first.

        With ``knowing``, the last one in which all these parts were read.
        """

    def pinned(self, phone_key: str) -> SnapshotInfo | None:
        """The check that the person chose as the one to compare with, if any."""

    def looked_after(self, info: SnapshotInfo) -> bool:
        """Whether the check was made to see what came of a change on the person's word."""

    def load(self, snapshot_id: int) -> Snapshot:
        """A whole saved check."""

    def changed_apps(self, old_id: int, new_id: int) -> tuple[list[App], list[App]]:
        """The apps of each check that the other does not have in exactly that condition."""

    def with_code(self, phone_key: str, apps: Iterable[App]) -> tuple[App, ...]:
        """The same apps, with their code where somebody looked into it before."""

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
    snapshot = saved(phone, store, report=report, cancel=cancel)
    report(Progress(0, 0, "comparing"))
    return compared(snapshot, store, catalogue)


def saved(phone: Phone, store: Store, *, report: Report, cancel: Cancel) -> Snapshot:
    """Reads ``phone`` and saves the snapshot in ``store``."""
    read = phone.read(report, cancel)
    report(Progress(0, 0, "saving"))
    info = store.save(read)
    return replace(read, info=info, apps=store.with_code(info.key, read.apps), raw=())


def compared(snapshot: Snapshot, store: Store, catalogue: Catalogue) -> Checkup:
    """What a saved snapshot found, seen against the check before it."""
    info = snapshot.info
    reference = _reference(store, info)
    pair = _pair(store, reference, snapshot) if reference else None
    if pair is None:
        return Checkup(snapshot, None, ())
    changes = with_marks(compare(*pair, catalogue), store.marks(info.key))
    return Checkup(snapshot, reference, changes)


def _reference(store: Store, info: SnapshotInfo) -> SnapshotInfo | None:
    """What to compare with: the check that was pinned, else the last one that read as much.

    A check that broke off tells too little if there is a better one before it. One that looked
    after a change is told as the one before it would be: else all other news were gone.
    """
    before = store.before(info) if store.looked_after(info) else None
    if before is not None:
        return _reference(store, before)
    pinned = store.pinned(info.key)
    if pinned is not None and pinned.id != info.id:
        return pinned
    knowing = parts_read(info) & _TELLING
    return store.before(info, knowing=knowing) or store.before(info)


def _pair(
    store: Store, before: SnapshotInfo, snapshot: Snapshot
) -> tuple[Snapshot, Snapshot] | None:
    """The two checks as far as they may differ; None where they are not of one phone."""
    info = snapshot.info
    if before.id is None or info.id is None:
        raise ValueError("only saved snapshots can be compared")
    if info.phone.serial or info.phone.model:
        return differing(store, before.id, info.id)
    whole = store.load(before.id)
    return (whole, snapshot) if _comparable(whole, snapshot) else None


def differing(store: Saved, old_id: int, new_id: int) -> tuple[Snapshot, Snapshot]:
    """Two saved checks with no apps but those in which they may differ."""
    old, new = store.info(old_id), store.info(new_id)
    if old.phone.sdk != new.phone.sdk:  # the same app means the same under the same Android only
        return store.load(old_id), store.load(new_id)
    before, after = store.changed_apps(old_id, new_id)
    return Snapshot(old, tuple(before)), Snapshot(new, tuple(after))


def _comparable(before: Snapshot, after: Snapshot) -> bool:
    """False for files of two unidentified phones that have little in common."""
    if after.info.phone.serial or after.info.phone.model:
        return True
    old, new = ({app.package for app in each.apps} for each in (before, after))
    return 2 * len(old & new) >= min(len(old), len(new))
