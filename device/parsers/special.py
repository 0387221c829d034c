"""Special access: what an app may do beyond its permissions, under stable names.

An access is listed when it stands out from what every app has. So ``picture_in_picture``, which
Android allows to all apps, is listed only where a uid mode says so expressly: a package's own
``allow`` is also printed for the default, as soon as the op was used once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from device.parsers.accessibility import AccessibilityServices
from device.parsers.appops_model import AppOpsDump
from device.parsers.battery import BatteryExempt
from device.parsers.device_policy import DevicePolicy
from device.parsers.notifications import NotificationAccess
from device.parsers.settings import accessibility_services, keyboards, packages

AppKey = tuple[int, str]
"""User and package."""

_ROLE = "android.app.role."


@dataclass(frozen=True, slots=True)
class _OpAccess:
    """A special access that an op decides, and the permission that decides for ``default``.

    ``unset`` is the op's mode where none is printed; ``since`` the first API level with the op.
    An op that is allowed unless set otherwise counts only together with its permission.
    """

    name: str
    op: str
    permission: str | None
    unset: str = "default"
    since: int = 23

    def holds(self, mode: str, granted: Callable[[str], bool | None]) -> bool:
        if mode not in {"allow", "foreground", "default"}:
            return False
        if mode != "default" and self.unset != "allow":
            return True
        return self.permission is not None and granted(self.permission) is True


_OPS = (
    _OpAccess("usage_access", "GET_USAGE_STATS", "android.permission.PACKAGE_USAGE_STATS"),
    _OpAccess("overlay", "SYSTEM_ALERT_WINDOW", "android.permission.SYSTEM_ALERT_WINDOW"),
    _OpAccess("modify_settings", "WRITE_SETTINGS", "android.permission.WRITE_SETTINGS"),
    _OpAccess(
        "install_unknown_apps",
        "REQUEST_INSTALL_PACKAGES",
        "android.permission.REQUEST_INSTALL_PACKAGES",
        since=26,
    ),
    _OpAccess(
        "all_files",
        "MANAGE_EXTERNAL_STORAGE",
        "android.permission.MANAGE_EXTERNAL_STORAGE",
        since=30,
    ),
    _OpAccess(
        "exact_alarm", "SCHEDULE_EXACT_ALARM", "android.permission.SCHEDULE_EXACT_ALARM", since=31
    ),
    _OpAccess("manage_media", "MANAGE_MEDIA", "android.permission.MANAGE_MEDIA", since=31),
    _OpAccess(
        "full_screen_notifications",
        "USE_FULL_SCREEN_INTENT",
        "android.permission.USE_FULL_SCREEN_INTENT",
        since=34,
    ),
    _OpAccess("vpn", "ACTIVATE_VPN", None, unset="ignore"),
    _OpAccess("vpn", "ACTIVATE_PLATFORM_VPN", None, unset="ignore", since=30),
    _OpAccess(
        "wifi_control",
        "CHANGE_WIFI_STATE",
        "android.permission.CHANGE_WIFI_STATE",
        unset="allow",
        since=28,
    ),
)

_DEFAULT_APPS = {
    "sms_default_application": "role:SMS",
    "dialer_default_application": "role:DIALER",
    "assistant": "role:ASSISTANT",
    "voice_interaction_service": "role:ASSISTANT",
}


@dataclass(frozen=True, slots=True)
class SpecialSources:
    """What could be read; ``None``, or a user that is missing, means unknown.

    Attributes:
        settings: secure settings by user.
        granted: whether an app holds a permission; ``None`` where that is unknown.
        sdk: the phone's API level; unknown counts as the newest.
    """

    settings: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    roles: Mapping[tuple[int, str], tuple[str, ...]] | None = None
    device_policy: DevicePolicy | None = None
    notifications: NotificationAccess | None = None
    accessibility: Mapping[int, AccessibilityServices] = field(default_factory=dict)
    battery: BatteryExempt | None = None
    appops: AppOpsDump | None = None
    granted: Callable[[int, str, str], bool | None] = lambda _user, _package, _permission: None
    sdk: int | None = None


def ops_behind(name: str) -> tuple[tuple[str, str | None], ...]:
    """The app-ops that can give a special access, each with the permission that counts instead
    while the op has its default; none for what no op decides.
    """
    if name == "picture_in_picture":
        return (("PICTURE_IN_PICTURE", None),)
    return tuple((access.op, access.permission) for access in _OPS if access.name == name)


def special_access(
    apps: Mapping[AppKey, int | None], sources: SpecialSources
) -> dict[AppKey, tuple[str, ...]]:
    """The special accesses of each app that has any, sorted.

    ``apps`` are the installed ones, each with its uid where known. What the phone still remembers
    of an app that is gone is left out.
    """
    found: dict[AppKey, set[str]] = {}
    for user, package, name in _named(apps, sources):
        if (user, package) in apps:
            found.setdefault((user, package), set()).add(name)
    if sources.appops is not None:
        for (user, package), uid in apps.items():
            names = _by_ops(user, package, uid, sources, sources.appops)
            if names:
                found.setdefault((user, package), set()).update(names)
    return {app: tuple(sorted(names)) for app, names in found.items()}


def _named(
    apps: Mapping[AppKey, int | None], sources: SpecialSources
) -> Iterator[tuple[int, str, str]]:
    """User, package, name of all that a list somewhere names outright."""
    for user, settings in sources.settings.items():
        for package, name in _by_settings(user, dict(settings), sources):
            yield user, package, name
    yield from _by_accessibility(sources)
    yield from _by_notifications(sources.notifications)
    yield from _by_policy(sources.device_policy)
    for (user, role), holders in (sources.roles or {}).items():
        # SYSTEM_ roles are the maker's wiring; nobody chooses who holds them.
        if not role.startswith(_ROLE + "SYSTEM_"):
            for holder in holders:
                yield user, holder, f"role:{role.removeprefix(_ROLE)}"
    if sources.battery is not None:
        for user, package in apps:
            if package in sources.battery.user:
                yield user, package, "battery_exempt"


def _by_settings(
    user: int, settings: dict[str, str], sources: SpecialSources
) -> Iterator[tuple[str, str]]:
    for package, _ in keyboards(settings):
        yield package, "keyboard"
    for package in packages(settings.get("always_on_vpn_app")):
        yield package, "always_on_vpn"
    for package in packages(settings.get("autofill_service")):
        yield package, "autofill"
    known = sources.notifications or NotificationAccess()
    if known.listeners is None:
        for package in packages(settings.get("enabled_notification_listeners")):
            yield package, "notification_listener"
    if known.assistants is None:
        for package in packages(settings.get("enabled_notification_assistant")):
            yield package, "notification_assistant"
    # Up to Android 8.0 the packages with policy access stand only here.
    for package in packages(settings.get("enabled_notification_policy_access_packages")):
        yield package, "do_not_disturb"
    if not any(role_user == user for role_user, _ in sources.roles or {}):
        for key, name in _DEFAULT_APPS.items():
            for package in packages(settings.get(key)):
                yield package, name


def _by_accessibility(sources: SpecialSources) -> Iterator[tuple[int, str, str]]:
    """By the setting where it was read: the dump has the current user only, from Android 10 on."""
    for user, settings in sources.settings.items():
        for package, _ in accessibility_services(dict(settings)):
            yield user, package, "accessibility"
    for user, services in sources.accessibility.items():
        if user not in sources.settings:
            for package, _ in services.enabled or ():
                yield user, package, "accessibility"


def _by_notifications(access: NotificationAccess | None) -> Iterator[tuple[int, str, str]]:
    if access is None:
        return
    for name, users in (
        ("notification_listener", access.listeners),
        ("notification_assistant", access.assistants),
        ("do_not_disturb", access.do_not_disturb),
    ):
        for user, names in (users or {}).items():
            for package in names:
                yield user, package, name


def _by_policy(policy: DevicePolicy | None) -> Iterator[tuple[int, str, str]]:
    if policy is None:
        return
    if policy.device_owner is not None:
        yield (*policy.device_owner, "device_owner")
    for user, package in policy.profile_owners.items():
        yield user, package, "profile_owner"
    for user, admins in policy.admins.items():
        for package, _ in admins:
            yield user, package, "device_admin"


def _by_ops(
    user: int, package: str, uid: int | None, sources: SpecialSources, appops: AppOpsDump
) -> set[str]:
    uid_modes = {} if uid is None else appops.uid_modes.get(uid, {})
    records = {} if uid is None else appops.package_ops.get((uid, user, package), {})

    def mode(access: _OpAccess) -> str:
        of_uid = uid_modes.get(access.op, access.unset)
        if of_uid != access.unset:
            return of_uid
        record = records.get(access.op)
        return access.unset if record is None or record.mode is None else record.mode

    names = {
        access.name
        for access in _OPS
        if (sources.sdk is None or sources.sdk >= access.since)
        and access.holds(mode(access), lambda name: sources.granted(user, package, name))
    }
    if uid_modes.get("PICTURE_IN_PICTURE") == "allow":
        names.add("picture_in_picture")
    return names
