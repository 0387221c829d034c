"""Apps as ``audit.model`` knows them, from the records of ``dumpsys package``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from audit.model import App, GrantKind, Permission
from device.parsers.package_records import (
    Definition,
    Grant,
    PackageDump,
    PackageRecord,
    SharedUserRecord,
    UserRecord,
)

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)")
_UIDS_PER_USER = 100_000


def build_apps(
    dump: PackageDump,
    shared: PackageDump | None,
    requested: PackageDump | None,
    zone: tzinfo | None,
    definitions: PackageDump | None = None,
) -> tuple[App, ...]:
    """One ``App`` for each package and user that has it installed, by package, then user.

    Args:
        dump: the answer with ``Packages:``; shared users, definitions and lists of app-op
            permissions may stand in any of the dumps.
        shared: the answer of ``dumpsys package shared-users``.
        requested: the answer of ``dumpsys package permission NAME…``. It lists only the names
            asked for, so a name that is missing from it stays ``requested=None``.
        zone: the phone's time zone; without it local times stay unknown.
        definitions: the answer of ``dumpsys package permissions``.
    """
    dumps = [one for one in (dump, shared, definitions, requested) if one is not None]
    return _Builder(dumps, requested, zone).apps(dump.packages)


class _Builder:
    def __init__(
        self, dumps: list[PackageDump], requested: PackageDump | None, zone: tzinfo | None
    ) -> None:
        self.zone = zone
        self.shared: dict[str | int, SharedUserRecord] = {}
        self.definitions: dict[str, Definition] = {}
        self.appop: dict[str, set[str]] = {}
        self.appop_names: set[str] = set()
        for one in dumps:
            self._add(one)
        self.requested = {
            record.name: record.requested or ()
            for record in (requested.packages if requested else ())
        }
        self.packages_of: Counter[int | None] = Counter()
        # The same grant stands in many apps and the parser shares it: share its permission too.
        self.permissions: dict[tuple[int, GrantKind, bool | None], Permission] = {}

    def _add(self, dump: PackageDump) -> None:
        for record in dump.shared_users:
            self.shared.setdefault(record.name, record)
            if record.app_id is not None:
                self.shared.setdefault(record.app_id, record)
        for name, definition in dump.definitions.items():
            self.definitions.setdefault(name, definition)
        for name, packages in dump.appop_permissions.items():
            self.appop_names.add(name)
            for package in packages:
                self.appop.setdefault(package, set()).add(name)

    def apps(self, records: Sequence[PackageRecord]) -> tuple[App, ...]:
        self.packages_of.update(r.app_id for r in records if r.app_id is not None)
        found = [
            self._app(record, user) for record in records for user in record.users if user.installed
        ]
        return tuple(sorted(found, key=lambda app: (app.package, app.user)))

    def _app(self, record: PackageRecord, user: UserRecord) -> App:
        uid = None if record.app_id is None else user.id * _UIDS_PER_USER + record.app_id
        shared = self._shared_user(record)
        return App(
            user=user.id,
            package=record.name,
            version_name=record.version_name,
            version_code=record.version_code,
            target_sdk=record.target_sdk,
            uid=uid,
            system="SYSTEM" in record.flags,
            enabled=user.enabled in {0, 1, None},
            installer=record.installer,
            initiator=record.initiator,
            originator=record.originator,
            package_source=record.package_source,
            first_installed=parse_time(user.first_install or record.first_install, self.zone),
            last_updated=parse_time(record.last_update, self.zone),
            signer="+".join(record.signers) or None,
            shared_user=shared.name if shared else record.shared_user or self._unnamed(record),
            debuggable="DEBUGGABLE" in record.flags,
            partition=partition(record.code_path),
            past_signers=record.past_signers,
            permissions=self._permissions(record, user, shared),
        )

    def _permissions(
        self, record: PackageRecord, user: UserRecord, shared: SharedUserRecord | None
    ) -> tuple[Permission, ...]:
        states: dict[str, tuple[Grant, GrantKind]] = {}
        if shared is not None:
            _collect(states, shared.install, shared.runtime.get(user.id, ()), user.id)
        _collect(states, record.install, user.runtime, user.id)
        asked = set(record.requested or ())
        asked.update(self.requested.get(record.name, ()))
        asked.update(self.appop.get(record.name, ()))
        found = [
            self._permission(grant, kind, name in asked or None)
            for name, (grant, kind) in states.items()
        ]
        found += [
            Permission(name, self._kind(name), granted=False, requested=True)
            for name in asked
            if name not in states
        ]
        return tuple(sorted(found, key=lambda permission: permission.name))

    def _shared_user(self, record: PackageRecord) -> SharedUserRecord | None:
        if record.shared_user is not None and record.shared_user in self.shared:
            return self.shared[record.shared_user]
        # An app id belongs to one app, or to one shared uid and all of its apps.
        return None if record.app_id is None else self.shared.get(record.app_id)

    def _unnamed(self, record: PackageRecord) -> str | None:
        """A shared uid that only its several packages betray: Android 13+ names it elsewhere."""
        return f"uid {record.app_id}" if self.packages_of[record.app_id] > 1 else None

    def _permission(self, grant: Grant, kind: GrantKind, requested: bool | None) -> Permission:
        key = (id(grant), kind, requested)
        if key not in self.permissions:
            self.permissions[key] = Permission(
                grant.name, kind, grant.granted, grant.flags, requested
            )
        return self.permissions[key]

    def _kind(self, name: str) -> GrantKind:
        definition = self.definitions.get(name)
        if name in self.appop_names or (definition and definition.is_appop):
            return GrantKind.APPOP
        if definition and definition.is_dangerous:
            return GrantKind.RUNTIME
        return GrantKind.INSTALL


def partition(code_path: str | None) -> str | None:
    """Where the app lies: ``data`` for what was installed or updated, else the system's part."""
    if code_path is None or not code_path.startswith("/"):
        return None
    return code_path.split("/")[1] or None


def _collect(
    states: dict[str, tuple[Grant, GrantKind]],
    install: Iterable[Grant],
    runtime: Iterable[Grant],
    user: int,
) -> None:
    """Adds the grants that hold for ``user``: its own line before the one for all users."""
    own = [grant for grant in install if grant.user == user]
    for grants, kind in (
        ([grant for grant in install if grant.user is None], GrantKind.INSTALL),
        (own, GrantKind.INSTALL),
        (runtime, GrantKind.RUNTIME),
    ):
        for grant in grants:
            states[grant.name] = (grant, kind)


def parse_time(text: str | None, zone: tzinfo | None) -> datetime | None:
    """A printed local time (``2026-11-23 13:12:00``, in any script's digits) in UTC.

    None without a zone, for no time at all, and for 1970 and before: Android's "never".
    """
    match = _TIME.fullmatch(text.strip()) if text else None
    if match is None or zone is None:
        return None
    year, month, day, hour, minute, second = (int(number) for number in match.groups())
    if year <= 1970:
        return None
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
