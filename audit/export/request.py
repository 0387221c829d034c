"""From what a person wants to hand on to the file: the one way of the window and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from audit.changes import Mark, compare, with_marks
from audit.checkup import Saved, differing
from audit.export.about import About, Scope
from audit.export.contents import changes_export, history_export, snapshot_export
from audit.export.errors import ExportError
from audit.export.fleet import fleet_export, matrix_export
from audit.export.table import Export
from audit.export.uses import uses_export
from audit.export.whole import write_whole
from audit.fleet import PhoneRecord, fleet
from audit.history import Lane, Run, lanes
from audit.model import SnapshotInfo, Use
from audit.progress import Cancel, Progress, Report
from audit.wording import Wording

Writer = Callable[[Export, Path], None]
_Thing = TypeVar("_Thing")
#: Rows between two reports.
_STEP = 250


class Store(Saved, Protocol):
    """What an export reads of the saved checks (``db.store.Store``)."""

    def phones(self) -> Sequence[PhoneRecord]: ...
    def snapshots(self, phone_key: str) -> Sequence[SnapshotInfo]: ...
    def last_uses(self, snapshot_id: int) -> Sequence[Use]: ...
    def asked(self, snapshot_id: int) -> Sequence[str]: ...
    def marks(self, phone_key: str) -> Sequence[Mark]: ...
    def app_histories(
        self, phone_key: str, user: int | None = None, package: str | None = None
    ) -> Iterator[tuple[int, str, Sequence[Run]]]: ...
    def app_uses(
        self, phone_key: str, user: int | None, package: str | None
    ) -> Iterator[tuple[int, str, Sequence[Use]]]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """What a person wants to have as a file.

    Attributes:
        what: ``history``, ``uses``, ``changes`` or ``snapshot``; ``fleet`` or ``matrix`` of all
            phones.
        checks: numbers of the older and the newer check for ``changes``, of the one for
            ``snapshot``; empty: those that the period of ``scope`` names.
    """

    what: str
    phone_key: str
    scope: Scope
    checks: tuple[int, ...] = ()
    personal_details: bool = False


def write_export(  # noqa: PLR0913 -- what, whence, how and whereto
    store: Store,
    request: Request,
    wording: Wording,
    write: Writer,
    path: Path,
    *,
    force: bool,
    cancel: Cancel,
    report: Report | None = None,
) -> None:
    """Writes ``path`` whole or not at all.

    Raises ``ExportError``, also when ``cancel`` is set, and what ``store`` raises.

    Args:
        report: is told how many rows are written, now and then; how many there will be, nobody
            knows before.
    """
    with ExitStack() as stack:
        export = _MAKERS[request.what](store, request, wording, stack)
        export = _watched(export, report, cancel)
        write_whole(path, lambda part: write(export, part), force=force)


def _watched(export: Export, report: Report | None, cancel: Cancel) -> Export:
    def each(things: Iterable[_Thing]) -> Iterator[_Thing]:
        for number, thing in enumerate(things):
            if cancel.is_set():
                raise ExportError("cancelled")
            if report is not None and number % _STEP == 0:
                report(Progress(number, 0, "exporting"))
            yield thing
        if cancel.is_set():
            raise ExportError("cancelled")

    table = replace(export.table, rows=each(export.table.rows))
    return replace(export, table=table, items=each(export.items))


def read_lanes(
    store: Store, phone_key: str, scope: Scope, wording: Wording
) -> Generator[Lane, None, None]:
    """Every lane of the apps that ``scope`` names."""
    for _user, _package, runs in store.app_histories(phone_key, scope.user, scope.package):
        yield from lanes(runs, wording.catalogue)


def _history(store: Store, request: Request, wording: Wording, stack: ExitStack) -> Export:
    checks = _checks(store, request)
    found = read_lanes(store, request.phone_key, request.scope, wording)
    about = _about(store, request, wording, checks[-1])
    # Else an error would keep the store's read open for as long as somebody keeps the error.
    return history_export(stack.enter_context(closing(found)), checks[0], checks[-1], about)


def _uses(store: Store, request: Request, wording: Wording, stack: ExitStack) -> Export:
    checks = _checks(store, request)
    scope = request.scope
    found = (each for each in store.app_uses(request.phone_key, scope.user, scope.package))
    about = _about(store, request, wording, checks[-1])
    return uses_export(stack.enter_context(closing(found)), checks[0], checks[-1], about)


def _changes(store: Store, request: Request, wording: Wording, _stack: ExitStack) -> Export:
    numbers = request.checks or _ends(_checks(store, request), request.scope)
    old, new = differing(store, *numbers)
    found = compare(old, new, wording.catalogue)
    found = with_marks(found, store.marks(new.info.key))
    return changes_export(old.info, new.info, found, _about(store, request, wording, new.info))


def _snapshot(store: Store, request: Request, wording: Wording, _stack: ExitStack) -> Export:
    numbers = request.checks or _last(_checks(store, request), request.scope)
    loaded = store.load(numbers[-1])
    snapshot = replace(loaded, uses=tuple(store.last_uses(numbers[-1])))
    about = _about(store, request, wording, loaded.info)
    return snapshot_export(snapshot, about, store.asked(numbers[-1]))


def _fleet(store: Store, request: Request, wording: Wording, _stack: ExitStack) -> Export:
    scope = request.scope
    found = fleet(
        store, wording.catalogue, package=scope.package, user=scope.user, preinstalled=True
    )
    make = fleet_export if request.what == "fleet" else matrix_export
    return make(found, About(wording, scope, request.personal_details))


def _checks(store: Store, request: Request) -> Sequence[SnapshotInfo]:
    found = store.snapshots(request.phone_key)
    if not found:
        raise ExportError("no-phone")
    return found


def _ends(checks: Sequence[SnapshotInfo], scope: Scope) -> tuple[int, ...]:
    """The check that stood when the period began, or the first one within it; and its last one."""
    until = [info for info in checks if scope.until is None or info.taken_at <= scope.until]
    if not until or not scope.has_time(until[-1].taken_at):
        raise ExportError("no-check")
    before = [info for info in until if not scope.has_time(info.taken_at)]
    old, new = before[-1] if before else until[0], until[-1]
    if old.id is None or new.id is None or old.id == new.id:
        raise ExportError("one-check")
    return old.id, new.id


def _last(checks: Sequence[SnapshotInfo], scope: Scope) -> tuple[int, ...]:
    """The last check within the period."""
    numbers = [info.id for info in checks if info.id is not None and scope.has_time(info.taken_at)]
    if not numbers:
        raise ExportError("no-check")
    return (numbers[-1],)


def _about(store: Store, request: Request, wording: Wording, info: SnapshotInfo) -> About:
    names = {record.key: record.name for record in store.phones()}
    name = names.get(info.key)
    return About(wording, request.scope, request.personal_details, name)


_MAKERS = {
    "history": _history,
    "uses": _uses,
    "changes": _changes,
    "snapshot": _snapshot,
    "fleet": _fleet,
    "matrix": _fleet,
}
