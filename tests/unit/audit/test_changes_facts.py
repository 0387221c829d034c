"""What mutating ``audit.changes`` showed to be untold: facts beside permissions, and kinds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.catalogue import Catalogue
from audit.changes import KINDS, compare, is_of
from audit.model import App, Change, Part, Problem
from tests.builders import app, snapshot


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def told(catalogue: Catalogue, old: App, new: App, sdk: int = 34) -> list[Change]:
    return list(compare(snapshot(old, sdk=sdk), snapshot(new, sdk=sdk, day=1), catalogue))


def kinds(change: Change) -> set[str]:
    return {kind for kind in KINDS if is_of(change, kind)}


def test_each_change_is_of_its_kinds_and_of_no_other(catalogue: Catalogue) -> None:
    (gained,) = told(catalogue, app("READ_SMS- USER_SET"), app("READ_SMS+ USER_SET"))
    (lost,) = told(catalogue, app("READ_SMS+ USER_SET"), app("READ_SMS- USER_SET"))
    (overlay,) = told(catalogue, app(), app(special=["overlay"]))
    (listener,) = told(catalogue, app(), app(special=["notification_listener"]))
    (version,) = told(catalogue, app(), app(version=2))
    (signer,) = told(catalogue, app(signer="aa"), app(signer="bb"))
    (removed,) = compare(snapshot(app()), snapshot(day=1), catalogue)

    assert kinds(gained) == {"gained"}
    assert kinds(lost) == {"lost"}
    assert kinds(overlay) == {"gained", "special", "silent"}
    assert listener.group == "messages"
    assert kinds(listener) == {"gained", "special", "silent"}
    assert kinds(version) == {"updates"}
    assert kinds(signer) == {"origin"}
    assert kinds(removed) == {"apps"}
    # A kit that came is the update's doing, no access that somebody gained.
    assert kinds(gained._replace(what="sdk")) == {"updates"}
    # What the group "special" holds as a permission is among the special, too.
    assert kinds(gained._replace(group="special")) == {"gained", "special"}


def test_special_access_that_stays_is_no_change(catalogue: Catalogue) -> None:
    old = app(special=["overlay", "usage_access"])
    new = app(special=["overlay", "usage_access", "device_admin"])

    assert [(one.permission, one.kind) for one in told(catalogue, old, new)] == [
        ("device_admin", "gained")
    ]


def test_a_version_that_was_not_read_is_no_update(catalogue: Catalogue) -> None:
    assert told(catalogue, replace(app(), version_code=None), app()) == []
    (named,) = told(catalogue, replace(app(), version_code=None), app(version=2))
    assert (named.before, named.after) == ("1.0", "2.0")


def test_two_versions_of_one_name_are_told_by_their_numbers(catalogue: Catalogue) -> None:
    old, new = app(version_name="same"), app(version_name="same", version_code=9)
    (change,) = told(catalogue, old, new)
    assert (change.before, change.after) == ("1", "9")
    # Built at run time: two texts that are equal and not one and the same.
    again = replace(new, version_name="".join(["sa", "me"]))
    (change,) = told(catalogue, old, again)
    assert (change.before, change.after) == ("1", "9")
    # A name that sorts before the old one is a name like any other.
    (older,) = told(catalogue, app(version_name="b"), app(version_name="a", version_code=2))
    assert (older.before, older.after) == ("b", "a")


def test_another_key_counts_from_android_7_on(catalogue: Catalogue) -> None:
    old, new = app(signer="aa"), app(signer="bb")
    assert told(catalogue, old, new, sdk=23) == []
    assert [one.what for one in told(catalogue, old, new, sdk=24)] == ["signer"]
    assert told(catalogue, old, app(signer=None)) == []
    assert [one.what for one in told(catalogue, new, old)] == ["signer"]


def test_only_a_refusal_hides_a_users_settings(catalogue: Catalogue) -> None:
    name = "accessibility"
    for code, count in (("user-unread", 0), ("a-other", 1), ("z-other", 1)):
        problem = Problem(code, Part.SETTINGS, (("user", "0"),))
        new = snapshot(app(special=[name]), day=1, problems=[problem])
        assert len(compare(snapshot(app()), new, catalogue)) == count, code
