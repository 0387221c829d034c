"""Renders ``dumpsys package`` as Android 6 to 16 print it.

Follows ``Settings.dumpPackageLPr`` and its neighbours; where a line came or went between versions,
the number is the API level.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from device.demo_phone.grant_text import RESTRICTED, grant_text, identity
from device.demo_phone.spec import AppSpec, PhoneSpec, SharedUserSpec, UserApp

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class PackageText:
    """The sections of one phone's ``dumpsys package``, each as lines without line ends."""

    def __init__(self, spec: PhoneSpec) -> None:
        self._spec = spec
        self._sdk = spec.sdk
        self._shared = spec.by_shared_user
        self._apps = sorted(spec.apps, key=lambda app: identity(spec.order, app.name))

    def packages(
        self,
        *,
        only: str | None = None,
        names: Collection[str] | None = None,
        components: bool = False,
    ) -> Iterator[str]:
        """``Packages:``, of one package or of those that have a state for one of ``names``."""
        wanted = [
            app
            for app in self._apps
            if (only is None or app.name == only)
            and (names is None or any(name in names for name in self._states(app)))
        ]
        if wanted:
            yield "Packages:"
        for app in wanted:
            for line in self._block(app, names, alone=only is not None):
                if components and line.startswith("    User 0:"):
                    yield from _components(app)
                yield line

    def hidden(self) -> Iterator[str]:
        """The factory copies of updated system apps."""
        updated = [app for app in self._apps if app.factory is not None]
        if updated:
            yield "Hidden system packages:"
        for app in updated:
            assert app.factory is not None  # noqa: S101 -- for mypy: filtered above
            name, code = app.factory
            users = {user: replace(own, grants={}) for user, own in app.users.items()}
            factory = replace(
                app, version_name=name, version_code=code, factory=None, users=users, declared=()
            )
            yield from self._block(factory, None, alone=False, hidden=True)

    def shared_users(
        self, *, only: str | None = None, names: Collection[str] | None = None
    ) -> Iterator[str]:
        wanted = [
            shared
            for shared in self._spec.shared_users
            if (only is None or shared.name == only)
            and (names is None or any(name in names for name in shared.requested))
        ]
        if wanted:
            yield "Shared users:"
        for shared in wanted:
            yield from self._shared_block(shared, names)

    def permissions(self, names: Collection[str] | None = None) -> Iterator[str]:
        yield "Permissions:"
        for name, protection in self._spec.definitions.items():
            if names is None or name in names:
                yield f"  Permission [{name}] ({identity('permission', name)}):"
                yield "    sourcePackage=android"
                gids = "null" if self._sdk < 31 else "[]"
                yield f"    uid=1000 gids={gids} type=0 prot={protection}"
                holder = "Permission" if self._sdk < 30 else "PermissionInfo"
                yield f"    perm={holder}{{{identity('info', name)} {name}}}"
                if self._sdk >= 26:
                    flags = 0x40000000 | (4 if name in RESTRICTED and self._sdk >= 29 else 0)
                    yield f"    flags=0x{flags:x}"
                if self._sdk <= 30:
                    yield f"    packageSetting=PackageSetting{{{identity('android')} android/1000}}"

    def appop_permissions(self) -> Iterator[str]:
        """Every package that asks for a permission which an app-op decides."""
        yield "AppOp Permissions:"
        for name, protection in self._spec.definitions.items():
            askers = [app.name for app in self._apps if name in app.requested]
            if "appop" in protection.split("|") and askers:
                yield f"  AppOp Permission {name}:"
                yield from (f"    {asker}" for asker in askers)

    def _states(self, app: AppSpec) -> tuple[str, ...]:
        shared = self._shared.get(app.shared_user or "")
        return app.requested if shared is None else shared.requested

    def _time(self, at: datetime) -> str:
        return at.astimezone(self._spec.zone).strftime("%Y-%m-%d %H:%M:%S")

    def _block(
        self, app: AppSpec, names: Collection[str] | None, *, alone: bool, hidden: bool = False
    ) -> Iterator[str]:
        sdk = self._sdk
        yield f"  Package [{app.name}] ({identity('setting', app.name, hidden)}):"
        yield f"    {'appId' if sdk >= 34 else 'userId'}={app.app_id}"
        if app.shared_user is not None:
            held = f"{identity('shared', app.shared_user)} {app.shared_user}/{app.app_id}"
            yield f"    sharedUser=SharedUserSetting{{{held}}}"
        yield f"    pkg=Package{{{identity('pkg', app.name, hidden)} {app.name}}}"
        yield from self._paths(app, filtered=names is not None, hidden=hidden)
        yield from self._version(app)
        yield from self._flag_lines(app)
        yield from self._install_lines(app, hidden=hidden)
        if app.declared and names is None:
            yield "    declared permissions:"
            end = "prot=signature, INSTALLED" if sdk < 34 else "prot=signature"
            yield from (f"      {name}: {end}" for name in app.declared)
        listed = [name for name in app.requested if names is None or name in names]
        if (alone or names is not None) and sdk >= 24 and listed and not hidden:
            yield "    requested permissions:"
            for name in listed:
                mark = ": restricted=true" if 29 <= sdk <= 30 and name in RESTRICTED else ""
                yield f"      {name}{mark}"
        shared = self._shared.get(app.shared_user or "")
        if not hidden and (shared is None or alone or names is not None):
            states = app.requested if shared is None else shared.requested
            yield from self._install_permissions(states, app, names, indent=4)
        for user in self._spec.users:
            own = app.users.get(user.id)
            yield from self._user_lines(app, user.id, own, names, bare=hidden)

    def _paths(self, app: AppSpec, *, filtered: bool, hidden: bool) -> Iterator[str]:
        directory = self._directory(app, hidden=hidden)
        yield f"    codePath={directory}"
        if filtered:
            return
        yield f"    resourcePath={directory}"
        yield f"    legacyNativeLibraryDir={directory}/lib"
        if self._sdk >= 31:
            yield "    extractNativeLibs=false"
        yield f"    primaryCpuAbi={'null' if app.system else 'arm64-v8a'}"
        yield "    secondaryCpuAbi=null"
        if self._sdk >= 31:
            yield "    cpuAbiOverride=null"

    def base_apk(self, app: AppSpec) -> str:
        """Where the app lies: installed ones as ``base.apk``, the system's under their own name."""
        directory = self._directory(app, hidden=False)
        name = directory.rpartition("/")[2] if directory == app.code_path else "base"
        return f"{directory}/{'framework-res' if app.name == 'android' else name}.apk"

    def _directory(self, app: AppSpec, *, hidden: bool) -> str:
        if app.code_path is not None and (hidden or app.factory is None):
            return app.code_path
        if self._sdk < 26:
            return f"/data/app/{app.name}-1"
        token = identity("dir", app.name) * 3
        if self._sdk < 30:
            return f"/data/app/{app.name}-{token[:22]}=="
        return f"/data/app/~~{token[:22]}==/{app.name}-{token[1:23]}=="

    def _version(self, app: AppSpec) -> Iterator[str]:
        lowest = f" minSdk={app.min_sdk}" if self._sdk >= 24 else ""
        target = min(app.target_sdk, self._sdk) if app.system else app.target_sdk
        yield f"    versionCode={app.version_code}{lowest} targetSdk={target}"
        if self._sdk >= 31:
            yield "    minExtensionVersions=[]"
        yield f"    versionName={app.version_name}"
        if self._sdk >= 36:
            yield f"    hiddenApiEnforcementPolicy={0 if app.system else 2}"
        if self._sdk >= 31:
            yield f"    usesNonSdkApi={'true' if app.system else 'false'}"
        yield "    splits=[base]" if app.system else "    splits=[base, config.arm64_v8a]"
        if self._sdk >= 24:
            yield f"    apkSigningVersion={2 if self._sdk < 28 else 3}"
        if self._sdk <= 32:
            kind = "ApplicationInfo" if self._sdk < 30 else "PackageImpl"
            yield f"    applicationInfo={kind}{{{identity('info', app.name)} {app.name}}}"

    def _flag_lines(self, app: AppSpec) -> Iterator[str]:
        yield f"    flags=[ {' '.join(_public_flags(app))} ]"
        private = self._private_flags(app)
        if private:
            yield f"    privateFlags=[ {' '.join(private)} ]"
        if self._sdk >= 30:
            yield "    forceQueryable=false"
        if 30 <= self._sdk <= 32:
            yield "    queriesPackages=[]"
        if self._sdk >= 36:
            yield "    pageSizeCompat=0"
            yield "    scannedAsStoppedSystemApp=false"
        if self._sdk < 35:
            yield f"    dataDir=/data/user/0/{app.name}"
        yield "    supportsScreens=[small, medium, large, xlarge, resizeable, anyDensity]"

    def _private_flags(self, app: AppSpec) -> list[str]:
        flags = []
        if self._sdk >= 29:
            flags.append("PRIVATE_FLAG_ACTIVITIES_RESIZE_MODE_RESIZEABLE_VIA_SDK_VERSION")
            flags.append("ALLOW_AUDIO_PLAYBACK_CAPTURE")
        path = app.code_path or ""
        if "/priv-app/" in path:
            flags.append("PRIVILEGED")
        if self._sdk >= 29:
            flags += [
                part.upper()
                for part in ("product", "system_ext", "vendor")
                if path.startswith((f"/{part}/", f"/system/{part}/"))
            ]
        return flags

    def _install_lines(self, app: AppSpec, *, hidden: bool) -> Iterator[str]:
        sdk = self._sdk
        first = min((own.first_installed for own in app.users.values()), default=_NEVER)
        yield f"    timeStamp={self._time(app.updated)}"
        if sdk <= 32:
            yield f"    firstInstallTime={self._time(first)}"
        yield f"    lastUpdateTime={self._time(app.updated)}"
        if sdk >= 34 or app.installer is not None:
            yield f"    installerPackageName={app.installer or 'null'}"
        if sdk >= 34:
            known = self._spec.app(app.installer) if app.installer else None
            yield f"    installerPackageUid={known.app_id if known else -1}"
            yield f"    initiatingPackageName={app.initiating or 'null'}"
            yield f"    originatingPackageName={app.originating or 'null'}"
        if sdk >= 33:
            yield f"    packageSource={app.source}"
        if sdk >= 34:
            yield "    appMetadataFilePath=null"
        if sdk >= 36:
            yield "    appMetadataSource=0"
        yield f"    signatures={self._signatures(app, hidden=hidden)}"
        status = " installStatus=1" if sdk <= 27 else ""
        yield f"    installPermissionsFixed={'false' if hidden or sdk >= 30 else 'true'}{status}"
        yield f"    pkgFlags=[ {' '.join(_public_flags(app))} ]"
        if sdk >= 34:
            private = self._private_flags(app)
            yield f"    privatePkgFlags=[ {' '.join(private)} ]"
            yield "    apexModuleName=null"

    def _signatures(self, app: AppSpec, *, hidden: bool) -> str:
        token = identity("signatures", app.name, hidden)
        current = "" if hidden else app.signer
        if self._sdk < 28:
            return f"PackageSignatures{{{token} [{current}]}}"
        past = ", ".join(f"{signer} flags: 17" for signer in app.past_signers)
        version = 0 if hidden else 3
        listed = f"signatures:[{current}], past signatures:[{past}]"
        return f"PackageSignatures{{{token} version:{version}, {listed}}}"

    def _user_lines(
        self,
        app: AppSpec,
        user: int,
        own: UserApp | None,
        names: Collection[str] | None,
        *,
        bare: bool,
    ) -> Iterator[str]:
        sdk = self._sdk
        yield f"    User {user}: {self._user_state(app, own)}"
        if sdk >= 33:
            yield f"      installReason={0 if app.system or own is None else 4}"
        if sdk >= 35:
            yield f"      dataDir={f'/data/user/{user}/{app.name}' if own else 'null'}"
        if sdk >= 33:
            yield f"      firstInstallTime={self._time(own.first_installed if own else _NEVER)}"
            yield "      uninstallReason=0"
        if own is not None and own.enabled == 3:
            yield "      lastDisabledCaller: com.android.settings"
        if app.shared_user is None and not bare:
            yield "      gids=[3003]"
            yield from self._runtime_permissions(app, own, names)

    def _user_state(self, app: AppSpec, own: UserApp | None) -> str:
        sdk = self._sdk
        inode = int(identity("inode", app.name), 16) % 900_000 if own else 0
        fields: list[tuple[str, object]] = []
        if sdk >= 24:
            fields.append(("ceDataInode", inode))
        if sdk >= 35:
            fields.append(("deDataInode", inode and inode + 7))
        installed = own is not None and own.installed
        fields += [("installed", installed), ("hidden", False)]
        if sdk >= 24:
            fields.append(("suspended", False))
        if sdk >= 30:
            fields.append(("distractionFlags", 0))
        stopped = own is not None and own.stopped
        fields += [("stopped", stopped), ("notLaunched", False)]
        fields.append(("enabled", own.enabled if own else 0))
        if sdk >= 26:
            fields.append(("instant", False))
        if sdk >= 27:
            fields.append(("virtual", False))
        if sdk >= 35:
            fields.append(("quarantined", False))
        shown = " ".join(f"{name}={str(value).lower()}" for name, value in fields)
        return f" {shown}" if sdk == 23 else shown  # two blanks after the colon on Android 6

    def _install_permissions(
        self,
        requested: Iterable[str],
        app: AppSpec | None,
        names: Collection[str] | None,
        *,
        indent: int,
    ) -> Iterator[str]:
        """The states that hold for every user; without ``app``, those of a shared uid."""
        margin = " " * indent
        lines = []
        for name in requested:
            protection = self._spec.definitions.get(name)
            if protection is None or (names is not None and name not in names):
                continue
            granted = self._installed_grant(name, protection, app)
            # Ungranted ones have no state before Android 14.
            if granted or (granted is False and self._sdk >= 34):
                lines.append(f"{margin}  {name}: granted={'true' if granted else 'false'}")
        if lines:
            yield f"{margin}install permissions:"
            yield from lines

    def _installed_grant(self, name: str, protection: str, app: AppSpec | None) -> bool | None:
        """Whether a permission is granted at install; None for one that the user decides."""
        base, *more = protection.split("|")
        if base == "dangerous":
            # Old apps got all they asked for at install, and Android 10 made those revocable.
            legacy = app is not None and app.target_sdk < 23 and self._sdk <= 28
            return True if legacy else None
        if base == "normal" or app is None:
            return True
        if "appop" in more or "development" in more:
            return name in app.allowed or (app.system and "privileged" in more)
        return app.system

    def _runtime_permissions(
        self, app: AppSpec, own: UserApp | None, names: Collection[str] | None
    ) -> Iterator[str]:
        lines = []
        installed = own is not None and own.installed
        for name in app.requested:
            if self._spec.definitions.get(name, "").split("|")[0] != "dangerous":
                continue
            if app.target_sdk < 23 and self._sdk <= 28:
                continue
            grant = own.grants.get(name) if own is not None and installed else None
            if grant is None and not (self._sdk >= 29 and installed):
                continue  # never asked: no state before Android 10
            if names is None or name in names:
                lines.append(f"        {name}: {grant_text(name, grant, app, self._sdk)}")
        if lines or self._sdk < 31:
            yield "      runtime permissions:"
            yield from lines

    def _shared_block(self, shared: SharedUserSpec, names: Collection[str] | None) -> Iterator[str]:
        yield f"  SharedUser [{shared.name}] ({identity('shared', shared.name)}):"
        yield f"    {'appId' if self._sdk >= 34 else 'userId'}={shared.app_id}"
        if self._sdk >= 29:
            yield "    Packages"
            for app in self._apps:
                if app.shared_user == shared.name:
                    held = f"{identity('setting', app.name, False)} {app.name}/{app.app_id}"
                    yield f"      PackageSetting{{{held}}}"
        yield from self._install_permissions(shared.requested, None, names, indent=4)
        for user in self._spec.users:
            yield f"    User {user.id}: "
            yield "      gids=[3003, 3007]"
            lines = [
                f"        {name}: {grant_text(name, grant, None, self._sdk)}"
                for name, grant in shared.grants.items()
                if names is None or name in names
            ]
            if lines or self._sdk < 31:
                yield "      runtime permissions:"
                yield from lines


def _public_flags(app: AppSpec) -> list[str]:
    flags = {
        "SYSTEM": app.system,
        "DEBUGGABLE": app.debuggable,
        "HAS_CODE": True,
        "ALLOW_CLEAR_USER_DATA": True,
        "UPDATED_SYSTEM_APP": app.factory is not None,
        "ALLOW_BACKUP": True,
    }
    return [flag for flag, stands in flags.items() if stands]


def _components(app: AppSpec) -> Iterator[str]:
    """As ``ComponentName.flattenToShortString`` writes them."""
    yield "    activities:"
    for name in (f"{app.name}.MainActivity", *app.components):
        short = name.removeprefix(app.name) if name.startswith(f"{app.name}.") else name
        yield f"      {app.name}/{short}"
