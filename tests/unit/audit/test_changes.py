"""Transitions between two checks: what must be told, how gravely and why, and what must not be.

Each row: what the app was, what it is now, and the changes expected, as
"PERMISSION kind before>after why severity".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.model import App, Change, Part, Problem, Snapshot
from tests.builders import app, snapshot

FINE, COARSE, BACK = (
    "ACCESS_FINE_LOCATION",
    "ACCESS_COARSE_LOCATION",
    "ACCESS_BACKGROUND_LOCATION",
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@dataclass(frozen=True)
class Row:
    name: str
    old: App | None
    new: App | None
    expected: list[str]
    was: dict[str, Any] = field(default_factory=dict)  # arguments of the older snapshot
    now: dict[str, Any] = field(default_factory=dict)


def told(change: Change) -> str:
    name = (change.permission or change.what).removeprefix("android.permission.")
    states = f"{change.before or '-'}>{change.after or '-'}"
    return f"{name} {change.kind} {states} {change.why or '-'} {change.severity}"


def gains() -> Iterator[Row]:
    """Every way to more access, for each permission that must never be missed."""
    names = {
        "READ_CALL_LOG": "high",
        "WRITE_CALL_LOG": "high",
        "PROCESS_OUTGOING_CALLS": "high",
        "READ_PHONE_STATE": "high",
        "READ_PHONE_NUMBERS": "high",
        "CALL_PHONE": "high",
        "ANSWER_PHONE_CALLS": "high",
        "READ_SMS": "high",
        "RECEIVE_SMS": "high",
        "SEND_SMS": "high",
        "RECEIVE_MMS": "high",
        "RECEIVE_WAP_PUSH": "high",
        "READ_CONTACTS": "medium",
        "WRITE_CONTACTS": "medium",
        "GET_ACCOUNTS": "medium",
        "READ_CALENDAR": "medium",
        "READ_EXTERNAL_STORAGE": "medium",
        "READ_MEDIA_IMAGES": "medium",
        "ACTIVITY_RECOGNITION": "medium",
        "BLUETOOTH_SCAN": "medium",
        "POST_NOTIFICATIONS": "medium",
    }
    for name, severity in names.items():
        end = f"allowed user {severity}"
        yield Row(
            f"{name} never listed", app(), app(f"{name}+ USER_SET"), [f"{name} gained ->{end}"]
        )
        yield Row(
            f"{name} refused before",
            app(f"{name}- USER_SET"),
            app(f"{name}+ USER_SET"),
            [f"{name} gained denied>{end}"],
        )
        yield Row(
            f"{name} taken back",
            app(f"{name}+ USER_SET"),
            app(f"{name}- USER_SET"),
            [f"{name} lost allowed>denied user low"],
        )
    for name in ("CAMERA", "RECORD_AUDIO"):
        yield Row(
            f"{name} on Android 14",
            app(f"{name}-"),
            app(f"{name}+ USER_SET"),
            [f"{name} gained ask>while-in-use user medium"],
        )
        yield Row(
            f"{name} on Android 10",
            app(f"{name}-"),
            app(f"{name}+ USER_SET"),
            [f"{name} gained ask>allowed user medium"],
            {"sdk": 29},
            {"sdk": 29},
        )


def whys() -> Iterator[Row]:
    for flag, why in {
        "USER_SET": "user",
        "POLICY_FIXED": "policy",
        "GRANTED_BY_ROLE": "role",
        "SYSTEM_FIXED": "system",
        "GRANTED_BY_DEFAULT": "system",
    }.items():
        yield Row(
            f"why {flag}",
            app("READ_SMS-"),
            app(f"READ_SMS+ {flag}", version=2),
            [
                f"READ_SMS gained ask>allowed {why} high",
                "version updated 1.0>2.0 - low",
            ],
        )
    yield Row(
        "why update",
        app("READ_SMS-"),
        app("READ_SMS+", version=2),
        ["READ_SMS gained ask>allowed update high", "version updated 1.0>2.0 - low"],
    )
    yield Row(
        "why system update",
        app("READ_SMS-"),
        app("READ_SMS+"),
        ["READ_SMS gained ask>allowed system high"],
        now={"fingerprint": "maker/phone:15/B"},
    )
    yield Row(
        "why unknown", app("READ_SMS-"), app("READ_SMS+"), ["READ_SMS gained ask>allowed - high"]
    )
    yield Row(
        "auto-revoked",
        app("READ_SMS+"),
        app("READ_SMS- AUTO_REVOKED"),
        ["READ_SMS lost allowed>ask android low"],
    )
    yield Row(
        "one-time ran out",
        app("CAMERA+ ONE_TIME USER_SET"),
        app("CAMERA- ONE_TIME"),
        ["CAMERA lost once>ask android low"],
    )
    yield Row(
        "taken by policy",
        app("READ_SMS+"),
        app("READ_SMS- POLICY_FIXED"),
        ["READ_SMS lost allowed>denied policy low"],
    )
    yield Row(
        "lost with an update that asks no more",
        app("READ_SMS+"),
        app(version=2),
        ["READ_SMS lost allowed>- update low", "version updated 1.0>2.0 - low"],
    )


def locations() -> Iterator[Row]:
    both = (f"{FINE}+ USER_SET", f"{COARSE}+ USER_SET")
    yield Row(
        "location while in use",
        app(f"{FINE}-", f"{COARSE}-"),
        app(*both),
        [
            f"{COARSE} gained ask>while-in-use user high",
            f"{FINE} gained ask>while-in-use user high",
        ],
    )
    yield Row(
        "location to all the time",
        app(*both, f"{BACK}- USER_SET"),
        app(*both, f"{BACK}+ USER_SET"),
        [
            f"{BACK} widened denied>allowed user high",
            f"{COARSE} widened while-in-use>allowed user high",
            f"{FINE} widened while-in-use>allowed user high",
        ],
    )
    yield Row(
        "all the time back to while in use",
        app(*both, f"{BACK}+ USER_SET"),
        app(*both, f"{BACK}- USER_SET"),
        [
            f"{BACK} lost allowed>denied user low",
            f"{COARSE} narrowed allowed>while-in-use user low",
            f"{FINE} narrowed allowed>while-in-use user low",
        ],
    )
    yield Row(
        "approximate to precise",
        app(f"{FINE}- USER_SET", f"{COARSE}+ USER_SET"),
        app(*both),
        [f"{FINE} widened denied>while-in-use user high"],
    )
    yield Row(
        "precise held, approximate listed too",
        app(f"{FINE}+ USER_SET"),
        app(*both),
        [f"{COARSE} changed ->while-in-use user low"],
    )
    yield Row(
        "one-time location",
        app(f"{FINE}-"),
        app(f"{FINE}+ USER_SET ONE_TIME"),
        [f"{FINE} gained ask>once user high"],
    )
    yield Row(
        "one-time to while in use",
        app(f"{FINE}+ USER_SET ONE_TIME"),
        app(f"{FINE}+ USER_SET"),
        [f"{FINE} widened once>while-in-use user high"],
    )
    yield Row(
        "Android 9 to 10 splits location off, nothing widens",
        app(*both),
        app(*both, f"{BACK}+"),
        [f"{BACK} changed ->allowed system low"],
        {"sdk": 28},
        {"sdk": 29, "fingerprint": "maker/phone:10/B"},
    )
    yield Row(
        "Android 9 to 10 limits location to use",
        app(f"{FINE}+"),
        app(f"{FINE}+", f"{BACK}-"),
        [f"{FINE} narrowed allowed>while-in-use system low"],
        {"sdk": 28},
        {"sdk": 29, "fingerprint": "maker/phone:10/B"},
    )
    yield Row(
        "location on Android 8 is all the time",
        app(f"{FINE}-"),
        app(f"{FINE}+ USER_SET"),
        [f"{FINE} gained ask>allowed user high"],
        {"sdk": 27},
        {"sdk": 27},
    )


def modes() -> Iterator[Row]:
    """App-op modes decide over grants."""
    for mode, before in {"ignore": "denied", "deny": "denied", "ask": "ask"}.items():
        yield Row(
            f"package mode {mode} lifted",
            app("READ_SMS+", ops=[f"READ_SMS={mode}"]),
            app("READ_SMS+", ops=["READ_SMS=allow"]),
            [f"READ_SMS gained {before}>allowed - high"],
        )
        yield Row(
            f"uid mode {mode} set",
            app("READ_SMS+"),
            app("READ_SMS+", ops=[f"uid:READ_SMS={mode}"]),
            [f"READ_SMS lost allowed>{before} - low"],
        )
    yield Row(
        "an op that is not printed is at its default",
        app("READ_SMS+", ops=["READ_SMS=allow"]),
        app("READ_SMS+"),
        [],
    )
    yield Row(
        "uid mode wins over the package's",
        app("CAMERA+", "BACKGROUND_CAMERA@install+", ops=["uid:CAMERA=foreground"]),
        app(
            "CAMERA+", "BACKGROUND_CAMERA@install+", ops=["CAMERA=ignore", "uid:CAMERA=foreground"]
        ),
        [],
    )
    yield Row(
        "a uid mode at its default leaves the package's",
        app("CAMERA+", ops=["uid:CAMERA=allow"]),
        app("CAMERA+", ops=["CAMERA=ignore", "uid:CAMERA=allow"]),
        ["CAMERA lost while-in-use>denied - low"],
    )
    yield Row(
        "until Android 11 the coarse op decides for the precise one",
        app(f"{FINE}+", f"{BACK}+", ops=["COARSE_LOCATION=ignore", "FINE_LOCATION=allow"]),
        app(f"{FINE}+", f"{BACK}+", ops=["COARSE_LOCATION=allow", "FINE_LOCATION=allow"]),
        [f"{FINE} gained denied>allowed - high"],
        {"sdk": 30},
        {"sdk": 30},
    )
    yield Row(
        "the op's name before Android 10",
        app("READ_PHONE_STATE+", ops=["OP_READ_PHONE_STATE=ignore"]),
        app("READ_PHONE_STATE+"),
        ["READ_PHONE_STATE gained denied>allowed - high"],
        {"sdk": 24},
        {"sdk": 24},
    )
    yield Row(
        "a vendor's op changes nothing by itself",
        app("READ_SMS+", ops=["MIUIOP(10008)=ignore"]),
        app("READ_SMS+", ops=["MIUIOP(10008)=allow"]),
        [],
    )


def ineffective() -> Iterator[Row]:
    """Granted on paper only."""
    yield Row(
        "REVOKED_COMPAT lifted",
        app("READ_SMS+ REVOKED_COMPAT", target_sdk=22),
        app("READ_SMS+ USER_SET", target_sdk=22),
        ["READ_SMS gained denied>allowed user high"],
    )
    yield Row(
        "reviewed at first start",
        app("READ_SMS+ REVIEW_REQUIRED", target_sdk=22),
        app("READ_SMS+ USER_SET", target_sdk=22),
        ["READ_SMS gained ask>allowed user high"],
    )
    yield Row(
        "restriction lifted by the installer",
        app("READ_SMS+ APPLY_RESTRICTION", target_sdk=22),
        app("READ_SMS+ APPLY_RESTRICTION RESTRICTION_INSTALLER_EXEMPT", target_sdk=22),
        ["READ_SMS gained denied>allowed - high"],
    )
    yield Row(
        "a soft restriction refuses nothing",
        app("READ_EXTERNAL_STORAGE+ APPLY_RESTRICTION"),
        app("READ_EXTERNAL_STORAGE+"),
        [],
    )


def new_apps() -> Iterator[Row]:
    yield Row("new app that asks for nothing", None, app(), ["app installed ->1.0 - low"])
    yield Row(
        "new app counts with all it was given",
        None,
        app("READ_SMS+ USER_SET", "CAMERA+ USER_SET", "READ_CALL_LOG-", "INTERNET@install+"),
        [
            "READ_SMS gained ->allowed new-app high",
            "CAMERA gained ->while-in-use new-app medium",
            "app installed ->1.0 - low",
        ],
    )
    yield Row(
        "new app that reads notifications",
        None,
        app(special=["notification_listener"]),
        [
            "notification_listener gained denied>allowed new-app high",
            "app installed ->1.0 - low",
        ],
    )
    yield Row("removed app", app("READ_SMS+"), None, ["app removed 1.0>- - low"])
    yield Row(
        "the same state in a reinstall",
        app("READ_SMS+ USER_SET", first_installed=None),
        app("READ_SMS+ USER_SET", uid=10_200),
        [],
    )
    for part_of in ("was", "now"):
        cut = {part_of: {"unread": [Part.PACKAGES]}}
        yield Row(
            f"app missing where the list was cut ({part_of})",
            app("READ_SMS+"),
            None,
            ["app removed 1.0>- - low"] if part_of == "was" else [],
            **cut,
        )
        yield Row(
            f"app new where the list was cut ({part_of})",
            None,
            app("READ_SMS+"),
            ["READ_SMS gained ->allowed new-app high", "app installed ->1.0 - low"]
            if part_of == "now"
            else [],
            **cut,
        )


def specials() -> Iterator[Row]:
    for name, severity in {
        "notification_listener": "high",
        "accessibility": "high",
        "role:SMS": "high",
        "role:DIALER": "high",
        "role:CALL_SCREENING": "high",
        "device_admin": "medium",
        "overlay": "medium",
        "usage_access": "medium",
        "install_unknown_apps": "medium",
        "all_files": "medium",
        "keyboard": "medium",
        "vpn": "medium",
        "battery_exempt": "medium",
    }.items():
        why = "role" if name.startswith("role:") else "-"
        yield Row(
            f"{name} given",
            app(),
            app(special=[name]),
            [f"{name} gained denied>allowed {why} {severity}"],
        )
        yield Row(
            f"{name} taken",
            app(special=[name]),
            app(),
            [f"{name} lost allowed>denied {why} low"],
        )
    for name, part in {
        "notification_listener": Part.NOTIFICATIONS,
        "accessibility": Part.SETTINGS,
        "role:SMS": Part.ROLES,
        "device_admin": Part.DEVICE_POLICY,
        "battery_exempt": Part.BATTERY,
        "overlay": Part.APPOPS,
    }.items():
        yield Row(f"{name} unread before", app(), app(special=[name]), [], {"unread": [part]})
        yield Row(f"{name} unread now", app(special=[name]), app(), [], {}, {"unread": [part]})
    hidden = Problem("user-unread", Part.SETTINGS, (("user", "10"),))
    yield Row(
        "settings of a user that the phone hides",
        app(user=10, special=["accessibility"]),
        app(user=10),
        [],
        now={"problems": [hidden]},
    )


def unknown() -> Iterator[Row]:
    """What one of the two checks did not read makes no change."""
    yield Row(
        "app-ops unread before",
        app("READ_SMS+"),
        app("READ_SMS+", ops=["READ_SMS=ignore"]),
        [],
        {"unread": [Part.APPOPS]},
    )
    yield Row(
        "app-ops unread now",
        app("READ_SMS+", ops=["READ_SMS=ignore"]),
        app("READ_SMS+"),
        [],
        now={"unread": [Part.APPOPS]},
    )
    yield Row(
        "app-ops unread, but the grant itself came",
        app("READ_SMS-", ops=["READ_SMS=ignore"]),
        app("READ_SMS+"),
        ["READ_SMS gained ask>allowed - high"],
        now={"unread": [Part.APPOPS]},
    )
    for when in ("was", "now"):
        yield Row(
            f"shared users unread ({when})",
            app(*(["READ_SMS+"] if when == "now" else []), shared_user="android.uid.phone"),
            app(*(["READ_SMS+"] if when == "was" else []), shared_user="android.uid.phone"),
            [],
            **{when: {"unread": [Part.SHARED_USERS]}},
        )
        yield Row(
            f"shared users unread as the app entered or left one ({when})",
            app("READ_SMS+", shared_user="android.uid.phone" if when == "was" else None),
            app("READ_SMS-", shared_user="android.uid.phone" if when == "now" else None),
            [],
            now={"unread": [Part.SHARED_USERS]},
        )
        # The grant is what tells of an overlay where no mode is set, and it was not read.
        yield Row(
            f"shared users unread: special access by app-op unknown, any other known ({when})",
            app(shared_user="android.uid.phone" if when == "was" else None),
            app(
                special=["overlay", "usage_access", "device_admin"],
                shared_user="android.uid.phone" if when == "now" else None,
            ),
            ["device_admin gained denied>allowed - medium"],
            now={"unread": [Part.SHARED_USERS]},
        )
    yield Row(
        "shared users unread does not hide others",
        app("READ_SMS-"),
        app("READ_SMS+"),
        ["READ_SMS gained ask>allowed - high"],
        {"unread": [Part.SHARED_USERS]},
    )
    yield Row(
        "requests unread before",
        app("READ_SMS+"),
        app("READ_SMS+", "CAMERA?"),
        [],
        {"unread": [Part.REQUESTED]},
    )
    allowed = app("READ_SMS+", "QUERY_ALL_PACKAGES@appop?", ops=["QUERY_ALL_PACKAGES=allow"])
    for part in (Part.REQUESTED, Part.DEFINITIONS):
        yield Row(
            f"an app-op permission where {part} is unread now",
            allowed,
            app("READ_SMS+", ops=["QUERY_ALL_PACKAGES=allow"]),
            [],
            now={"unread": [part]},
        )
    yield Row(
        "an app-op permission that is no longer asked for",
        allowed,
        app("READ_SMS+"),
        ["QUERY_ALL_PACKAGES lost allowed>- - low"],
    )
    yield Row(
        "a parser that reads a part for the first time",
        app("READ_SMS+"),
        app("READ_SMS+", ops=["READ_SMS=ignore"], special=["overlay"]),
        [],
        {"parts": {Part.PACKAGES: snapshot().info.parts[Part.PACKAGES]}},
    )


def other_androids() -> Iterator[Row]:
    """The same grants amount to something else on another Android: only where both are known."""
    camera = app("CAMERA+")
    yield Row(
        "the camera, since Android 14, while in use only",
        camera,
        camera,
        ["CAMERA narrowed allowed>while-in-use system low"],
        {"sdk": 29},
        {"sdk": 34, "fingerprint": "maker/phone:14/B"},
    )
    for sdk in (29, 34):
        yield Row(f"Android {sdk} unread before", camera, camera, [], {"sdk": None}, {"sdk": sdk})
        yield Row(f"Android {sdk} unread now", camera, camera, [], {"sdk": sdk}, {"sdk": None})
    yield Row(
        "Android unread before, and a grant came",
        app("CAMERA-"),
        camera,
        ["CAMERA gained ask>allowed - medium"],
        {"sdk": None},
        {"sdk": 29},
    )
    yield Row("Android unread in both", camera, camera, [], {"sdk": None}, {"sdk": None})


def paperwork() -> Iterator[Row]:
    """The phone's bookkeeping changed, the access did not."""
    yield Row("same", app("READ_SMS+"), app("READ_SMS+"), [])
    yield Row("flags only", app("READ_SMS+ USER_SET"), app("READ_SMS+ USER_SET USER_FIXED"), [])
    yield Row("refused now listed", app(), app("READ_SMS-"), [])
    yield Row("merely requested now listed", app(), app("READ_SMS?"), [])
    yield Row(
        "install list to runtime list (Android 9 to 10)",
        app("READ_SMS@install+", target_sdk=22),
        app("READ_SMS+", target_sdk=22),
        [],
        {"sdk": 28},
        {"sdk": 29, "fingerprint": "x"},
    )
    yield Row(
        "READ_CALL_LOG moves from PHONE to CALL_LOG (Android 8 to 9)",
        app("READ_CALL_LOG+", "READ_PHONE_STATE+"),
        app("READ_CALL_LOG+", "READ_PHONE_STATE+"),
        [],
        {"sdk": 27},
        {"sdk": 28, "fingerprint": "x"},
    )
    yield Row(
        "media split off storage (Android 12 to 13)",
        app("READ_EXTERNAL_STORAGE+"),
        app("READ_EXTERNAL_STORAGE+", "READ_MEDIA_IMAGES+", "POST_NOTIFICATIONS+"),
        [
            "POST_NOTIFICATIONS changed ->allowed system low",
            "READ_MEDIA_IMAGES changed ->allowed system low",
        ],
        {"sdk": 32},
        {"sdk": 33, "fingerprint": "x"},
    )
    yield Row(
        "first refusal",
        app("READ_SMS-"),
        app("READ_SMS- USER_SET"),
        ["READ_SMS changed ask>denied user low"],
    )
    yield Row(
        "a normal permission",
        app(),
        app("INTERNET@install+"),
        ["INTERNET gained ->allowed - low"],
    )
    yield Row(
        "an unknown permission of another app",
        app(),
        app("com.other.permission.X+"),
        ["com.other.permission.X gained ->allowed - low"],
    )
    yield Row(
        "new signer and installer",
        app(signer="aa", installer="com.android.vending"),
        app(signer="bb", installer=None),
        [
            "installer changed com.android.vending>- - low",
            "signer changed aa>bb - low",
        ],
    )
    yield Row("signer not told", app(signer="aa"), app(), [])
    yield Row("signer told for the first time", app(), app(signer="aa"), [])
    yield Row("signer as before", app(signer="aa"), app(signer="aa", uid=10_200), [])
    yield Row(
        "another shop",
        app(installer=None),
        app(installer="com.example.store"),
        ["installer changed ->com.example.store - low"],
    )
    yield Row(
        "a clock set back",
        app("READ_SMS-"),
        app("READ_SMS+"),
        ["READ_SMS gained ask>allowed - high"],
        {"day": 0},
        {"day": -400},
    )


ROWS = [
    *gains(),
    *whys(),
    *locations(),
    *modes(),
    *ineffective(),
    *new_apps(),
    *specials(),
    *unknown(),
    *other_androids(),
    *paperwork(),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_transition(row: Row, catalogue: Catalogue) -> None:
    old = snapshot(*([row.old] if row.old else []), **row.was)
    new = snapshot(*([row.new] if row.new else []), **{"day": 1, **row.now})
    found = compare(old, new, catalogue)
    assert sorted(map(told, found)) == sorted(row.expected)
    assert all(c.between == (old.info.taken_at, new.info.taken_at) for c in found)


def test_there_are_enough_transitions() -> None:
    assert len(ROWS) >= 100
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_order_is_by_severity_then_package_then_name(catalogue: Catalogue) -> None:
    old = snapshot(app(package="b"), app(package="a"))
    new = snapshot(
        app("READ_SMS+", "INTERNET@install+", package="b"),
        app("SEND_SMS+", "READ_SMS+", "CAMERA+", package="a"),
    )
    found = [(c.severity, c.package, c.permission) for c in compare(old, new, catalogue)]
    assert found == [
        ("high", "a", "android.permission.READ_SMS"),
        ("high", "a", "android.permission.SEND_SMS"),
        ("high", "b", "android.permission.READ_SMS"),
        ("medium", "a", "android.permission.CAMERA"),
        ("low", "b", "android.permission.INTERNET"),
    ]


def test_within_a_package_the_apps_own_facts_stand_first_and_each_user_after_the_last(
    catalogue: Catalogue,
) -> None:
    was: dict[str, Any] = {"signer": "aa", "installer": "com.example.store"}
    now: dict[str, Any] = {"version": 2, "signer": "bb", "installer": None, "special": ["overlay"]}
    old = snapshot(app(**was), app(package="z"), app(package="z", user=10), app(user=10))
    new = snapshot(
        app("A.CUSTOM@install+", "CAMERA+", "READ_EXTERNAL_STORAGE+", **now),
        app("CAMERA+", package="z"),
        app("CAMERA+", package="z", user=10),
        app("CAMERA+", version=2, user=10),
        app("INTERNET@install+", user=11),
    )
    found = [
        (c.package[-3:], (c.permission or c.what).rpartition(".")[2], c.user)
        for c in compare(old, new, catalogue)
    ]
    assert found == [
        ("app", "CAMERA", 0),
        ("app", "CAMERA", 10),
        ("app", "READ_EXTERNAL_STORAGE", 0),
        ("app", "overlay", 0),
        ("z", "CAMERA", 0),
        ("z", "CAMERA", 10),
        ("app", "app", 11),
        ("app", "version", 0),
        ("app", "version", 10),
        ("app", "signer", 0),
        ("app", "installer", 0),
        ("app", "CUSTOM", 0),
    ]


def test_users_are_told_apart(catalogue: Catalogue) -> None:
    old = snapshot(app("READ_SMS+"), app("READ_SMS-", user=10))
    new = snapshot(app("READ_SMS+"), app("READ_SMS+", user=10))
    assert [change.user for change in compare(old, new, catalogue)] == [10]


def test_a_snapshot_compared_with_itself_is_silent(catalogue: Catalogue) -> None:
    every = [row.new for row in ROWS if row.new]
    apps = [
        App(**{field: getattr(found, field) for field in App.__slots__} | {"package": f"p{n}"})
        for n, found in enumerate(every)
    ]
    whole: Snapshot = snapshot(*apps)
    assert compare(whole, whole, catalogue) == ()


def test_android_6_tells_no_keys_apart() -> None:
    """It prints an object's place in memory, which a restart changes."""
    old, new = app(signer="a111111"), app(signer="b222222")
    assert compare(snapshot(old, sdk=23), snapshot(new, sdk=23, day=1), Catalogue.load()) == ()
    (change,) = compare(snapshot(old, sdk=24), snapshot(new, sdk=24, day=1), Catalogue.load())
    assert change.what == "signer"
