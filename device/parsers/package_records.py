"""What stands in an answer of ``dumpsys package``, block by block, in the phone's own words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Grant:
    """One line ``NAME: granted=…``.

    Attributes:
        flags: as printed, in their order; unknown ones are decimal numbers.
        user: the one user that an install permission's line is about (``, userId=10``, Android
            12+); ``None`` where the line holds for every user without a line of their own.
    """

    name: str
    granted: bool
    flags: tuple[str, ...] = ()
    user: int | None = None


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A ``User N:`` block below a package. ``None`` is "not printed".

    Attributes:
        enabled: 0 default, 1 enabled, 2 disabled, 3 by the user, 4 until used.
        install_reason: 0 unknown, 1 policy, 2 restore, 3 set-up, 4 user, 5 rollback.
        first_install: local time as printed; Android 13+ only.
    """

    id: int
    installed: bool | None = None
    hidden: bool | None = None
    suspended: bool | None = None
    stopped: bool | None = None
    enabled: int | None = None
    install_reason: int | None = None
    first_install: str | None = None
    runtime: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageRecord:
    """A ``Package [NAME]`` block of the section ``Packages:``.

    Attributes:
        app_id: the uid without its user.
        shared_user: the name in ``sharedUser=`` (Android 6 to 12); newer phones tell the members
            of a shared uid only in its own block.
        flags: of ``flags=`` and ``pkgFlags=`` together.
        first_install, last_update: local times as printed.
        package_source: 1 other, 2 store, 3 local file, 4 downloaded file (Android 13+).
        signers, past_signers: 32-bit hashes of certificates in hexadecimal; good for "the same as
            before", no proof of who it is.
        requested: permissions the manifest asks for; ``None`` where the list is not printed, as in
            every whole dump.
    """

    name: str
    app_id: int | None = None
    shared_user: str | None = None
    code_path: str | None = None
    version_name: str | None = None
    version_code: int | None = None
    min_sdk: int | None = None
    target_sdk: int | None = None
    flags: tuple[str, ...] = ()
    first_install: str | None = None
    last_update: str | None = None
    installer: str | None = None
    initiator: str | None = None
    originator: str | None = None
    package_source: int | None = None
    signers: tuple[str, ...] = ()
    past_signers: tuple[str, ...] = ()
    declared: tuple[tuple[str, str], ...] = ()
    requested: tuple[str, ...] | None = None
    install: tuple[Grant, ...] = ()
    users: tuple[UserRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedUserRecord:
    """A ``SharedUser [NAME]`` block: what all apps of one uid hold together.

    ``members`` are package names (Android 10+). ``runtime`` has the grants of each user id.
    """

    name: str
    app_id: int | None = None
    members: tuple[str, ...] = ()
    install: tuple[Grant, ...] = ()
    runtime: dict[int, tuple[Grant, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Definition:
    """A permission that the phone knows; ``protection`` as printed (``signature|appop``)."""

    name: str
    protection: str = ""
    source: str | None = None

    @property
    def is_dangerous(self) -> bool:
        return self.protection.split("|", 1)[0] == "dangerous"

    @property
    def is_appop(self) -> bool:
        return "appop" in self.protection.split("|")


@dataclass(frozen=True, slots=True)
class PackageDump:
    """Everything read from one text.

    Attributes:
        packages: one record per name; of a name that comes twice the first one.
        appop_permissions: permission -> packages that ask for it, used or not.
        sections: the known section titles met, without their colon. A section that is not in it
            was not read, which is not the same as empty.
        unknown_lines: lines within a read section that no rule knows; a few stand in
            ``unknown_samples``.
        duplicates: further blocks of a package that already had one, left out.
        dropped: names of blocks left out because the text was cut within them.
        unreadable: names of blocks left out because their uid can be none.
        without_users: names of package blocks that no user line follows: no app comes of them.
        truncated: the text ended too early, or Android's time for the dump ran out.
        refused: the phone said "Permission Denial".
        missing_service: the phone has no package service (yet).
    """

    packages: tuple[PackageRecord, ...] = ()
    shared_users: tuple[SharedUserRecord, ...] = ()
    definitions: dict[str, Definition] = field(default_factory=dict)
    appop_permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sections: frozenset[str] = frozenset()
    unknown_lines: int = 0
    unknown_samples: tuple[str, ...] = ()
    duplicates: int = 0
    dropped: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    without_users: tuple[str, ...] = ()
    truncated: bool = False
    refused: bool = False
    missing_service: bool = False
