"""What a check of a phone yields: plain, frozen data that every room shares.

Nothing here knows adb, SQL or Qt. Times are aware datetimes in UTC. ``None`` always means
"the phone did not tell", never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class UserKind(StrEnum):
    """What a user id of the phone stands for."""

    OWNER = "owner"
    SECONDARY = "secondary"
    WORK = "work"
    CLONE = "clone"
    PRIVATE = "private"
    OTHER = "other"


class GrantKind(StrEnum):
    """In which list of the phone's answer a permission stood."""

    INSTALL = "install"
    RUNTIME = "runtime"
    APPOP = "appop"


class Part(StrEnum):
    """The parts a check consists of; each can fail without costing the others."""

    PROPERTIES = "properties"
    USERS = "users"
    CLOCK = "clock"
    PACKAGES = "packages"
    SHARED_USERS = "shared_users"
    DEFINITIONS = "definitions"
    REQUESTED = "requested"
    APPOPS = "appops"
    SETTINGS = "settings"
    ROLES = "roles"
    DEVICE_POLICY = "device_policy"
    NOTIFICATIONS = "notifications"
    BATTERY = "battery"
    USES = "uses"
    COMPONENTS = "components"


class PartState(StrEnum):
    """How reading one part went."""

    READ = "read"
    ABSENT = "absent"  # this phone or these files never had it
    FAILED = "failed"  # cut short, timed out, refused or in an unknown dialect


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, as data; ``audit.wording`` makes the sentence.

    ``code`` names the sentence, ``values`` fills its placeholders.
    """

    code: str
    part: Part | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str | None
    kind: UserKind
    running: bool | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """The phone a snapshot is of. ``sdk`` is Android's API level.

    ``name`` is what it is sold as, where its maker tells: ``model`` may be "23043RP34G".
    """

    serial: str | None
    manufacturer: str | None = None
    model: str | None = None
    android: str | None = None
    sdk: int | None = None
    security_patch: str | None = None
    fingerprint: str | None = None
    name: str | None = None

    @property
    def title(self) -> str | None:
        """Maker and name, as a person knows the phone; None for an unknown one."""
        name = self.name or self.model or ""
        if self.manufacturer and not name.lower().startswith(self.manufacturer.lower()):
            name = f"{self.manufacturer} {name}"
        return name.strip() or None

    @property
    def open_to_others(self) -> bool | None:
        """Whether others in its network can pass the check of wireless debugging.

        CVE-2026-0073, Android 14 to 16; None where the phone does not tell. Source:
        https://source.android.com/docs/security/bulletin/2026/2026-05-01
        """
        if self.sdk is None:
            return None
        if not 34 <= self.sdk <= 36:
            return False
        return None if self.security_patch is None else self.security_patch < "2026-05-01"

    @property
    def key(self) -> str:
        """Recognises the phone again over USB, over Wi-Fi, and after a system update.

        The serial number alone where it is a real one; a placeholder or a network address
        (``127.0.0.1:7001``) says nothing, so maker and model stand in.
        """
        serial = self.serial or ""
        placeholder = serial.lower() in {"", "unknown", "redacted", "0123456789abcdef"}
        if placeholder or ":" in serial:
            return f"{serial if placeholder else ''}|{self.manufacturer or ''}|{self.model or ''}"
        return serial


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of one app for one user, in the phone's own words.

    Attributes:
        requested: whether the app's manifest asks for it; ``None`` where the phone does not say.
        flags: as Android prints them, in its order; unknown ones are decimal numbers.
    """

    name: str
    kind: GrantKind
    granted: bool
    flags: tuple[str, ...] = ()
    requested: bool | None = None


@dataclass(frozen=True, slots=True)
class Op:
    """An app-op of one app, as ``dumpsys appops`` states it.

    ``mode`` is the package's own, ``uid_mode`` its uid's; each is Android's word (``allow``,
    ``ignore``, ``deny``, ``default``, ``foreground``, MIUI's ``ask``) or ``None`` when not printed,
    which means the op's default and not "denied".
    """

    name: str
    mode: str | None = None
    uid_mode: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A recorded access (or refusal) of an app-op.

    Attributes:
        state: process state as printed (``top``, ``fgsvc``, ``fg``, ``bg``, ``cch``, ``pers``).
        on_behalf: Android's flags (``s`` self, ``tpd``/``upd`` proxied, ``tp``/``up`` proxy).
        proxy: the package that asked on the app's behalf, where one did.
        precision: seconds by which ``at`` may be off (60 for discrete history).
    """

    user: int
    package: str
    op: str
    at: datetime
    rejected: bool = False
    state: str | None = None
    on_behalf: str | None = None
    duration_ms: int | None = None
    attribution: str | None = None
    proxy: str | None = None
    running: bool = False
    precision: int = 0


@dataclass(frozen=True, slots=True)
class App:
    """One app as one user of the phone has it.

    ``permissions`` are sorted by name; those of a shared uid are included. ``special`` holds the
    special accesses it has (``accessibility``, ``role:SMS`` ...), sorted. ``components`` are the
    Java packages (five parts at most) of its components that lie outside its own, sorted; None
    where they were not read. ``code`` are those (six parts at most) of all of its code, None where
    nobody looked into it: no part of what a check reads, but of what is known of the app.
    """

    user: int
    package: str
    version_name: str | None = None
    version_code: int | None = None
    target_sdk: int | None = None
    uid: int | None = None
    system: bool = False
    enabled: bool = True
    installer: str | None = None
    initiator: str | None = None
    originator: str | None = None
    package_source: int | None = None
    first_installed: datetime | None = None
    last_updated: datetime | None = None
    signer: str | None = None
    shared_user: str | None = None
    debuggable: bool | None = None
    partition: str | None = None
    past_signers: tuple[str, ...] = ()
    components: tuple[str, ...] | None = None
    code: tuple[str, ...] | None = None
    permissions: tuple[Permission, ...] = ()
    ops: tuple[Op, ...] = ()
    special: tuple[str, ...] = ()

    @property
    def version(self) -> str | None:
        """As a person may read it: its name, else its number."""
        number = self.version_code
        return self.version_name or (str(number) if number is not None else None)

    def is_same_version(self, other: App) -> bool:
        return (self.version_code, self.version_name) == (other.version_code, other.version_name)

    @property
    def stamp(self) -> str:
        """Another one after each update: what was read of the app itself is read anew then."""
        updated = self.last_updated.isoformat() if self.last_updated else ""
        return f"{self.version_code or ''} {updated} {self.signer or ''}"


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A check without its apps: what a list of checks shows.

    ``parts`` says for each part how it went; a part that is not in it was not asked for (by an
    older version of the program) and counts as unknown. ``source``: ``phone``, ``files``, ``demo``,
    ``reread``; the last one has in ``reread_of`` the number of the check whose answers it read.
    ``title`` and ``note`` are the person's own words. ``kept_under`` is the key of the phone in the
    store that the check belongs to, which differs from ``phone.key`` once phones were merged or
    split by hand.
    """

    phone: Phone
    taken_at: datetime
    users: tuple[User, ...] = ()
    app_count: int = 0
    parts: dict[Part, PartState] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    source: str = "phone"
    note: str | None = None
    id: int | None = None
    reread_of: int | None = None
    title: str | None = None
    # Where it is kept is no part of what it says.
    kept_under: str | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The phone's key in the store."""
        return self.kept_under or self.phone.key

    @property
    def complete(self) -> bool:
        """False when a part failed; a part the phone never had is no failure."""
        return PartState.FAILED not in self.parts.values()

    def knows(self, part: Part) -> bool:
        return self.parts.get(part) is PartState.READ


@dataclass(frozen=True, slots=True)
class AppIcon:
    """An app's icon as it was found: a picture, or drawn as SVG by us from what the app gave.

    ``kind`` is ``png``, ``webp``, ``jpeg``, ``svg``, or ``adaptive`` for an SVG that fills a whole
    square, of which a launcher cuts the corners off.
    """

    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class AppName:
    """What an app calls itself, and its icon.

    Attributes:
        labels: by language (``en``, ``zh-CN``) where the app speaks it; ``""`` for all others.
        stamp: of the app as it was when that was read (``App.stamp``).
    """

    package: str
    stamp: str
    labels: Mapping[str, str] = field(default_factory=dict)
    icon: AppIcon | None = None


@dataclass(frozen=True, slots=True)
class AppCode:
    """What an app's code is made of, as ``App.code``; ``stamp`` as of ``AppName``."""

    package: str
    stamp: str
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What the phone answered to one command, to the byte.

    Attributes:
        command: its name (``device.commands.Command.name``).
        read_at: when the answer was whole, by this computer's clock.
        missing: None for a whole answer; else the code of what ended it, or ``too-large`` for one
            that was not kept.
    """

    command: str
    data: bytes
    read_at: datetime
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole check. ``apps`` are sorted by package, then user; ``raw`` is as it was asked.

    ``commands`` are those that the phone was sent; none for files, and for a check that was saved
    before, which only its ``raw`` tells of.
    """

    info: SnapshotInfo
    apps: tuple[App, ...]
    uses: tuple[Use, ...] = ()
    raw: tuple[RawAnswer, ...] = ()
    commands: tuple[str, ...] = ()


class State(StrEnum):
    """What a permission amounts to, worst last: the words of the command line's contract."""

    DENIED = "denied"
    ASK = "ask"
    ONCE = "once"
    WHILE_IN_USE = "while-in-use"
    ALLOWED = "allowed"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {state: number for number, state in enumerate(State)}


class Severity(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Change(NamedTuple):  # ten years apart there are 15,000: made in a quarter of the time
    """One difference between two checks; the keys of the command line's CHANGE."""

    user: int
    package: str
    what: str  # permission, special, app, version, signer, installer, sdk
    kind: str  # gained, lost, widened, narrowed, installed, removed, updated, changed
    permission: str | None = None
    group: str | None = None
    before: str | None = None
    after: str | None = None
    why: str | None = None  # user, update, new-app, system, policy, role, android
    severity: Severity = Severity.LOW
    between: tuple[datetime, datetime] | None = None
    expected: bool = False  # the person said so; told, but not raised

    @property
    def name(self) -> str:
        """What changed: the permission or special access, else the kind of fact."""
        return self.permission or self.what

    @property
    def is_highlight(self) -> bool:
        """More access to calls, messages or location than before, and not expected."""
        return self.severity is Severity.HIGH and not self.expected

    @property
    def is_silent(self) -> bool:
        """Access that appeared in an app that was there before, without a word from the person.

        What came with a role that somebody chose, or by an administrator, is not silent.
        """
        more = self.what in {"permission", "special"} and self.kind in {"gained", "widened"}
        return more and self.group is not None and self.why in {None, "update", "system", "android"}


class ActionKind(StrEnum):
    REVOKE = "revoke"
    GRANT = "grant"
    SET_OP = "set-op"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to change on the phone, on the person's word.

    Attributes:
        name: the permission or special access, as ``Change.name`` has it.
        op: for ``SET_OP`` the app-op as the phone prints it; ``mode`` is what it is set to, ``was``
            what stood there (None: nothing was printed, so the op's default).
        whole_uid: whether the mode is set for the app's uid and not for its package alone.
    """

    kind: ActionKind
    user: int
    package: str
    name: str
    op: str | None = None
    mode: str | None = None
    was: str | None = None
    whole_uid: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """An action that was tried on a phone.

    Attributes:
        at: by this computer's clock.
        refusal: the phone's words; None where it did not refuse in words.
        held: whether the check ``checked_by`` afterwards found it done; None: nobody looked.
        undoes: the id of the deed that this one undid.
    """

    action: Action
    at: datetime
    refusal: str | None = None
    held: bool | None = None
    checked_by: int | None = None
    undoes: int | None = None
    id: int | None = None
