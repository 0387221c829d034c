"""What mutating ``audit.changes`` showed to be untold: facts beside permissions, and kinds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from audit.catalogue import Catalogue
from audit.changes import KINDS, compare, is_of, with_marks
from audit.model import App, Change, Part, Problem
from tests.builders import app, snapshot


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def told(catalogue: Catalogue, old: App, new: App, sdk: int | None = 34) -> list[Change]:
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
    (installer,) = told(catalogue, app(), app(installer="com.example.store"))
    (removed,) = compare(snapshot(app()), snapshot(day=1), catalogue)
    once, ever = "CAMERA+ ONE_TIME USER_SET", "CAMERA+ USER_SET"
    (widened,) = told(catalogue, app(once), app(ever))
    (narrowed,) = told(catalogue, app(ever), app(once))

    assert kinds(gained) == {"gained"}
    assert kinds(lost) == {"lost"}
    assert kinds(overlay) == {"gained", "special", "silent"}
    assert (overlay.group, listener.group) == ("special", "messages")
    assert kinds(listener) == {"gained", "special", "silent"}
    assert kinds(version) == {"updates"}
    assert kinds(signer) == kinds(installer) == {"origin"}
    assert kinds(removed) == {"apps"}
    assert kinds(widened) == {"widened"}
    assert kinds(narrowed) == set()
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
    assert told(catalogue, app(), replace(app(), version_code=None)) == []
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
    assert [one.what for one in told(catalogue, old, new, sdk=None)] == ["signer"]
    assert told(catalogue, old, app(signer=None)) == []
    assert [one.what for one in told(catalogue, new, old)] == ["signer"]


def test_only_a_refusal_hides_a_users_settings(catalogue: Catalogue) -> None:
    names = ["accessibility", "device_admin", "keyboard", "overlay"]
    shown = ["device_admin", "overlay"]
    for code, seen in (("user-unread", shown), ("a-other", names), ("z-other", names)):
        problems = [Problem(code, Part.SETTINGS, (("user", "0"),))]
        for of_old, of_new in ((problems, []), ([], problems)):
            old = snapshot(app(), problems=of_old)
            new = snapshot(app(special=names), day=1, problems=of_new)
            found = compare(old, new, catalogue)
            assert sorted(one.name for one in found) == seen, code


def test_whoever_administers_the_phone_got_there_by_policy(catalogue: Catalogue) -> None:
    names = ["device_owner", "profile_owner", "device_admin"]
    found = {one.permission: one.why for one in told(catalogue, app(), app(special=names))}
    assert found == {"device_owner": "policy", "profile_owner": "policy", "device_admin": None}


@dataclass(frozen=True)
class Marked:
    user: int
    package: str
    what: str
    after: str | None


def test_only_what_led_to_the_marked_state_is_expected(catalogue: Catalogue) -> None:
    refused, granted = ("READ_SMS- USER_SET", "CAMERA-"), ("READ_SMS+ USER_SET", "CAMERA+")
    old = snapshot(app(*refused), app(*refused, package="b"), app(*refused, user=10))
    new = snapshot(app(*granted), app(*granted, package="b"), app(*granted, user=10), day=1)
    found = compare(old, new, catalogue)
    (one,) = (c for c in found if (c.user, c.package[-3:], c.group) == (0, "app", "messages"))
    mark = Marked(one.user, one.package, one.name, one.after)

    def expected(*marks: Marked) -> list[Change]:
        marked = with_marks(found, marks)
        assert [change._replace(expected=False) for change in marked] == list(found)
        return [change._replace(expected=False) for change in marked if change.expected]

    assert expected() == []
    assert expected(mark) == [one]
    assert expected(replace(mark, after="once")) == []
    assert len(expected(*(replace(mark, user=user) for user in (0, 10)))) == 2
    assert expected(replace(mark, what="android.permission.READ_CALL_LOG")) == []
    # A fact that is no permission is marked by what it is.
    (signer,) = told(catalogue, app(signer="aa"), app(signer="bb"))
    (marked,) = with_marks([signer], [Marked(0, signer.package, "signer", "bb")])
    assert marked.is_highlight is False
    assert marked.expected
