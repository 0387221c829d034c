"""Kits of others that ride along in apps, recognised by the Java packages of their classes.

A kit that is contained need not ever run, and none of this says what it sends.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from audit.model import App, Part, SnapshotInfo


@dataclass(frozen=True, slots=True)
class Sdk:
    """A kit: ``kind`` is a key of sdks.json ("push"), ``source`` what its line rests on."""

    key: str
    names: Mapping[str, str]
    kind: str
    kinds: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Sdks:
    _sdks: Mapping[str, Sdk]
    _classes: Mapping[str, Sdk]

    @classmethod
    def build(cls, raw: Mapping[str, Any]) -> Self:
        """From sdks.json."""
        sdks, classes = {}, {}
        for row in raw["sdks"]:
            names = {language: row[language] for language in ("en", "zh-CN")}
            sdk = Sdk(row["key"], names, row["kind"], raw["kinds"][row["kind"]], row["source"])
            sdks[sdk.key] = sdk
            classes.update(dict.fromkeys(row["classes"], sdk))
        return cls(sdks, classes)

    def sdk(self, key: str) -> Sdk | None:
        return self._sdks.get(key)

    def of(self, app: App) -> tuple[Sdk, ...] | None:
        """The known kits in an app, by key; None where nothing was read of what it is made of."""
        read = [packages for packages in (app.components, app.code) if packages is not None]
        return self._among(app.package, itertools.chain(*read)) if read else None

    def told(self, app: App, info: SnapshotInfo) -> tuple[Sdk, ...] | None:
        """The kits in an app as a check may tell them: what files tell of some components only
        is at least that much, and none found in them is unknown.
        """
        found = self.of(app)
        whole = app.code is not None or info.knows(Part.COMPONENTS)
        return found if found or whole else None

    def found_in(self, app: App, sdk: Sdk) -> list[str]:
        """What tells of it: ``components``, ``code`` or both."""
        read = {"components": app.components or (), "code": app.code or ()}
        return [name for name, found in read.items() if sdk in self._among(app.package, found)]

    def moved(
        self, old: App, new: App, *, components: bool
    ) -> tuple[tuple[Sdk, ...], tuple[Sdk, ...]]:
        """The kits that came, and those that went, by key.

        Components are compared with components (where both checks read them: ``components``) and
        code with code; a kit that the old app is known to contain by either did not come.
        """
        pairs = [(old.code, new.code)]
        pairs += [(old.components, new.components)] if components else []
        came: dict[str, Sdk] = {}
        went: dict[str, Sdk] = {}
        for before, after in pairs:
            if before is None or after is None or before == after:
                continue
            had, has = self._among(old.package, before), self._among(new.package, after)
            was, now = self.of(old) or (), self.of(new) or ()
            came |= {sdk.key: sdk for sdk in has if sdk not in had and sdk not in was}
            went |= {sdk.key: sdk for sdk in had if sdk not in has and sdk not in now}
        return _by_key(came), _by_key(went)

    def _among(self, own: str, packages: Iterable[str]) -> tuple[Sdk, ...]:
        """The longest beginning of a class counts. A maker's own app does not contain its kit: its
        code merely has the same name.
        """
        found: dict[str, Sdk] = {}
        for package in packages:
            begin = self._longest(package)
            if begin and not f"{own}.".startswith(begin):
                found[self._classes[begin].key] = self._classes[begin]
        return _by_key(found)

    def _longest(self, package: str) -> str | None:
        parts = package.split(".")
        for end in range(len(parts), 0, -1):
            begin = ".".join(parts[:end]) + "."
            if begin in self._classes:
                return begin
        return None


def _by_key(found: Mapping[str, Sdk]) -> tuple[Sdk, ...]:
    return tuple(found[key] for key in sorted(found))
