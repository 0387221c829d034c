"""What is known about permissions, apps and installers; the data stands in resources/catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from resources import loader

if TYPE_CHECKING:
    from audit.companies import Companies
    from audit.entries import (
        AccessEntry,
        AppEntry,
        InstallerEntry,
        OpEntry,
        PermissionEntry,
        PermissionText,
    )
    from audit.kinds import Kinds
    from audit.named import NamedList
    from audit.sdks import Sdks

LANGUAGES = loader.LANGUAGES
_T = TypeVar("_T")


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
        from audit.entries import permission  # noqa: PLC0415 -- not before the first paint

        rows = map(permission, _read("permissions")["permissions"])
        return {entry.name: entry for entry in rows}

    @cached_property
    def _foregrounds(self) -> Mapping[str, tuple[str, ...]]:
        return _by_background(self._permissions.values())

    @cached_property
    def _permission_of_op(self) -> Mapping[str, str]:
        return _by_op(self._permissions.values())

    @cached_property
    def _ops(self) -> Mapping[str, OpEntry]:
        from audit.entries import op  # noqa: PLC0415 -- not before the first paint

        return {entry.op: entry for entry in map(op, _read("ops")["ops"])}

    @cached_property
    def _accesses(self) -> Mapping[str, AccessEntry]:
        from audit.entries import access  # noqa: PLC0415 -- not before the first paint

        return {entry.key: entry for entry in map(access, _read("access")["access"])}

    @cached_property
    def _apps(self) -> Mapping[str, AppEntry]:
        from audit.entries import app  # noqa: PLC0415 -- not before the first paint

        return {entry.package: entry for entry in map(app, _read("apps")["apps"])}

    @cached_property
    def _installers(self) -> Mapping[str, InstallerEntry]:
        from audit.entries import installer  # noqa: PLC0415 -- not before the first paint

        rows = map(installer, _read("installers")["installers"])
        return {entry.package: entry for entry in rows}

    @cached_property
    def companies(self) -> Companies:
        from audit.companies import Companies  # noqa: PLC0415 -- not before the first paint

        return Companies.build(_read("companies"), _read("apps")["apps"])

    @cached_property
    def kinds(self) -> Kinds:
        from audit.kinds import Kinds  # noqa: PLC0415 -- not before the first paint

        return Kinds.build(_read("kinds"), _read("app_kinds")["apps"], _read("low_relevance"))

    @cached_property
    def sdks(self) -> Sdks:
        from audit.sdks import Sdks  # noqa: PLC0415 -- not before the first paint

        return Sdks.build(_read("sdks"))

    @cached_property
    def lists(self) -> tuple[NamedList, ...]:
        from audit.named import read_lists  # noqa: PLC0415 -- not before the first paint

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


def _in_language(texts: Mapping[str, _T], lang: str) -> _T:
    return texts[lang] if lang in texts else texts["en"]
