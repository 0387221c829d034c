"""Between which two neighbouring checks a change happened that two checks far apart show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.catalogue import Catalogue
from audit.history import Run, lanes
from audit.model import App, Change, Part, SnapshotInfo

Bounds = tuple[SnapshotInfo, SnapshotInfo]
#: The checks of one phone in the order in which they were made.
Checks = Sequence[SnapshotInfo]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Checks, by their places, that found the same; ``value`` is None where they could not tell."""

    first: int
    last: int
    value: object


def bounds(
    change: Change,
    runs: Sequence[Run],
    checks: Checks,
    compared: tuple[int, int],
    catalogue: Catalogue,
) -> Bounds | None:
    """The last check without and the first one with what ``change`` led to.

    Checks that could not tell lie in between. None where all checks between the two say nothing
    nearer than the two themselves.

    Args:
        runs: the app's, oldest first.
        compared: ids of the two checks that were compared, among ``checks``.
    """
    place = {info.id: number for number, info in enumerate(checks)}
    low, high = sorted(place[number] for number in compared)
    found = _stretches(change, runs, place, catalogue)
    at = next((n for n, one in enumerate(found) if one.first <= high <= one.last), None)
    if at is None or (change.what == "sdk" and found[at].value is not (change.kind == "gained")):
        return None  # the second: only the app's code tells of it, which histories do not hold
    begin = start = at
    while begin > 0 and found[begin - 1].last == found[begin].first - 1:
        if found[begin - 1].value not in {None, found[at].value}:
            break
        begin -= 1
        start = begin if found[begin].value is not None else start
    before, after = max(low, found[begin].first - 1), found[start].first
    if found[at].value is None or not low < after <= high or (before, after) == (low, high):
        return None
    return checks[before], checks[after]


def _stretches(
    change: Change, runs: Sequence[Run], place: Mapping[int | None, int], catalogue: Catalogue
) -> list[_Stretch]:
    if change.what in {"permission", "special"}:
        lane = next((one for one in lanes(runs, catalogue) if one.name == change.name), None)
        spans = lane.spans if lane else ()
        return [_Stretch(place[s.first.id], place[s.last.id], s.state) for s in spans]
    return [
        _Stretch(
            place[run.first.id], place[run.last.id], _fact(change, run.app, run.first, catalogue)
        )
        for run in runs
    ]


def _fact(change: Change, app: App | None, info: SnapshotInfo, catalogue: Catalogue) -> object:
    """What a check says about this fact of the app; None: it does not tell."""
    if app is None:
        return "gone" if info.knows(Part.PACKAGES) else None
    kits = catalogue.sdks.of(app) if info.knows(Part.COMPONENTS) else None
    wanted = change.after or change.before
    facts: dict[str, object] = {
        "sdk": None if kits is None else any(kit.key == wanted for kit in kits),
        "version": (app.version_code, app.version_name),
        "signer": app.signer,
        "installer": ("from", app.installer),
    }
    return facts.get(change.what, "here")
