"""Settings, roles, administrators, notification access, accessibility, battery exemption."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.parsers.accessibility import parse_accessibility
from device.parsers.battery import parse_battery
from device.parsers.device_policy import parse_device_policy
from device.parsers.notifications import parse_notifications
from device.parsers.roles import parse_roles
from device.parsers.settings import component, components, keyboards, packages, parse_settings


def test_settings_keep_what_is_set() -> None:
    values = parse_settings(
        ["a=1", "empty=", "unset=null", "note=two", "lines", "equation=x=y", "name="]
    )
    assert values == {"a": "1", "empty": "", "note": "two\nlines", "equation": "x=y", "name": ""}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        ["java.lang.SecurityException: Shell does not have permission to access user 150"],
        ["Exception occurred while executing 'list':", "\tat a=b"],
        ["cmd: Can't find service: settings"],
    ],
)
def test_a_refused_user_is_unknown_and_not_empty(lines: list[str]) -> None:
    assert parse_settings(lines) is None


def test_components() -> None:
    assert components("a.b/.Cls:c.d/e.F$G::broken:c.d/") == (("a.b", "a.b.Cls"), ("c.d", "e.F$G"))
    assert components("null") == components(None) == ()
    assert component("ComponentInfo{a.b/c.D}") == ("a.b", "c.D")
    assert packages("a.b:c.d/.E:null:") == ("a.b", "c.d")
    methods = {
        "enabled_input_methods": "a.b/.Ime;1;-2:c.d/.Other",
        "default_input_method": "c.d/.Other",
    }
    assert keyboards(methods) == (("a.b", "a.b.Ime"), ("c.d", "c.d.Other"))


SEVERAL = """\
ROLE STATE (dumpsys role):
  user_states=[
    {
      user_id=0
      version=1
      packages_hash=AB
      roles=[
        {
          name=android.app.role.DIALER
          holders=com.example.dialer
        }
        {
          name=android.app.role.BROWSER
        }
        {
          name=android.app.role.ASSISTANT
          holders=[
            com.example.one
            com.example.two
          ]
        }
      ]
    }
    {
      user_id=10
      roles={
        name=android.app.role.SMS
        holders=com.example.sms
      }
    }
  ]
"""

ONE = """\
ROLE MANAGER STATE (dumpsys role):
  user_states={
    user_id=0
    roles={
      name=android.app.role.SMS
      holders=com.example.sms
    }
  }
--------- 0.001s was the duration of dumpsys role
      user_id=0
"""


def test_roles_with_and_without_brackets() -> None:
    assert parse_roles(SEVERAL.splitlines()) == {
        (0, "android.app.role.DIALER"): ("com.example.dialer",),
        (0, "android.app.role.BROWSER"): (),
        (0, "android.app.role.ASSISTANT"): ("com.example.one", "com.example.two"),
        (10, "android.app.role.SMS"): ("com.example.sms",),
    }
    assert parse_roles(ONE.splitlines()) == {(0, "android.app.role.SMS"): ("com.example.sms",)}
    assert parse_roles(["Can't find service: role"]) is None


ADMINS_6 = """\
Current Device Policy Manager state:
  Enabled Device Admins (User 0):
  com.example.find/.Admin:
    uid=10010
    policies:
      force-lock
    passwordQuality=0x0

    mPasswordOwner=-1
"""

ADMINS_16 = """\
Current Device Policy Manager state:
  Device Owner:\x20
    admin=ComponentInfo{com.example.company/com.example.company.Admin}
    name=Company
    package=com.example.company
    isOrganizationOwnedDevice=true
    User ID: 0

  Profile Owner (User 10):\x20
    admin=ComponentInfo{com.example.work/.Admin}
    name=
    package=com.example.work

  Enabled Device Admins (User 0, provisioningState: 3):
    com.example.company/.Admin:
      uid=10899
      testOnlyAdmin=false
      policies:
        force-lock
      permittedInputMethods:
        com.example.keyboard
    com.example.find/com.example.Find$Admin:
      uid=10010

    mPasswordOwner=-1
  Enabled Device Admins (User 95, provisioningState: 0):

  Constants:
    DAS_DIED_SERVICE_RECONNECT_BACKOFF_SEC: 3600
"""


def test_administrators_of_android_6() -> None:
    policy = parse_device_policy(ADMINS_6.splitlines())
    assert policy is not None
    assert policy.admins == {0: (("com.example.find", "com.example.find.Admin"),)}
    assert policy.device_owner is None


def test_administrators_and_owners_per_user() -> None:
    policy = parse_device_policy(ADMINS_16.splitlines())
    assert policy is not None
    assert policy.device_owner == (0, "com.example.company")
    assert policy.profile_owners == {10: "com.example.work"}
    assert policy.admins == {
        0: (
            ("com.example.company", "com.example.company.Admin"),
            ("com.example.find", "com.example.Find$Admin"),
        ),
        95: (),
    }


def test_administrators_end_at_another_title_and_with_the_service() -> None:
    status = "  Encryption Status (per user):\n    com.example.none/.Nobody:\n"
    end = "--------- 0.002s was the duration of dumpsys device_policy\n"
    late = "  Profile Owner (User 11):\n    package=com.example.late\n"
    whole = parse_device_policy(ADMINS_16.splitlines())
    assert parse_device_policy((ADMINS_16 + status + end + late).splitlines()) == whole
    assert parse_device_policy((ADMINS_16 + late).splitlines()) != whole


def test_no_device_policy_is_unknown() -> None:
    assert parse_device_policy(["Can't find service: device_policy"]) is None


LISTENERS_6 = """\
  Notification listeners:
    All notification listeners (2) enabled for current profiles:
      ComponentInfo{com.example.watch/com.example.Listener}
      ComponentInfo{com.example.work/com.example.Listener}
    Live notification listeners (2):
      ComponentInfo{com.android.systemui/com.android.StatusBar} (user -1): android.Stub@1 SYSTEM
      ComponentInfo{com.example.work/com.example.Listener} (user 10): android.Stub@2
    Snoozed notification listeners (0):
"""

LISTENERS_14 = """\
  Notification listeners:
    Allowed notification listeners:
      com.example.a/.L:com.example.b/.L (user: 0 isPrimary: true)
       (user: 0 isPrimary: false)
      com.example.c/.L (user: 10 isPrimary: true isUserChanged: true)
    Has user set:
      userId=0 value={com.example.gone/.L}
(user 0):   All notification listeners (2) enabled for current profiles:
      ComponentInfo{com.example.a/.L}
  Notification assistant services:
    Allowed notification assistants:
      com.example.helper/.Assistant (user: 0 isPrimary: true)
  Condition providers:
    Allowed condition providers:
      com.example.clock (user: 0 isPrimary: true)
      com.example.car:com.example.watch/.P (user: 0 isPrimary: false)
    Live condition providers (1):
      ComponentInfo{android/com.android.Countdown} (user 0): android.Provider@1 SYSTEM
"""


def test_listeners_of_android_6_belong_to_the_user_that_runs_them() -> None:
    access = parse_notifications(LISTENERS_6.splitlines())
    assert access.listeners == {
        0: frozenset({"com.example.watch"}),
        10: frozenset({"com.example.work"}),
    }
    assert access.assistants is None
    assert access.do_not_disturb is None


def test_listeners_assistants_and_policy_access_per_user() -> None:
    access = parse_notifications(LISTENERS_14.splitlines())
    listeners = {0: frozenset({"com.example.a", "com.example.b"}), 10: frozenset({"com.example.c"})}
    assert access.listeners == listeners
    assert access.assistants == {0: frozenset({"com.example.helper"})}
    assert access.do_not_disturb == {
        0: frozenset({"com.example.clock", "com.example.car", "com.example.watch"})
    }


def test_lines_in_a_list_that_name_nobody_give_nobody_access() -> None:
    enabled = "      ComponentInfo{"
    more = LISTENERS_14.replace("      com.example.c/", "      a remark\n      com.example.c/")
    assert parse_notifications(more.splitlines()) == parse_notifications(LISTENERS_14.splitlines())
    more = LISTENERS_6.replace(enabled, f"{enabled}/com.example.Listener}}\n{enabled}", 1)
    assert parse_notifications(more.splitlines()) == parse_notifications(LISTENERS_6.splitlines())


ACCESSIBILITY_14 = """\
User state[
     attributes:{id=0, touchExplorationEnabled=false, sendMotionEventsEnabledfalse}
     installed services: {
      0 : com.example.other/.Service  (A11yTool)
     }
     Bound services:{Service[label=Aid, more, feedbackType[FEEDBACK_SPOKEN], capabilities=11]}
     Enabled services:{{com.example.aid/.Service}, {com.example.b/com.example.b.C}}
     Crashed services:{{com.example.bad/.S}}
User state[
     attributes:{id=10, touchExplorationEnabled=false}
     Enabled services:{}
"""

ACCESSIBILITY_SAMSUNG = """\
User state[attributes:{id=0, currentUser=true
  mIsAutoclickEnabled = false
  }
  installed services: {
    0 : com.example.installed/.S
  }
  enabled services: {
    0 : com.example.aid/.Service
  }
  bound services:{
  }]
"""

ACCESSIBILITY_8 = """\
User state[attributes:{id=0, currentUser=true, autoclickEnabled=false}
           services:{Service[label=Aid, feedbackType[FEEDBACK_SPOKEN]]}]
"""


def test_accessibility_services() -> None:
    users = parse_accessibility(ACCESSIBILITY_14.splitlines())
    assert users[0].enabled == (
        ("com.example.aid", "com.example.aid.Service"),
        ("com.example.b", "com.example.b.C"),
    )
    assert users[0].bound == ("Aid, more",)
    assert users[10].enabled == ()
    samsung = parse_accessibility(ACCESSIBILITY_SAMSUNG.splitlines())
    assert samsung[0].enabled == (("com.example.aid", "com.example.aid.Service"),)
    old = parse_accessibility(ACCESSIBILITY_8.splitlines())
    assert old[0].enabled is None
    assert old[0].bound == ("Aid",)


def test_battery_exemptions_of_the_short_list_and_of_the_whole_dump() -> None:
    short = parse_battery(
        ["system-excidle,com.vending,10008", "system,com.gms,10012", "user,com.chat,10140"]
    )
    whole = parse_battery(
        "  Settings:\n    idle_to=+1h0m0s0ms\n  Whitelist (except idle) system apps:\n"
        "    com.vending\n  Whitelist system apps:\n    com.gms\n  Whitelist user apps:\n"
        "    com.chat\n  Whitelist all app ids:\n    1001\n".splitlines()
    )
    assert short == whole
    assert short is not None
    assert (*short.user, *short.system, *short.system_except_idle) == (
        "com.chat",
        "com.gms",
        "com.vending",
    )
    assert parse_battery(["Can't find service: deviceidle"]) is None


ROLES_AND_ADMINS = (SEVERAL, ONE, ADMINS_6, ADMINS_16)


@settings(max_examples=60, database=None)
@given(
    text=st.sampled_from(
        [*ROLES_AND_ADMINS, LISTENERS_6, LISTENERS_14, ACCESSIBILITY_14, ACCESSIBILITY_SAMSUNG]
    ),
    start=st.integers(0, 900),
    length=st.integers(0, 30),
    new=st.text(st.sampled_from("{}[]()=:/ \n0User") | st.characters(), max_size=10),
)
def test_no_mutation_makes_any_of_them_fail(text: str, start: int, length: int, new: str) -> None:
    lines = (text[:start] + new + text[start + length :]).split("\n")
    parse_settings(lines)
    parse_roles(lines)
    parse_device_policy(lines)
    parse_notifications(lines)
    parse_accessibility(lines)
    parse_battery(lines)
