"""``weekly``: the week on one page in large type, to print and to talk about at home."""

from __future__ import annotations

import argparse

from audit.export.errors import ExportError, sentence
from audit.export.period import end_of
from audit.export.whole import write_whole
from audit.weekly import sheet
from cli.output import print_json, refuse, say
from cli.session import Session

DONE, USAGE = 0, 2


def weekly(session: Session, options: argparse.Namespace) -> int:
    """Writes the sheet of the week that ends with ``--until``, or with the last check."""
    _ = session.wording.gettext
    try:
        until = end_of(options.until) if options.until else None
    except ValueError:
        text = _("{text} is no date; write it as 2026-03-01 or 2026-03-01T08:30.")
        return refuse(text.format(text=options.until))
    with session.store(create=False) as store:
        found = sheet(store, session.phone_key(store), session.wording, until)
    if found is None:
        return refuse(_("There is no check from before {text}.").format(text=options.until))
    from gui import weekly as paper  # noqa: PLC0415 -- Qt paints it

    try:
        write_whole(options.output, lambda path: paper.write(found, path), force=options.force)
    except ExportError as error:
        return refuse(sentence(error, _))
    if session.json:
        print_json({"file": str(options.output)})
    else:
        say(_("Written: {path}").format(path=options.output))
    return DONE
