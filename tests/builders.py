"""Short ways to write phones, apps and snapshots in tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from audit.model import (
    App,
    GrantKind,
    Op,
    Part,
    PartState,
    Permission,
    Phone,
    Problem,
    Snapshot,
    SnapshotInfo,
    User,
    UserKind,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL_READ = dict.fromkeys(Part, PartState.READ)


def permission(text: str) -> Permission:
    """``READ_SMS+ USER_SET GRANTED_BY_ROLE``: + granted, - refused, ? listed as merely requested.

    A name before ``@`` says in which list it stands: ``CAMERA@install+``.
    """
    name, *flags = text.split()
    granted = name.endswith("+")
    requested = True if name.endswith("?") else None
    name, _, kind = name.rstrip("+-?").partition("@")
    full = name if "." in name else f"android.permission.{name}"
    return Permission(full, GrantKind(kind or "runtime"), granted, tuple(flags), requested)


def _ops(texts: Iterable[str]) -> tuple[Op, ...]:
    """``CAMERA=ignore`` (of the package), ``uid:CAMERA=foreground`` (of its uid)."""
    found: dict[str, Op] = {}
    for text in texts:
        name, _, mode = text.removeprefix("uid:").partition("=")
        before = found.get(name, Op(name))
        of_uid = text.startswith("uid:")
        found[name] = replace(before, uid_mode=mode) if of_uid else replace(before, mode=mode)
    return tuple(found[name] for name in sorted(found))


def app(
    *permissions: str,
    package: str = "com.example.app",
    user: int = 0,
    ops: Iterable[str] = (),
    special: Iterable[str] = (),
    version: int = 1,
    **rest: object,
) -> App:
    made = App(
        user=user,
        package=package,
        version_name=f"{version}.0",
        version_code=version,
        target_sdk=34,
        uid=user * 100_000 + 10_123,
        permissions=tuple(sorted(map(permission, permissions), key=lambda p: p.name)),
        ops=_ops(ops),
        special=tuple(sorted(special)),
    )
    return replace(made, **rest)  # type: ignore[arg-type]


def snapshot(
    *apps: App,
    sdk: int | None = 34,
    day: int = 0,
    unread: Iterable[Part] = (),
    fingerprint: str = "maker/phone:14/A",
    problems: Iterable[Problem] = (),
    **rest: object,
) -> Snapshot:
    """A check ``day`` days after ``NOON``; ``unread`` parts failed."""
    parts = ALL_READ | dict.fromkeys(unread, PartState.FAILED)
    info = SnapshotInfo(
        phone=Phone("SERIAL1", "Maker", "Phone", "14", sdk, "2026-11-01", fingerprint),
        taken_at=NOON + timedelta(days=day),
        users=(User(0, "Owner", UserKind.OWNER, running=True),),
        app_count=len(apps),
        parts=parts,
        problems=tuple(problems),
    )
    info = replace(info, **rest)  # type: ignore[arg-type]
    return Snapshot(info, tuple(sorted(apps, key=lambda a: (a.package, a.user))))
