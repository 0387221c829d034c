"""The differences between two checks, judged on what both of them read.

What one check did not read is unknown there, so it never makes a change. Access counts, not
paperwork: a permission that Android split off, moved to another group, or lists only since a
system update is no news when the app could do the same before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Protocol

from audit.access import (
    SPECIAL_GIVES,
    grants_known,
    parts_read,
    special_part,
)
from audit.catalogue import Catalogue
from audit.judging import Judge, severity
from audit.model import (
    App,
    Change,
    Part,
    PartState,
    Severity,
    Snapshot,
    SnapshotInfo,
    State,
)

#: What a list of changes can be limited to, besides a kind of access.
KINDS = ("gained", "lost", "widened", "silent", "special", "apps", "updates", "origin")
_FACTS = {
    "apps": frozenset({"app"}),
    "updates": frozenset({"version", "sdk"}),
    "origin": frozenset({"signer", "installer"}),
}
_WHATS = ("permission", "special", "app", "version", "signer", "installer", "sdk")
_new_change = tuple.__new__  # three quarters of the named tuple's own time


def is_of(change: Change, kind: str) -> bool:
    """``kind`` is one of ``KINDS``."""
    match kind:
        case "silent":
            return change.is_silent
        case "special":
            return change.what == "special" or change.group == "special"
        case "gained" | "lost" | "widened":
            return change.kind == kind and change.what != "sdk"
        case _:
            return change.what in _FACTS[kind]


def compare(old: Snapshot, new: Snapshot, catalogue: Catalogue) -> tuple[Change, ...]:
    """All changes from ``old`` to ``new``, by severity, then package, then name."""
    old, new = _of_one_android(old, new), _of_one_android(new, old)
    between = (old.info.taken_at, new.info.taken_at)
    parts = parts_read(old.info) & parts_read(new.info)
    judge = Judge(old.info, new.info, parts, catalogue)
    pair = _Pair(old.info, new.info, parts, catalogue, between, judge)
    before = {(app.package, app.user): app for app in old.apps}
    after = {(app.package, app.user): app for app in new.apps}
    by_severity: dict[Severity, list[Change]] = {grave: [] for grave in Severity}
    for _package, keys in groupby(sorted(before.keys() | after.keys()), itemgetter(0)):
        of_one_package = (
            change
            for key in keys
            if (was := before.get(key)) != (now := after.get(key))
            or old.info.phone.sdk != new.info.phone.sdk
            for change in _app_changes(pair, was, now)
        )
        for change in sorted(of_one_package, key=_place):
            by_severity[change.severity].append(change)
    return tuple(chain.from_iterable(by_severity.values()))


def _of_one_android(one: Snapshot, other: Snapshot) -> Snapshot:
    """The check judged by the other one's Android where its own was not read."""
    if one.info.phone.sdk is not None:
        return one
    phone = replace(one.info.phone, sdk=other.info.phone.sdk)
    return replace(one, info=replace(one.info, phone=phone))


class Mark(Protocol):
    """Something that the person marked as expected: as long as it has this state, no news."""

    @property
    def user(self) -> int: ...
    @property
    def package(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def after(self) -> str | None: ...


def with_marks(changes: Iterable[Change], marks: Iterable[Mark]) -> tuple[Change, ...]:
    """The same changes; those that led to what the person marked are expected."""
    known = {(mark.user, mark.package, mark.what, mark.after) for mark in marks}
    return tuple(
        change._replace(expected=True)
        if (change.user, change.package, change.name, change.after) in known
        else change
        for change in changes
    )


def _place(change: Change) -> tuple[str, int]:
    """By name, and what has none first."""
    return change.permission or "", _WHATS.index(change.what)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two checks and the parts that both of them read."""

    old: SnapshotInfo
    new: SnapshotInfo
    parts: Set[Part]
    catalogue: Catalogue
    between: tuple[datetime, datetime]
    judge: Judge

    def change(self, app: App, what: str, kind: str, **more: Any) -> Change:
        """``more`` are attributes of ``Change``."""
        return Change(app.user, app.package, what, kind, between=self.between, **more)

    @property
    def hidden_users(self) -> set[int]:
        """Users whose settings one of the two phones refused to show."""
        problems = (*self.old.problems, *self.new.problems)
        return {int(dict(p.values)["user"]) for p in problems if p.code == "user-unread"}


def _app_changes(pair: _Pair, old: App | None, new: App | None) -> Iterator[Change]:
    if new is None:
        if old is not None and _lists_all_apps(pair.new):
            yield pair.change(old, "app", "removed", before=old.version)
        return
    if old is None:
        if not _lists_all_apps(pair.old):
            return
        yield pair.change(new, "app", "installed", after=new.version)
    else:
        yield from _detail_changes(pair, old, new)
        yield from _sdk_changes(pair, old, new)
    if grants_known(new, pair.parts) and (old is None or grants_known(old, pair.parts)):
        for one in pair.judge.judge(old, new):
            yield _new_change(
                Change, (new.user, new.package, "permission", *one, pair.between, False)
            )
    yield from _special_changes(pair, old, new)


def _lists_all_apps(info: SnapshotInfo) -> bool:
    return info.parts.get(Part.PACKAGES) is PartState.READ


def _detail_changes(pair: _Pair, old: App, new: App) -> Iterator[Change]:
    versions = old.version, new.version
    unread = None in {old.version_code, new.version_code} and versions[0] == versions[1]
    if not unread and not old.is_same_version(new):
        if versions[0] == versions[1]:
            versions = str(old.version_code), str(new.version_code)
        yield pair.change(new, "version", "updated", before=versions[0], after=versions[1])
    # Not told is not "another one": a dump that was cut or an old Android prints neither.
    # Android 6 prints where the key lies in memory, which is another place after each restart.
    tells_keys = pair.new.phone.sdk is None or pair.new.phone.sdk > 23
    if tells_keys and old.signer and new.signer and old.signer != new.signer:
        yield pair.change(new, "signer", "changed", before=old.signer, after=new.signer)
    if old.installer != new.installer:
        yield pair.change(new, "installer", "changed", before=old.installer, after=new.installer)


def _sdk_changes(pair: _Pair, old: App, new: App) -> Iterator[Change]:
    """Both judged by today's catalogue, so that a kit it learned of since is no news."""
    read = Part.COMPONENTS in pair.parts
    came, went = pair.catalogue.sdks.moved(old, new, components=read)
    updated = (old.version_code, old.last_updated) != (new.version_code, new.last_updated)
    why = "update" if updated else None
    for sdk in came:
        yield pair.change(new, "sdk", "gained", after=sdk.key, why=why)
    for sdk in went:
        yield pair.change(new, "sdk", "lost", before=sdk.key, why=why)


def _special_changes(pair: _Pair, old: App | None, new: App) -> Iterator[Change]:
    was = set(old.special) if old else set()
    whole = all(grants_known(app, pair.parts) for app in (old, new) if app)
    for name in was ^ set(new.special):
        part = special_part(name)
        if part is Part.APPOPS and not whole:
            continue  # where no mode is set, it is the grant that tells
        if part not in pair.parts or (part is Part.SETTINGS and new.user in pair.hidden_users):
            continue
        kind, before, after = "gained", State.DENIED, State.ALLOWED
        if name in was:
            kind, before, after = "lost", after, before
        group = SPECIAL_GIVES.get(name, "special")
        yield pair.change(
            new,
            "special",
            kind,
            permission=name,
            group=group,
            before=before,
            after=after,
            why=_special_why(name, old),
            severity=severity(kind, group),
        )


def _special_why(name: str, old: App | None) -> str | None:
    if old is None:
        return "new-app"
    if name in {"device_owner", "profile_owner"}:
        return "policy"
    return "role" if name.startswith("role:") else None
