"""Between which two neighbouring checks a change happened that two checks far apart show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.catalogue import Catalogue
from audit.history import Lane, Run, lanes
from audit.model import App, Change, Part, SnapshotInfo


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Checks, by their places, that found the same; ``value`` is None where they could not tell."""

    first: int
    last: int
    value: object


class Bounds:
    """Finds where the changes between two checks of a phone happened.

    Args:
        checks: all of the phone, in the order in which they were made.
        compared: the places of the two among ``checks``, the earlier one first.
    """

    def __init__(
        self, checks: Sequence[SnapshotInfo], compared: tuple[int, int], catalogue: Catalogue
    ) -> None:
        self._checks = checks
        self._catalogue = catalogue
        self._places = {info.id: number for number, info in enumerate(checks)}
        self._low, self._high = compared

    def of(
        self, changes: Iterable[Change], runs: Sequence[Run]
    ) -> Iterator[tuple[Change, tuple[SnapshotInfo, SnapshotInfo]]]:
        """The last check without and the first one with what each change of an app led to.

        Checks that could not tell lie in between. Without those where all checks between the two
        say nothing nearer than the two themselves. ``runs`` are the app's, oldest first.
        """
        by_name = {lane.name: lane for lane in lanes(runs, self._catalogue)}
        for change in changes:
            near = self._near(change, self._stretches(change, runs, by_name))
            if near is not None:
                yield change, (self._checks[near[0]], self._checks[near[1]])

    def _near(self, change: Change, found: Sequence[_Stretch]) -> tuple[int, int] | None:
        low, high = self._low, self._high
        at = next((n for n, one in enumerate(found) if one.first <= high <= one.last), None)
        if at is None or (
            change.what == "sdk" and found[at].value is not (change.kind == "gained")
        ):
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
        return before, after

    def _stretches(
        self, change: Change, runs: Sequence[Run], by_name: Mapping[str, Lane]
    ) -> list[_Stretch]:
        place = self._places
        if change.what in {"permission", "special"}:
            lane = by_name.get(change.name)
            spans = lane.spans if lane else ()
            return [_Stretch(place[s.first.id], place[s.last.id], s.state) for s in spans]
        return [
            _Stretch(
                place[run.first.id],
                place[run.last.id],
                _fact(change, run.app, run.first, self._catalogue),
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
