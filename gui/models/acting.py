"""What can be taken away from an app, as the person ticks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from audit.acting import Obstacle, Plan, plan
from audit.catalogue import Catalogue
from audit.model import Action, Deed, Snapshot
from gui.models.rows import AppRow

AppKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What goes at once: a special access, or a group of permissions, since Android gives it so.

    Attributes:
        access: the access key that it counts under.
        names: permissions or special accesses.
    """

    access: str
    names: tuple[str, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class AppOffer:
    """All that one app could lose.

    Attributes:
        bundles: in the catalogue's order of access keys.
        obstacles: what only the person can take away, on the phone itself.
        also: packages that share it all and lose it too.
    """

    row: AppRow
    bundles: tuple[Bundle, ...]
    obstacles: tuple[Obstacle, ...]
    also: tuple[str, ...]


def app_offer(row: AppRow, snapshot: Snapshot, catalogue: Catalogue) -> AppOffer:
    found = plan(row.app, snapshot, catalogue.access_keys, catalogue)
    order = {key: number for number, key in enumerate(catalogue.access_keys)}
    bundles = sorted(_bundles(found, snapshot, catalogue), key=lambda one: order[one.access])
    return AppOffer(row, tuple(bundles), found.obstacles, found.also)


def _bundles(found: Plan, snapshot: Snapshot, catalogue: Catalogue) -> list[Bundle]:
    together: dict[str, list[Action]] = {}
    for action in found.actions:
        group = catalogue.android_group(action.name, snapshot.info.phone.sdk)
        together.setdefault(group or action.name, []).append(action)
    return [
        Bundle(
            catalogue.access_of(actions[0].name) or "special",
            tuple(action.name for action in actions),
            tuple(actions),
        )
        for actions in together.values()
    ]


def wanted(bundle: Bundle, names: Collection[str]) -> bool:
    """Whether one of ``names``, access keys or names of permissions, is among it."""
    return not {bundle.access, *bundle.names}.isdisjoint(names)


def by_moment(deeds: Iterable[Deed]) -> list[list[Deed]]:
    """Deeds of one agreement stand together, the last first."""
    together: dict[datetime, list[Deed]] = {}
    for deed in deeds:
        together.setdefault(deed.at, []).append(deed)
    return list(reversed(together.values()))


def undoable(deeds: Collection[Deed]) -> list[Deed]:
    """Those that took something away, and were not undone since."""
    undone = {deed.undoes for deed in deeds if deed.undoes is not None and deed.held}
    return [deed for deed in deeds if deed.held and deed.undoes is None and deed.id not in undone]
