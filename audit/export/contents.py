"""What each export holds: its columns and rows, and the same as JSON documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from audit import messages
from audit.access import SPECIAL_GIVES, states
from audit.changes import is_of
from audit.documents import (
    Document,
    apps_document,
    change_document,
    last_used,
    moment,
    snapshot_document,
)
from audit.export.about import About, Scope
from audit.export.table import Cell, Column, Export
from audit.findings import sentence_of
from audit.history import Lane, Span
from audit.model import App, Change, Severity, Snapshot, SnapshotInfo, State
from audit.wording import Wording


def span_document(lane: Lane, span: Span, wording: Wording) -> Document:
    """One span of a history; the keys of the command line's contract."""
    end = span.end
    return {
        "user": lane.user,
        "package": lane.package,
        "label": wording.app_name(lane.package),
        "permission": lane.name,
        "group": lane.group,
        "state": span.state,
        "from": moment(span.first.taken_at),
        "until": moment(end.taken_at) if end else None,
        "from_snapshot": span.first.id,
        "until_snapshot": end.id if end else None,
        "last_seen": moment(span.last.taken_at),
        "last_seen_snapshot": span.last.id,
    }


def history_export(
    lanes: Iterable[Lane], first: SnapshotInfo, last: SnapshotInfo, about: About
) -> Export:
    """What apps could do over time; ``lanes`` are read once, when the file is written.

    Args:
        first, last: the first and the last check that the history rests on.
    """
    wording = about.wording
    _ = wording.gettext
    found = fitting(lanes, about.scope)
    columns = (
        Column("user", _("User"), 6),
        Column("label", _("App"), 13),
        Column("package", _("Package"), 26),
        Column("permission_title", _("Permission"), 20),
        Column("permission", _("Technical name"), 43),
        Column("group_title", _("Access to"), 12, on_paper=False),
        Column("group", _("Access, technical"), 12, on_paper=False),
        Column("state_title", _("State"), 13),
        Column("state", _("State, technical"), 13, on_paper=False),
        Column("from", _("From the check of"), 18),
        Column("until", _("Until the check of"), 18),
        Column("from_snapshot", _("Check"), 7),
        Column("until_snapshot", _("Until check"), 7),
        Column("last_seen", _("Last seen so"), 19, on_paper=False),
        Column("last_seen_snapshot", _("Last seen by check"), 6, on_paper=False),
    )
    notes: tuple[str, ...] = (
        _("A state holds from the check that found it until the check that found it otherwise."),
        _("What happened between two checks nobody saw. Without an end: so at the last check."),
        _("“Not known” means that the phone was not asked or did not answer, not that it was off."),
    )
    if about.scope.has_period:
        notes = (_("A stretch that reaches into the chosen time is told whole."), *notes)
    head = about.head("history") | {
        "first_snapshot": snapshot_document(about.shown(first), wording),
        "last_snapshot": snapshot_document(about.shown(last), wording),
    }
    checks = [last] if first.id == last.id else [first, last]
    rows = (_history_row(lane, span, about) for lane in found for span in lane.spans)
    items = (span_document(lane, span, wording) for lane in found for span in lane.spans)
    title = _("What apps could do, over time")
    return Export(about.table(title, checks, columns, rows, notes), head, "history", items)


def fitting(lanes: Iterable[Lane], scope: Scope) -> Iterator[Lane]:
    """What ``scope`` leaves of a history; a lane may be left without spans."""
    for lane in lanes:
        if scope.has_app(lane.user, lane.package) and scope.has_access(lane.name, lane.group):
            yield replace(lane, spans=tuple(filter(scope.touches, lane.spans)))


def _history_row(lane: Lane, span: Span, about: About) -> tuple[Cell, ...]:
    wording = about.wording
    return (
        lane.user,
        wording.label(lane.package),
        lane.package,
        wording.permission(lane.name),
        lane.name,
        wording.group(lane.group) if lane.group else None,
        lane.group,
        about.state(span.state),
        span.state,
        span.first.taken_at,
        span.end.taken_at if span.end else None,
        span.first.id,
        span.end.id if span.end else None,
        span.last.taken_at,
        span.last.id,
    )


def changes_export(
    old: SnapshotInfo, new: SnapshotInfo, changes: Iterable[Change], about: About
) -> Export:
    """What differs between two checks; ``changes`` are all of them, in their order."""
    wording = about.wording
    _ = wording.gettext
    scope = about.scope
    found = [
        change
        for change in changes
        if scope.has_app(change.user, change.package)
        and scope.has_access(change.permission, change.group)
        and (scope.kind is None or is_of(change, scope.kind))
    ]
    columns = (
        Column("severity", _("Severity"), 8),
        Column("sentence", _("What changed"), 44),
        Column("why_sentence", _("Why"), 30),
        Column("user", _("User"), 6),
        Column("label", _("App"), 16, on_paper=False),
        Column("package", _("Package"), 26),
        Column("what", _("What, technical"), 10, on_paper=False),
        Column("permission", _("Technical name"), 43),
        Column("group", _("Access, technical"), 12, on_paper=False),
        Column("kind", _("Kind, technical"), 10, on_paper=False),
        Column("before", _("Before"), 12),
        Column("after", _("Now"), 12),
        Column("why", _("Why, technical"), 10, on_paper=False),
        Column("silent", _("Without a word from you"), 8, on_paper=False),
        Column("expected", _("Expected"), 8, on_paper=False),
        Column("between_from", _("Not before the check of"), 19, on_paper=False),
        Column("between_until", _("Found by the check of"), 19, on_paper=False),
    )
    head = about.head("changes") | {
        "old": snapshot_document(about.shown(old), wording),
        "new": snapshot_document(about.shown(new), wording),
    }
    notes = (_("Everything here happened between the two checks; when exactly nobody saw."),)
    rows = (_change_row(change, wording) for change in found)
    items = (change_document(change, wording) for change in found)
    title = _("What changed between two checks")
    return Export(about.table(title, [old, new], columns, rows, notes), head, "changes", items)


def _change_row(change: Change, wording: Wording) -> tuple[Cell, ...]:
    _ = wording.gettext
    severities = {
        Severity.HIGH: _("high"),
        Severity.MEDIUM: _("medium"),
        Severity.LOW: _("low"),
    }
    is_access = change.what in {"permission", "special"}
    ways = [
        (wording.state(state) if is_access else state) for state in (change.before, change.after)
    ]
    return (
        severities[change.severity],
        sentence_of(change, wording),
        messages.reason(change.why, _) if is_access else None,
        change.user,
        wording.label(change.package),
        change.package,
        change.what,
        change.permission,
        change.group,
        change.kind,
        *ways,
        change.why,
        change.is_silent,
        change.expected,
        *(change.between or (None, None)),
    )


def snapshot_export(snapshot: Snapshot, about: About, asked: Iterable[str] = ()) -> Export:
    """Every app of a check with all that it may do; one row per app, user and permission.

    ``asked`` are the names of the commands that it rests on, where they are known.
    """
    wording = about.wording
    _ = wording.gettext
    scope = about.scope
    apps = tuple(app for app in snapshot.apps if scope.has_app(app.user, app.package))
    shown = replace(snapshot, info=about.shown(snapshot.info), apps=apps)
    columns = (
        Column("user", _("User"), 6),
        Column("label", _("App"), 13),
        Column("package", _("Package"), 26),
        Column("version_name", _("Version"), 12),
        Column("version_code", _("Version, number"), 10, on_paper=False),
        Column("system", _("Came with the phone"), 8, on_paper=False),
        Column("installer", _("Installed by"), 20, on_paper=False),
        Column("permission_title", _("Permission"), 20),
        Column("permission", _("Technical name"), 43),
        Column("group_title", _("Access to"), 12),
        Column("group", _("Access, technical"), 12, on_paper=False),
        Column("state_title", _("State"), 13),
        Column("state", _("State, technical"), 13, on_paper=False),
        Column("granted", _("Granted"), 8, on_paper=False),
        Column("flags", _("Flags"), 24, on_paper=False),
        Column("last_used", _("Last recorded use"), 19),
        Column("last_used_in_background", _("In the background"), 19, on_paper=False),
    )
    head = about.head("snapshot") | {"snapshot": snapshot_document(shown.info, wording)}
    notes: tuple[str, ...] = (
        _("“Allowed” means that an app can, not that it did. Uses are those that Android keeps."),
    )
    commands = ", ".join(asked)
    if commands:
        notes = (*notes, _("Asked of the phone: {commands}.").format(commands=commands))
    title = _("What every app may do")
    return Export(
        about.table(title, [snapshot.info], columns, _snapshot_rows(shown, about), notes),
        head,
        "apps",
        _app_documents(shown, about),
    )


def _app_documents(snapshot: Snapshot, about: About) -> Iterator[Document]:
    """Apps with what the scope leaves of them."""
    scope = about.scope
    for app in apps_document(snapshot, about.wording):
        if not scope.names_access:
            yield app
            continue
        app["permissions"] = [
            one for one in app["permissions"] if scope.has_access(one["name"], one["group"])
        ]
        app["special"] = [
            name for name in app["special"] if scope.has_access(name, _special_group(name))
        ]
        app["beyond"] = [
            one
            for one in app["beyond"]
            if any(scope.has_access(name, one["access"]) for name in one["permissions"])
        ]
        app["ops"] = [one for one in app["ops"] if _has_op(one["name"], about)]
        app["ways"] = {
            key: kept
            for key, found in app["ways"].items()
            if (kept := [way for way in found if scope.has_access(way["through"], key)])
        }
        if app["permissions"] or app["special"]:
            yield app


def _has_op(op: str, about: About) -> bool:
    catalogue = about.wording.catalogue
    return about.scope.has_access(catalogue.permission_of_op(op), catalogue.access_of_op(op))


def _special_group(name: str) -> str:
    return SPECIAL_GIVES.get(name, "special")


def _snapshot_rows(snapshot: Snapshot, about: About) -> Iterator[tuple[Cell, ...]]:
    catalogue = about.wording.catalogue
    used = last_used(snapshot.uses, catalogue)
    for app in snapshot.apps:
        first = _app_cells(app, about.wording)
        rows = 0
        state_of = states(app, snapshot.info, catalogue)
        for permission in app.permissions:
            group = catalogue.access_of(permission.name)
            if about.scope.has_access(permission.name, group):
                last = used.get((app.user, app.package, permission.name), (None, None))
                flags = " ".join(permission.flags) or None
                access = _access_cells(permission.name, group, state_of[permission.name], about)
                yield *first, *access, permission.granted, flags, *last
                rows += 1
        for name in app.special:
            if about.scope.has_access(name, _special_group(name)):
                access = _access_cells(name, _special_group(name), State.ALLOWED, about)
                yield *first, *access, None, None, None, None
                rows += 1
        if not rows and not about.scope.names_access:  # an app that asks for nothing is one too
            yield *first, *(None,) * 10


def _app_cells(app: App, wording: Wording) -> tuple[Cell, ...]:
    return (
        app.user,
        wording.label(app.package),
        app.package,
        app.version_name,
        app.version_code,
        app.system,
        app.installer,
    )


def _access_cells(
    name: str, group: str | None, state: State | None, about: About
) -> tuple[Cell, ...]:
    wording = about.wording
    title = wording.group(group) if group else None
    return wording.permission(name), name, title, group, about.state(state), state
