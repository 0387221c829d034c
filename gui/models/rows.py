"""A check made ready for the window, off the main thread: one row an app, findings, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.access import access, grants_known, has_access, parts_read
from audit.findings import Finding, findings_in
from audit.model import App, Part, SnapshotInfo, State, User, UserKind
from audit.wording import Wording

if TYPE_CHECKING:
    from audit.checkup import Checkup

#: The columns of the table and the rows of "Who can use what now", in this order.
TABLE_KEYS = ("calls", "messages", "location", "contacts", "microphone", "camera")
OVERVIEW_KEYS = (*TABLE_KEYS, "files")
#: Who installs without being a store; ``None`` as installer counts too, for apps of the person.
_NO_STORE = frozenset({"by-hand", "browser", "messenger", "files", "adb"})
#: PackageInstaller's words for a file that somebody opened, local or downloaded.
_FILE_SOURCES = frozenset({3, 4})
_COLOURS = ("#3f5bd9", "#0f7b6c", "#8a3ffc", "#b5470b", "#a1266b", "#4a5568", "#1a6fa8", "#5a6b12")


@dataclass(frozen=True, slots=True)
class Face:
    """How an app is shown anywhere: its name, and its avatar, which is the app's own icon where
    that is known, else a character on a colour.
    """

    package: str
    label: str
    initial: str
    colour: str


@dataclass(frozen=True, slots=True)
class AppRow:
    """One app of one user, with all that the table and the details show.

    Attributes:
        search: what the search field looks into, lower case.
        access: state per access key, None where nothing is asked for.
        gained: access keys that are new since the check before.
        known: False when the check did not read what would tell.
        profile: name of the user where it is not the phone's owner.
    """

    app: App
    label: str
    company: str | None
    search: str
    access: Mapping[str, State | None]
    gained: frozenset[str]
    known: bool
    no_store: bool
    profile: str | None
    face: Face

    @property
    def key(self) -> tuple[int, str]:
        return self.app.user, self.app.package

    def can(self, key: str) -> bool:
        return has_access(self.access.get(key))

    @property
    def always(self) -> bool:
        """Whether it may know the location at any time."""
        return self.access.get("location") is State.ALLOWED

    @property
    def highlighted(self) -> bool:
        return not self.gained.isdisjoint({"calls", "messages", "location"})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many apps can use one kind of access, and how that moved since the check before."""

    key: str
    apps: int
    gained: int
    lost: int
    always: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One check as the window shows it."""

    checkup: Checkup
    rows: tuple[AppRow, ...]
    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    language: str

    @property
    def info(self) -> SnapshotInfo:
        return self.checkup.snapshot.info

    @property
    def highlights(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "high")

    @property
    def news(self) -> int:
        """How many apps gained access to calls, messages or location."""
        return len({(finding.user, finding.package) for finding in self.highlights})


def build_shown(checkup: Checkup, wording: Wording) -> Shown:
    findings = tuple(findings_in(checkup.changes, wording))
    gained: dict[tuple[int, str], set[str]] = {}
    for finding in findings:
        gained.setdefault((finding.user, finding.package), set()).add(finding.group)
    info = checkup.snapshot.info
    users = {user.id: user for user in info.users}
    rows = tuple(
        _row(app, info, users.get(app.user), gained.get((app.user, app.package), set()), wording)
        for app in checkup.snapshot.apps
    )
    return Shown(checkup, rows, findings, _tallies(checkup, rows), wording.language)


def _row(
    app: App, info: SnapshotInfo, user: User | None, gained: set[str], wording: Wording
) -> AppRow:
    catalogue = wording.catalogue
    shown = face(app.package, wording)
    label = shown.label
    company = catalogue.company(app.package, wording.language)
    other = catalogue.app_name(app.package, "en" if wording.language != "en" else "zh-CN")
    return AppRow(
        app=app,
        label=label,
        company=company,
        search="\n".join(filter(None, (label, app.package, other, company))).lower(),
        access=access(app, info, catalogue),
        gained=frozenset(gained),
        known=grants_known(app, parts_read(info)),
        no_store=_no_store(app, wording),
        profile=profile_name(app.user, user, wording),
        face=shown,
    )


def face(package: str, wording: Wording) -> Face:
    label = wording.label(package)
    initial = next((c for c in label if c.isalnum()), "?") if label != package else None
    return Face(
        package,
        label,
        (initial or _package_initial(package)).upper(),
        wording.catalogue.app_colour(package) or _colour(package),
    )


def _no_store(app: App, wording: Wording) -> bool:
    if app.system:
        return False
    if app.package_source in _FILE_SOURCES or app.installer is None:
        return True
    entry = wording.catalogue.installer(app.installer)
    return entry is not None and entry.kind in _NO_STORE


def profile_name(number: int, user: User | None, wording: Wording) -> str | None:
    """What to call the user of a phone; None for its owner."""
    _ = wording.gettext
    kind = user.kind if user else UserKind.OTHER
    names = {
        UserKind.WORK: _("Work profile"),
        UserKind.CLONE: _("Cloned app"),
        UserKind.PRIVATE: _("Private space"),
    }
    if number == 0 or kind is UserKind.OWNER:
        return None
    return names.get(kind) or (user and user.name) or _("User {id}").format(id=number)


def _package_initial(package: str) -> str:
    """Of the last part that says something: "com.example.mail" gives "m"."""
    last = package.rpartition(".")[2]
    return next((c for c in last if c.isalnum()), "?")


def _colour(package: str) -> str:
    return _COLOURS[sum(package.encode()) % len(_COLOURS)]


def _tallies(checkup: Checkup, rows: tuple[AppRow, ...]) -> tuple[Tally, ...]:
    lost: Counter[str] = Counter()
    now = {row.key: row for row in rows}
    seen: set[tuple[int, str, str]] = set()
    for change in checkup.changes:
        row = now.get((change.user, change.package))
        key = change.user, change.package, change.group or ""
        if change.kind == "lost" and key not in seen and row and not row.can(key[2]):
            seen.add(key)
            lost[key[2]] += 1
    return tuple(
        Tally(
            key=key,
            apps=sum(row.can(key) for row in rows),
            gained=sum(key in row.gained for row in rows),
            lost=lost[key],
            always=sum(row.always for row in rows) if key == "location" else 0,
            unknown=sum(not row.known and not row.can(key) for row in rows),
        )
        for key in OVERVIEW_KEYS
    )


def special_unread(info: SnapshotInfo) -> tuple[Part, ...]:
    """The parts about special access that this check did not read."""
    parts = (
        Part.APPOPS, Part.SETTINGS, Part.NOTIFICATIONS, Part.ROLES, Part.DEVICE_POLICY, Part.BATTERY
    )  # fmt: skip
    return tuple(part for part in parts if not info.knows(part))


def requests_known(info: SnapshotInfo) -> bool:
    """Whether a missing permission means that the app does not ask for it."""
    return info.knows(Part.REQUESTED)
