"""What a simulated phone is like, as plain data; the renderers turn it into Android's text.

All times are aware datetimes. Permission names are whole names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True)
class Grant:
    """State of a runtime permission for one user. ``flags`` in the order of their bits."""

    granted: bool
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserSpec:
    """``flags`` are Android's ``UserInfo`` bits; ``type`` without ``android.os.usertype.``."""

    id: int
    name: str
    flags: int
    type: str
    running: bool = True


@dataclass(frozen=True, slots=True)
class UserApp:
    """One user's side of an app.

    ``grants`` are the runtime permissions that were ever decided; ``enabled`` is Android's number.
    """

    first_installed: datetime
    grants: Mapping[str, Grant] = field(default_factory=dict)
    installed: bool = True
    enabled: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """One record of a use: process state and flags as Android prints them, and when."""

    at: datetime
    state: str = "top"
    on_behalf: str = "s"
    rejected: bool = False
    duration_ms: int | None = None
    attribution: str | None = None
    proxy: tuple[int, str] | None = None
    running: bool = False


@dataclass(frozen=True, slots=True)
class OpSpec:
    """An app-op of one app for one user. ``mode`` None: as by default, printed as ``allow``."""

    name: str
    user: int = 0
    mode: str | None = None
    uid_level: bool = False
    accesses: tuple[Access, ...] = ()


@dataclass(frozen=True, slots=True)
class AppSpec:
    """``allowed`` are the special permissions that stand granted in the install list.

    ``factory`` is the version that a system app had before its update; ``users`` has everyone
    who ever had the app. ``components`` are whole class names, as are the other ``classes``.
    """

    name: str
    app_id: int
    version_name: str
    version_code: int
    target_sdk: int
    updated: datetime
    users: Mapping[int, UserApp]
    min_sdk: int = 24
    code_path: str | None = None
    shared_user: str | None = None
    installer: str | None = None
    initiating: str | None = None
    originating: str | None = None
    source: int = 0
    signer: str = "0"
    past_signers: tuple[str, ...] = ()
    requested: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()
    ops: tuple[OpSpec, ...] = ()
    factory: tuple[str, int] | None = None
    debuggable: bool = False
    components: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def system(self) -> bool:
        return self.code_path is not None


@dataclass(frozen=True, slots=True)
class SharedUserSpec:
    """A uid that several apps share; its permissions belong to all of them."""

    name: str
    app_id: int
    requested: tuple[str, ...]
    grants: Mapping[str, Grant]


@dataclass(frozen=True, slots=True)
class Special:
    """Special access, per user where Android keeps it so. Components are ``package/class``."""

    accessibility: Mapping[int, tuple[str, ...]]
    listeners: Mapping[int, tuple[str, ...]]
    assistants: Mapping[int, tuple[str, ...]]
    roles: Mapping[int, Mapping[str, tuple[str, ...]]]
    admins: Mapping[int, tuple[str, ...]]
    profile_owners: Mapping[int, str]
    battery: tuple[tuple[str, str], ...]  # (list, package)


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """A whole phone at one moment. ``order`` changes the order of blocks, as a reboot may."""

    sdk: int
    now: datetime
    zone: tzinfo
    properties: Mapping[str, str]
    users: tuple[UserSpec, ...]
    apps: tuple[AppSpec, ...]
    shared_users: tuple[SharedUserSpec, ...]
    definitions: Mapping[str, str]  # permission -> protection as Android prints it
    settings: Mapping[int, Mapping[str, Mapping[str, str]]]  # user -> table -> name -> value
    special: Special
    order: int = 0

    def app(self, name: str) -> AppSpec | None:
        return next((app for app in self.apps if app.name == name), None)

    @property
    def by_shared_user(self) -> Mapping[str, SharedUserSpec]:
        return {shared.name: shared for shared in self.shared_users}
