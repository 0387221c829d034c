"""What has to be done so that an app loses an access, and whether it did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from audit.acting import Obstacle, held_to, plan, undoing
from audit.catalogue import Catalogue
from audit.model import Action, ActionKind, App, GrantKind, Part
from tests.builders import app, snapshot

CATALOGUE = Catalogue.load()
_P = "android.permission."


def names(found: App, *wanted: str, sdk: int = 34) -> list[str]:
    made = plan(found, snapshot(found, sdk=sdk), wanted, CATALOGUE)
    return [action.name.removeprefix(_P) for action in made.actions]


def only(found: App, *wanted: str, sdk: int = 34) -> Action:
    (action,) = plan(found, snapshot(found, sdk=sdk), wanted, CATALOGUE).actions
    return action


def test_an_access_goes_with_every_permission_that_opens_it() -> None:
    found = app("ACCESS_FINE_LOCATION+", "ACCESS_COARSE_LOCATION+", "ACCESS_BACKGROUND_LOCATION+",
                "CAMERA+", "READ_SMS-")  # fmt: skip
    assert names(found, "location") == [
        "ACCESS_BACKGROUND_LOCATION",
        "ACCESS_COARSE_LOCATION",
        "ACCESS_FINE_LOCATION",
    ]
    assert names(found, "messages") == []


def test_a_permission_goes_together_with_those_that_are_granted_with_it() -> None:
    found = app("READ_SMS+", "RECEIVE_SMS+", "SEND_SMS-", "READ_CALL_LOG+")
    assert names(found, f"{_P}READ_SMS") == ["READ_SMS", "RECEIVE_SMS"]


def test_for_each_user_apart() -> None:
    found = app("CAMERA+", user=10)
    assert only(found, "camera") == Action(ActionKind.REVOKE, 10, "com.example.app", f"{_P}CAMERA")


@pytest.mark.parametrize(
    ("permission", "code"),
    [
        ("READ_SMS+ SYSTEM_FIXED", "system-fixed"),
        ("READ_SMS+ POLICY_FIXED", "policy-fixed"),
        ("com.example.CAN_READ@install+", "install"),
    ],
)
def test_what_the_phone_would_refuse_is_not_tried(permission: str, code: str) -> None:
    found = app(permission)
    name = found.permissions[0].name
    made = plan(found, snapshot(found), [name], CATALOGUE)
    assert made.actions == ()
    assert made.obstacles == (Obstacle(name, code),)


def test_an_app_for_android_5_is_refused_by_its_app_ops() -> None:
    old = app("READ_SMS+", target_sdk=22)
    assert only(old, "messages", sdk=34) == Action(
        ActionKind.SET_OP, 0, "com.example.app", f"{_P}READ_SMS", "READ_SMS", "ignore", None,
        whole_uid=True,
    )  # fmt: skip
    older = replace(old, permissions=(replace(old.permissions[0], kind=GrantKind.INSTALL),))
    assert not only(older, "messages", sdk=26).whole_uid


def test_a_special_access_behind_an_app_op_is_set_once() -> None:
    found = app(
        "SYSTEM_ALERT_WINDOW@appop+",
        ops=["SYSTEM_ALERT_WINDOW=allow"],
        special=["overlay", "accessibility", "role:SMS"],
    )
    made = plan(found, snapshot(found), ["special", "messages"], CATALOGUE)
    (action,) = made.actions
    assert (action.name, action.op, action.mode, action.was) == (
        "overlay", "SYSTEM_ALERT_WINDOW", "ignore", "allow",
    )  # fmt: skip
    assert made.obstacles == (
        Obstacle("accessibility", "by-hand"),
        Obstacle("role:SMS", "role"),
    )


def test_the_other_apps_of_a_shared_uid_are_named() -> None:
    one = app("CAMERA+", package="com.a.one", shared_user="com.a")
    two = app("CAMERA+", package="com.a.two", shared_user="com.a")
    other = app("CAMERA+", package="com.b")
    made = plan(one, snapshot(one, two, other), ["camera"], CATALOGUE)
    assert made.also == ("com.a.two",)


def test_undoing_puts_back_what_was_there_the_last_thing_first() -> None:
    revoked = Action(ActionKind.REVOKE, 0, "com.a", f"{_P}CAMERA")
    op = Action(ActionKind.SET_OP, 0, "com.a", "overlay", "SYSTEM_ALERT_WINDOW", "ignore", None)
    back = undoing([revoked, op])
    assert [action.kind for action in back] == [ActionKind.SET_OP, ActionKind.GRANT]
    assert (back[0].mode, back[0].was) == ("default", "ignore")
    assert undoing([replace(op, was="allow")])[0].mode == "allow"
    assert undoing(undoing([revoked])) == (revoked,)


@pytest.mark.parametrize(
    ("after", "held"),
    [("CAMERA-", True), ("CAMERA- USER_SET", True), ("CAMERA+", False)],
)
def test_only_the_phone_tells_whether_it_held(after: str, held: bool) -> None:
    action = Action(ActionKind.REVOKE, 0, "com.example.app", f"{_P}CAMERA")
    assert held_to(action, snapshot(app(after)), CATALOGUE) is held
    (given,) = undoing([action])
    assert held_to(given, snapshot(app(after)), CATALOGUE) is not held


def test_what_was_not_read_is_not_known_to_have_held() -> None:
    action = Action(ActionKind.SET_OP, 0, "com.example.app", "overlay", "SYSTEM_ALERT_WINDOW",
                    "ignore")  # fmt: skip
    assert held_to(action, snapshot(app()), CATALOGUE) is True
    assert held_to(action, snapshot(app(), unread=[Part.APPOPS]), CATALOGUE) is None
    assert held_to(action, snapshot(), CATALOGUE) is None
