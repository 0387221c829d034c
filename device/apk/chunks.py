"""The pieces that Android's binary XML and resource tables are made of.

Source: frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from device.apk.errors import ApkError
from device.apk.sources import Source

STRING_POOL, TABLE, XML = 0x0001, 0x0002, 0x0003
START_ELEMENT, END_ELEMENT, RESOURCE_MAP = 0x0102, 0x0103, 0x0180
PACKAGE, TYPE, TYPE_SPEC = 0x0200, 0x0201, 0x0202
_HEADER = struct.Struct("<HHI")
_POOL = struct.Struct("<5I")
_UTF8 = 0x100
_MOST_CHUNKS = 100_000
#: Enough for a name, a path and most drawings; nothing longer is read.
LONGEST_STRING = 64 * 1024
_USUAL_STRING = 256


@dataclass(frozen=True, slots=True)
class Chunk:
    """``start`` and ``end`` are offsets in the source, ``body`` is where its header ends."""

    kind: int
    start: int
    body: int
    end: int


def chunk_at(source: Source, offset: int, end: int) -> Chunk:
    kind, head, size = _HEADER.unpack(source.read(offset, _HEADER.size))
    if head < _HEADER.size or size < head or offset + size > end:
        raise ApkError("a chunk of an impossible size")
    return Chunk(kind, offset, offset + head, offset + size)


def chunks(source: Source, offset: int, end: int) -> Iterator[Chunk]:
    """One after the other; what is too short for a chunk at the end is no harm."""
    for _ in range(_MOST_CHUNKS):
        if offset + _HEADER.size > end:
            return
        chunk = chunk_at(source, offset, end)
        yield chunk
        offset = chunk.end
    raise ApkError("too many chunks")


def u16(source: Source, offset: int) -> int:
    return int.from_bytes(source.read(offset, 2), "little")


def u32(source: Source, offset: int) -> int:
    return int.from_bytes(source.read(offset, 4), "little")


class Strings:
    """A string pool; a string is read when it is asked for."""

    def __init__(self, source: Source, chunk: Chunk) -> None:
        if chunk.kind != STRING_POOL:
            raise ApkError("no string pool")
        count, styles, flags, first, _ = _POOL.unpack(source.read(chunk.start + 8, _POOL.size))
        if chunk.body + 4 * (count + styles) > chunk.end or first > chunk.end - chunk.start:
            raise ApkError("a string pool of an impossible size")
        self._source = source
        self._chunk = chunk
        self._count = count
        self._first = chunk.start + first
        self._utf8 = bool(flags & _UTF8)
        self._get = functools.lru_cache(maxsize=4096)(self._read)

    def fetch_index(self, most: int) -> None:
        """Has the places of all strings fetched, where they take no more than ``most`` bytes."""
        if 4 * self._count <= most:
            self._source.need((self._chunk.body, 4 * self._count))

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < self._count:
            raise ApkError("no such string")
        return self._get(number)

    def _read(self, number: int) -> str:
        offset = self._first + u32(self._source, self._chunk.body + 4 * number)
        left = self._chunk.end - offset
        if left < 2:
            raise ApkError("a string outside its pool")
        self._source.need((offset, min(left, _USUAL_STRING)))
        if self._utf8:
            _, offset = self._length(offset, 1)
            size, offset = self._length(offset, 1)
            encoding = "utf-8"
        else:
            size, offset = self._length(offset, 2)
            size *= 2
            encoding = "utf-16-le"
        if size > LONGEST_STRING or offset + size > self._chunk.end:
            raise ApkError("a string of an impossible size")
        return _whole(self._source.read(offset, size), encoding)

    def _length(self, offset: int, unit: int) -> tuple[int, int]:
        """A length takes one unit of ``unit`` bytes, or two where its highest bit is set."""
        bits = 8 * unit
        value = int.from_bytes(self._source.read(offset, unit), "little")
        if not value >> (bits - 1):
            return value, offset + unit
        low = int.from_bytes(self._source.read(offset + unit, unit), "little")
        return ((value & ((1 << (bits - 1)) - 1)) << bits) | low, offset + 2 * unit


def _whole(data: bytes, encoding: str) -> str:
    """Java writes characters beyond the first 65,536 as two, even in UTF-8."""
    text = data.decode(encoding, "surrogatepass" if _decodes(data, encoding) else "replace")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
