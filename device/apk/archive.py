"""The zip file that an APK is, as far as it takes to read a few entries of it.

Written for this and not ``zipfile``: that trusts what the end record says and reads it at once,
where an APK may be built to mislead. Android itself knows no zip64 and no encryption.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from device.apk.errors import ApkError
from device.apk.sources import Memory, Slice, Source

_END = struct.Struct("<4s4H2LH")
# Method, both sizes, three lengths, offset: directories of thousands of entries are read.
_CENTRAL = struct.Struct("<4s6xH8x2L3H8xL")
_LOCAL = struct.Struct("<4s5H3L2H")
#: Comments of up to 65,535 bytes may follow the end record; APKs have none, or a short one.
_TAIL = 64 * 1024
_LONGEST_TAIL = 65_535 + _END.size
_STORED, _DEFLATED = 0, 8
#: An entry's extra field, mostly there to align what follows it.
_USUAL_EXTRA = 64
#: A stored entry up to this size is fetched whole; of a larger one only what is asked for.
SMALL = 800 * 1024


class Entry(NamedTuple):
    """One file of the archive, as the central directory tells of it; sizes in bytes."""

    name: str
    method: int
    packed: int
    unpacked: int
    offset: int

    @property
    def head(self) -> int:
        """Bytes that the local header takes, as a rule."""
        return _LOCAL.size + len(self.name.encode()) + _USUAL_EXTRA


class Archive:
    """The entries of an APK. Every method raises ApkError and MissingBytesError."""

    def __init__(self, file: Source) -> None:
        self._file = file
        self._opened: dict[str, Source] = {}

    @functools.cached_property
    def entries(self) -> dict[str, Entry | None]:
        """By name; None for a name that there is twice, which one would install as it likes."""
        offset, size, count = self._end()
        data = self._file.read(offset, size)
        found: dict[str, Entry | None] = {}
        position = 0
        for _ in range(count):
            if position + _CENTRAL.size > size:
                raise ApkError("a central directory that is too short")
            mark, method, packed, unpacked, length, extra, comment, at = _CENTRAL.unpack_from(
                data, position
            )
            if mark != b"PK\1\2":
                raise ApkError("a broken central directory")
            position += _CENTRAL.size
            name = data[position : position + length].decode("utf-8", "replace")
            position += length + extra + comment
            found[name] = None if name in found else Entry(name, method, packed, unpacked, at)
        return found

    def _end(self) -> tuple[int, int, int]:
        """Offset and size of the central directory and the number of its entries."""
        for longest in (_TAIL, _LONGEST_TAIL):
            size = min(self._file.size, longest)
            start = self._file.size - size
            tail = self._file.read(start, size)
            stop = max(size - _END.size + 4, 0)
            while (place := tail.rfind(b"PK\5\6", 0, stop)) >= 0:
                end = _END.unpack_from(tail, place)
                if place + _END.size + end[7] == size:
                    return self._checked(end, start + place)
                stop = place + 3
        raise ApkError("no end record")

    def _checked(self, end: tuple[int, ...], place: int) -> tuple[int, int, int]:
        _, disk, first_disk, here, count, size, offset, _ = end
        if disk or first_disk or here != count or 0xFFFFFFFF in {size, offset}:
            raise ApkError("an archive in parts, or zip64")
        if offset + size > place or count * _CENTRAL.size > size:
            raise ApkError("a central directory that lies elsewhere")
        return offset, size, count

    def fetch(self, names: Iterable[str]) -> None:
        """Makes sure in one go that these are there as far as reading them begins."""
        wanted = [self.entries.get(name) for name in names if name not in self._opened]
        self._file.need(*(self._first(entry) for entry in wanted if entry))

    def _first(self, entry: Entry) -> tuple[int, int]:
        whole = entry.method == _DEFLATED or entry.packed <= SMALL
        return entry.offset, entry.head + (entry.packed if whole else 0)

    def open(self, name: str, most: int) -> Source:
        """The content of an entry, which is not to be larger than ``most`` bytes."""
        if name not in self._opened:
            self._opened[name] = self.unpacked(name, most)
        return self._opened[name]

    def unpacked(self, name: str, most: int) -> Source:
        """As ``open``, for what is read once: it is not kept."""
        entry = self.entries.get(name)
        if entry is None:
            raise ApkError(f"no entry, or several: {name[:80]}")
        if max(entry.packed, entry.unpacked) > most:
            raise ApkError(f"too large: {name[:80]}")
        self._file.need(self._first(entry))
        local = _LOCAL.unpack(self._file.read(entry.offset, _LOCAL.size))
        if local[0] != b"PK\3\4":
            raise ApkError(f"nothing there: {name[:80]}")
        start = entry.offset + _LOCAL.size + local[9] + local[10]
        if entry.method == _STORED:
            if entry.packed != entry.unpacked:
                raise ApkError(f"two sizes: {name[:80]}")
            return Slice(self._file, start, entry.packed)
        if entry.method != _DEFLATED:
            raise ApkError(f"packed in an unknown way: {name[:80]}")
        return Memory(_inflated(self._file.read(start, entry.packed), entry.unpacked))

    def bytes(self, name: str, most: int) -> bytes:
        source = self.open(name, most)
        return source.read(0, source.size)


def _inflated(data: bytes, size: int) -> bytes:
    """Never more than ``size`` bytes, whatever the data would unpack to."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(data, size + 1)
    except zlib.error as error:
        raise ApkError(str(error)) from error
    if len(found) != size:
        raise ApkError("a false size")
    return found
