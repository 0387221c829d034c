"""``history`` and ``export``: what apps could do over time, on the screen and as files."""

from __future__ import annotations

import argparse
import contextlib
import signal
from collections.abc import Callable, Iterator
from datetime import datetime

from audit.changes import KINDS
from audit.export.about import Scope, details_sentence
from audit.export.contents import fitting, span_document
from audit.export.errors import ExportError, sentence
from audit.export.formats import writer as text_writer
from audit.export.period import begin_of, end_of
from audit.export.request import Request, Writer, read_lanes, write_export
from audit.history import Lane, Span
from audit.progress import Cancel
from cli.output import print_json, refuse, say
from cli.session import Session
from db.errors import OnlyOneSnapshotError
from db.store import Store

DONE, USAGE = 0, 2


def history(session: Session, options: argparse.Namespace) -> int:
    """What an app, or every app, could do over time."""
    scope = _scope(session, options)
    if scope is None:
        return USAGE
    with session.store(create=False) as store:
        every = read_lanes(store, session.phone_key(store), scope, session.wording)
        found = [lane for lane in fitting(every, scope) if lane.spans]
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
    """Writes a history, uses, a comparison or a snapshot as a file, whole or not at all."""
    scope = _scope(session, options)
    if scope is None:
        return USAGE
    kept: bool = options.with_personal_details
    try:
        with session.store(create=False) as store, interruptible() as cancel:
            key = session.phone_key(store)
            checks = _checks(session, store, scope, options)
            request = Request(options.what, key, scope, checks, kept)
            write = writer(options.format)
            write_export(
                store,
                request,
                session.wording,
                write,
                options.output,
                force=options.force,
                cancel=cancel,
            )
    except ExportError as error:
        return refuse(sentence(error, session.wording.gettext))
    if session.json:
        print_json({"file": str(options.output), "personal_details": kept})
    else:
        say(session.wording.gettext("Written: {path}").format(path=options.output))
        say(details_sentence(kept, session.wording.gettext))
    return DONE


@contextlib.contextmanager
def interruptible() -> Iterator[Cancel]:
    """Ctrl-C ends an export between two rows; a second one at once.

    Inside Qt an exception would come out as another one, or not at all.
    """
    cancel = Cancel()
    before = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        cancel.set()

    if before is not signal.SIG_IGN:  # as in the background of a shell
        signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    except ExportError as error:
        if error.code == "cancelled":
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def _checks(
    session: Session, store: Store, scope: Scope, options: argparse.Namespace
) -> tuple[int, ...]:
    """The checks that were named, else the last ones; none where a period chooses them."""
    if options.what not in {"changes", "snapshot"} or (scope.has_period and not options.numbers):
        return ()
    numbers = options.numbers or session.last_checks(store)
    if options.what == "changes" and len(numbers) < 2:
        raise OnlyOneSnapshotError(store.shown)
    return tuple(numbers)


def _scope(session: Session, options: argparse.Namespace) -> Scope | None:
    """The filters; None, with a sentence, where they name what does not exist."""
    named: str | None = options.permission
    permission = session.catalogue.full_name(named) if named else None
    group: str | None = options.group
    keys = session.catalogue.access_keys
    if group is not None and group not in keys:
        text = session.wording.gettext("There is no group {group}; choose one of: {groups}")
        refuse(text.format(group=group, groups=", ".join(keys)))
        return None
    kind: str | None = getattr(options, "kind", None)
    if kind is not None and kind not in KINDS:
        text = session.wording.gettext("There is no kind {kind}; choose one of: {kinds}")
        refuse(text.format(kind=kind, kinds=", ".join(KINDS)))
        return None
    try:
        since = _time(session, options.since, begin_of)
        until = _time(session, options.until, end_of)
    except ValueError as error:
        refuse(str(error))
        return None
    if since is not None and until is not None and since > until:
        refuse(session.wording.gettext("--since is later than --until; turn them round."))
        return None
    return Scope(options.app, options.user, permission, group, since, until, kind)


def _time(session: Session, text: str | None, read: Callable[[str], datetime]) -> datetime | None:
    """Raises ``ValueError`` with a sentence."""
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        message = session.wording.gettext(
            "{text} is no date; write it as 2026-03-01 or 2026-03-01T08:30."
        )
        raise ValueError(message.format(text=text)) from error


def writer(name: str) -> Writer:
    if name == "pdf":
        from gui import pdf  # noqa: PLC0415 -- the one door from the terminal to Qt

        return pdf.write
    return text_writer(name)
