"""``why``: each way in, with the phone's own lines that it follows from."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from audit.documents import snapshot_document
from audit.messages import part
from audit.model import App
from audit.ways import Fact, Way, ways
from cli.output import print_json, refuse, say
from cli.session import Session
from device.tracing import Trace, Tracer

DONE, USAGE = 0, 2


def why(session: Session, options: argparse.Namespace) -> int:
    """Tells what an app can do and where the phone said so, in one check."""
    _ = session.wording.gettext
    with session.store(create=False) as store:
        number = options.snapshot or session.last_checks(store)[-1]
        snapshot = store.load(number)
        # A second reading was of the first one's answers.
        kept = store.raw(snapshot.info.reread_of or number)
    key = options.user, options.package
    app = next((app for app in snapshot.apps if (app.user, app.package) == key), None)
    if app is None:
        text = _("Check {id} lists no app {app} of user {user}.")
        return refuse(text.format(id=number, app=options.package, user=options.user))
    found = [
        way
        for way in ways(app, snapshot.info, session.catalogue)
        if options.name in {None, way.access, way.through, way.through.rpartition(".")[2]}
    ]
    if options.name is not None and not found:
        text = _("{app} has no {name} in check {id}.")
        return refuse(text.format(app=options.package, name=options.name, id=number))
    tracer = Tracer(kept, app, snapshot.info.phone.sdk)
    if session.json:
        print_json(
            {
                "snapshot": snapshot_document(snapshot.info, session.wording),
                "user": app.user,
                "package": app.package,
                "answers_kept": bool(kept),
                "ways": [_document(way, tracer) for way in found],
            }
        )
        return DONE
    if not kept:
        text = _(
            "The phone's raw answers of check {id} are gone, so its own lines cannot be shown: "
            "below stands what was read in them."
        )
        say(text.format(id=number))
    _tell(session, app, found, tracer)
    return DONE


def _document(way: Way, tracer: Tracer) -> dict[str, Any]:
    return {
        "access": way.access,
        "through": way.through,
        "state": way.state,
        "facts": [_fact(fact, tracer.fact(fact.kind, fact.name)) for fact in way.facts],
        "missing": list(way.missing),
    }


def _fact(fact: Fact, trace: Trace | None) -> dict[str, Any]:
    lines = [{"number": one.number, "text": one.text} for one in trace.lines] if trace else None
    return {
        "source": fact.source,
        "line": fact.line,
        "command": trace.command if trace else None,
        "lines": lines,
    }


def _tell(session: Session, app: App, found: Sequence[Way], tracer: Tracer) -> None:
    _, wording = session.wording.gettext, session.wording
    if not found:
        say(_("No way in to anything personal is known of {app}.").format(app=app.package))
    for way in found:
        state = wording.state(way.state) if way.state else _("not read")
        say(f"\n{wording.group(way.access)} ← {way.through}: {state}")
        for fact in way.facts:
            trace = tracer.fact(fact.kind, fact.name)
            say(f"  {trace.command if trace else fact.source}")
            if trace is None:
                say(f"           {fact.line}")
            for line in trace.lines if trace else ():
                say(f"    {line.number:>6} {line.text}")
        if way.missing:
            names = _(", ").join(part(name, _) for name in way.missing)
            say("  " + _("Not read: {parts}").format(parts=names))
