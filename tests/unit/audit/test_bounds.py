"""Between which neighbouring checks a change lies that two checks far apart show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from audit.bounds import Bounds
from audit.catalogue import Catalogue
from audit.changes import compare
from audit.model import App, Part
from db.records import AppRun
from tests.builders import app, snapshot

CATALOGUE = Catalogue.load()


def bounds(
    *found: App | None, unread: Sequence[int] = (), part: Part = Part.PACKAGES
) -> dict[str, tuple[int, int]]:
    """What lies between which days, of an app found so on each day; none where none is nearer."""
    snapshots = [
        snapshot(*([one] if one else []), day=day, unread=[part] if day in unread else [])
        for day, one in enumerate(found)
    ]
    checks = [replace(one.info, id=day) for day, one in enumerate(snapshots)]
    days = {check.taken_at: day for day, check in enumerate(checks)}
    runs = [AppRun(one, check, check) for one, check in zip(found, checks, strict=True)]
    changes = compare(snapshots[0], snapshots[-1], CATALOGUE)
    told = Bounds(checks, (0, len(checks) - 1), CATALOGUE).of(changes, runs)
    return {change.name: (days[a.taken_at], days[b.taken_at]) for change, (a, b) in told}


OFF, ON = app("READ_SMS-"), app("READ_SMS+")
SMS = "android.permission.READ_SMS"


@pytest.mark.parametrize(
    ("found", "between"),
    [
        pytest.param((OFF, OFF, ON, ON), {SMS: (1, 2)}, id="in the middle"),
        pytest.param((OFF, ON, ON, ON), {SMS: (0, 1)}, id="at once"),
        pytest.param((OFF, ON, OFF, OFF, ON), {SMS: (3, 4)}, id="the last time of several"),
        pytest.param((OFF, ON), {}, id="neighbours say it already"),
        pytest.param((None, OFF, ON), {"app": (0, 1)}, id="a new app"),
        pytest.param((OFF, OFF, None, None), {"app": (1, 2)}, id="an app that went"),
        pytest.param((ON, ON, app("READ_SMS+", version=2)), {"version": (1, 2)}, id="an update"),
    ],
)
def test_a_change_lies_between_the_nearest_two(
    found: tuple[App | None, ...], between: dict[str, tuple[int, int]]
) -> None:
    told = bounds(*found)
    assert {name: told[name] for name in between} == between
    assert bool(told) == bool(between)


def test_checks_that_could_not_tell_lie_in_between() -> None:
    assert bounds(OFF, OFF, None, ON, ON, unread=[2])[SMS] == (1, 3)


def test_a_signer_and_where_it_came_from_are_facts_of_their_own() -> None:
    old = app(signer="aa", installer="com.store")
    told = bounds(old, replace(old, installer="com.other"), replace(old, signer="bb"))
    assert told["signer"] == (1, 2)
    assert "installer" not in told
    other = replace(old, installer="com.other")
    assert bounds(old, old, other)["installer"] == (1, 2)
