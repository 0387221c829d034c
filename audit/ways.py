"""The ways by which an app reaches something, each with the facts that it follows from.

Every way in counts: a permission with its flags, app-op modes and background half, a special
access, a role. What was not read is named as missing; then the way's state is a lower bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audit.access import (
    SPECIAL_GIVES,
    grants_known,
    parts_read,
    special_part,
    states,
)
from audit.catalogue import Catalogue
from audit.model import App, GrantKind, Op, Part, Permission, SnapshotInfo, State

#: The command whose answer tells each part.
SOURCES = {
    Part.PACKAGES: "dumpsys package packages",
    Part.SHARED_USERS: "dumpsys package shared-users",
    Part.REQUESTED: "dumpsys package permission",
    Part.APPOPS: "dumpsys appops",
    Part.SETTINGS: "settings list secure",
    Part.ROLES: "dumpsys role",
    Part.DEVICE_POLICY: "dumpsys device_policy",
    Part.NOTIFICATIONS: "dumpsys notification",
    Part.BATTERY: "dumpsys deviceidle whitelist",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the phone said: ``line`` in Android's own form, in the answer to ``source``.

    ``kind`` and ``name`` say of what: ``grant`` of a permission, ``mode`` or ``uid-mode`` of an
    app-op, ``special`` access; ``absent`` for a permission that the phone does not list.
    """

    source: str
    line: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way in.

    Attributes:
        access: the access key that it leads to.
        through: the permission's or special access's name.
        state: what it amounts to; None: cannot be told.
        facts: what that follows from, the deciding ones last.
        missing: parts that were not read and could change it.
    """

    access: str
    through: str
    state: State | None
    facts: tuple[Fact, ...]
    missing: tuple[Part, ...] = ()


def ways(app: App, info: SnapshotInfo, catalogue: Catalogue) -> tuple[Way, ...]:
    """All ways of ``app``, by access key in the catalogue's order, then by name."""
    order = {key: number for number, key in enumerate(catalogue.access_keys)}
    found = [*_by_permission(app, info, catalogue), *_by_special(app, info)]
    return tuple(sorted(found, key=lambda way: (order[way.access], way.through)))


def _by_permission(app: App, info: SnapshotInfo, catalogue: Catalogue) -> Iterator[Way]:
    read = parts_read(info)
    known = grants_known(app, read)
    state_of = states(app, info, catalogue)
    held = {permission.name: permission for permission in app.permissions}
    ops = {op.name: op for op in app.ops}
    for permission in app.permissions:
        key = catalogue.access_of(permission.name)
        if key is None or permission.requested is False:
            continue
        missing = [Part.SHARED_USERS] if not known else []
        facts = [_grant(app, permission)]
        background = catalogue.background_of(permission.name, info.phone.sdk)
        if background and permission.granted:
            facts.append(_background(app, held.get(background), background))
        if Part.APPOPS not in read:
            missing.append(Part.APPOPS)
        else:
            names = catalogue.ops_of(permission.name)
            facts += [fact for name in names if name in ops for fact in _modes(app, ops[name])]
        state = state_of[permission.name] if known else None
        yield Way(key, permission.name, state, tuple(facts), tuple(missing))


def _by_special(app: App, info: SnapshotInfo) -> Iterator[Way]:
    read = parts_read(info)
    for name in app.special:
        part = special_part(name)
        if part in read:
            line = f"{name}: {app.package} (user {app.user})"
            fact = Fact(SOURCES[part], line, "special", name)
            for key in filter(None, ("special", SPECIAL_GIVES.get(name))):
                yield Way(key, name, State.ALLOWED, (fact,))


def _grant(app: App, permission: Permission) -> Fact:
    """The line of the permission, as Android 10 and later write it."""
    if permission.kind is GrantKind.APPOP or (permission.requested and not permission.flags):
        source = SOURCES[Part.REQUESTED]
    else:
        source = SOURCES[Part.SHARED_USERS if app.shared_user else Part.PACKAGES]
    flags = f", flags=[ {'|'.join(permission.flags)}]" if permission.flags else ""
    line = f"{permission.name}: granted={str(permission.granted).lower()}{flags}"
    return Fact(source, line, "grant", permission.name)


def _background(app: App, permission: Permission | None, name: str) -> Fact:
    if permission is None:
        return Fact(SOURCES[Part.PACKAGES], f"{name}: -", "absent", name)
    return _grant(app, permission)


def _modes(app: App, op: Op) -> Iterator[Fact]:
    if op.mode is not None:
        line = f"Package {app.package}: {op.name} ({op.mode})"
        yield Fact(SOURCES[Part.APPOPS], line, "mode", op.name)
    if op.uid_mode is not None:
        line = f"Uid {app.uid}: {op.name}: mode={op.uid_mode}"
        yield Fact(SOURCES[Part.APPOPS], line, "uid-mode", op.name)
