"""What each company can reach through all of its apps on a phone together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from audit.access import access, grants_known, has_access, parts_read
from audit.catalogue import Catalogue
from audit.companies import Company, Maker
from audit.model import App, Change, Snapshot, State, Use

#: Android's own package; what is signed like it was built by whoever built the phone's system.
_ANDROID = "android"
_SYSTEM = "aosp"


@dataclass(frozen=True, slots=True)
class Member:
    """One app of a company, for one user of the phone.

    ``by`` says how its company is known (``Maker.by``, or ``system-key``: signed like Android
    itself on this phone); None where it is not known. ``known`` is False where the check did not
    read what would tell the app's access.
    """

    app: App
    by: str | None
    known: bool
    access: Mapping[str, State | None]


@dataclass(frozen=True, slots=True)
class Door:
    """A kind of access that is open to a company.

    ``state`` is the most that any app is known to have; ``through`` are the packages that have
    access at all, those with the most first; ``unread`` are those of which it was not read.
    """

    state: State | None
    through: tuple[str, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """What joins apps technically, whoever made them.

    ``kind`` is ``shared-uid`` (Android lets them share data and permissions), ``shared-signer``
    (signed with the same key) or ``asked-for`` (recorded: the first package asked for an access on
    behalf of the second). ``name`` is the shared uid's or the signer's.
    """

    kind: str
    name: str | None
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompanySum:
    """A company (None: all apps whose company is not known) and what its apps can reach.

    ``new`` are the changes since the check before that gave one of them more.
    """

    company: Company | None
    members: tuple[Member, ...]
    doors: Mapping[str, Door]
    new: tuple[Change, ...]
    ties: tuple[Tie, ...]

    @property
    def packages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(member.app.package for member in self.members))

    @property
    def preinstalled(self) -> bool:
        """Whether none of the apps was installed by a person."""
        return all(member.app.system for member in self.members)


def company_sums(
    snapshot: Snapshot, changes: Iterable[Change], catalogue: Catalogue
) -> tuple[CompanySum, ...]:
    """One entry per company with apps on the phone; those with installed apps first, then by
    how many kinds of access they have; apps of no known company last.
    """
    makers, parts = _makers(snapshot.apps, catalogue), parts_read(snapshot.info)
    members: dict[str | None, list[Member]] = defaultdict(list)
    found: dict[str | None, Company | None] = {None: None}
    for app in snapshot.apps:
        maker = makers[app.package]
        head = catalogue.companies.head(maker.company) if maker else None
        if head is not None and head.several:
            head = None
        key = head.key if head else None
        found[key] = head
        by = maker.by if maker and head else None
        known = grants_known(app, parts)
        members[key].append(Member(app, by, known, access(app, snapshot.info, catalogue, parts)))
    more = [change for change in changes if is_more(change)]
    asked = _asked_for(snapshot.uses)
    sums = [_sum(found[key], tuple(each), more, asked, catalogue) for key, each in members.items()]
    return tuple(sorted(sums, key=_order))


def is_more(change: Change) -> bool:
    """Whether the change is more access than before, or an app that was not there."""
    if change.what == "app":
        return change.kind == "installed"
    return change.kind in {"gained", "widened"} and change.group is not None


def _makers(apps: Iterable[App], catalogue: Catalogue) -> dict[str, Maker | None]:
    apps = tuple(apps)
    own_key = next((app.signer for app in apps if app.package == _ANDROID), None)
    system = catalogue.companies.company(_SYSTEM)
    found: dict[str, Maker | None] = {}
    for app in apps:
        maker = catalogue.companies.maker(app.package, app.signer)
        if maker is None and system and own_key and app.signer == own_key and app.system:
            maker = Maker(system, "system-key", "read")
        found[app.package] = maker
    return found


def _sum(
    company: Company | None,
    members: tuple[Member, ...],
    changes: Iterable[Change],
    asked: Iterable[Tie],
    catalogue: Catalogue,
) -> CompanySum:
    keys = {(member.app.user, member.app.package) for member in members}
    packages = {package for _, package in keys}
    doors = {key: _door(key, members) for key in catalogue.access_keys}
    new = tuple(change for change in changes if (change.user, change.package) in keys)
    ties = (
        *_shared("shared-uid", {m.app.package: m.app.shared_user for m in members}),
        # Apps of unknown makers with one key have one maker; a company's own are expected to.
        *_shared("shared-signer", {m.app.package: m.app.signer for m in members}),
        *(tie for tie in asked if not packages.isdisjoint(tie.packages)),
    )
    return CompanySum(company, members, doors, new, ties)


def _door(key: str, members: Collection[Member]) -> Door:
    found: dict[str, State] = {}
    most: State | None = None
    for member in members:
        state = member.access[key]
        if state is None:
            continue
        if most is None or state.rank > most.rank:
            most = state
        package = member.app.package
        if has_access(state) and (package not in found or state.rank > found[package].rank):
            found[package] = state
    through = sorted(found, key=lambda package: (-found[package].rank, package))
    unread = {m.app.package for m in members if not m.known and m.access[key] is None}
    return Door(most, tuple(through), tuple(sorted(unread)))


def _shared(kind: str, names: Mapping[str, str | None]) -> list[Tie]:
    by_name: dict[str, list[str]] = defaultdict(list)
    for package, name in names.items():
        if name:
            by_name[name].append(package)
    return [
        Tie(kind, name, tuple(sorted(packages)))
        for name, packages in sorted(by_name.items())
        if len(packages) > 1
    ]


def _asked_for(uses: Iterable[Use]) -> tuple[Tie, ...]:
    pairs = {(use.proxy, use.package) for use in uses if use.proxy and use.proxy != use.package}
    return tuple(Tie("asked-for", None, pair) for pair in sorted(pairs))


def _order(found: CompanySum) -> tuple[bool, bool, int, str]:
    opened = sum(bool(door.through) for door in found.doors.values())
    name = found.company.name("en").lower() if found.company else ""
    return found.company is None, found.preinstalled, -opened, name
