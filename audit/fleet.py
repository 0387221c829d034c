"""Many phones side by side: which version of an app asked for and was given what, on which of them.

Each phone counts with its last check, and with when its checks first found it so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from audit.access import has_access
from audit.catalogue import Catalogue
from audit.history import Run, access_lanes
from audit.model import App, Part, Phone, SnapshotInfo, State


class PhoneRecord(Protocol):
    """A phone of the store (``db.records.PhoneRecord``)."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def phone(self) -> Phone: ...
    @property
    def last(self) -> datetime: ...


class Store(Protocol):
    """What is read of the saved checks (``db.store.Store``)."""

    def phones(self) -> Sequence[PhoneRecord]: ...
    def app_histories(
        self, phone_key: str, user: int | None = None, package: str | None = None
    ) -> Iterator[tuple[int, str, Sequence[Run]]]: ...


@dataclass(frozen=True, slots=True)
class Grant:
    """What an install asks for; ``state`` None: not known. ``since``: the first check to say so."""

    key: str
    state: State | None
    since: SnapshotInfo


@dataclass(frozen=True, slots=True)
class Install:
    """An app on one phone, for one of its users.

    Attributes:
        phone: the number of its phone in ``Fleet.phones``.
        app: as the last check found it that listed apps.
        since: the first check in a row that found this version.
        last: the phone's last check.
        grants: by access key; what it does not ask for is not in it.
    """

    phone: int
    app: App
    since: SnapshotInfo
    last: SnapshotInfo
    grants: Mapping[str, Grant]


@dataclass(frozen=True, slots=True)
class Sum:
    """One kind of access over all installs of an app: how many ask for it, and are given it.

    ``state`` is the most that one of them has; None: not known.
    """

    state: State | None
    asked: int
    given: int
    unknown: int


@dataclass(frozen=True, slots=True)
class FleetApp:
    """An app on all phones that have it; ``access`` only of what one of its installs asks for."""

    package: str
    installs: tuple[Install, ...]
    access: Mapping[str, Sum]

    @property
    def versions(self) -> str:
        """All of them, each once."""
        return ", ".join(dict.fromkeys(one.app.version or "?" for one in self.installs))

    @property
    def phones(self) -> int:
        """How many have it."""
        return len({one.phone for one in self.installs})


@dataclass(frozen=True, slots=True)
class Fleet:
    """All phones of a store; apps by package."""

    phones: tuple[PhoneRecord, ...]
    apps: tuple[FleetApp, ...]


def fleet(  # noqa: PLR0913 -- which apps, and until when
    store: Store,
    catalogue: Catalogue,
    *,
    package: str | None = None,
    user: int | None = None,
    preinstalled: bool = False,
    go_on: Callable[[], None] = lambda: None,
) -> Fleet:
    """Reads all phones, one app at a time; apps that came with a phone only if ``preinstalled``.

    ``go_on`` is called before each app, and may raise to end it.
    """
    phones = tuple(store.phones())
    found: dict[str, list[Install]] = {}
    for number, phone in enumerate(phones):
        for _user, name, runs in store.app_histories(phone.key, user, package):
            go_on()
            install = _install(number, runs, catalogue)
            if install is not None and (preinstalled or not install.app.system):
                found.setdefault(name, []).append(install)
    apps = (
        FleetApp(name, tuple(installs), _sums(installs, catalogue))
        for name, installs in sorted(found.items())
    )
    return Fleet(phones, tuple(apps))


def _install(phone: int, runs: Sequence[Run], catalogue: Catalogue) -> Install | None:
    """None for an app that the last check knows to be gone."""
    last = runs[-1]
    listed = [run for run in runs if run.app is not None]
    if not listed or (last.app is None and last.first.knows(Part.PACKAGES)):
        return None
    app = listed[-1].app
    assert app is not None  # noqa: S101 -- for the type checker: only those are listed
    grants = {
        lane.name: Grant(lane.name, lane.spans[-1].state, lane.spans[-1].first)
        for lane in access_lanes(runs, catalogue)
        if lane.spans[-1].end is None
    }
    return Install(phone, app, _version_since(app, runs), last.last, grants)


def _version_since(app: App, runs: Sequence[Run]) -> SnapshotInfo:
    since = runs[-1].last
    for run in reversed(runs):
        gone = run.app is None and run.first.knows(Part.PACKAGES)
        if gone or (run.app is not None and not run.app.is_same_version(app)):
            break
        since = run.first if run.app is not None else since
    return since


def _sums(installs: Iterable[Install], catalogue: Catalogue) -> dict[str, Sum]:
    by_key: dict[str, list[State | None]] = {}
    for install in installs:
        for key, grant in install.grants.items():
            by_key.setdefault(key, []).append(grant.state)
    return {key: _sum(by_key[key]) for key in catalogue.access_keys if key in by_key}


def _sum(states: Sequence[State | None]) -> Sum:
    known = [state for state in states if state is not None]
    most = max(known, key=lambda state: state.rank, default=None)
    unknown = len(states) - len(known)
    state = None if unknown and not has_access(most) else most
    return Sum(state, len(states), sum(map(has_access, known)), unknown)
