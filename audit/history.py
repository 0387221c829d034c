"""What an app could do over time: lanes of spans, made of all checks of one phone.

A span begins with the first check that found it so and ends with the first check that found it
otherwise; what happened between the two checks nobody saw. What was not read is a span of its own
whose state is None, never a change. An app that is known not to be installed has no span.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from audit.access import (
    SPECIAL_GIVES,
    grants_known,
    parts_read,
    special_part,
    states,
)
from audit.catalogue import Catalogue
from audit.ledger import distinct, is_own
from audit.model import App, GrantKind, Part, Permission, SnapshotInfo, State, Use

_Found = Mapping[str, State | None]


class Run(Protocol):
    """Consecutive checks that found one app in the same condition, and read the same.

    ``app`` is None where the checks did not list it.
    """

    @property
    def app(self) -> App | None: ...
    @property
    def first(self) -> SnapshotInfo: ...
    @property
    def last(self) -> SnapshotInfo: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of checks with one state.

    Attributes:
        state: None: not read, so not known.
        first, last: the first and the last check that found it so.
        end: the first check that found it otherwise; None: still so at the last check.
    """

    state: State | None
    first: SnapshotInfo
    last: SnapshotInfo
    end: SnapshotInfo | None


@dataclass(frozen=True, slots=True)
class Lane:
    """The spans of one permission, special access or access key of one app, oldest first.

    Attributes:
        name: the permission, the special access, or the access key.
        group: the access key that it counts under, where it opens anything personal.
    """

    user: int
    package: str
    name: str
    group: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """An update between two checks; ``kind`` is ``app`` or ``system``.

    ``old`` and ``new`` are the app's versions, or Android's with the date of its security patch.
    """

    kind: str
    before: SnapshotInfo
    after: SnapshotInfo
    old: str | None
    new: str | None


def lanes(runs: Sequence[Run], catalogue: Catalogue) -> tuple[Lane, ...]:
    """One lane per permission and special access, by name; ``runs`` are one app's, oldest first."""
    specials = _specials(runs)

    def group(name: str) -> str | None:
        return _special_group(name) if name in specials else catalogue.access_of(name)

    return tuple(_lanes(runs, _judged(runs, specials, catalogue), group))


def access_lanes(runs: Sequence[Run], catalogue: Catalogue) -> tuple[Lane, ...]:
    """One lane per access key, worst case, in the catalogue's order.

    Where a way in was not read and nothing known gives full access, the state is unknown.
    """
    specials = _specials(runs)
    judged = _judged(runs, specials, catalogue)
    by_key = [_by_key(found, specials, catalogue) for found in judged]
    order = {key: number for number, key in enumerate(catalogue.access_keys)}
    found = _lanes(runs, by_key, lambda name: name)
    return tuple(sorted(found, key=lambda lane: order[lane.name]))


def marks(runs: Iterable[Run]) -> tuple[Mark, ...]:
    """Updates of the app and of the system that lie between the checks, oldest first."""
    found: list[Mark] = []
    before: SnapshotInfo | None = None
    known: App | None = None
    for run in runs:
        if before is not None and _other_system(before, run.first):
            versions = _system(before), _system(run.first)
            found.append(Mark("system", before, run.first, *versions))
        if run.app is not None:
            if before is not None and known is not None and not known.is_same_version(run.app):
                found.append(Mark("app", before, run.first, known.version, run.app.version))
            known = run.app
        before = run.last
    return tuple(found)


def ticks(uses: Iterable[Use], catalogue: Catalogue) -> dict[str, tuple[Use, ...]]:
    """The recorded uses of one app, oldest first, by the names of lanes of both kinds.

    A use counts for its permission and for its access key; refused ones and those on behalf of
    another app are none.
    """
    found: dict[str, list[Use]] = {}
    for use in distinct(use for use in uses if is_own(use) and not use.rejected):
        names = catalogue.permission_of_op(use.op) or use.op, catalogue.access_of_op(use.op)
        for name in filter(None, names):
            found.setdefault(name, []).append(use)
    return {name: tuple(members) for name, members in found.items()}


def _other_system(old: SnapshotInfo, new: SnapshotInfo) -> bool:
    was, now = old.phone.fingerprint, new.phone.fingerprint
    return was is not None and now is not None and was != now


def _system(info: SnapshotInfo) -> str | None:
    phone = info.phone
    patch = f" ({phone.security_patch})" if phone.security_patch else ""
    return f"Android {phone.android}{patch}" if phone.android else None


def _special_group(name: str) -> str:
    return SPECIAL_GIVES.get(name, "special")


class _Judge:
    """Judges the runs of one app in their order; equal conditions are judged once."""

    def __init__(self, specials: Set[str], catalogue: Catalogue) -> None:
        self._specials = specials
        self._catalogue = catalogue
        self._states: dict[tuple[int, int | None, Set[Part]], dict[str, State | None]] = {}
        self._listed: dict[str, Permission] = {}

    def found(self, run: Run, before: _Found) -> _Found:
        """The state of each name; what is not in it, the app does not ask for or have."""
        if run.app is None:
            # Not listed: gone, or not read; what was not there before is not there now.
            return {} if run.first.knows(Part.PACKAGES) else dict.fromkeys(before)
        read = parts_read(run.first)
        held = self._permissions(run.app, run.first, read, before)
        return held | dict(self._special_states(run.app, run.first, read))

    def _permissions(
        self, app: App, info: SnapshotInfo, read: frozenset[Part], before: _Found
    ) -> dict[str, State | None]:
        key = id(app), info.phone.sdk, read
        held = self._states.get(key)
        if held is None:
            held = self._states[key] = states(app, info, self._catalogue)
            self._listed.update({permission.name: permission for permission in app.permissions})
        missing = before.keys() - held.keys() - self._specials
        if not grants_known(app, read):
            return dict.fromkeys([*held, *missing])
        if Part.REQUESTED in read:
            return held
        return held | dict.fromkeys(n for n in missing if _merely_asked(self._listed[n]))

    def _special_states(
        self, app: App, info: SnapshotInfo, read: frozenset[Part]
    ) -> Iterator[tuple[str, State | None]]:
        for name in self._specials:
            part = special_part(name)
            if part not in read or (part is Part.SETTINGS and app.user in _hidden_users(info)):
                yield name, None
            else:
                yield name, State.ALLOWED if name in app.special else State.DENIED


def _merely_asked(permission: Permission) -> bool:
    """Whether only the answer about who requests what may list it."""
    unset = permission.requested is True and not permission.granted and not permission.flags
    return permission.kind is GrantKind.APPOP or unset


def _hidden_users(info: SnapshotInfo) -> set[int]:
    """Users whose settings the phone refused to show."""
    return {int(dict(p.values)["user"]) for p in info.problems if p.code == "user-unread"}


def _specials(runs: Sequence[Run]) -> frozenset[str]:
    """Every special access that the app ever had."""
    return frozenset(name for run in runs if run.app for name in run.app.special)


def _judged(runs: Sequence[Run], specials: Set[str], catalogue: Catalogue) -> list[_Found]:
    judge = _Judge(specials, catalogue)
    judged: list[_Found] = []
    for run in runs:
        judged.append(judge.found(run, judged[-1] if judged else {}))
    return judged


def _by_key(found: _Found, specials: Set[str], catalogue: Catalogue) -> _Found:
    by_key: dict[str, list[State | None]] = {}
    for name, state in found.items():
        keys = {catalogue.access_of(name)}
        if name in specials:  # one that the app does not have opens nothing
            keys = set() if state is State.DENIED else {"special", _special_group(name)}
        for key in filter(None, keys):
            by_key.setdefault(key, []).append(state)
    return {key: _worst(members) for key, members in by_key.items()}


def _worst(found: list[State | None]) -> State | None:
    known = [state for state in found if state is not None]
    worst = max(known, key=lambda state: state.rank, default=None)
    return worst if len(known) == len(found) or worst is State.ALLOWED else None


def _lanes(
    runs: Sequence[Run], judged: Sequence[_Found], group: Callable[[str], str | None]
) -> Iterator[Lane]:
    app = next((run.app for run in runs if run.app is not None), None)
    if app is None:
        return
    done: dict[str, list[Span]] = {}
    still: dict[str, tuple[State | None, SnapshotInfo]] = {}
    for before, run, found in zip((runs[0], *runs), runs, judged, strict=False):
        for name in [name for name, (state, _) in still.items() if _ends(state, name, found)]:
            state, first = still.pop(name)
            done.setdefault(name, []).append(Span(state, first, before.last, run.first))
        for name in found.keys() - still.keys():
            still[name] = found[name], run.first
    for name, (state, first) in still.items():
        done.setdefault(name, []).append(Span(state, first, runs[-1].last, None))
    for name, spans in sorted(done.items()):
        yield Lane(app.user, app.package, name, group(name), tuple(spans))


def _ends(state: State | None, name: str, found: _Found) -> bool:
    return name not in found or found[name] is not state
