"""Kits of others that ride along in apps, recognised by the Java packages of their components.

A kit that is contained need not ever run, and none of this says what it sends.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        """The known kits in an app, by key; None where its components were not read.

        The longest beginning of a class counts. A maker's own app does not contain its kit: its
        code merely has the same name.
        """
        if app.components is None:
            return None
        found: dict[str, Sdk] = {}
        for package in app.components:
            begin = self._longest(package)
            if begin and not f"{app.package}.".startswith(begin):
                found[self._classes[begin].key] = self._classes[begin]
        return tuple(found[key] for key in sorted(found))

    def told(self, app: App, info: SnapshotInfo) -> tuple[Sdk, ...] | None:
        """The kits in an app as a check may tell them: what files tell of some components only
        is at least that much, and none found in them is unknown.
        """
        found = self.of(app)
        return found if found or info.knows(Part.COMPONENTS) else None

    def _longest(self, package: str) -> str | None:
        parts = package.split(".")
        for end in range(len(parts), 0, -1):
            begin = ".".join(parts[:end]) + "."
            if begin in self._classes:
                return begin
        return None
