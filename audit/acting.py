"""Taking access away, and giving it back: what has to be done on the phone, and whether it held.

A phone may take an order and do nothing (``pm revoke`` ends with exit code 0 for an app that was
built for Android 5, HyperOS for any app), so only a check afterwards tells what came of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from audit.access import SPECIAL_GIVES, grants_known, has_access, parts_read, special_part, states
from audit.catalogue import Catalogue
from audit.checkup import Checkup, Phone, Store, compared, saved
from audit.model import (
    Action,
    ActionKind,
    App,
    Deed,
    GrantKind,
    Permission,
    Snapshot,
    SnapshotInfo,
)
from audit.progress import Cancel, Progress, Report

#: Special accesses that an app-op decides, which adb may set. Android 6 to 16, AppOpsManager.
SPECIAL_OPS = {
    "usage_access": "GET_USAGE_STATS",
    "overlay": "SYSTEM_ALERT_WINDOW",
    "modify_settings": "WRITE_SETTINGS",
    "install_unknown_apps": "REQUEST_INSTALL_PACKAGES",
    "all_files": "MANAGE_EXTERNAL_STORAGE",
    "exact_alarm": "SCHEDULE_EXACT_ALARM",
    "manage_media": "MANAGE_MEDIA",
    "full_screen_notifications": "USE_FULL_SCREEN_INTENT",
    "picture_in_picture": "PICTURE_IN_PICTURE",
}
_FIXED = {"SYSTEM_FIXED": "system-fixed", "POLICY_FIXED": "policy-fixed"}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What only the person can take away, on the phone itself.

    ``code``: ``system-fixed``, ``policy-fixed``, ``install`` (came with the installation), ``role``
    (the default app for something) or ``by-hand`` (a switch that adb may not turn).
    """

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, what cannot be done, and the other apps of the same shared uid, who lose it too.

    Nothing in ``actions`` and ``obstacles``: the app has none of what was asked for.
    """

    actions: tuple[Action, ...]
    obstacles: tuple[Obstacle, ...]
    also: tuple[str, ...] = ()


def plan(app: App, snapshot: Snapshot, wanted: Collection[str], catalogue: Catalogue) -> Plan:
    """How ``app``, one of the snapshot's, loses what is ``wanted``.

    Args:
        wanted: access keys, names of permissions or of special accesses. Android grants a group of
            permissions as one, so a permission goes together with those of its group.
    """
    info = snapshot.info
    names = set(_held(app, info, wanted, catalogue))
    actions: list[Action] = []
    obstacles: list[Obstacle] = []
    for permission in app.permissions:
        if permission.name in names:
            code = _fixed(permission, catalogue)
            if code is not None:
                obstacles.append(Obstacle(permission.name, code))
            else:
                actions += _away(app, permission, info, catalogue)
    for name in app.special:
        if name in names and name in SPECIAL_OPS:
            actions.append(_set_op(app, name, SPECIAL_OPS[name]))
        elif name in names:
            obstacles.append(Obstacle(name, "role" if name.startswith("role:") else "by-hand"))
    also = {
        other.package
        for other in snapshot.apps
        if app.shared_user is not None and other.shared_user == app.shared_user
    }
    # One op may stand behind a permission and a special access: told as the latter.
    once = {action.op or action.name: action for action in actions}
    return Plan(tuple(once.values()), tuple(obstacles), tuple(sorted(also - {app.package})))


def _held(
    app: App, info: SnapshotInfo, wanted: Collection[str], catalogue: Catalogue
) -> Iterator[str]:
    """The names, among those ``wanted``, of what the app can use now."""
    state_of = states(app, info, catalogue)
    sdk = info.phone.sdk
    groups = {catalogue.android_group(name, sdk) for name in wanted} - {None}
    for permission in app.permissions:
        about = {permission.name, catalogue.access_of(permission.name)}
        grouped = catalogue.android_group(permission.name, sdk) in groups
        # Granted and yet without effect, as while the background half lacks its other one.
        idle = permission.granted and not _is_for_android_5(app)
        if (grouped or not about.isdisjoint(wanted)) and (
            idle or has_access(state_of[permission.name])
        ):
            yield permission.name
    for name in app.special:
        if not {name, "special", SPECIAL_GIVES.get(name)}.isdisjoint(wanted):
            yield name


def _fixed(permission: Permission, catalogue: Catalogue) -> str | None:
    code = next((code for flag, code in _FIXED.items() if flag in permission.flags), None)
    if code is not None:
        return code
    entry = catalogue.entry(permission.name)
    by_op = permission.kind is GrantKind.APPOP or (
        entry is not None and entry.protection == "appop"
    )
    if by_op or permission.kind is GrantKind.RUNTIME:
        return None
    # Below Android 10 an app for Android 5 has its dangerous permissions from its installation,
    # and their app-ops can be set.
    return None if entry is not None and entry.protection == "dangerous" else "install"


def _away(
    app: App, permission: Permission, info: SnapshotInfo, catalogue: Catalogue
) -> Iterator[Action]:
    op = catalogue.op_of(permission.name)
    entry = catalogue.entry(permission.name)
    if entry is not None and entry.protection == "appop":
        if op is not None:
            yield _set_op(app, permission.name, op)
    elif _is_for_android_5(app):
        # ``pm revoke`` leaves such an app as it is, without a word.
        if op is not None:
            yield _set_op(app, permission.name, op, whole_uid=(info.phone.sdk or 0) >= 29)
    else:
        yield Action(ActionKind.REVOKE, app.user, app.package, permission.name)


def _is_for_android_5(app: App) -> bool:
    return app.target_sdk is not None and app.target_sdk < 23


def _set_op(app: App, name: str, op: str, *, whole_uid: bool = False) -> Action:
    before = next((one for one in app.ops if one.name == op), None)
    was = None if before is None else before.uid_mode if whole_uid else before.mode
    return Action(ActionKind.SET_OP, app.user, app.package, name, op, "ignore", was, whole_uid)


def undoing(actions: Iterable[Action]) -> tuple[Action, ...]:
    """What puts things back as they were, the last thing first."""
    other = {ActionKind.REVOKE: ActionKind.GRANT, ActionKind.GRANT: ActionKind.REVOKE}
    return tuple(
        replace(action, kind=other[action.kind])
        if action.kind in other
        else replace(action, mode=action.was or "default", was=action.mode)
        for action in reversed(list(actions))
    )


def undone(deeds: Iterable[Deed], now: datetime) -> list[Deed]:
    """What undoes these deeds, to be tried at ``now``, the last thing first."""
    return [Deed(undoing([deed.action])[0], now, undoes=deed.id) for deed in reversed(list(deeds))]


def held_to(action: Action, snapshot: Snapshot, catalogue: Catalogue) -> bool | None:
    """Whether the phone, in a check after it, is as the action wanted it; None: not read."""
    app = next(
        (one for one in snapshot.apps if (one.user, one.package) == (action.user, action.package)),
        None,
    )
    if app is None:
        return None
    parts = parts_read(snapshot.info)
    if action.name in {permission.name for permission in app.permissions}:
        if not grants_known(app, parts):
            return None
        state = states(app, snapshot.info, catalogue)[action.name]
        able = None if state is None else has_access(state)
    else:
        able = action.name in app.special if special_part(action.name) in parts else None
    if able is None:
        return None
    return able is gives(action)


def gives(action: Action) -> bool:
    """Whether the app is to have the access afterwards."""
    if action.kind is ActionKind.SET_OP:
        return action.mode not in {"ignore", "deny"}
    return action.kind is ActionKind.GRANT


class Hands(Protocol):
    """What can change a phone."""

    def carry_out(self, action: Action) -> str | None:
        """The phone's refusal, None where it did not refuse in words.

        Raises an error of ``device.errors`` when the phone is gone.
        """


class Deeds(Store, Protocol):
    """A store that remembers what was done."""

    def save_deed(self, phone_key: str, deed: Deed) -> Deed:
        """Adds it, or what has become of it since; the answer carries its ``id``."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it: the deeds in their order, and the check that looked afterwards."""

    deeds: tuple[Deed, ...]
    checkup: Checkup


def act(  # noqa: PLR0913 -- what it works with
    planned: Iterable[Deed],
    hands: Hands,
    phone: Phone,
    store: Deeds,
    catalogue: Catalogue,
    *,
    phone_key: str,
    report: Report,
    cancel: Cancel,
) -> Acted:
    """Does what was ``planned``, then checks the phone and notes for each deed whether it held.

    A deed is remembered before it is tried: a cable that is pulled is no reason to forget it.
    """
    done: list[Deed] = []
    waiting = list(planned)
    for number, deed in enumerate(waiting):
        if cancel.is_set():
            break
        report(Progress(number, len(waiting), "acting"))
        tried = store.save_deed(phone_key, deed)
        refusal = hands.carry_out(deed.action)
        done.append(store.save_deed(phone_key, replace(tried, refusal=refusal)))
    snapshot = saved(phone, store, report=report, cancel=cancel)
    looked = (
        replace(
            deed,
            held=held_to(deed.action, snapshot, catalogue),
            checked_by=snapshot.info.id,
        )
        for deed in done
    )
    deeds = tuple(store.save_deed(phone_key, deed) for deed in looked)
    report(Progress(0, 0, "comparing"))
    return Acted(deeds, compared(snapshot, store, catalogue))
