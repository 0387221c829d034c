"""What a row of the catalogue says, and how it is read from resources/catalogue.

Apart from ``audit.catalogue``, which the window needs before its first paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resources.loader import LANGUAGES


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
        return self.names.get(lang, self.names["en"])


def permission(raw: Mapping[str, Any]) -> PermissionEntry:
    try:
        return _permission(raw)
    except (KeyError, TypeError) as error:
        error.add_note(f"permissions.json, {raw.get('name', 'an entry without a name')}")
        raise


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
        texts={language: PermissionText(**raw[language]) for language in LANGUAGES},
    )


def op(raw: Mapping[str, Any]) -> OpEntry:
    return OpEntry(raw["op"], raw["access"], _languages(raw))


def access(raw: Mapping[str, Any]) -> AccessEntry:
    texts = (raw[kind] for kind in ("title", "explain", "normal", "ask"))
    return AccessEntry(raw["key"], raw["icon"], *texts)


def installer(raw: Mapping[str, Any]) -> InstallerEntry:
    return InstallerEntry(raw["package"], raw["kind"], _languages(raw))


def app(raw: Mapping[str, Any]) -> AppEntry:
    return AppEntry(raw["package"], _languages(raw), raw.get("colour"))


def _languages(raw: Mapping[str, Any]) -> Mapping[str, str]:
    return {language: raw[language] for language in LANGUAGES}
