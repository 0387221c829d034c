"""What was judged for one app must never be said of another that differs in what counts."""

from __future__ import annotations

import functools
from dataclasses import replace
from itertools import product

import pytest

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.model import App, Op, Snapshot
from tests.builders import permission, snapshot

CATALOGUE = Catalogue.load()
#: Permissions that bear on one another, and app-ops that rule them.
FAMILIES = {
    "location": (
        ("ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION", "ACCESS_BACKGROUND_LOCATION"),
        ((), (Op("COARSE_LOCATION", "ignore"),), (Op("FINE_LOCATION", None, "foreground"),)),
    ),
    "camera": (
        ("BACKGROUND_CAMERA", "CAMERA", "READ_SMS"),
        ((), (Op("CAMERA", "ignore"),), (Op("CAMERA", "foreground"),)),
    ),
    "files": (
        ("MANAGE_EXTERNAL_STORAGE@appop", "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"),
        ((), (Op("MANAGE_EXTERNAL_STORAGE", "allow"),)),
    ),
}
# One object for all that are equal, as the store hands them out.
_permission = functools.cache(permission)


def _conditions(family: str) -> list[App]:
    """An app with each permission absent, refused or granted, under each of the modes."""
    names, modes = FAMILIES[family]
    return [
        App(
            0,
            "",
            version_code=1,
            permissions=tuple(
                _permission(n + sign) for n, sign in zip(names, held, strict=True) if sign
            ),
            ops=ops,
        )
        for held in product(("", "-", "+"), repeat=len(names))
        for ops in modes
    ]


def _every_move(family: str, sdks: tuple[int, int]) -> tuple[Snapshot, Snapshot]:
    """Two checks in which one app each went from any condition to any other."""
    old, new = [], []
    for number, (was, now) in enumerate(product(_conditions(family), repeat=2)):
        package = f"com.example.app{number}"
        old.append(replace(was, package=package))
        new.append(replace(now, package=package, version_code=1 + number % 2))
    return snapshot(*old, sdk=sdks[0]), snapshot(*new, sdk=sdks[1], day=1)


@pytest.mark.parametrize("sdks", [(34, 34), (30, 30), (29, 34)])
@pytest.mark.parametrize("family", FAMILIES)
def test_an_app_is_judged_as_if_it_were_the_only_one(family: str, sdks: tuple[int, int]) -> None:
    old, new = _every_move(family, sdks)
    alone = {
        change
        for was, now in zip(old.apps, new.apps, strict=True)
        for change in compare(replace(old, apps=(was,)), replace(new, apps=(now,)), CATALOGUE)
    }
    assert alone
    assert set(compare(old, new, CATALOGUE)) == alone


@pytest.mark.parametrize("family", FAMILIES)
def test_a_check_that_was_just_read_is_judged_as_the_saved_one(family: str) -> None:
    old, new = _every_move(family, (34, 34))
    fresh = tuple(
        replace(
            app, permissions=tuple(map(replace, app.permissions)), ops=tuple(map(replace, app.ops))
        )
        for app in new.apps
    )
    assert compare(old, replace(new, apps=fresh), CATALOGUE) == compare(old, new, CATALOGUE)
