"""What apps could do over time, made ready for the window off the main thread."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from audit.acting_words import summary
from audit.history import Lane, Mark, Run, Span, access_lanes, lanes, marks, ticks
from audit.model import App, Deed, SnapshotInfo, State
from audit.ways import ways
from audit.wording import Wording
from gui.models.rows import Face, face, profile_name

if TYPE_CHECKING:
    from db.store import Store


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of checks with one state.

    Attributes:
        start, stop: when the first of its checks was made, and when the first check that found it
            otherwise was, or the last of all. ``stop`` is never before ``start``.
        state: None: not read, so not known.
        app, info: as the first of its checks found the app.
        before: the last check before it, where there is one.
    """

    start: datetime
    stop: datetime
    state: State | None
    first: SnapshotInfo
    last: SnapshotInfo
    end: SnapshotInfo | None
    before: SnapshotInfo | None
    app: App | None


@dataclass(frozen=True, slots=True)
class Track:
    """One lane as it is drawn.

    Attributes:
        access: the access key that it counts under, where it opens anything personal.
        key: user and package of its app.
        used: when a use of it was recorded, oldest first.
        special: whether it is a special access, which nobody asks for in words.
        face: the app's avatar where lanes are apps.
    """

    name: str
    title: str
    subtitle: str
    access: str | None
    key: tuple[int, str]
    bars: tuple[Bar, ...]
    used: tuple[datetime, ...]
    special: bool = False
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An update between two checks, ``app`` or ``system``; or what the person changed, ``deed``.

    ``new`` is what it came to: a version, or for a deed a sentence.
    """

    kind: str
    at: datetime
    before: datetime
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AppHistory:
    """One app: a track per access key, and one per permission and special access."""

    user: int
    package: str
    face: Face
    profile: str | None
    checks: tuple[SnapshotInfo, ...]
    tracks: tuple[Track, ...]
    details: tuple[Track, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class AccessHistory:
    """One access key: a track per app that ever asked for it or had it."""

    access: str
    checks: tuple[SnapshotInfo, ...]
    tracks: tuple[Track, ...]
    events: tuple[Event, ...]


def app_history(store: Store, *, key: str, user: int, package: str, wording: Wording) -> AppHistory:
    checks = tuple(store.snapshots(key))
    runs = store.app_history(key, user, package)
    used = ticks(store.uses(key, user, package), wording.catalogue)
    maker = _Tracks(checks, runs, {name: [u.at for u in uses] for name, uses in used.items()})
    shown = face(package, wording)
    users = {each.id: each for info in checks for each in info.users}
    return AppHistory(
        user=user,
        package=package,
        face=shown,
        profile=profile_name(user, users.get(user), wording),
        checks=checks,
        tracks=tuple(
            maker.track(lane, wording.group(lane.name), "")
            for lane in access_lanes(runs, wording.catalogue)
        ),
        details=tuple(
            maker.track(lane, wording.permission(lane.name), lane.name)
            for lane in _personal_first(lanes(runs, wording.catalogue))
        ),
        events=(*map(_event, marks(runs)), *_deeds(store, checks, (user, package), wording)),
    )


def access_history(store: Store, *, key: str, access: str, wording: Wording) -> AccessHistory:
    checks = tuple(store.snapshots(key))
    users = {each.id: each for info in checks for each in info.users}
    found: list[Track] = []
    system: dict[datetime, Event] = {}
    for user, package, runs in list(store.app_histories(key)):
        events = (_event(mark) for mark in marks(runs) if mark.kind == "system")
        system.update({event.at: event for event in events})
        for lane in access_lanes(runs, wording.catalogue):
            if lane.name == access:
                uses = ticks(store.uses(key, user, package), wording.catalogue)
                maker = _Tracks(checks, runs, {access: [u.at for u in uses.get(access, ())]})
                shown = face(package, wording)
                profile = profile_name(user, users.get(user), wording)
                second = package if shown.label != package else ""
                second = f"{profile} · {second}" if profile and second else profile or second
                found.append(maker.track(lane, shown.label, second, shown))
    events_told = tuple(system[at] for at in sorted(system))
    return AccessHistory(access, checks, tuple(sorted(found, key=_widest_first)), events_told)


def facts(bar: Bar, track: Track, wording: Wording) -> tuple[str, ...]:
    """The phone's own lines that the state of a bar follows from, as its first check had them."""
    if bar.app is None:
        return ()
    found = ways(bar.app, bar.first, wording.catalogue)
    mine = [way for way in found if track.name in {way.access, way.through}]
    return tuple(dict.fromkeys(fact.line for way in mine for fact in way.facts))


def uses_in(bar: Bar, track: Track) -> int:
    """How many uses were recorded in the time of a bar; there may have been more."""
    return bisect_right(track.used, bar.stop) - bisect_left(track.used, bar.start)


def _deeds(
    store: Store, checks: Sequence[SnapshotInfo], app: tuple[int, str], wording: Wording
) -> Iterator[Event]:
    """What the person changed in an app and found changed, one event for all of one moment."""
    looked = {info.id: info.taken_at for info in checks}
    together: dict[datetime, list[Deed]] = {}
    for deed in store.deeds(checks[-1].key) if checks else ():
        if deed.held and (deed.action.user, deed.action.package) == app:
            # The demo phone's checks are dated in a time of its own.
            at = min(deed.at, looked.get(deed.checked_by, deed.at))
            together.setdefault(at, []).append(deed)
    for at, deeds in together.items():
        yield Event("deed", at, at, "", summary(deeds, wording))


class _Tracks:
    """Makes tracks of the lanes of one app."""

    def __init__(
        self,
        checks: Sequence[SnapshotInfo],
        runs: Sequence[Run],
        used: Mapping[str, Sequence[datetime]],
    ) -> None:
        self._before = dict(zip((info.id for info in checks[1:]), checks, strict=False))
        self._apps = {run.first.id: run.app for run in runs}
        self._specials = {name for run in runs if run.app for name in run.app.special}
        self._used = used

    def track(self, lane: Lane, title: str, subtitle: str, shown: Face | None = None) -> Track:
        return Track(
            name=lane.name,
            title=title,
            subtitle=subtitle,
            access=lane.group,
            key=(lane.user, lane.package),
            bars=tuple(self._bar(span) for span in lane.spans),
            used=tuple(self._used.get(lane.name, ())),
            special=lane.name in self._specials,
            face=shown,
        )

    def _bar(self, span: Span) -> Bar:
        start, stop = span.first.taken_at, (span.end or span.last).taken_at
        return Bar(
            start=start,
            # The order of checks is not the clock's: it may have been set back.
            stop=max(start, stop),
            state=span.state,
            first=span.first,
            last=span.last,
            end=span.end,
            before=self._before.get(span.first.id),
            app=self._apps.get(span.first.id),
        )


def _personal_first(found: Sequence[Lane]) -> list[Lane]:
    return sorted(found, key=lambda lane: lane.group is None)


def _widest_first(track: Track) -> tuple[bool, int, str]:
    """The person's own apps first, what can do most now before the others, then by name."""
    last = track.bars[-1]
    now = last.state if last.end is None else None
    system = last.app is not None and last.app.system
    return system, -(now.rank if now is not None else -1), track.title.lower()


def _event(mark: Mark) -> Event:
    return Event(
        kind=mark.kind,
        at=mark.after.taken_at,
        before=mark.before.taken_at,
        old=mark.old or "?",
        new=mark.new or "?",
    )
