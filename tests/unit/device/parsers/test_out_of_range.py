"""Numbers, users and times that cannot be: unknown, never a crash and never somebody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from device.parsers.appops import parse_appops
from device.parsers.appops_history import parse_history
from device.parsers.clock import parse_clock
from device.parsers.device_policy import parse_device_policy
from device.parsers.notifications import parse_notifications
from device.parsers.package_dump import parse_packages
from device.parsers.roles import parse_roles
from device.parsers.settings import parse_settings
from device.parsers.users import parse_users

SHANGHAI = ZoneInfo("Asia/Shanghai")
APPOPS = """\
Current AppOps Service state:
  Uid {uid}:
    Package com.example:
      CAMERA (allow):
          Access: [top-s] {time} ({age})
"""


@pytest.mark.parametrize("seconds", ["0", "-62135596800", "4102444800", "253402300799", "9" * 12])
def test_a_clock_before_android_or_a_century_later_is_not_read(seconds: str) -> None:
    assert parse_clock(seconds) is None
    assert parse_clock("1795435200") == datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("time", ["0001-01-01 00:00:00.000", "9999-12-31 23:59:59.999"])
@pytest.mark.parametrize("age", ["-1d", "-99999d", "+99999d"])
def test_a_time_at_the_end_of_all_time_is_unknown_or_itself(time: str, age: str) -> None:
    text = APPOPS.format(uid="u0a123", time=time, age=age).splitlines()
    now = datetime(9999, 12, 31, tzinfo=UTC)
    for clock in (None, now, datetime.min.replace(tzinfo=UTC) + timedelta(days=1)):
        assert not parse_appops(text, clock, SHANGHAI).refused
    history = ["Discrete accesses:", "Uid: 10123", "Package: com.example", "CAMERA"]
    found = parse_history([*history, f"Access [TOP-s] at {time}"], SHANGHAI)
    assert found.lines_seen == 1


def test_a_length_of_thousands_of_digits_is_unknown() -> None:
    lines = ["UID|PACKAGE_NAME|OP_NAME|ACCESS_TIME|DURATION"]
    lines.append("10123|com.example|CAMERA|2026-11-23 12:00:00.000|" + "9" * 5000)
    (use,) = parse_history(lines, SHANGHAI).uses
    assert use.duration_ms is None


def test_a_uid_that_can_be_none_is_nobodys() -> None:
    text = APPOPS.format(uid="99999999999", time="2026-11-23 12:00:00.000", age="-1m")
    dump = parse_appops(text.splitlines(), None, SHANGHAI)
    assert (dump.package_ops, dump.lost_blocks) == ({}, 1)


def test_a_list_with_a_user_that_cannot_be_read_is_no_list() -> None:
    text = "Users:\n\tUserInfo{0:Owner:c13} running\n\tUserInfo{99999999999:x:30} running\n"
    assert parse_users(text) is None


def test_a_users_name_cannot_add_another_user() -> None:
    found = parse_users("Users:\n\tUserInfo{0:a\u2028\tUserInfo{10:b:30}:c13} running\n")
    assert found is not None
    assert [user.id for user in found] == [0]


def test_what_does_not_begin_as_settings_do_is_none() -> None:
    assert parse_settings(["Packages:", "  Package [a] (1):", "    appId=1"]) is None
    assert parse_settings(["  a b=c"]) is None
    assert parse_settings(["android_id=1", "x=y z"]) == {"android_id": "1", "x": "y z"}


def test_a_setting_of_a_million_lines_is_read_in_one_go() -> None:
    found = parse_settings(["a=b", *["x"] * 1_000_000])
    assert found is not None
    assert len(found["a"]) == 2_000_001


def test_lists_of_users_that_cannot_be_are_unknown() -> None:
    policy = "Current Device Policy Manager state:\n  Enabled Device Admins (User -1, x):\n"
    assert parse_device_policy(policy.splitlines()) is None
    role = "ROLE MANAGER STATE (dumpsys role):\nuser_states={\nuser_id=9999999999\n}\n"
    assert parse_roles(role.splitlines()) is None
    listeners = (
        "    Allowed notification listeners:\n      a/b (user: 9999999999 isPrimary: true)\n"
    )
    assert parse_notifications(listeners.splitlines()).listeners is None


HEAD = "Packages:\n  Package [com.example] (1):\n"
USER = "    User 0: ceDataInode=1 installed=true\n"


@pytest.mark.parametrize("uid", ["-1", "100000", "9" * 19, "x"])
def test_an_app_whose_uid_can_be_none_is_named_as_unread(uid: str) -> None:
    dump = parse_packages([f"{HEAD}    appId={uid}\n{USER}".encode()])
    assert (dump.packages, dump.unreadable) == ((), ("com.example",))


def test_a_heading_that_comes_twice_is_one_block() -> None:
    again = "  Package [com.example] (1):\n"
    dump = parse_packages([f"{HEAD}{again}    appId=10123\n{USER}".encode()])
    assert [(one.name, one.app_id, len(one.users)) for one in dump.packages] == [
        ("com.example", 10123, 1)
    ]
