"""What recorded uses add up to, and what such a number can and cannot prove.

Android keeps, per app, op, process state and way of asking, the time of the last use only (Android
12 and later also a week of single uses of location, camera and microphone, rounded to a minute).
Checks collect them over the years: every record proves one use; uses between two records leave no
trace. So all counts are "at least".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.catalogue import Catalogue
from audit.model import Use

#: Process states in which the person does not see the app (``dumpsys appops``, API 28 on).
BACKGROUND_STATES = frozenset({"bg", "cch"})
#: Android's flags for uses that are the app's own: itself, or others asking through a proxy for it.
#: ``tp`` and ``up`` are the proxy's own record of a use by somebody else.
_OWN = frozenset({"s", "tpd", "upd"})


@dataclass(frozen=True, slots=True)
class UseSummary:
    """The recorded uses of one permission (or of an op without one) by one app.

    Attributes:
        name: the permission, or the op where no permission stands behind it.
        count, in_background, refused: at least so many.
        through: packages that asked on the app's behalf.
    """

    name: str
    count: int
    in_background: int
    refused: int
    first: datetime | None
    last: datetime | None
    last_in_background: datetime | None
    through: tuple[str, ...]


def is_own(use: Use) -> bool:
    """Whether the app itself got what was used, rather than asking for another app."""
    return use.on_behalf is None or not _OWN.isdisjoint(use.on_behalf.split("|"))


def distinct(uses: Iterable[Use]) -> Iterator[Use]:
    """One record per use, oldest first.

    The same use stands in the last accesses to the millisecond and in the history to the minute,
    and one that is only known by its age is a few seconds off in every check.
    """
    kept: dict[tuple[str, bool], Use] = {}
    for use in sorted(uses, key=lambda found: (found.at, found.precision)):
        key = use.op, use.rejected
        before = kept.get(key)
        if before is not None and use.at - before.at <= _doubt(before, use):
            continue
        kept[key] = use
        yield use


def _doubt(one: Use, other: Use) -> timedelta:
    return timedelta(seconds=max(one.precision, other.precision))


def summaries(uses: Iterable[Use], catalogue: Catalogue) -> tuple[UseSummary, ...]:
    """The uses of one app, one entry per permission, by name."""
    by_name: dict[str, list[Use]] = {}
    for use in distinct(use for use in uses if is_own(use)):
        by_name.setdefault(catalogue.permission_of_op(use.op) or use.op, []).append(use)
    return tuple(_summary(name, found) for name, found in sorted(by_name.items()))


def _summary(name: str, uses: list[Use]) -> UseSummary:
    done = [use for use in uses if not use.rejected]
    unseen = [use for use in done if use.state in BACKGROUND_STATES]
    return UseSummary(
        name=name,
        count=len(done),
        in_background=len(unseen),
        refused=len(uses) - len(done),
        first=done[0].at if done else None,
        last=done[-1].at if done else None,
        last_in_background=unseen[-1].at if unseen else None,
        through=tuple(sorted({use.proxy for use in done if use.proxy})),
    )
