"""``tidy``: which checks a person wants to keep, and what is deleted when they say so."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cli.output import print_json, say, snapshot_line
from cli.session import Session
from db.records import Retention, Tidying
from db.store import Store

DONE, USAGE = 0, 2


def tidy(session: Session, options: argparse.Namespace) -> int:
    """Lists what the choice leaves over, asks, and deletes it; the choice is remembered."""
    with session.store(create=False) as store:
        wanted = _wanted(store.retention(), options)
        now = datetime.now(UTC)
        found = store.superfluous(wanted, now)
        if not session.json:
            _tell(session, store, wanted, found)
        if options.dry_run:
            done = found
        else:
            agreed = options.yes or found == Tidying() or session.confirmed(_question(session))
            if not agreed:
                return USAGE if agreed is None else DONE
            done = store.tidy(wanted, found, now)
    if session.json:
        print_json(_document(wanted, done, dry=options.dry_run))
    elif not options.dry_run and done != Tidying():
        say(session.wording.gettext("Done."))
    return DONE


def _wanted(before: Retention, options: argparse.Namespace) -> Retention:
    """What the options say; for the rest, what was chosen the last time."""
    if options.keep_all:
        before = Retention()
    said = {
        "keep_days": options.keep_days,
        "rhythm": options.then,
        "raw_days": options.raw_older_than,
    }
    return replace(before, **{name: value for name, value in said.items() if value is not None})


def _tell(session: Session, store: Store, wanted: Retention, found: Tidying) -> None:
    _, ngettext = session.wording.gettext, session.wording.ngettext
    if found == Tidying():
        chosen = wanted.keep_days is not None or wanted.raw_days is not None
        nothing = _("Nothing to delete: all checks are kept.")
        say(nothing if chosen else _("All checks are kept. Say --keep-days N to keep fewer."))
    if found.checks:
        count = len(found.checks)
        text = ngettext("{n} check need not be kept:", "{n} checks need not be kept:", count)
        say(text.format(n=count))
        for number in found.checks:
            say(snapshot_line(store.info(number), session.wording))
        say(_("What was so between the checks that are kept, and only then, is forgotten."))
    if found.raw:
        numbers = ", ".join(map(str, found.raw))
        say(_("The phone's raw answers are dropped of: {ids}").format(ids=numbers))


def _question(session: Session) -> str:
    return session.wording.gettext("Delete this for good? It cannot be brought back. [y/N]") + " "


def _document(wanted: Retention, done: Tidying, *, dry: bool) -> dict[str, Any]:
    return {
        "keep_days": wanted.keep_days,
        "then": wanted.rhythm,
        "raw_days": wanted.raw_days,
        "deleted": list(done.checks),
        "raw_dropped": list(done.raw),
        "dry_run": dry,
    }
