"""What became of each permission of an app between two checks.

A judgement rests on few things: the permission before and after, the app-ops that rule it, some
other permissions, and whether the app was updated. The store hands out one object for all equal
permissions, so what was judged for one app is known for the next one: of two checks ten years
apart with 24,000 permissions it takes a few hundred judgements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from audit.access import (
    BACKGROUND_LOCATION,
    TOLD_AS_SPECIAL,
    States,
    has_access,
    ops_ruling,
    worst,
)
from audit.catalogue import Catalogue
from audit.model import App, Part, Permission, Severity, SnapshotInfo, State
from audit.reasons import Moved, reason_for_less, reason_for_more

#: More access to one of these is a highlight.
HIGHLIGHTED = frozenset({"calls", "messages", "location"})
_MORE = frozenset({"gained", "widened"})
_LESS = frozenset({"lost", "narrowed"})
_Held = Mapping[str, Permission]


class Judgement(NamedTuple):
    """The attributes of a ``Change`` that an app with the same permissions would have, too."""

    kind: str
    permission: str
    group: str | None
    before: State | None
    after: State | None
    why: str | None
    severity: Severity


class Judge:
    """Judges the apps of two checks by the ``parts`` that both of them read.

    Knows a permission again by its identity, so the apps have to outlive it.
    """

    def __init__(
        self, old: SnapshotInfo, new: SnapshotInfo, parts: Set[Part], catalogue: Catalogue
    ) -> None:
        self._old = old
        self._new = new
        self._parts = parts
        self._catalogue = catalogue
        self._listed = {Part.REQUESTED, Part.DEFINITIONS} <= parts
        self._grounds = _Grounds(catalogue, {old.phone.sdk, new.phone.sdk})
        self._known: dict[object, Judgement | None] = {}

    def judge(self, old: App | None, new: App) -> Iterator[Judgement]:
        """What changed for the app; of a new one (``old`` is None) only what it gained."""
        was = States(old, self._old, self._catalogue, self._parts)
        now = States(new, self._new, self._catalogue, self._parts)
        before, after, known, grounds = was.held, now.held, self._known, self._grounds
        updated = None if old is None else not old.is_same_version(new)
        printed = was.ops.keys() | now.ops.keys()
        # Both are in the order of their names, as most of what is found shall be.
        for name in before if before.keys() == after.keys() else sorted(before.keys() | after):
            key: tuple[object, ...] = updated, id(before.get(name)), id(after.get(name))
            others, ops = grounds[name]
            if others:
                key += (*map(id, map(before.get, others)), *map(id, map(after.get, others)))
            if printed and not printed.isdisjoint(ops):
                key += (*map(id, map(was.ops.get, ops)), *map(id, map(now.ops.get, ops)))
            try:
                found = known[key]
            except KeyError:
                found = known[key] = self._judged(name, was, now, updated)
            if found is not None:
                yield found

    def _judged(
        self, name: str, was: States, now: States, updated: bool | None
    ) -> Judgement | None:
        """``updated``: None for a new app."""
        held = was.held.get(name), now.held.get(name)
        granted = any(one.granted for one in held if one)
        if name in TOLD_AS_SPECIAL or not (self._listed or granted or None not in held):
            return None  # without a grant a permission is seen only where requests are listed
        before, after = was.of(name), now.of(name)
        group = self._catalogue.access_of(name)
        kind = _kind(before, after)
        if kind is None or (updated is None and not (group and kind == "gained")):
            return None
        if kind in _MORE and not self._is_more(was, after, name):
            kind = "changed"
        elif kind == "gained" and group == "location" and self._had_location(was):
            kind = "widened"  # from approximate to precise, from in use to all the time
        half = self._moved_half(kind, name, was.held, now.held)
        moved = Moved(self._old, self._new, updated, was.held.get(half), now.held.get(half))
        why = reason_for_less(moved) if kind in _LESS else reason_for_more(moved)
        return Judgement(kind, name, group, before, after, why, severity(kind, group))

    def _is_more(self, was: States, after: State | None, name: str) -> bool:
        """Whether the app can do more with ``name`` than what it held already let it do."""
        sdk = self._old.phone.sdk
        if self._catalogue.open_to_all(name, sdk):
            return False
        givers = self._catalogue.already_given_by(name, sdk)
        earlier = worst(was.of(giver) for giver in (name, *givers))
        return after is not earlier and worst([earlier, after]) is after

    def _had_location(self, was: States) -> bool:
        return any(
            has_access(was.of(name))
            for name in was.held
            if self._catalogue.access_of(name) == "location" and name != BACKGROUND_LOCATION
        )

    def _moved_half(self, kind: str, name: str, was: _Held, now: _Held) -> str:
        """The permission whose grant moved: its background half where its own is as it was."""
        background = self._catalogue.background_of(name, self._new.phone.sdk)
        if (
            background
            and kind in {"widened", "narrowed"}
            and was.get(background) != now.get(background)
        ):
            return background
        return name


class _Grounds(dict[str, tuple[tuple[str, ...], frozenset[str]]]):
    """By permission the others, and the app-ops, on which a judgement of it may rest."""

    def __init__(self, catalogue: Catalogue, sdks: Iterable[int | None]) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._sdks = tuple(sdks)
        self._locations = [
            entry.name for entry in catalogue.permissions if entry.access == "location"
        ]

    def __missing__(self, name: str) -> tuple[tuple[str, ...], frozenset[str]]:
        catalogue = self._catalogue
        judged = {name}
        for sdk in self._sdks:
            judged.update(catalogue.already_given_by(name, sdk))
        if name in self._locations:
            judged.update(self._locations)
        halves = {half for one in judged for half in catalogue.foreground_of(one)}
        halves |= {catalogue.background_of(one, sdk) or one for one in judged for sdk in self._sdks}
        ops = {op for one in judged for sdk in self._sdks for op in ops_ruling(one, sdk, catalogue)}
        found = self[name] = tuple((judged | halves) - {name}), frozenset(ops)
        return found


def _kind(before: State | None, after: State | None) -> str | None:
    """Gained, lost, widened or narrowed; None where nothing that matters changed."""
    had, has = has_access(before), has_access(after)
    if had and has:
        if before is after:
            return None
        return "widened" if worst([before, after]) is after else "narrowed"
    if has:
        return "gained"
    if had:
        return "lost"
    # Asked for and refused, or merely listed since: worth a line, but only between two answers.
    return "changed" if before and after and before is not after else None


def severity(kind: str, group: str | None) -> Severity:
    if kind not in _MORE or group is None:
        return Severity.LOW
    return Severity.HIGH if group in HIGHLIGHTED else Severity.MEDIUM
