"""``history`` and ``export``: what apps could do over time, on the screen and as files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from audit.changes import compare, with_marks
from audit.export import csv_text, html_page, json_text
from audit.export.about import About, Scope, details_sentence
from audit.export.contents import (
    changes_export,
    history_export,
    snapshot_export,
    span_document,
)
from audit.export.errors import ExportError, sentence
from audit.export.table import Export
from audit.export.whole import write_whole
from audit.history import Lane, Span, lanes
from audit.model import SnapshotInfo
from cli.output import plain, print_json, say
from cli.session import Session
from db.errors import OnlyOneSnapshotError
from db.store import Store

DONE, USAGE = 0, 2
Writer = Callable[[Export, Path], None]


def history(session: Session, options: argparse.Namespace) -> int:
    """What an app, or every app, could do over time."""
    scope = _scope(session, options)
    if scope is None:
        return USAGE
    with session.store(create=False) as store:
        found = list(_lanes(session, store, session.phone_key(store), scope))
    if session.json:
        wording = session.wording
        documents = [span_document(lane, span, wording) for lane in found for span in lane.spans]
        print_json(documents)
    else:
        _tell_history(session, found)
    return DONE


def _tell_history(session: Session, found: list[Lane]) -> None:
    wording = session.wording
    _ = wording.gettext
    if not found:
        say(_("No check says anything about that."))
    told = None
    for lane in found:
        if told != (told := (lane.user, lane.package)):
            user = "" if lane.user == 0 else f"  [{lane.user}]"
            say(f"{wording.label(lane.package)} ({lane.package}){user}")
        say(f"    {wording.permission(lane.name)} ({lane.name})")
        for span in lane.spans:
            say(f"        {_span(session, span)}")


def _span(session: Session, span: Span) -> str:
    wording = session.wording
    _ = wording.gettext
    state = _("not known") if span.state is None else wording.state(span.state)
    since = wording.when(span.first.taken_at)
    if span.end is None:
        return _("{state} since {since} (check {first})").format(
            state=state, since=since, first=span.first.id
        )
    return _("{state} from {since} (check {first}) until {until} (check {end})").format(
        state=state,
        since=since,
        first=span.first.id,
        until=wording.when(span.end.taken_at),
        end=span.end.id,
    )


def export(session: Session, options: argparse.Namespace) -> int:
    """Writes a history, a comparison or a snapshot as a file, whole or not at all."""
    scope = _scope(session, options)
    if scope is None:
        return USAGE
    build = {"history": _history, "changes": _changes, "snapshot": _snapshot}[options.what]
    try:
        with session.store(create=False) as store:
            found = build(session, store, scope, options)
            write = writer(options.format)
            write_whole(options.output, lambda path: write(found, path), force=options.force)
    except ExportError as error:
        return _refuse(sentence(error, session.wording.gettext))
    _tell_export(session, options.output, found)
    return DONE


def _tell_export(session: Session, path: Path, found: Export) -> None:
    if session.json:
        print_json({"file": str(path), "personal_details": found.personal_details})
        return
    say(session.wording.gettext("Written: {path}").format(path=path))
    say(details_sentence(found.personal_details, session.wording.gettext))


def _refuse(text: str) -> int:
    print(plain(text), file=sys.stderr)
    return USAGE


def _scope(session: Session, options: argparse.Namespace) -> Scope | None:
    """The filters; None, with a sentence, where they name what does not exist."""
    permission: str | None = options.permission
    if permission and session.catalogue.entry(f"android.permission.{permission}"):
        permission = f"android.permission.{permission}"
    group: str | None = options.group
    keys = session.catalogue.access_keys
    if group is not None and group not in keys:
        text = session.wording.gettext("There is no group {group}; choose one of: {groups}")
        _refuse(text.format(group=group, groups=", ".join(keys)))
        return None
    return Scope(options.app, options.user, permission, group)


def writer(name: str) -> Writer:
    """Each format is loaded only when somebody wants it."""
    if name == "xlsx":
        from audit.export import xlsx  # noqa: PLC0415

        return xlsx.write
    if name == "pdf":
        from gui import pdf  # noqa: PLC0415 -- the one door from the terminal to Qt

        return pdf.write
    return {"csv": csv_text.write, "json": json_text.write, "html": html_page.write}[name]


def _lanes(session: Session, store: Store, key: str, scope: Scope) -> Iterator[Lane]:
    for _user, _package, runs in store.app_histories(key, scope.user, scope.package):
        for lane in lanes(runs, session.catalogue):
            if scope.has_access(lane.name, lane.group):
                yield lane


def _history(session: Session, store: Store, scope: Scope, options: argparse.Namespace) -> Export:
    key = session.phone_key(store)
    checks = store.snapshots(key)
    about = _about(session, store, checks[-1], scope, options)
    return history_export(_lanes(session, store, key, scope), checks[0], checks[-1], about)


def _changes(session: Session, store: Store, scope: Scope, options: argparse.Namespace) -> Export:
    numbers = options.numbers or session.last_checks(store)
    if len(numbers) < 2:
        raise OnlyOneSnapshotError(store.shown)
    old, new = store.load(numbers[0]), store.load(numbers[1])
    found = with_marks(compare(old, new, session.catalogue), store.marks(new.info.phone.key))
    about = _about(session, store, new.info, scope, options)
    return changes_export(old.info, new.info, found, about)


def _snapshot(session: Session, store: Store, scope: Scope, options: argparse.Namespace) -> Export:
    numbers = options.numbers or session.last_checks(store)
    loaded = store.load(numbers[-1])
    snapshot = replace(loaded, uses=tuple(store.last_uses(numbers[-1])))
    return snapshot_export(snapshot, _about(session, store, loaded.info, scope, options))


def _about(
    session: Session,
    store: Store,
    info: SnapshotInfo,
    scope: Scope,
    options: argparse.Namespace,
) -> About:
    names = {record.key: record.name for record in store.phones()}
    name = names.get(info.phone.key)
    return About(session.wording, scope, options.with_personal_details, name)
