"""The words of ``dumpsys package``: keys, lists and how a block's lines become a record.

Every key and list that any Android version or maker is known to print is named here, the unneeded
ones too: what is not named counts as an unknown line.
"""

from __future__ import annotations

import re

from device.parsers.package_records import Grant, PackageRecord, SharedUserRecord, UserRecord


def _words(text: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(text.split(separator))


WANTED = _words(
    "userId appId sharedUser codePath versionCode versionName flags pkgFlags firstInstallTime"
    " lastUpdateTime installerPackageName initiatingPackageName originatingPackageName"
    " packageSource signatures"
)

UNNEEDED = _words(
    "pkg|compat name|oldCodePath|resourcePath|legacyNativeLibraryDir|extractNativeLibs"
    "|primaryCpuAbi|secondaryCpuAbi|cpuAbiOverride|minExtensionVersions|parentPackage"
    "|childPackages|hiddenApiEnforcementPolicy|usesNonSdkApi|splits|apkSigningVersion"
    "|applicationInfo|hasPreserveLegacyExternalStorage|forceQueryable|queriesPackages"
    "|queriesIntents|pageSizeCompat|pendingRestore|updatableSystem|emergencyInstaller"
    "|developerVerificationStatus|dataDir|supportsScreens|timeStamp|installerPackageUid"
    "|updateOwnerPackageName|installerAttributionTag|appMetadataFilePath|appMetadataSource"
    "|volumeUuid|loadingProgress|loadingCompletedTime|installPermissionsFixed|apexModuleName"
    "|overlayTarget|overlayCategory|scannedAsStoppedSystemApp|privateFlags|privatePkgFlags"
    "|hwflags|category|componentsDeclared|pccId",  # EMUI, Samsung (two), Android 17's preview
    "|",
)

UNNEEDED_LISTS = _words(
    "libraries|dynamic libraries|static library|SDK library|usesLibraries|usesStaticLibraries"
    "|usesSdkLibraries|usesOptionalLibraries|usesNativeLibraries|usesOptionalNativeLibraries"
    "|usesLibraryFiles|processes|activities|services|receivers|providers|instrumentations"
    "|overlay paths|legacy overlay paths",
    "|",
)

USER_WANTED = _words("installReason firstInstallTime")

USER_UNNEEDED = _words("dataDir uninstallReason gids archiveTime unarchiveInstallerTitle")

USER_LISTS = _words(
    "overlay paths|legacy overlay paths|disabledComponents|enabledComponents|Suspend params", "|"
)

_TAIL = re.compile(r"(true|false)(?:, flags=\[ ?(.*?) ?\])?(?:, userId=(\d{1,9}))?")
_FLAG_BREAK = re.compile(r"[| ]+")
_PAIR = re.compile(r"\b(\w+)=(\S*)")
_SHARED_USER = re.compile(r"SharedUserSetting\{\S+ (.+)/(\d+)\}")
# Android 6 to 8: {HEX [hash]}; 9 and later: {HEX version:3, signatures:[hash], past signatures:[]}
_SIGNERS = re.compile(r"PackageSignatures\{\S+ (?:version:-?\d+, signatures:)?\[([^\]]*)\]")
_PAST_SIGNERS = re.compile(r"past signatures:\[([^\]]*)\]")
_HASH = re.compile(r"(?:^|, ?)([0-9a-fA-F]+)")

_APP_IDS = 100_000

Tail = tuple[bool, tuple[str, ...], int | None]


def parse_tail(text: str) -> Tail | None:
    """What follows ``NAME: granted=``: whether granted, the flags, the user it is about."""
    match = _TAIL.fullmatch(text.rstrip())
    if match is None:
        return None
    flags = tuple(_FLAG_BREAK.split(match[2].strip())) if match[2] else ()
    return match[1] == "true", flags, int(match[3]) if match[3] else None


class UserBlock:
    """The lines of one ``User N:`` so far."""

    __slots__ = ("fields", "first", "id", "last", "runtime")

    def __init__(self, number: int, text: str) -> None:
        self.id = number
        pairs = _PAIR.findall(text)
        self.last = dict(pairs)
        # A suspending app's message (Android 9, 10) stands amid the pairs and can hold any
        # text: what comes before it is read from the left, what comes after from the right.
        self.first = dict(reversed(pairs))
        self.fields: dict[str, str] = {}
        self.runtime: list[Grant] = []

    def record(self) -> UserRecord:
        return UserRecord(
            id=self.id,
            installed=_truth(self.first.get("installed")),
            hidden=_truth(self.first.get("hidden")),
            suspended=_truth(self.first.get("suspended")),
            stopped=_truth(self.last.get("stopped")),
            enabled=_number(self.last.get("enabled")),
            install_reason=_number(self.fields.get("installReason")),
            first_install=self.fields.get("firstInstallTime"),
            runtime=tuple(self.runtime),
        )


class Block:
    """The lines of one package or shared user so far."""

    __slots__ = ("declared", "fields", "install", "members", "name", "requested", "shared", "users")

    def __init__(self, name: str, *, shared: bool) -> None:
        self.name = name
        self.shared = shared
        self.fields: dict[str, str] = {}
        self.declared: list[tuple[str, str]] = []
        self.requested: list[str] | None = None
        self.install: list[Grant] = []
        self.members: list[str] = []
        self.users: dict[int, UserBlock] = {}

    def shared_user(self) -> SharedUserRecord:
        return SharedUserRecord(
            name=self.name,
            app_id=self._app_id(),
            members=tuple(self.members),
            install=tuple(self.install),
            runtime={number: tuple(user.runtime) for number, user in self.users.items()},
        )

    def package(self) -> PackageRecord:
        get = self.fields.get
        versions = dict(_PAIR.findall("versionCode=" + get("versionCode", "")))
        shared = _SHARED_USER.match(get("sharedUser", ""))
        signatures = get("signatures", "")
        return PackageRecord(
            name=self.name,
            app_id=self._app_id(),
            shared_user=shared[1] if shared else None,
            code_path=_text(get("codePath")),
            version_name=_text(get("versionName")),
            version_code=_number(versions.get("versionCode")),
            min_sdk=_number(versions.get("minSdk")),
            target_sdk=_number(versions.get("targetSdk")),
            flags=_flags(get("flags"), get("pkgFlags")),
            first_install=get("firstInstallTime"),
            last_update=get("lastUpdateTime"),
            installer=_text(get("installerPackageName")),
            initiator=_text(get("initiatingPackageName")),
            originator=_text(get("originatingPackageName")),
            package_source=_number(get("packageSource")),
            signers=_hashes(_SIGNERS.match(signatures)),
            past_signers=_hashes(_PAST_SIGNERS.search(signatures)),
            declared=tuple(self.declared),
            requested=None if self.requested is None else tuple(self.requested),
            install=tuple(self.install),
            users=tuple(user.record() for user in self.users.values()),
        )

    def is_new(self, name: str) -> bool:
        """Whether it is the block of ``name`` and has nothing in it yet."""
        return self.name == name and not self.fields and not self.users

    def has_app_id(self) -> bool:
        """False where what is printed cannot be an app id; an excerpt may print none."""
        printed = self.fields.get("appId", self.fields.get("userId"))
        if printed is None:
            return True
        number = _number(printed)
        return number is not None and 0 <= number < _APP_IDS

    def _app_id(self) -> int | None:
        # It is no user's id: Android 6 to 13 print the app id as "userId".
        return _number(self.fields.get("appId", self.fields.get("userId")))


def _text(value: str | None) -> str | None:
    return None if value in {None, "null", ""} else value


def _number(value: str | None) -> int | None:
    if not value or len(value) > 18:  # what fits into 64 bits
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _truth(value: str | None) -> bool | None:
    return {"true": True, "false": False}.get(value or "")


def _flags(*values: str | None) -> tuple[str, ...]:
    words = (word for value in values if value for word in value.strip("[] ").split())
    return tuple(dict.fromkeys(words))


def _hashes(match: re.Match[str] | None) -> tuple[str, ...]:
    return tuple(_HASH.findall(match[1])) if match else ()
