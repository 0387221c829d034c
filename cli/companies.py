"""The verb ``companies``: what each company can reach through all of its apps together."""

from __future__ import annotations

import argparse

from audit.checkup import compared
from audit.company_documents import company_document, company_name, tie_sentence
from audit.company_sums import CompanySum, company_sums
from audit.documents import snapshot_document
from audit.findings import sentence_of
from audit.model import Snapshot
from cli.output import print_json, say
from cli.session import Session

_MOST_NAMES = 8


def companies(session: Session, options: argparse.Namespace) -> int:
    """What each company can reach through all of its apps together, and what of it is new."""
    with session.store(create=False) as store:
        number: int = getattr(options, "snapshot", None) or session.last_checks(store)[-1]
        loaded = store.load(number)
        snapshot = Snapshot(loaded.info, loaded.apps, tuple(store.last_uses(number)))
        found = compared(snapshot, store, session.catalogue)
    sums = company_sums(snapshot, found.changes, session.catalogue)
    if session.json:
        before = found.compared_with
        print_json(
            {
                "snapshot": snapshot_document(snapshot.info, session.wording),
                "compared_with": before.id if before else None,
                "companies": [company_document(each, session.wording) for each in sums],
            }
        )
        return 0
    for each in sums:
        _tell(session, each)
    return 0


def _tell(session: Session, found: CompanySum) -> None:
    wording = session.wording
    _ = wording.gettext
    packages = found.packages
    count = wording.ngettext("{count} app", "{count} apps", len(packages))
    say(f"{company_name(found, wording)}  {count.format(count=len(packages))}")
    for key, door in found.doors.items():
        if door.through:
            names = ", ".join(wording.label(package) for package in door.through[:_MOST_NAMES])
            rest = len(door.through) - _MOST_NAMES
            if rest > 0:
                names = _("{names} and {n} more").format(names=names, n=rest)
            state = wording.state(door.state)
            say(f"    {wording.group(key)}: {state} ({names})")
    for change in found.new:
        say("    " + _("new: {sentence}").format(sentence=sentence_of(change, wording)))
    for tie in found.ties if found.company else ():
        say(f"    {tie_sentence(tie, wording)}")
