from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model import User, UserKind
from device.parsers.users import parse_users

PM_LIST = """Users:
\tUserInfo{0:Guy:4c13} running
\tUserInfo{10:Private space:1090}
\tUserInfo{11:工作资料:1030} running
\tUserInfo{95:DUAL_APP:20001010} running
\tUserInfo{12:Maria: {home}:410}
\tUserInfo{150:Sicherer Ordner:10061030} running
\tUserInfo{999:MultiApp:801010} running
"""

DUMPSYS = """Users:
  UserInfo{0:null:13} serialNo=0
    State: RUNNING_UNLOCKED
    Created: <unknown>
  UserInfo{11:Geheim:1010} serialNo=11 isPrimary=false parentId=0
    Type: android.os.usertype.profile.PRIVATE
    Flags: 4112 (INITIALIZED|PROFILE)
    State: -1
  UserInfo{12:Other:410} serialNo=12

  Device owner id:-10000
"""


def test_every_kind_of_user_of_pm_list_users() -> None:
    assert parse_users(PM_LIST) == (
        User(0, "Guy", UserKind.OWNER, running=True),
        User(10, "Private space", UserKind.PRIVATE, running=False),
        User(11, "工作资料", UserKind.WORK, running=True),
        User(12, "Maria: {home}", UserKind.SECONDARY, running=False),
        User(95, "DUAL_APP", UserKind.CLONE, running=True),
        User(150, "Sicherer Ordner", UserKind.PRIVATE, running=True),
        User(999, "MultiApp", UserKind.CLONE, running=True),
    )


def test_dumpsys_user_with_states_and_types() -> None:
    assert parse_users(DUMPSYS) == (
        User(0, None, UserKind.OWNER, running=True),
        User(11, "Geheim", UserKind.PRIVATE, running=False),
        User(12, "Other", UserKind.SECONDARY, running=None),
    )


def test_an_unnamed_profile_is_of_another_kind() -> None:
    users = parse_users("Users:\n\tUserInfo{14:Profil:1010} running\n")
    assert users == (User(14, "Profil", UserKind.OTHER, running=True),)


@pytest.mark.parametrize("text", ["", "Users:\n", "Error: java.lang.SecurityException: Shell\n"])
def test_no_list_of_users_is_not_an_empty_phone(text: str) -> None:
    assert parse_users(text) is None


def test_a_state_or_type_that_stands_before_all_users_is_of_none_of_them() -> None:
    lost = "    State: RUNNING_UNLOCKED\n    Type: android.os.usertype.profile.CLONE\n"
    assert parse_users(lost + DUMPSYS) == parse_users(DUMPSYS)
    assert parse_users(lost) is None


def test_crlf_and_text_around() -> None:
    text = "$ pm list users\r\nUsers:\r\n\tUserInfo{0:Owner:13} running\r\n$ \r\n"
    assert parse_users(text) == (User(0, "Owner", UserKind.OWNER, running=True),)


@given(st.text(alphabet="UserInfo{}:0179afx \tStae\n", max_size=200))
def test_nothing_makes_it_fail(text: str) -> None:
    parse_users(text)
    parse_users("UserInfo{" + "9" * 5000 + ":x:0}" + text)
