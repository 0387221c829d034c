"""From what was read to the names of special accesses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from device.parsers.accessibility import AccessibilityServices
from device.parsers.appops import parse_appops
from device.parsers.battery import BatteryExempt
from device.parsers.device_policy import DevicePolicy
from device.parsers.notifications import NotificationAccess
from device.parsers.special import SpecialSources, ops_behind, special_access

APP = "com.example.app"
APPS = {(0, APP): 10001, (10, APP): 1010001, (0, "com.example.other"): 10002}


def by_ops(uid_lines: str, package_lines: str, granted: bool = False, sdk: int = 34) -> set[str]:
    text = f"Current AppOps Service state:\n  Uid u0a1:\n{uid_lines}    Package {APP}:\n"
    dump = parse_appops((text + package_lines).splitlines(), None, None)
    sources = SpecialSources(appops=dump, granted=lambda *_: granted, sdk=sdk)
    found = special_access({(0, APP): 10001}, sources)
    return set(found.get((0, APP), ()))


@pytest.mark.parametrize(
    ("op", "name"),
    [
        ("GET_USAGE_STATS", "usage_access"),
        ("SYSTEM_ALERT_WINDOW", "overlay"),
        ("WRITE_SETTINGS", "modify_settings"),
        ("REQUEST_INSTALL_PACKAGES", "install_unknown_apps"),
        ("MANAGE_EXTERNAL_STORAGE", "all_files"),
        ("SCHEDULE_EXACT_ALARM", "exact_alarm"),
        ("MANAGE_MEDIA", "manage_media"),
        ("USE_FULL_SCREEN_INTENT", "full_screen_notifications"),
        ("ACTIVATE_VPN", "vpn"),
    ],
)
def test_each_op_by_package_mode_and_by_uid_mode(op: str, name: str) -> None:
    assert name in by_ops("", f"      {op} (allow): \n")
    assert name in by_ops(f"      {op}: mode=allow\n", f"      {op} (ignore): \n")
    assert name not in by_ops("", f"      {op} (ignore): \n", granted=True)
    assert name not in by_ops("", "")


def test_default_follows_the_permission() -> None:
    line = "      SYSTEM_ALERT_WINDOW (default): \n"
    assert "overlay" in by_ops("", line, granted=True)
    assert "overlay" not in by_ops("", line)
    assert "overlay" in by_ops("", "", granted=True)
    # A uid mode of "default" leaves the decision to the package.
    uid = "      SYSTEM_ALERT_WINDOW: mode=default\n"
    assert "overlay" in by_ops(uid, "      SYSTEM_ALERT_WINDOW (allow): \n")


def test_what_all_apps_may_do_does_not_stand_out() -> None:
    used = "      PICTURE_IN_PICTURE (allow): \n"
    assert "picture_in_picture" not in by_ops("", used)
    assert "picture_in_picture" in by_ops("      PICTURE_IN_PICTURE: mode=allow\n", "")
    wifi = "      CHANGE_WIFI_STATE (allow): \n"
    assert "wifi_control" not in by_ops("", wifi)
    assert "wifi_control" in by_ops("", wifi, granted=True)
    assert "wifi_control" not in by_ops("", "      CHANGE_WIFI_STATE (ignore): \n", granted=True)


def test_an_op_that_this_android_does_not_have_gives_nothing() -> None:
    old = by_ops("", "", granted=True, sdk=28)
    assert not old & {"all_files", "exact_alarm", "full_screen_notifications"}


def test_lists_that_name_apps_are_kept_per_user_and_only_for_installed_apps() -> None:
    sources = SpecialSources(
        settings={
            0: {
                "enabled_accessibility_services": f"{APP}/.Aid:com.example.gone/.Aid",
                "default_input_method": f"{APP}/.Ime",
                "always_on_vpn_app": APP,
                "autofill_service": f"{APP}/.Fill",
            }
        },
        roles={(0, "android.app.role.SMS"): (APP,), (0, "android.app.role.SYSTEM_GALLERY"): (APP,)},
        device_policy=DevicePolicy((0, APP), {10: APP}, {0: ((APP, f"{APP}.Admin"),)}),
        notifications=NotificationAccess(
            {0: frozenset({APP})}, {0: frozenset({APP})}, {10: frozenset({APP})}
        ),
        battery=BatteryExempt(frozenset({APP}), frozenset({"com.example.other"}), frozenset()),
    )
    assert special_access(APPS, sources) == {
        (0, APP): (
            "accessibility",
            "always_on_vpn",
            "autofill",
            "battery_exempt",
            "device_admin",
            "device_owner",
            "keyboard",
            "notification_assistant",
            "notification_listener",
            "role:SMS",
        ),
        (10, APP): ("battery_exempt", "do_not_disturb", "profile_owner"),
    }


def test_before_roles_the_settings_name_the_default_apps() -> None:
    secure = {
        "sms_default_application": APP,
        "dialer_default_application": APP,
        "assistant": f"{APP}/.Assistant",
        "enabled_notification_listeners": f"{APP}/.Listener",
        "enabled_notification_policy_access_packages": APP,
    }
    old = SpecialSources(settings={0: secure}, sdk=26)
    assert special_access(APPS, old) == {
        (0, APP): (
            "do_not_disturb",
            "notification_listener",
            "role:ASSISTANT",
            "role:DIALER",
            "role:SMS",
        )
    }
    # Later Androids leave stale values there; what the services say counts.
    new = replace(
        old,
        roles={(0, "android.app.role.SMS"): ("com.example.other",)},
        notifications=NotificationAccess({}, {}, {}),
    )
    assert special_access(APPS, new) == {
        (0, APP): ("do_not_disturb",),
        (0, "com.example.other"): ("role:SMS",),
    }


def test_an_assistant_stands_in_the_settings_where_the_service_names_none() -> None:
    secure = {"enabled_notification_assistant": f"{APP}/.Assistant"}
    without = NotificationAccess(listeners={}, assistants=None)
    old = SpecialSources(settings={0: secure}, notifications=without)
    assert special_access(APPS, old) == {(0, APP): ("notification_assistant",)}
    told = replace(old, notifications=replace(without, assistants={}))
    assert special_access(APPS, told) == {}


def test_accessibility_by_the_dump_only_for_users_whose_settings_were_not_read() -> None:
    runs = AccessibilityServices(enabled=((APP, f"{APP}.Aid"),), bound=())
    sources = SpecialSources(settings={0: {}}, accessibility={0: runs, 10: runs})
    assert special_access(APPS, sources) == {(10, APP): ("accessibility",)}
    unknown = replace(sources, accessibility={10: replace(runs, enabled=None)})
    assert special_access(APPS, unknown) == {}


def test_the_ops_behind_a_special_access() -> None:
    assert ops_behind("vpn") == (("ACTIVATE_VPN", None), ("ACTIVATE_PLATFORM_VPN", None))
    overlay = ("SYSTEM_ALERT_WINDOW", "android.permission.SYSTEM_ALERT_WINDOW")
    assert ops_behind("overlay") == (overlay,)
    assert ops_behind("picture_in_picture") == (("PICTURE_IN_PICTURE", None),)
    assert ops_behind("accessibility") == ()
