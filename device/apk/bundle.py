"""The APKs of one app together: its base, and the splits that hold languages and densities."""

from __future__ import annotations

from collections.abc import Iterable

from device.apk.archive import Archive
from device.apk.config import Config
from device.apk.errors import ApkError
from device.apk.resources import Table
from device.apk.sources import Source
from device.apk.values import STRING, Value

MANIFEST, TABLE = "AndroidManifest.xml", "resources.arsc"
_LARGEST_TABLE = 64 * 1024 * 1024
_DEEPEST = 8


class Bundle:
    """Every method raises ApkError and MissingBytesError."""

    def __init__(self, files: Iterable[Source]) -> None:
        self._archives = [Archive(file) for file in files]
        self._tables: list[Table | None] = []

    def add(self, file: Source) -> None:
        self._archives.append(Archive(file))

    def bytes(self, path: str, most: int) -> bytes:
        """A file, out of the first APK that has it."""
        for archive in self._archives:
            if path in archive.entries:
                return archive.bytes(path, most)
        raise ApkError(f"not there: {path[:80]}")

    def fetch(self) -> None:
        """Makes sure in one go that what is read first is there."""
        for archive in self._archives:
            archive.fetch((MANIFEST, TABLE) if archive is self._archives[0] else (TABLE,))

    def values(self, resource: int) -> list[tuple[Config, Value]]:
        """What a resource is under each configuration; empty for one that is not here."""
        return [found for table in self._opened() if table for found in table.values(resource)]

    def _opened(self) -> list[Table | None]:
        for number in range(len(self._tables), len(self._archives)):
            archive = self._archives[number]
            has = TABLE in archive.entries
            opened = Table(archive.open(TABLE, _LARGEST_TABLE), number) if has else None
            self._tables.append(opened)
        return self._tables

    def string(self, value: Value) -> str | None:
        """The text of a string value."""
        if value.kind != STRING or value.text is not None:
            return value.text
        table = self._opened()[value.table]
        return table.string(value.data) if table else None

    def text(self, value: Value, language: str, depth: int = _DEEPEST) -> str | None:
        """The text that a value leads to in ``language``; ``""`` takes what is for any.

        None where there is none in just that language.
        """
        if value.reference is None:
            return None if language else self.string(value)
        if not depth:
            raise ApkError("references in a circle")
        ranked = []
        for number, (config, found) in enumerate(self.values(value.reference)):
            fits = config.fits(language) if language else int(not config.language)
            # What is for any language may be a reference to what is not.
            if fits or (not config.language and found.reference):
                ranked.append((-fits, config.others, number, found))
        for fits, _, _, found in sorted(ranked, key=lambda each: each[:3]):
            inner = "" if fits and found.reference is None else language
            text = self.text(found, inner, depth - 1)
            if text is not None:
                return text
        return None

    def single(self, value: Value) -> Value:
        """What a colour, a number or a path leads to, where night and the like do not count."""
        for _ in range(_DEEPEST):
            if value.reference is None:
                return value
            found = sorted(self.values(value.reference), key=lambda each: each[0].icon_order())
            if not found:
                break
            value = found[0][1]
        raise ApkError("a reference to nothing, or in a circle")
