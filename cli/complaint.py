"""``complaint``: everything that is known of one app, as a zip that can be handed on."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from audit import complaint as packs
from audit.complaint import Case
from audit.export import csv_text, json_text
from audit.export.about import About, Scope
from audit.export.contents import history_export
from audit.export.errors import ExportError, sentence
from audit.export.table import Column, Export, Table
from audit.export.whole import write_whole
from audit.history import lanes
from audit.ledger import summaries
from cli.exporting import writer
from cli.output import plain, print_json, say
from cli.session import Session
from db.records import AppRun
from db.store import Store

DONE, USAGE = 0, 2


def complaint(session: Session, options: argparse.Namespace) -> int:
    """Writes the pack whole or not at all; tells where it is."""
    _ = session.wording.gettext
    with session.store(create=False) as store:
        key = session.phone_key(store)
        runs = store.app_history(key, options.user, options.package)
        if all(run.app is None for run in runs):
            text = _("No check lists the app {app} of user {user}.")
            return _refuse(text.format(app=options.package, user=options.user))
        case = _case(session, store, key, runs, options)
        files = dict(_answers(store, case, runs))
    try:
        files |= _written(session, case)
        made_at = datetime.now(UTC)
        write_whole(
            options.output,
            lambda path: packs.write(path, files, case, made_at),
            force=options.force,
        )
    except ExportError as error:
        return _refuse(sentence(error, _))
    if session.json:
        print_json(
            {
                "file": str(options.output),
                "personal_details": case.personal_details,
                "record_head": packs.head(case.record),
            }
        )
        return DONE
    say(_("Written: {path}").format(path=options.output))
    if not any(name.startswith("answers/") for name in files):
        say(_("The phone's raw answers of these checks were not kept, so none are in it."))
    say(_("Digest of the whole record: {digest}").format(digest=packs.head(case.record)))
    return DONE


def _refuse(text: str) -> int:
    print(plain(text), file=sys.stderr)
    return USAGE


def _case(
    session: Session, store: Store, key: str, runs: list[AppRun], options: argparse.Namespace
) -> Case:
    app = next(run.app for run in reversed(runs) if run.app is not None)
    uses = store.uses(key, app.user, app.package)
    return Case(
        app=app,
        present=runs[-1].app is not None,
        checks=store.snapshots(key),
        lanes=lanes(runs, session.catalogue),
        uses=summaries(uses, session.catalogue),
        record=store.record(),
        personal_details=options.with_personal_details,
    )


def _answers(store: Store, case: Case, runs: list[AppRun]) -> Iterator[tuple[str, bytes]]:
    """What the checks say on which a statement rests: the first and the last of each stretch."""
    numbers = {info.id for run in runs for info in (run.first, run.last) if info.id is not None}
    for number in sorted(numbers):
        yield from packs.excerpts(number, store.raw(number), case.app)


def _written(session: Session, case: Case) -> dict[str, bytes]:
    """The cover and the history, each by the writer of its format."""
    about = About(
        session.wording,
        Scope(package=case.app.package, user=case.app.user),
        case.personal_details,
    )
    cover = packs.cover(case, session.wording)
    files = {"cover.txt": cover.text().encode()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for name, write in (("history.csv", csv_text.write), ("history.json", json_text.write)):
            export = history_export(case.lanes, case.checks[0], case.checks[-1], about)
            write(export, path)
            files[name] = path.read_bytes()
        try:
            writer("pdf")(_paper(cover, about), path)
            files["cover.pdf"] = path.read_bytes()
        except ExportError as error:
            # The letter is there as text; without a font for it there is no other.
            print(plain(sentence(error, session.wording.gettext)), file=sys.stderr)
    return files


def _paper(cover: packs.Cover, about: About) -> Export:
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
