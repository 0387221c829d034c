"""What an app can really do: the phone's words about a permission turned into one state.

Rules from Android's sources (PermissionPolicyService, AppOpsService, PermissionController), API 23
to 36. A check that did not read the app-ops still gets an answer from grants and flags; ``None``
is given where that would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from audit.catalogue import Catalogue
from audit.model import App, GrantKind, Part, PartState, Permission, SnapshotInfo, State

#: A refusal that stands until somebody changes it.
_FIXED = frozenset({"USER_FIXED", "POLICY_FIXED", "SYSTEM_FIXED", "REVOKED_COMPAT"})
_RANKS = {state: state.rank for state in State}
_GIVING = frozenset(state for state in State if state.rank >= State.ONCE.rank)
_REFUSING = {"ignore": State.DENIED, "deny": State.DENIED, "ask": State.ASK}
_EXEMPT = frozenset(
    {
        "RESTRICTION_INSTALLER_EXEMPT",
        "RESTRICTION_SYSTEM_EXEMPT",
        "RESTRICTION_UPGRADE_EXEMPT",
    }
)
#: Until Android 11 the coarse op's mode decides for the precise one (AppOpsManager.sOpToSwitch).
_SWITCHED_UNTIL_30 = {"FINE_LOCATION": "COARSE_LOCATION"}
#: Android 6 to 9 print this op under its old name.
_OLD_NAMES = {"READ_PHONE_STATE": "OP_READ_PHONE_STATE"}

BACKGROUND_LOCATION = "android.permission.ACCESS_BACKGROUND_LOCATION"
#: Other ways in: what a special access lets an app reach besides its permissions.
SPECIAL_GIVES = {
    "accessibility": "messages",
    "notification_listener": "messages",
    "role:SMS": "messages",
    "role:DIALER": "calls",
    "role:CALL_SCREENING": "calls",
    "role:CALL_REDIRECTION": "calls",
}

#: App-op permissions that a check also lists as a special access: one of the two is enough to tell.
TOLD_AS_SPECIAL = frozenset(
    f"android.permission.{name}"
    for name in (
        "PACKAGE_USAGE_STATS",
        "SYSTEM_ALERT_WINDOW",
        "WRITE_SETTINGS",
        "REQUEST_INSTALL_PACKAGES",
        "MANAGE_EXTERNAL_STORAGE",
        "SCHEDULE_EXACT_ALARM",
        "MANAGE_MEDIA",
        "USE_FULL_SCREEN_INTENT",
    )
)

#: Which part of a check tells of a special access; all others come from the app-ops.
_SPECIAL_PART = {
    "accessibility": Part.SETTINGS,
    "keyboard": Part.SETTINGS,
    "always_on_vpn": Part.SETTINGS,
    "autofill": Part.SETTINGS,
    "notification_listener": Part.NOTIFICATIONS,
    "notification_assistant": Part.NOTIFICATIONS,
    "do_not_disturb": Part.NOTIFICATIONS,
    "device_admin": Part.DEVICE_POLICY,
    "device_owner": Part.DEVICE_POLICY,
    "profile_owner": Part.DEVICE_POLICY,
    "battery_exempt": Part.BATTERY,
}


def special_part(name: str) -> Part:
    """The part of a check in which the phone tells of the special access ``name``."""
    if name.startswith("role:"):
        return Part.ROLES
    return _SPECIAL_PART.get(name, Part.APPOPS)


def parts_read(info: SnapshotInfo) -> frozenset[Part]:
    return frozenset(part for part, state in info.parts.items() if state is PartState.READ)


def has_access(state: State | None) -> bool:
    """Whether ``state`` lets the app use the permission at all."""
    return state in _GIVING


def grants_known(app: App, parts: Set[Part]) -> bool:
    """False for an app with a shared uid whose shared grants were not read."""
    return app.shared_user is None or Part.SHARED_USERS in parts


class States:
    """What an app's permissions amount to, each worked out when it is asked for.

    Attributes:
        held: its permissions by name; none where ``app`` is None.
        ops: its app-ops by name; none where they were not read.
    """

    def __init__(
        self, app: App | None, info: SnapshotInfo, catalogue: Catalogue, parts: Set[Part]
    ) -> None:
        self.held = {one.name: one for one in app.permissions} if app else {}
        self.ops = {op.name: op for op in app.ops} if app and Part.APPOPS in parts else {}
        self._knows_ops = Part.APPOPS in parts
        self._sdk = info.phone.sdk
        self._catalogue = catalogue

    def of(self, name: str) -> State | None:
        """None for one that it does not hold, and where the phone does not tell."""
        permission = self.held.get(name)
        if permission is None:
            return None
        entry = self._catalogue.entry(name)
        if permission.kind is GrantKind.APPOP or (entry and entry.protection == "appop"):
            return self._of_appop(permission)
        return self._of_granted(permission) if permission.granted else _refused_state(permission)

    def _of_granted(self, permission: Permission) -> State:
        if refusal := self._ineffective(permission):
            return refusal
        mode = self._mode(permission.name)
        if mode in _REFUSING:
            return _REFUSING[mode]
        if "ONE_TIME" in permission.flags:
            return State.ONCE
        background = self._catalogue.background_of(permission.name, self._sdk)
        in_use_only = mode == "foreground" or (background and not self._is_granted(background))
        return State.WHILE_IN_USE if in_use_only else State.ALLOWED

    def _is_granted(self, name: str) -> bool:
        held = self.held.get(name)
        return held is not None and held.granted

    def _ineffective(self, permission: Permission) -> State | None:
        """The state of a permission that is granted on paper only, or None."""
        flags = permission.flags
        foreground = self._catalogue.foreground_of(permission.name)
        if foreground and not any(map(self._is_granted, foreground)):
            return State.DENIED  # it only says when, not whether
        if "REVOKED_COMPAT" in flags:  # an app for Android 5 that was refused all the same
            return State.DENIED
        if "REVIEW_REQUIRED" in flags:  # nothing works until its first start was reviewed
            return State.ASK
        restricted = "APPLY_RESTRICTION" in flags and _EXEMPT.isdisjoint(flags)
        if restricted and self._catalogue.hard_restricted(permission.name):
            return State.DENIED
        return None

    def _mode(self, name: str, default: str = "allow") -> str | None:
        """The app-op mode that counts: the uid's unless it is the op's default, else its own."""
        ruling = ops_ruling(name, self._sdk, self._catalogue)
        op = next((self.ops[each] for each in ruling if each in self.ops), None)
        if op is None:
            return None
        return op.mode if op.uid_mode in {None, default} else op.uid_mode

    def _of_appop(self, permission: Permission) -> State | None:
        """Special accesses: the op decides, and only its mode "default" asks for the grant."""
        if not self._knows_ops:
            return None
        mode = self._mode(permission.name, default="default")
        if mode in _REFUSING:
            return _REFUSING[mode]
        if mode == "foreground":
            return State.WHILE_IN_USE
        return State.ALLOWED if mode == "allow" or permission.granted else State.DENIED


def states(
    app: App, info: SnapshotInfo, catalogue: Catalogue, parts: Set[Part] | None = None
) -> dict[str, State | None]:
    """The state of each of the app's permissions, by name.

    ``parts`` limits the facts relied on: two checks of which one read less are judged alike.
    """
    found = States(app, info, catalogue, parts_read(info) if parts is None else parts)
    return {name: found.of(name) for name in found.held}


def ops_ruling(name: str, sdk: int | None, catalogue: Catalogue) -> tuple[str, ...]:
    """The app-ops of a permission; the first that the phone printed decides."""
    op = catalogue.op_of(name)
    if op is None:
        return ()
    if sdk is not None and sdk <= 30 and op in _SWITCHED_UNTIL_30:
        return _SWITCHED_UNTIL_30[op], op
    return (op, _OLD_NAMES[op]) if op in _OLD_NAMES else (op,)


def _refused_state(permission: Permission) -> State:
    flags = permission.flags
    if permission.kind is not GrantKind.RUNTIME or not _FIXED.isdisjoint(flags):
        return State.DENIED
    # A one-time grant that ran out keeps its flag: "Ask every time" in the phone's settings.
    if "ONE_TIME" in flags:
        return State.ASK
    return State.DENIED if "USER_SET" in flags else State.ASK


def worst(found: Iterable[State | None]) -> State | None:
    """The state that gives most; None when there is none."""
    known = [state for state in found if state is not None]
    return max(known, key=_RANKS.__getitem__) if known else None


def access(
    app: App, info: SnapshotInfo, catalogue: Catalogue, parts: Set[Part] | None = None
) -> dict[str, State | None]:
    """What the app may do, per access key, worst case; None: it asks for nothing of it."""
    usable = parts_read(info) if parts is None else parts
    by_key: dict[str, list[State | None]] = {key: [] for key in catalogue.access_keys}
    if grants_known(app, usable):
        state_of = states(app, info, catalogue, usable)
        for permission in app.permissions:
            key = catalogue.access_of(permission.name)
            if key is not None and permission.requested is not False:
                by_key[key].append(state_of[permission.name])
    for name in app.special:
        if special_part(name) in usable:
            by_key["special"].append(State.ALLOWED)
            if name in SPECIAL_GIVES:
                by_key[SPECIAL_GIVES[name]].append(State.ALLOWED)
    return {key: worst(found) for key, found in by_key.items()}
