"""Two checks compared, made ready for the window off the main thread: one row a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from audit.access import parts_read
from audit.bounds import bounds
from audit.changes import KINDS, Mark, compare, is_of, with_marks
from audit.history import Run
from audit.judging import HIGHLIGHTED
from audit.model import Change, Snapshot, SnapshotInfo, State, User
from audit.wording import Wording
from gui.models.rows import Face, face, profile_name
from gui.widgets.painting import Shape, shape_of

ALL = "all"
ACCESS = ("calls", "messages", "location")
FILTERS = (ALL, *ACCESS, *KINDS)


@dataclass(frozen=True, slots=True)
class Side:
    """A state before or after, in words, with the shape that stands for it."""

    words: str
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class ChangeRow:
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
    sentence: str
    between: tuple[datetime, datetime]
    search: str

    @property
    def key(self) -> tuple[int, str]:
        return self.change.user, self.change.package


@dataclass(frozen=True, slots=True)
class Comparison:
    """``unread``: parts that one of the two did not read; about them nothing is said."""

    old: SnapshotInfo
    new: SnapshotInfo
    rows: tuple[ChangeRow, ...]
    unread: tuple[str, ...]

    @property
    def same_phone(self) -> bool:
        return self.old.key == self.new.key


def build_comparison(
    old: Snapshot, new: Snapshot, marks: Iterable[Mark], wording: Wording
) -> Comparison:
    changes = with_marks(compare(old, new, wording.catalogue), marks)
    versions = {(c.user, c.package): c for c in changes if c.what == "version"}
    users = {user.id: user for user in (*old.info.users, *new.info.users)}
    rows = tuple(_row(change, users, versions, wording) for change in changes)
    unread = parts_read(old.info) ^ parts_read(new.info)
    return Comparison(old.info, new.info, rows, tuple(sorted(unread)))


def passes(row: ChangeRow, kind: str) -> bool:
    """``kind`` is one of ``FILTERS``."""
    if kind in KINDS:
        return is_of(row.change, kind)
    return kind in {ALL, row.change.group}


def with_bounds(
    found: Comparison,
    checks: Sequence[SnapshotInfo],
    histories: Mapping[tuple[int, str], Sequence[Run]],
    wording: Wording,
) -> Comparison:
    """The same comparison; each change between the two neighbouring checks that bound it."""
    if found.old.id is None or found.new.id is None:
        return found
    rows = []
    for row in found.rows:
        near = bounds(
            row.change,
            histories.get(row.key, ()),
            checks,
            (found.old.id, found.new.id),
            wording.catalogue,
        )
        between = (near[0].taken_at, near[1].taken_at) if near else row.between
        rows.append(replace(row, between=between))
    return replace(found, rows=tuple(rows))


def _row(
    change: Change,
    users: Mapping[int, User],
    versions: Mapping[tuple[int, str], Change],
    wording: Wording,
) -> ChangeRow:
    shown = face(change.package, wording)
    group = wording.group(change.group) if change.group else ""
    before, after = _sides(change, wording)
    what = _what(change, wording)
    assert change.between is not None  # noqa: S101 -- compare() sets it
    return ChangeRow(
        change=change,
        face=shown,
        profile=profile_name(change.user, users.get(change.user), wording),
        what=what,
        group=group if group != what else "",
        before=before,
        after=after,
        tone=_tone(change),
        why=_why(change, versions.get((change.user, change.package)), wording),
        sentence=wording.sentence(change),
        between=change.between,
        search="\n".join((shown.label, change.package, what, group)).lower(),
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


def _why(change: Change, update: Change | None, wording: Wording) -> str:
    """In a few words; nothing for what needs no reason."""
    _ = wording.gettext
    if change.expected:
        return _("expected by you")
    if change.what not in {"permission", "special"} or change.kind == "changed":
        return ""
    less = change.kind in {"lost", "narrowed"}
    if change.why == "update" and update is not None:
        text = _("app update {before} → {after}")
        return text.format(before=update.before or "?", after=update.after or "?")
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
