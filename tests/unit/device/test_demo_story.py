"""What the demo phone says, read with plain patterns that share nothing with the parsers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from device.demo_phone import STATES, Programs, phone_spec, scaled
from device.demo_phone.appops_text import duration, format_uid
from device.demo_phone.load import merged

Grants = dict[tuple[str, int, str], bool]
P = "android.permission."


def text(state: int, command: str, sdk: int = 34) -> str:
    stdout = Programs(phone_spec(state, sdk)).answer(command).stdout
    assert isinstance(stdout, bytes)
    return stdout.decode()


def block(dump: str, package: str) -> str:
    found = re.search(
        rf"^  Package \[{re.escape(package)}\].*?(?=^  Package \[|^$|\Z)", dump, re.M | re.S
    )
    assert found is not None, package
    return found[0]


def grants(dump: str) -> Grants:
    """(package, user, permission) -> granted, of the runtime permissions of installed apps."""
    found: Grants = {}
    visible = dump.split("Hidden system packages:", maxsplit=1)[0]
    for package in re.split(r"^  Package \[", visible, flags=re.M)[1:]:
        name = package.split("]")[0]
        for user in re.split(r"^    User ", package, flags=re.M)[1:]:
            number = int(user.split(":")[0])
            for permission, granted in re.findall(r"^ {8}(\S+): granted=(\w+)", user, re.M):
                found[name, number, permission] = granted == "true"
    return found


@pytest.fixture(scope="module")
def told() -> list[str]:
    return [text(state, "dumpsys package packages") for state in range(1, STATES + 1)]


def changed(before: Grants, after: Grants) -> set[tuple[str, str]]:
    """(package, permission) that apps in both have gained."""
    return {
        key[::2] for key, granted in after.items() if granted and key in before and not before[key]
    }


def test_the_first_state_is_a_phone_of_about_120_apps(told: list[str]) -> None:
    names = re.findall(r"^  Package \[(\S+)\]", told[0].split("Hidden system")[0], re.M)
    assert len(names) == len(set(names))
    assert 115 <= len(names) <= 135
    assert {"com.baidu.searchbox", "com.tencent.mm", "com.eg.android.AlipayGphone"} <= set(names)
    work = re.findall(r"^    User 10: .* installed=true", told[0].split("Hidden system")[0], re.M)
    assert 10 <= len(work) <= 18


def test_three_weeks_later_the_planted_changes_are_there(told: list[str]) -> None:
    gained = changed(grants(told[0]), grants(told[1]))
    assert gained == {
        ("com.baidu.searchbox", P + "READ_CALL_LOG"),
        ("com.eg.android.AlipayGphone", P + "READ_SMS"),
        ("com.tencent.mm", P + "ACCESS_BACKGROUND_LOCATION"),
        ("com.ss.android.ugc.aweme", P + "READ_CONTACTS"),
    }
    lost = changed(grants(told[1]), grants(told[0]))
    assert lost == {("com.sina.weibo", P + "CAMERA")}
    assert "[com.netease.newsreader.activity]" in told[0]
    assert "[com.netease.newsreader.activity]" not in told[1]


def test_the_call_log_came_with_the_update_and_not_from_the_person(told: list[str]) -> None:
    before, after = (block(dump, "com.baidu.searchbox") for dump in told[:2])
    assert "versionName=13.12" in before
    assert "versionName=13.20" in after
    line = re.search(r"READ_CALL_LOG: .*", after)
    assert line is not None
    assert "USER_SET" not in line[0]
    sms = re.search(r"READ_SMS: .*", block(told[1], "com.eg.android.AlipayGphone"))
    assert sms is not None
    assert "USER_SET" in sms[0]


def test_the_new_app_comes_from_no_store(told: list[str]) -> None:
    assert "[cn.qingli.zhushou.pro]" not in told[0]
    new = block(told[1], "cn.qingli.zhushou.pro")
    assert "    initiatingPackageName=com.android.browser\n" in new
    assert "    packageSource=4\n" in new
    assert f"{P}READ_CONTACTS: granted=true" in new


def test_the_third_state_has_once_only_special_access_a_role_and_a_revocation(
    told: list[str],
) -> None:
    assert re.search(
        r"FINE_LOCATION: granted=true, .*\|ONE_TIME\]", block(told[2], "com.dianping.v1")
    )
    assert re.search(
        r"CAMERA: granted=false, .*AUTO_REVOKED\]", block(told[2], "com.zhihu.android")
    )
    listener = "com.huawei.health/com.huawei.bone"
    assert listener not in text(2, "dumpsys notification")
    assert listener in text(3, "dumpsys notification")
    setting = "settings get secure enabled_accessibility_services"
    assert text(2, setting) == "\n"
    assert text(3, setting).startswith("cn.qingli.zhushou.pro/")
    sms = re.compile(r"name=android\.app\.role\.SMS\n.*\n +holders=(\S+)")
    assert sms.findall(text(2, "dumpsys role")) == ["com.android.mms"]
    assert sms.findall(text(3, "dumpsys role")) == ["com.google.android.apps.messaging"]


def test_the_system_update_reorders_and_gives_nobody_anything(told: list[str]) -> None:
    assert changed(grants(told[2]), grants(told[3])) == set()
    order = [re.findall(r"^  Package \[(\S+)\]", dump, re.M) for dump in told[2:]]
    assert sorted(order[0]) == sorted(order[1])
    assert order[0] != order[1]
    fingerprint = "getprop ro.build.fingerprint"
    assert text(3, fingerprint) != text(4, fingerprint)
    patch = "getprop ro.build.version.security_patch"
    assert text(3, patch) < text(4, patch)
    package = "com.ximalaya.ting.android"
    old = re.search(r"signatures:\[(\w+)\], past signatures:\[\]", block(told[2], package))
    assert old is not None
    assert f"past signatures:[{old[1]} flags: 17]" in block(told[3], package)


@pytest.mark.parametrize("state", range(1, STATES + 1))
def test_ages_fit_the_phones_own_clock(state: int) -> None:
    now = datetime.fromtimestamp(int(text(state, "date +%s")), UTC)
    assert text(state, "date +%z") == "+0800\n"
    records = re.findall(r"\] ?(\d{4}-\S+ \S+) \(-(\S+)\)", text(state, "dumpsys appops"))
    assert len(records) > 60
    for date, age in records:
        at = datetime.fromisoformat(f"{date}+08:00")
        assert duration(now - at) == age


def test_time_only_goes_forward() -> None:
    clocks = [int(text(state, "date +%s")) for state in range(1, STATES + 1)]
    assert clocks == sorted(set(clocks))
    for state in range(1, STATES + 1):
        spec = phone_spec(state)
        assert all(
            access.at <= spec.now for app in spec.apps for op in app.ops for access in op.accesses
        )
        assert all(app.updated <= spec.now for app in spec.apps)


def test_what_it_says_is_the_same_every_time() -> None:
    assert text(2, "dumpsys package") == text(2, "dumpsys package")


def test_whole_dumps_have_no_requested_permissions(told: list[str]) -> None:
    assert "requested permissions:" not in told[0]
    assert "requested permissions:" not in text(1, "dumpsys package")
    one = text(1, "dumpsys package com.tencent.mm")
    assert f"    requested permissions:\n      {P}INTERNET\n" in one
    assert "requested permissions:" not in text(1, "dumpsys package com.tencent.mm", sdk=23)


def test_a_filter_of_permissions_shows_those_only() -> None:
    dump = text(1, f"dumpsys package permission {P}READ_SMS {P}INTERNET")
    alipay = block(dump, "com.eg.android.AlipayGphone")
    assert f"    requested permissions:\n      {P}INTERNET\n      {P}READ_SMS\n" in alipay
    assert "CAMERA" not in dump
    assert "[com.android.vpndialogs]" not in dump
    assert f"  Permission [{P}READ_SMS]" in dump
    assert "Hidden system packages:" not in dump


def test_apps_of_a_shared_uid_have_no_grants_of_their_own(told: list[str]) -> None:
    phone = block(told[0], "com.android.phone")
    assert "sharedUser=SharedUserSetting{" in phone
    assert "granted=" not in phone
    shared = text(1, "dumpsys package shared-users")
    assert "com.android.phone/1001}" in shared
    assert f"        {P}READ_SMS: granted=true, flags=[ SYSTEM_FIXED|" in shared


@pytest.mark.parametrize(
    ("sdk", "present", "absent"),
    [
        (23, ["    userId=1", " targetSdk=", "    User 0:  installed=true"], ["minSdk=", "|"]),
        (24, ["minSdk=", "flags=[ USER_SET ]", "User 0: ceDataInode="], ["appId=", "|USER"]),
        (29, ["|USER_SENSITIVE_WHEN_DENIED]", "ApplicationInfo{"], ["ONE_TIME", "packageSource"]),
        (31, ["PackageImpl{", "|524288]", "extractNativeLibs="], ["packageSource", "appId="]),
        (33, ["    packageSource=2", "      firstInstallTime="], ["applicationInfo=", "appId="]),
        (34, ["    appId=1", "    initiatingPackageName="], ["userId=", "quarantined="]),
        (36, ["deDataInode=", "pageSizeCompat=0", "      dataDir=/data/user/0/"], ["userId="]),
    ],
)
def test_each_android_speaks_its_own_dialect(
    sdk: int, present: list[str], absent: list[str]
) -> None:
    dump = text(3, "dumpsys package packages", sdk)
    assert [one for one in present if one not in dump] == []
    assert [one for one in absent if one in dump] == []
    assert text(3, "getprop ro.build.version.sdk", sdk) == f"{sdk}\n"


@pytest.mark.parametrize(
    ("sdk", "pattern"),
    [
        (24, r"^      CAMERA: mode=0; time=\+3h12m9s0ms ago; duration=\+21s403ms$"),
        (28, r"^      CAMERA \(allow\): \n          Access: top   = 2026-09-14 16:57:51.000 \("),
        (29, r"^      CAMERA \(allow\): \n          Access: \[top-s\] 2026-09-14 16:57:51.000 \("),
        (34, r"^      CAMERA \(allow\): \n        null=\[\n          Access: \[top-s\] 2026-09-14"),
        (34, r"^          Reject: \[top-s\]2026-"),
        (34, r"^  Uid u10a\d+:\n    state=cch\n    capability=------\n"),
        (34, r"^      FINE_LOCATION: mode=foreground$"),
        (34, r"^      MIUIOP\(10017\) \(ask\): $"),
    ],
)
def test_appops_in_each_dialect(sdk: int, pattern: str) -> None:
    assert re.search(pattern, text(1, "dumpsys appops", sdk), re.M)


def test_widened_location_shows_in_the_uid_mode_too() -> None:
    def uid_modes(state: int) -> str:
        dump = text(state, "dumpsys appops")
        return dump.partition("    Package com.tencent.mm:")[0].rpartition("  Uid ")[2]

    assert "      FINE_LOCATION: mode=foreground\n" in uid_modes(1)
    assert "FINE_LOCATION" not in uid_modes(2)


def test_what_is_not_there_is_answered_as_android_does() -> None:
    phone = Programs(phone_spec())
    missing = phone.answer("dumpsys nothing")
    assert (missing.stderr, missing.exit_code) == (b"Can't find service: nothing\n", 0)
    assert phone.answer("frobnicate").exit_code == 127
    assert phone.answer("dumpsys package no.such.app").stdout == (
        b"Unable to find package: no.such.app\n"
    )
    assert phone.answer("settings get secure nothing").stdout == b"null\n"
    old = Programs(phone_spec(sdk=23))
    assert old.answer("dumpsys -t 60 package").stderr == b"Can't find service: -t\n"


def test_it_scales() -> None:
    spec = scaled(apps=300, users=3)
    dump = Programs(spec).answer("dumpsys package packages").stdout
    assert isinstance(dump, bytes)
    visible = dump.split(b"Hidden system packages:")[0]
    assert visible.count(b"\n  Package [") == 300
    for user in (b"0", b"10", b"11"):
        assert visible.count(b"\n    User %s: ceDataInode=" % user) == 300
    assert len({app.name for app in spec.apps}) == 300
    with pytest.raises(ValueError, match="states 1 to 4"):
        phone_spec(5)


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(0), "0"),
        (timedelta(milliseconds=443), "443ms"),
        (timedelta(minutes=10), "10m0s0ms"),
        (timedelta(days=21, hours=1, milliseconds=7), "21d1h0m0s7ms"),
    ],
)
def test_durations(span: timedelta, shown: str) -> None:
    assert duration(span) == shown


def test_uids() -> None:
    uids = [0, 1000, 10123, 1_010_123, 1_001_000]
    assert [format_uid(uid) for uid in uids] == ["0", "1000", "u0a123", "u10a123", "u10s1000"]


def test_merge_patch() -> None:
    patched = merged({"a": {"b": 1, "c": [1, 2]}, "d": 4}, {"a": {"b": None, "c": [3]}, "e": {}})
    assert patched == {"a": {"c": [3]}, "d": 4, "e": {}}
