"""The ways in that an app has, with the phone's own lines that each follows from, as one text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from audit.export.text import visible
from audit.model import App, SnapshotInfo
from audit.ways import Fact, ways
from audit.wording import Wording
from device.tracing import Tracer

if TYPE_CHECKING:
    from db.store import Store


def own_lines(store: Store, *, app: App, info: SnapshotInfo, wording: Wording) -> str:
    """Reads the kept answers of the check; takes some tenths of a second."""
    _ = wording.gettext
    # A second reading was of the first one's answers.
    kept = store.raw(info.reread_of or info.id or 0)
    if not kept:
        return _("The phone's raw answers of this check were not kept, or were dropped since.")
    tracer = Tracer(kept, app, info.phone.sdk)
    blocks: list[str] = []
    for way in ways(app, info, wording.catalogue):
        state = wording.state(way.state) if way.state else _("not read")
        lines = [f"{wording.group(way.access)} ← {way.through}: {state}"]
        for fact in way.facts:
            lines += _told(fact, tracer)
        blocks.append("\n".join(map(visible, lines)))
    return "\n\n".join(blocks) or _("No way in to anything personal is known of {app}.").format(
        app=app.package
    )


def _told(fact: Fact, tracer: Tracer) -> Iterator[str]:
    trace = tracer.fact(fact.kind, fact.name)
    if trace is None:
        yield f"{fact.source}: {fact.line}"
        return
    yield trace.command
    for line in trace.lines:
        yield f"{line.number:>6}  {line.text}"
