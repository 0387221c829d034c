"""Kits of others that ride along in apps, recognised by the Java packages of their classes.

A kit that is contained need not ever run, and none of this says what it sends.
"""

from __future__ import annotations

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
    """``_classes`` has the keys of kits by beginnings of components' names, ``_code`` by those of
    all classes' names; None where such a class is of something else than a shorter beginning says.
    """

    _sdks: Mapping[str, Sdk]
    _classes: Mapping[str, str | None]
    _code: Mapping[str, str | None]

    @classmethod
    def build(cls, raw: Mapping[str, Any]) -> Self:
        """From sdks.json."""
        sdks: dict[str, Sdk] = {}
        classes: dict[str, str | None] = {}
        code: dict[str, str | None] = {}
        for row in raw["sdks"]:
            names = {language: row[language] for language in ("en", "zh-CN")}
            sdk = Sdk(row["key"], names, row["kind"], raw["kinds"][row["kind"]], row["source"])
            sdks[sdk.key] = sdk
            for tells, begins in ((classes, row["classes"]), (code, row.get("code"))):
                tells.update(dict.fromkeys(row["classes"] if begins is None else begins, sdk.key))
                tells.update(dict.fromkeys(row.get("not", ())))
        return cls(sdks, classes, code)

    def sdk(self, key: str) -> Sdk | None:
        return self._sdks.get(key)

    def of(self, app: App) -> tuple[Sdk, ...] | None:
        """The known kits in an app, by key; None where nothing was read of what it is made of."""
        read = self._read(app)
        return self._kits(frozenset().union(*read.values())) if read else None

    def told(self, app: App, info: SnapshotInfo) -> tuple[Sdk, ...] | None:
        """The kits in an app as a check may tell them: what files tell of some components only
        is at least that much, and none found in them is unknown.
        """
        found = self.of(app)
        whole = app.code is not None or info.knows(Part.COMPONENTS)
        return found if found or whole else None

    def found_in(self, app: App, sdk: Sdk) -> list[str]:
        """What tells of it: ``components``, ``code`` or both."""
        return [name for name, some in self._read(app).items() if sdk.key in some]

    def moved(
        self, old: App, new: App, *, components: bool
    ) -> tuple[tuple[Sdk, ...], tuple[Sdk, ...]]:
        """The kits that came, and those that went, by key.

        Components are compared with components (where both checks read them: ``components``) and
        code with code; a kit that the old app is known to contain by either did not come.
        """
        came: set[str] = set()
        went: set[str] = set()
        if old.code == new.code and old.components == new.components:
            return (), ()
        was, now = self._read(old), self._read(new)
        before, after = (frozenset().union(*each.values()) for each in (was, now))
        for name in was.keys() & now.keys():
            if name == "components" and not components:
                continue
            came |= now[name] - was[name] - before
            went |= was[name] - now[name] - after
        return self._kits(came), self._kits(went)

    def _kits(self, keys: Iterable[str]) -> tuple[Sdk, ...]:
        return tuple(self._sdks[key] for key in sorted(keys))

    def _read(self, app: App) -> dict[str, frozenset[str]]:
        """The keys of the kits that the app's ``components`` and ``code`` tell of, if read.

        The longest beginning of a class counts. A maker's own app does not contain its kit: its
        code merely has the same name.
        """
        read = {
            "components": (app.components, self._classes),
            "code": (app.code, self._code),
        }
        return {
            name: frozenset(filter(None, (_known(app.package, one, begins) for one in packages)))
            for name, (packages, begins) in read.items()
            if packages is not None
        }


def _known(own: str, package: str, begins: Mapping[str, str | None]) -> str | None:
    parts = package.split(".")
    for end in range(len(parts), 0, -1):
        begin = ".".join(parts[:end]) + "."
        if begin in begins:
            return None if f"{own}.".startswith(begin) else begins[begin]
    return None
