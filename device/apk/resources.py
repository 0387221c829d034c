"""An APK's ``resources.arsc``: which values a resource has, and for which phones."""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from device.apk.chunks import (
    PACKAGE,
    TABLE,
    TYPE,
    TYPE_SPEC,
    Chunk,
    Strings,
    chunk_at,
    chunks,
    u16,
    u32,
)
from device.apk.config import Config, parse_config
from device.apk.errors import ApkError
from device.apk.sources import Source
from device.apk.values import Value

_TYPE = struct.Struct("<2BH2I")
_SPARSE, _SHORT_OFFSETS = 0x01, 0x02
_COMPLEX, _COMPACT = 0x0001, 0x0008
_NOTHING, _NOTHING_SHORT = 0xFFFFFFFF, 0xFFFF
_LARGEST_INDEX = 256 * 1024
_LARGEST_CONFIG = 256


@dataclass(frozen=True, slots=True)
class _Type:
    """The values of one kind of resource under one configuration."""

    config: Config
    chunk: Chunk
    flags: int
    count: int
    entries: int


class Table:
    """Every method raises ApkError and MissingBytesError; ``number`` marks the values found."""

    def __init__(self, source: Source, number: int = 0) -> None:
        self._source = source
        self._number = number

    def values(self, resource: int) -> list[tuple[Config, Value]]:
        """What a resource is under each configuration; empty for one that is not here.

        Android's own resources (0x01……) are in the system's table, not here.
        """
        types = self._types.get(resource >> 16, ())
        found = ((type_.config, self._value(type_, resource & 0xFFFF)) for type_ in types)
        return [(config, value) for config, value in found if value is not None]

    def string(self, number: int) -> str:
        return self._strings[number]

    @functools.cached_property
    def _root(self) -> Chunk:
        root = chunk_at(self._source, 0, self._source.size)
        if root.kind != TABLE:
            raise ApkError("no resource table")
        return root

    @functools.cached_property
    def _strings(self) -> Strings:
        return Strings(self._source, chunk_at(self._source, self._root.body, self._root.end))

    @functools.cached_property
    def _types(self) -> dict[int, list[_Type]]:
        """By package and type, the upper half of a resource's number."""
        found: dict[int, list[_Type]] = {}
        for package in chunks(self._source, self._root.body, self._root.end):
            if package.kind == PACKAGE:
                number = u32(self._source, package.start + 8)
                for chunk in self._type_chunks(package):
                    type_id, read = self._type(chunk)
                    found.setdefault(number << 8 | type_id, []).append(read)
        return found

    def _type_chunks(self, package: Chunk) -> Iterator[Chunk]:
        """All of what follows the strings is fetched at once; those are most of many tables."""
        fetched = False
        for chunk in chunks(self._source, package.body, package.end):
            if not fetched and chunk.kind in {TYPE, TYPE_SPEC}:
                self._strings.fetch_index(_LARGEST_INDEX)
                self._source.need((chunk.start, package.end - chunk.start))
                fetched = True
            if chunk.kind == TYPE:
                yield chunk

    def _type(self, chunk: Chunk) -> tuple[int, _Type]:
        at = chunk.start + 8
        type_id, flags, _, count, entries = _TYPE.unpack(self._source.read(at, _TYPE.size))
        width = 2 if flags & _SHORT_OFFSETS else 4
        if chunk.body + width * count > chunk.end or chunk.start + entries > chunk.end:
            raise ApkError("a type of an impossible size")
        size = min(chunk.body - at - _TYPE.size, _LARGEST_CONFIG)
        config = parse_config(self._source.read(at + _TYPE.size, max(size, 0)))
        return type_id, _Type(config, chunk, flags, count, chunk.start + entries)

    def _value(self, type_: _Type, number: int) -> Value | None:
        offset = self._offset(type_, number)
        if offset is None:
            return None
        at = type_.entries + offset
        if at + 8 > type_.chunk.end:
            raise ApkError("an entry outside its type")
        size, flags = u16(self._source, at), u16(self._source, at + 2)
        if flags & _COMPACT:
            return Value(flags >> 8, u32(self._source, at + 4), table=self._number)
        if flags & _COMPLEX:
            return None
        at += max(size, 8)
        if at + 8 > type_.chunk.end:
            raise ApkError("a value outside its type")
        kind = self._source.read(at + 3, 1)[0]
        return Value(kind, u32(self._source, at + 4), table=self._number)

    def _offset(self, type_: _Type, number: int) -> int | None:
        """Where the entry stands, counted from the first one."""
        if type_.flags & _SPARSE:
            return self._sparse_offset(type_, number)
        if number >= type_.count:
            return None
        if type_.flags & _SHORT_OFFSETS:
            short = u16(self._source, type_.chunk.body + 2 * number)
            return None if short == _NOTHING_SHORT else short * 4
        offset = u32(self._source, type_.chunk.body + 4 * number)
        return None if offset == _NOTHING else offset

    def _sparse_offset(self, type_: _Type, number: int) -> int | None:
        """Pairs of an entry's number and a quarter of its offset, sorted by number."""
        low, high = 0, type_.count
        while low < high:
            middle = (low + high) // 2
            at = type_.chunk.body + 4 * middle
            found = u16(self._source, at)
            if found == number:
                return u16(self._source, at + 2) * 4
            low, high = (middle + 1, high) if found < number else (low, middle)
        return None
