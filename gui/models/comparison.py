"""Two checks compared, made ready for the window off the main thread: one row a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from audit.access import parts_read
from audit.bounds import Bounds
from audit.catalogue import Catalogue
from audit.changes import KINDS, Mark, compare, is_of, with_marks
from audit.history import Run
from audit.judging import HIGHLIGHTED
from audit.model import Change, Severity, Snapshot, SnapshotInfo, State
from audit.wording import Wording
from gui.models.rows import Face, face, profile_name
from gui.widgets.painting import Shape, shape_of

ALL = "all"
ACCESS = ("calls", "messages", "location")
FILTERS = (ALL, *ACCESS, *KINDS)
_SEVERITIES = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Side:
    """A state before or after, in words, with the shape that stands for it."""

    words: str
    shape: Shape | None = None


class ChangeRow(NamedTuple):  # ten years apart there are 15,000
    """One change as the table shows it.

    Attributes:
        profile: name of the user where it is not the phone's owner.
        group: title of the kind of access, empty for what is no access.
        tone: of the state after: ``red``, ``amber``, ``green`` or ``muted``.
        between: the two checks that bound it.
        search: what the search field looks into, lower case.
    """

    change: Change
    face: Face
    profile: str | None
    what: str
    group: str
    before: Side
    after: Side
    tone: str
    why: str
    between: tuple[datetime, datetime]
    search: str

    @property
    def key(self) -> tuple[int, str]:
        return self.change.user, self.change.package


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two checks and what changed.

    Attributes:
        rows: gravest first, then by app, kind of access and name.
        counts: how many rows each of ``FILTERS`` leaves.
        unread: parts that one of the two did not read; about them nothing is said.
    """

    old: SnapshotInfo
    new: SnapshotInfo
    rows: tuple[ChangeRow, ...]
    counts: Mapping[str, int]
    unread: tuple[str, ...]

    @property
    def same_phone(self) -> bool:
        return self.old.key == self.new.key


def build_comparison(
    old: Snapshot, new: Snapshot, marks: Iterable[Mark], wording: Wording
) -> Comparison:
    changes = with_marks(compare(old, new, wording.catalogue), marks)
    made = _Rows((old.info, new.info), changes, wording)
    places = places_of_access(wording.catalogue)
    rows = sorted(map(made.row, changes), key=lambda row: usual_order(row, places))
    unread = parts_read(old.info) ^ parts_read(new.info)
    return Comparison(old.info, new.info, tuple(rows), _counts(changes), tuple(sorted(unread)))


def passes(change: Change, kind: str) -> bool:
    """``kind`` is one of ``FILTERS``."""
    if kind in KINDS:
        return is_of(change, kind)
    return kind in {ALL, change.group}


def _counts(changes: Iterable[Change]) -> dict[str, int]:
    alike: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        alike.setdefault((change.what, change.kind, change.group, change.why), []).append(change)
    return {kind: sum(len(a) for a in alike.values() if passes(a[0], kind)) for kind in FILTERS}


def places_of_access(catalogue: Catalogue) -> dict[str | None, int]:
    return {key: number for number, key in enumerate((*catalogue.access_keys, None))}


def usual_order(row: ChangeRow, places: Mapping[str | None, int]) -> tuple[object, ...]:
    change = row.change
    app = row.face.label.lower(), change.user
    return _SEVERITIES[change.severity], *app, places[change.group], row.what.lower()


def with_bounds(
    found: Comparison, bounds: Bounds, histories: Mapping[tuple[int, str], Sequence[Run]]
) -> Comparison:
    """The same comparison; each change of these apps between the neighbouring checks that bound it.

    ``histories`` are whole, by user and package.
    """
    of_app: dict[tuple[int, str], list[Change]] = {key: [] for key in histories}
    for row in found.rows:
        if row.key in of_app:
            of_app[row.key].append(row.change)
    near: dict[Change, tuple[datetime, datetime]] = {}
    for key, changes in of_app.items():
        for change, pair in bounds.of(changes, histories[key]):
            near[change] = pair[0].taken_at, pair[1].taken_at
    rows = (
        row._replace(between=near.get(row.change, row.between)) if row.key in of_app else row
        for row in found.rows
    )
    return replace(found, rows=tuple(rows))


@dataclass(frozen=True, slots=True)
class _Named:
    """What all rows of an app have in common; ``why`` of those that came with its update."""

    face: Face
    profile: str | None
    update: str | None
    search: str


@dataclass(frozen=True, slots=True)
class _Worded:
    """What all rows of the same change have in common, whichever app it is of."""

    what: str
    group: str
    before: Side
    after: Side
    tone: str
    why: str
    search: str


class _Rows:
    """Makes the rows; what many of them share is put into words once."""

    def __init__(
        self,
        infos: tuple[SnapshotInfo, SnapshotInfo],
        changes: Iterable[Change],
        wording: Wording,
    ) -> None:
        self._wording = wording
        self._users = {user.id: user for info in infos for user in info.users}
        self._updates = {(c.user, c.package): c for c in changes if c.what == "version"}
        self._apps: dict[tuple[int, str], _Named] = {}
        self._words: dict[tuple[object, ...], _Worded] = {}

    def row(self, change: Change) -> ChangeRow:
        assert change.between is not None  # noqa: S101 -- compare() sets it
        owner = change.user, change.package
        app = self._apps.get(owner)
        if app is None:
            app = self._apps[owner] = self._named(*owner)
        key = (*change[2:9], change.expected)  # from ``what`` to ``why``
        told = self._words.get(key)
        if told is None:
            told = self._words[key] = self._worded(change)
        return ChangeRow(
            change,
            app.face,
            app.profile,
            told.what,
            told.group,
            told.before,
            told.after,
            told.tone,
            app.update if told.why and change.why == "update" and app.update else told.why,
            change.between,
            f"{app.search}\n{told.search}",
        )

    def _named(self, user: int, package: str) -> _Named:
        wording, update = self._wording, self._updates.get((user, package))
        shown = face(package, wording)
        text = wording.gettext("app update {before} → {after}")
        if update is not None:
            text = text.format(before=update.before or "?", after=update.after or "?")
        return _Named(
            shown,
            profile_name(user, self._users.get(user), wording),
            text if update is not None else None,
            f"{shown.label}\n{package}".lower(),
        )

    def _worded(self, change: Change) -> _Worded:
        wording = self._wording
        group = wording.group(change.group) if change.group else ""
        what = _what(change, wording)
        return _Worded(
            what,
            group if group != what else "",
            *_sides(change, wording),
            _tone(change),
            _why(change, wording),
            f"{what}\n{group}".lower(),
        )


def _what(change: Change, wording: Wording) -> str:
    _ = wording.gettext
    titles = {
        "app": _("New app") if change.kind == "installed" else _("Removed app"),
        "version": _("Update"),
        "signer": _("Signer"),
        "installer": _("Installer"),
        "sdk": _("Contains"),
    }
    return titles.get(change.what) or wording.permission(change.permission or "")


def _sides(change: Change, wording: Wording) -> tuple[Side, Side]:
    _ = wording.gettext
    match change.what:
        case "permission" | "special":
            return _side(change, change.before, wording), _side(change, change.after, wording)
        case "app" if change.kind == "installed":
            return Side(_("not installed")), Side(change.after or _("installed"))
        case "app":
            return Side(change.before or _("installed")), Side(_("not installed"))
        case "installer":
            return Side(wording.installer(change.before)), Side(wording.installer(change.after))
        case "sdk":
            before, after = (
                wording.sdk(key)[0] if key else "–" for key in (change.before, change.after)
            )
            return Side(before), Side(after)
        case _:
            return Side(_short(change.before)), Side(_short(change.after))


def _short(text: str | None) -> str:
    """A version, or the beginning of a key's digest."""
    return (text or "?")[:16]


def _side(change: Change, state: str | None, wording: Wording) -> Side:
    _ = wording.gettext
    known = State(state) if state else None
    words = wording.state(known)
    if change.what == "special" and known is State.DENIED:
        words = _("no access")
    if change.group == "location" and known is State.ALLOWED:
        words = _("allowed all the time")
    return Side(words, shape_of(known))


def _tone(change: Change) -> str:
    if change.kind in {"lost", "narrowed"}:
        return "green"
    if change.kind not in {"gained", "widened"} or change.group is None or change.expected:
        return "muted"
    return "red" if change.group in HIGHLIGHTED else "amber"


def _why(change: Change, wording: Wording) -> str:
    """In a few words; nothing for what needs no reason."""
    _ = wording.gettext
    if change.expected:
        return _("expected by you")
    if change.what not in {"permission", "special"} or change.kind == "changed":
        return ""
    less = change.kind in {"lost", "narrowed"}
    return {
        "user": _("taken away on the phone") if less else _("allowed on the phone"),
        "update": _("app update"),
        "new-app": _("new app"),
        "system": _("the maker or a system update"),
        "policy": _("an administrator"),
        "role": _("a role"),
        "android": _("Android by itself"),
        None: _("the phone does not say"),
    }[change.why]
