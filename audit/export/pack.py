"""The complaint pack of one app: gathered from the store, written as one zip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from audit import complaint
from audit.complaint import Case, Cover
from audit.export import csv_text, json_text
from audit.export.about import About, Scope
from audit.export.contents import history_export
from audit.export.errors import ExportError, sentence
from audit.export.request import Writer
from audit.export.table import Column, Export, Table
from audit.export.whole import write_whole
from audit.history import Run, lanes
from audit.ledger import summaries
from audit.model import RawAnswer, SnapshotInfo, Use
from audit.progress import Cancel
from audit.wording import Wording


class Store(Protocol):
    """What a pack reads of the saved checks (``db.store.Store``)."""

    def snapshots(self, phone_key: str) -> Sequence[SnapshotInfo]: ...
    def app_history(self, phone_key: str, user: int, package: str) -> Sequence[Run]: ...
    def uses(self, phone_key: str, user: int, package: str) -> Sequence[Use]: ...
    def record(self) -> Sequence[str]: ...
    def raw(self, snapshot_id: int) -> Sequence[RawAnswer]: ...


@dataclass(frozen=True, slots=True)
class PackRequest:
    """Of which app, and whether personal details are kept."""

    phone_key: str
    user: int
    package: str
    personal_details: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """What was written.

    Attributes:
        record_head: the digest of the whole record.
        has_answers: whether lines of the phone's answers are in it.
        no_paper: why the cover letter is there as text only; None where there is a PDF too.
    """

    record_head: str
    has_answers: bool
    no_paper: ExportError | None

    def lacks(self, _: Callable[[str], str]) -> list[str]:
        """What is not in it, as sentences."""
        found = [] if self.no_paper is None else [sentence(self.no_paper, _)]
        if not self.has_answers:
            text = _("The phone's raw answers of these checks were not kept, so none are in it.")
            found.append(text)
        return found


def write_pack(  # noqa: PLR0913 -- what, whence, how and whereto
    store: Store,
    request: PackRequest,
    wording: Wording,
    write_pdf: Writer,
    path: Path,
    *,
    force: bool,
    cancel: Cancel,
) -> Pack:
    """Writes ``path`` whole or not at all.

    Raises ``ExportError``, also when ``cancel`` is set, and what ``store`` raises.
    """
    case, runs = _case(store, request, wording)
    files = dict(_answers(store, case, runs, cancel))
    has_answers = bool(files)
    no_paper = None
    cover = complaint.cover(case, wording)
    scope = Scope(package=case.app.package, user=case.app.user)
    about = About(wording, scope, case.personal_details)
    files |= _texts(case, cover, about)
    try:
        files["cover.pdf"] = _bytes(_paper(cover, about), write_pdf)
    except ExportError as error:
        no_paper = error  # the letter is there as text; without a font for it there is no other
    if cancel.is_set():
        raise ExportError("cancelled")
    made_at = datetime.now(UTC)
    write_whole(path, lambda part: complaint.write(part, files, case, made_at), force=force)
    return Pack(complaint.head(case.record), has_answers, no_paper)


def _case(store: Store, request: PackRequest, wording: Wording) -> tuple[Case, Sequence[Run]]:
    key, user, package = request.phone_key, request.user, request.package
    runs = store.app_history(key, user, package)
    app = next((run.app for run in reversed(runs) if run.app is not None), None)
    if app is None:
        raise ExportError("no-app", app=package, user=str(user))
    case = Case(
        app=app,
        present=runs[-1].app is not None,
        checks=store.snapshots(key),
        lanes=lanes(runs, wording.catalogue),
        uses=summaries(store.uses(key, user, package), wording.catalogue),
        record=store.record(),
        personal_details=request.personal_details,
    )
    return case, runs


def _answers(
    store: Store, case: Case, runs: Sequence[Run], cancel: Cancel
) -> Iterator[tuple[str, bytes]]:
    """What the checks say on which a statement rests: the first and the last of each stretch."""
    numbers = {info.id for run in runs for info in (run.first, run.last) if info.id is not None}
    for number in sorted(numbers):
        if cancel.is_set():
            raise ExportError("cancelled")
        yield from complaint.excerpts(number, store.raw(number), case.app)


def _texts(case: Case, cover: Cover, about: About) -> dict[str, bytes]:
    files = {"cover.txt": cover.text().encode()}
    for name, write in (("history.csv", csv_text.write), ("history.json", json_text.write)):
        export = history_export(case.lanes, case.checks[0], case.checks[-1], about)
        files[name] = _bytes(export, write)
    return files


def _bytes(export: Export, write: Writer) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(export, path)
        return path.read_bytes()


def _paper(cover: Cover, about: About) -> Export:
    """The cover letter as the one table that is put on paper."""
    rows = [(statement,) for statement in cover.found]
    checklist = [f"☐ {item}" for item in cover.checklist]
    table = Table(
        title=cover.title,
        language=about.wording.language,
        facts=cover.facts,
        notes=(*cover.notes, cover.checklist_title, *checklist),
        columns=(Column("found", cover.found_title, 120),),
        rows=rows,
        yes_no=("", ""),
    )
    return Export(table, about.head("complaint"), "complaint", ())
