"""What is known about permissions, apps and installers; the data stands in resources/catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from audit.kinds import Kinds
from audit.named import NamedList, read_lists
from resources import loader

if TYPE_CHECKING:
    from audit.companies import Companies
    from audit.sdks import Sdks

LANGUAGES = loader.LANGUAGES
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PermissionText:
    """A permission in the words of a person.

    ``title`` names it, ``can`` completes "Can now …", ``explain`` is a sentence about what an app
    can do with it, ``normal`` says which apps need it.
    """

    title: str
    can: str
    explain: str
    normal: str


@dataclass(frozen=True, slots=True)
class Implied:
    """Below API level ``below``, holding any of ``names`` amounted to the permission."""

    names: tuple[str, ...]
    below: int


@dataclass(frozen=True, slots=True)
class PermissionEntry:
    """One permission as Android 6 to 17 and the vendors define it.

    Attributes:
        access: one of ``Catalogue.access_keys``; ``None`` when it opens nothing personal.
        capability: permissions with the same one mean the same to a person.
        groups: Android's group from an API level on, ascending.
        since: API level that introduced it; at least 23, where the catalogue begins.
        until: first API level without it, or with no effect left.
        protection: ``dangerous``, ``normal``, ``appop`` or ``signature``.
        background: the permission that makes it work in the background, from ``background_since``.
        open_below: below this API level every app could do it without any permission.
        covered_by: permissions that contain it, on every version.
        op: the app-op that records and limits it; ``also_ops`` are older spellings and companions.
        asked: whether a check asks the phone which apps request it.
    """

    name: str
    access: str | None
    capability: str | None
    groups: tuple[tuple[int, str], ...]
    since: int
    until: int | None
    protection: str
    hard_restricted: bool
    soft_restricted: bool
    background: str | None
    background_since: int | None
    implied_by: tuple[Implied, ...]
    open_below: int | None
    covered_by: tuple[str, ...]
    op: str | None
    also_ops: tuple[str, ...]
    asked: bool
    texts: Mapping[str, PermissionText]


@dataclass(frozen=True, slots=True)
class OpEntry:
    """An app-op with no permission of its own; vendors' stand as the phone prints them."""

    op: str
    access: str | None
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One of the kinds of access that a person tells apart; ``icon`` names a file in icons/."""

    key: str
    icon: str
    titles: Mapping[str, str]
    explains: Mapping[str, str]
    normals: Mapping[str, str]
    asks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AppEntry:
    """A well-known app; ``colour`` is ``#RRGGBB``, carries white text, None: its company's."""

    package: str
    names: Mapping[str, str]
    colour: str | None


@dataclass(frozen=True, slots=True)
class InstallerEntry:
    """A package that installs others.

    ``kind`` is ``store``, ``by-hand`` (opened as a file by the person), ``browser``, ``messenger``,
    ``files``, ``transfer`` (from another phone), ``company`` (managed phones), ``system`` or
    ``adb``.
    """

    package: str
    kind: str
    names: Mapping[str, str]

    def name(self, lang: str) -> str:
        return _in_language(self.names, lang)


class Catalogue:
    """Looks up what is known by name. What is not known is ``None``, never an error.

    Each part is read when it is first asked for, so that the window is painted before.
    ``lang`` is one of ``LANGUAGES``; any other gets English.
    """

    @classmethod
    def load(cls) -> Self:
        """The catalogue that comes with the program; all of it is about ten milliseconds."""
        return cls()

    @cached_property
    def _permissions(self) -> Mapping[str, PermissionEntry]:
        rows = map(_permission, _read("permissions")["permissions"])
        return {entry.name: entry for entry in rows}

    @cached_property
    def _foregrounds(self) -> Mapping[str, tuple[str, ...]]:
        return _by_background(self._permissions.values())

    @cached_property
    def _permission_of_op(self) -> Mapping[str, str]:
        return _by_op(self._permissions.values())

    @cached_property
    def _ops(self) -> Mapping[str, OpEntry]:
        return {entry.op: entry for entry in map(_op, _read("ops")["ops"])}

    @cached_property
    def _accesses(self) -> Mapping[str, AccessEntry]:
        return {entry.key: entry for entry in map(_access, _read("access")["access"])}

    @cached_property
    def _apps(self) -> Mapping[str, AppEntry]:
        return {entry.package: entry for entry in map(_app, _read("apps")["apps"])}

    @cached_property
    def _installers(self) -> Mapping[str, InstallerEntry]:
        rows = map(_installer, _read("installers")["installers"])
        return {entry.package: entry for entry in rows}

    @cached_property
    def companies(self) -> Companies:
        from audit.companies import Companies  # noqa: PLC0415 -- not before the first paint

        return Companies.build(_read("companies"), _read("apps")["apps"])

    @cached_property
    def kinds(self) -> Kinds:
        return Kinds.build(_read("kinds"), _read("app_kinds")["apps"], _read("low_relevance"))

    @cached_property
    def sdks(self) -> Sdks:
        from audit.sdks import Sdks  # noqa: PLC0415 -- not before the first paint

        return Sdks.build(_read("sdks"))

    @cached_property
    def lists(self) -> tuple[NamedList, ...]:
        return read_lists(loader.read_text("catalogue", "named.json"))

    @property
    def permissions(self) -> tuple[PermissionEntry, ...]:
        """Every known permission, in the order of the catalogue."""
        return tuple(self._permissions.values())

    def entry(self, name: str) -> PermissionEntry | None:
        return self._permissions.get(name)

    def full_name(self, name: str) -> str:
        """A permission may be named without ``android.permission.``."""
        full = f"android.permission.{name}"
        return full if full in self._permissions else name

    def access_of(self, name: str) -> str | None:
        """The access key a permission counts under."""
        entry = self._permissions.get(name)
        return entry.access if entry else None

    def capability_of(self, name: str) -> str | None:
        entry = self._permissions.get(name)
        return entry.capability if entry else None

    def android_group(self, name: str, sdk: int | None) -> str | None:
        """The group in which a phone of API level ``sdk`` asks for it; unknown ``sdk``: newest."""
        entry = self._permissions.get(name)
        if entry is None:
            return None
        fitting = [group for api, group in entry.groups if sdk is None or api <= sdk]
        return fitting[-1] if fitting else None

    def background_of(self, name: str, sdk: int | None) -> str | None:
        """The permission that must be held too for use in the background, where there is one."""
        entry = self._permissions.get(name)
        if entry is None or entry.background_since is None:
            return None
        return entry.background if sdk is None or sdk >= entry.background_since else None

    def foreground_of(self, name: str) -> tuple[str, ...]:
        """The permissions of which ``name`` is the background half; it does nothing without one."""
        return self._foregrounds.get(name, ())

    def already_given_by(self, name: str, sdk: int | None) -> tuple[str, ...]:
        """Permissions any of which already gave what ``name`` gives, on a phone of level ``sdk``.

        Those that contain it on every version, and those that stood for it before it existed
        there. See ``open_to_all`` for what once needed no permission.
        """
        entry = self._permissions.get(name)
        if entry is None:
            return ()
        implied = [
            older
            for rule in entry.implied_by
            if sdk is not None and sdk < rule.below
            for older in rule.names
        ]
        return tuple(dict.fromkeys((*implied, *entry.covered_by)))

    def open_to_all(self, name: str, sdk: int | None) -> bool:
        """Whether every app could do this without asking, on a phone of API level ``sdk``."""
        entry = self._permissions.get(name)
        below = entry.open_below if entry else None
        return below is not None and sdk is not None and sdk < below

    def hard_restricted(self, name: str) -> bool:
        """Whether the installer must allow it before the person can (Android 10 and later)."""
        entry = self._permissions.get(name)
        return entry is not None and entry.hard_restricted

    def op_of(self, name: str) -> str | None:
        """The app-op of a permission, as current Android versions print it."""
        entry = self._permissions.get(name)
        return entry.op if entry else None

    def ops_of(self, name: str) -> tuple[str, ...]:
        """Every app-op whose records prove a use of the permission, the main one first."""
        entry = self._permissions.get(name)
        if entry is None or entry.op is None:
            return ()
        return (entry.op, *entry.also_ops)

    def permission_of_op(self, op: str) -> str | None:
        """The permission behind an app-op, older spellings included."""
        return self._permission_of_op.get(op)

    def access_of_op(self, op: str) -> str | None:
        """The access key an app-op counts under, by its permission or, without one, by itself."""
        entry = self._ops.get(op)
        return entry.access if entry else self.access_of(self._permission_of_op.get(op, ""))

    def op_title(self, op: str, lang: str) -> str | None:
        """An app-op in a person's words; ``None`` for a vendor's that nobody has explained."""
        if entry := self._ops.get(op):
            return _in_language(entry.titles, lang)
        text = self.text(self._permission_of_op.get(op, ""), lang)
        return text.title if text else None

    def names_to_ask(self) -> tuple[str, ...]:
        """Names for ``dumpsys package permission NAME…``; under 3,500 bytes as one line.

        Everything personal, and some that nearly every app asks for, so that few apps are missed.
        The limit is adbd's: a command may have 4 KB on old phones.
        """
        return tuple(entry.name for entry in self._permissions.values() if entry.asked)

    def text(self, name: str, lang: str) -> PermissionText | None:
        entry = self._permissions.get(name)
        return _in_language(entry.texts, lang) if entry else None

    @property
    def access_keys(self) -> tuple[str, ...]:
        """In the order in which they are shown."""
        return tuple(self._accesses)

    def access_title(self, key: str, lang: str) -> str:
        """Raises KeyError for what is not one of ``access_keys``."""
        return _in_language(self._accesses[key].titles, lang)

    def access_explain(self, key: str, lang: str) -> str:
        """Raises KeyError for what is not one of ``access_keys``."""
        return _in_language(self._accesses[key].explains, lang)

    def access_normal(self, key: str, lang: str) -> str:
        """A common good reason. Raises KeyError for what is not one of ``access_keys``."""
        return _in_language(self._accesses[key].normals, lang)

    def access_ask(self, key: str, lang: str) -> str:
        """What to ask oneself. Raises KeyError for what is not one of ``access_keys``."""
        return _in_language(self._accesses[key].asks, lang)

    def permissions_of(self, key: str) -> tuple[str, ...]:
        """The names of all permissions that count under an access key."""
        return tuple(name for name, one in self._permissions.items() if one.access == key)

    def access_icon(self, key: str) -> str:
        """Raises KeyError for what is not one of ``access_keys``."""
        return self._accesses[key].icon

    def app_name(self, package: str, lang: str) -> str | None:
        entry = self._apps.get(package)
        return _in_language(entry.names, lang) if entry else None

    def company(self, package: str, lang: str = "en") -> str | None:
        """Who makes the app, by its package's name."""
        maker = self.companies.maker(package)
        return maker.company.name(lang) if maker else None

    def app_colour(self, package: str) -> str | None:
        """``#RRGGBB``, dark enough for white text."""
        entry, maker = self._apps.get(package), self.companies.maker(package)
        colour = entry.colour if entry else None
        return colour or (maker.company.colour if maker else None)

    def installer(self, package: str) -> InstallerEntry | None:
        return self._installers.get(package)


def _read(name: str) -> Any:
    return loader.read_json("catalogue", f"{name}.json")


def _permission(raw: Mapping[str, Any]) -> PermissionEntry:
    restricted = raw.get("restricted")
    background = raw.get("background", {})
    return PermissionEntry(
        name=raw["name"],
        access=raw["access"],
        capability=raw.get("capability"),
        groups=tuple((rule["since"], rule["group"]) for rule in raw.get("android_group", ())),
        since=raw["since"],
        until=raw.get("until"),
        protection=raw["protection"],
        hard_restricted=restricted == "hard",
        soft_restricted=restricted == "soft",
        background=background.get("name"),
        background_since=background.get("since"),
        implied_by=tuple(
            Implied(tuple(rule["names"]), rule["below_api"]) for rule in raw.get("implied_by", ())
        ),
        open_below=raw.get("open_below"),
        covered_by=tuple(raw.get("covered_by", ())),
        op=raw.get("op"),
        also_ops=tuple(raw.get("also_ops", ())),
        asked=raw.get("asked", False),
        texts=_texts(raw),
    )


def _texts(raw: Mapping[str, Any]) -> dict[str, PermissionText]:
    try:
        return {language: PermissionText(**raw[language]) for language in LANGUAGES}
    except (KeyError, TypeError) as error:
        error.add_note(f"permissions.json, {raw['name']}")
        raise


def _by_background(permissions: Iterable[PermissionEntry]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in permissions:
        if entry.background is not None:
            found[entry.background] = (*found.get(entry.background, ()), entry.name)
    return found


def _by_op(permissions: Iterable[PermissionEntry]) -> Mapping[str, str]:
    """Main ops win over companions."""
    companions = {op: entry.name for entry in permissions for op in entry.also_ops}
    return companions | {entry.op: entry.name for entry in permissions if entry.op}


def _op(raw: Mapping[str, Any]) -> OpEntry:
    return OpEntry(raw["op"], raw["access"], _languages(raw))


def _access(raw: Mapping[str, Any]) -> AccessEntry:
    texts = (raw[kind] for kind in ("title", "explain", "normal", "ask"))
    return AccessEntry(raw["key"], raw["icon"], *texts)


def _installer(raw: Mapping[str, Any]) -> InstallerEntry:
    return InstallerEntry(raw["package"], raw["kind"], _languages(raw))


def _app(raw: Mapping[str, Any]) -> AppEntry:
    return AppEntry(raw["package"], _languages(raw), raw.get("colour"))


def _languages(raw: Mapping[str, Any]) -> Mapping[str, str]:
    return {language: raw[language] for language in LANGUAGES}


def _in_language(texts: Mapping[str, _T], lang: str) -> _T:
    return texts[lang] if lang in texts else texts["en"]
