"""The complaint pack of one app: gathered from the store, written as one zip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from audit import complaint
from audit.complaint import Case
from audit.export import csv_text, html_page, json_text
from audit.export.about import About, Scope
from audit.export.contents import history_export
from audit.export.errors import ExportError, sentence
from audit.export.uses import uses_export
from audit.export.whole import write_whole
from audit.history import Run, lanes
from audit.ledger import summaries
from audit.letter import Letter, write_letter
from audit.model import RawAnswer, SnapshotInfo, Use
from audit.progress import Cancel
from audit.wording import Wording

#: Puts the letter on one sheet of paper, as a PDF; ``ExportError`` where that cannot be.
Paper = Callable[[Letter, Path], None]
_HISTORY = {
    "history.csv": csv_text.write,
    "history.json": json_text.write,
    "history.html": html_page.write,
}


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
    paper: Paper,
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
    made_at = datetime.now(UTC)
    letter = write_letter(case, wording, made_at)
    uses = store.uses(request.phone_key, case.app.user, case.app.package)
    files |= {"cover.txt": letter.text().encode(), **dict(_history(case, uses, wording))}
    try:
        files["cover.pdf"] = _bytes(lambda part: paper(letter, part))
    except ExportError as error:
        no_paper = error  # the letter is there as text; without a font for it there is no other
    if cancel.is_set():
        raise ExportError("cancelled")
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


def _history(case: Case, uses: Sequence[Use], wording: Wording) -> Iterator[tuple[str, bytes]]:
    """What the app could do over time, and all that it was recorded to use."""
    first, last = case.checks[0], case.checks[-1]
    scope = Scope(package=case.app.package, user=case.app.user)
    about = About(wording, scope, case.personal_details)
    for name, write in _HISTORY.items():
        yield name, _bytes(partial(write, history_export(case.lanes, first, last, about)))
    used = uses_export([(case.app.user, case.app.package, uses)], first, last, about)
    yield "uses.html", _bytes(partial(html_page.write, used))


def _bytes(write: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write(path)
        return path.read_bytes()
