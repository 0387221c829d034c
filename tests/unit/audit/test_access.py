"""What a permission amounts to, and what an app may do with all of its permissions together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from audit.access import TOLD_AS_SPECIAL, access, parts_read, special_part, states
from audit.catalogue import Catalogue
from audit.changes import compare
from audit.model import App, Part, State
from tests.builders import app, snapshot

FINE = "ACCESS_FINE_LOCATION+"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def state(
    catalogue: Catalogue,
    permission: str,
    *ops: str,
    sdk: int | None = 34,
    unread: Iterable[Part] = (),
) -> State | None:
    """Of the app's only permission."""
    info = snapshot(sdk=sdk, unread=unread).info
    (found,) = states(app(permission, ops=ops), info, catalogue).values()
    return found


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("READ_SMS-", "ask"),
        ("READ_SMS- USER_SET", "denied"),
        ("READ_SMS- USER_FIXED", "denied"),
        ("READ_SMS- POLICY_FIXED", "denied"),
        ("READ_SMS- SYSTEM_FIXED", "denied"),
        ("READ_SMS- REVOKED_COMPAT", "denied"),
        ("READ_SMS- ONE_TIME", "ask"),
        ("READ_SMS- ONE_TIME USER_SET", "ask"),
        ("READ_SMS- ONE_TIME USER_FIXED", "denied"),
        ("READ_SMS@install-", "denied"),
        ("READ_SMS+ APPLY_RESTRICTION", "denied"),
        ("READ_SMS+ APPLY_RESTRICTION RESTRICTION_INSTALLER_EXEMPT", "allowed"),
        ("READ_SMS+ APPLY_RESTRICTION RESTRICTION_SYSTEM_EXEMPT", "allowed"),
        ("READ_SMS+ APPLY_RESTRICTION RESTRICTION_UPGRADE_EXEMPT", "allowed"),
        ("ACCESS_BACKGROUND_LOCATION+", "denied"),
    ],
)
def test_flags(catalogue: Catalogue, permission: str, expected: str) -> None:
    assert state(catalogue, permission) == expected


@pytest.mark.parametrize("kind", ["appop", "install"])
@pytest.mark.parametrize(
    ("granted", "ops", "expected"),
    [
        ("-", ["SYSTEM_ALERT_WINDOW=allow"], "allowed"),
        ("+", ["SYSTEM_ALERT_WINDOW=ignore"], "denied"),
        ("+", ["SYSTEM_ALERT_WINDOW=deny"], "denied"),
        ("+", ["SYSTEM_ALERT_WINDOW=ask"], "ask"),
        ("-", ["SYSTEM_ALERT_WINDOW=foreground"], "while-in-use"),
        ("+", ["SYSTEM_ALERT_WINDOW=default"], "allowed"),
        ("-", ["SYSTEM_ALERT_WINDOW=default"], "denied"),
        ("+", [], "allowed"),
        ("-", [], "denied"),
        # The uid's mode counts, unless it is the default.
        ("-", ["SYSTEM_ALERT_WINDOW=ignore", "uid:SYSTEM_ALERT_WINDOW=allow"], "allowed"),
        ("+", ["SYSTEM_ALERT_WINDOW=allow", "uid:SYSTEM_ALERT_WINDOW=ignore"], "denied"),
        ("-", ["SYSTEM_ALERT_WINDOW=allow", "uid:SYSTEM_ALERT_WINDOW=default"], "allowed"),
    ],
)
def test_the_op_of_a_special_permission_decides_and_at_its_default_the_grant(
    catalogue: Catalogue, kind: str, granted: str, ops: list[str], expected: str
) -> None:
    permission = f"SYSTEM_ALERT_WINDOW@{kind}{granted}"
    assert state(catalogue, permission, *ops) == expected
    assert state(catalogue, permission, *ops, unread=[Part.APPOPS]) is None


@pytest.mark.parametrize(
    ("sdk", "coarse_rules"), [(29, True), (30, True), (31, False), (34, False), (None, False)]
)
def test_until_android_11_the_coarse_op_decides_for_the_precise_one(
    catalogue: Catalogue, sdk: int | None, coarse_rules: bool
) -> None:
    ops = ["COARSE_LOCATION=ignore", "FINE_LOCATION=foreground"]
    expected = "denied" if coarse_rules else "while-in-use"
    assert state(catalogue, FINE, *ops, sdk=sdk) == expected
    # Where the coarse one is not printed, its own is all there is.
    assert state(catalogue, FINE, "FINE_LOCATION=ignore", sdk=sdk) == "denied"


@pytest.mark.parametrize("op", ["READ_PHONE_STATE", "OP_READ_PHONE_STATE"])
def test_an_op_goes_by_its_name_before_android_10_too(catalogue: Catalogue, op: str) -> None:
    assert state(catalogue, "READ_PHONE_STATE+", f"{op}=ignore") == "denied"
    assert state(catalogue, "READ_PHONE_STATE+", f"{op}=foreground", sdk=28) == "while-in-use"


def test_background_halves_decide_when(catalogue: Catalogue) -> None:
    info = snapshot(sdk=34).info
    always = app(FINE, "ACCESS_BACKGROUND_LOCATION+")
    assert set(states(always, info, catalogue).values()) == {"allowed"}
    held = app(FINE, "ACCESS_BACKGROUND_LOCATION-")
    assert states(held, info, catalogue)["android.permission.ACCESS_FINE_LOCATION"] == (
        "while-in-use"
    )
    assert state(catalogue, FINE) == "while-in-use"
    assert state(catalogue, FINE, sdk=28) == "allowed"
    assert state(catalogue, f"{FINE} ONE_TIME") == "once"


# What an app may do, all together.


def given(catalogue: Catalogue, one: App, unread: Iterable[Part] = ()) -> dict[str, State]:
    found = access(one, snapshot(unread=unread).info, catalogue)
    assert set(found) == set(catalogue.access_keys)
    return {key: value for key, value in found.items() if value is not None}


def test_the_permission_that_gives_most_counts_for_its_access(catalogue: Catalogue) -> None:
    one = app("READ_SMS-", "SEND_SMS+", "RECEIVE_SMS- USER_SET", "CAMERA- USER_SET", "x.OWN+")
    assert given(catalogue, one) == {"messages": "allowed", "camera": "denied"}
    refused = app("READ_SMS-", "SEND_SMS- USER_SET")
    assert given(catalogue, refused) == {"messages": "ask"}
    assert given(catalogue, app()) == {}


def test_a_grant_that_the_app_no_longer_asks_for_gives_nothing(catalogue: Catalogue) -> None:
    one = app("READ_SMS+", "CAMERA+")
    unasked = replace(
        one, permissions=tuple(replace(p, requested="CAMERA" in p.name) for p in one.permissions)
    )
    assert given(catalogue, unasked) == {"camera": "while-in-use"}


def test_another_way_in_counts_as_the_access_it_gives(catalogue: Catalogue) -> None:
    assert given(catalogue, app(special=["overlay"])) == {"special": "allowed"}
    listener = app("READ_SMS-", special=["notification_listener"])
    assert given(catalogue, listener) == {"special": "allowed", "messages": "allowed"}
    dialer = app(special=["role:DIALER"])
    assert given(catalogue, dialer) == {"special": "allowed", "calls": "allowed"}


def test_what_was_not_read_is_not_said(catalogue: Catalogue) -> None:
    every = app("READ_SMS+", shared_user="android.uid.phone", special=["overlay", "role:SMS"])
    special = {"special": "allowed", "messages": "allowed"}
    assert given(catalogue, every) == special
    assert given(catalogue, every, unread=[Part.ROLES]) == special
    assert given(catalogue, every, unread=[Part.ROLES, Part.SHARED_USERS]) == {"special": "allowed"}
    assert given(catalogue, every, unread=[Part.ROLES, Part.APPOPS]) == {"messages": "allowed"}
    assert given(catalogue, every, unread=[*Part]) == {}
    # Of two checks that are compared, what one of them did not read.
    info = snapshot().info
    less = parts_read(info) - {Part.SHARED_USERS, Part.ROLES}
    assert access(every, info, catalogue, less)["messages"] is None
    ignored = app("READ_SMS+", ops=["READ_SMS=ignore"])
    for parts, expected in ((None, "denied"), (parts_read(info) - {Part.APPOPS}, "allowed")):
        assert set(states(ignored, info, catalogue, parts).values()) == {expected}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("role:ASSISTANT", Part.ROLES),
        ("accessibility", Part.SETTINGS),
        ("keyboard", Part.SETTINGS),
        ("always_on_vpn", Part.SETTINGS),
        ("autofill", Part.SETTINGS),
        ("notification_listener", Part.NOTIFICATIONS),
        ("notification_assistant", Part.NOTIFICATIONS),
        ("do_not_disturb", Part.NOTIFICATIONS),
        ("device_admin", Part.DEVICE_POLICY),
        ("device_owner", Part.DEVICE_POLICY),
        ("profile_owner", Part.DEVICE_POLICY),
        ("battery_exempt", Part.BATTERY),
        ("overlay", Part.APPOPS),
    ],
)
def test_which_part_tells_of_a_special_access(catalogue: Catalogue, name: str, part: Part) -> None:
    assert special_part(name) is part
    for unread in Part:
        new = snapshot(app(special=[name]), day=1, unread=[unread])
        assert bool(compare(snapshot(app()), new, catalogue)) == (unread is not part)


@pytest.mark.parametrize(
    "name",
    [
        "PACKAGE_USAGE_STATS",
        "SYSTEM_ALERT_WINDOW",
        "WRITE_SETTINGS",
        "REQUEST_INSTALL_PACKAGES",
        "MANAGE_EXTERNAL_STORAGE",
        "SCHEDULE_EXACT_ALARM",
        "MANAGE_MEDIA",
        "USE_FULL_SCREEN_INTENT",
    ],
)
def test_what_is_told_as_special_access_is_not_told_twice(catalogue: Catalogue, name: str) -> None:
    assert f"android.permission.{name}" in TOLD_AS_SPECIAL
    op = catalogue.op_of(f"android.permission.{name}")
    old = app(f"{name}@appop-", ops=[f"{op}=ignore"])
    new = app(f"{name}@appop+", ops=[f"{op}=allow"])
    assert compare(snapshot(old), snapshot(new, day=1), catalogue) == ()
