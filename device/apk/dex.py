"""Which Java packages the classes of a dex file are in, without reading what the classes do.

Format: https://source.android.com/docs/core/runtime/dex-format. A class that is merely mentioned
has no class definition here, so it does not count.
"""

from __future__ import annotations

import re
import struct

from device.apk.errors import ApkError
from device.apk.sources import Source

#: Parts of a Java package that are kept: enough to tell one maker's kits apart.
PARTS = 6
#: The largest files have some 200,000.
_MOST_STRINGS = 1_000_000
_MOST_TYPES = 65_536
_HEADER = struct.Struct("<8s24x20I")
#: Android 15 knows 041, several files in one, which nothing builds by default yet.
_MAGIC = re.compile(rb"dex\n0(3[5-9]|40)\0")
_LITTLE_ENDIAN = 0x12345678
_CLASS_DEF = 32
#: A descriptor's length, and as much of it as may hold the parts that are kept.
_LONGEST = 5 + 400
_PACKAGE = re.compile(rb"[\x80-\xff]{0,4}[\x00-\x7f]L((?:[\w$-]+/){2,%d})" % PARTS)


def java_packages(dex: Source) -> set[str]:
    """Beginnings, of two to six parts, of the packages of all classes that ``dex`` defines.

    Names that are not ASCII, as some tools that hide code give, are left out. Raises ApkError for
    what is no dex file or lies about itself, and MissingBytesError.
    """
    strings, types, classes = _sections(dex)
    dex.need(strings, types, classes)
    table, descriptors, definitions = (dex.read(*each) for each in (strings, types, classes))
    offsets = sorted(
        {
            _number(table, _number(descriptors, one))
            for (one,) in struct.iter_unpack(f"<I{_CLASS_DEF - 4}x", definitions)
        }
    )
    dex.need(*((offset, _LONGEST) for offset in offsets))
    found = set()
    for offset in offsets:
        text = dex.read(offset, max(0, min(_LONGEST, dex.size - offset)))
        if name := _PACKAGE.match(text):
            found.add(name[1].rstrip(b"/").replace(b"/", b".").decode("ascii"))
    return found


def _sections(dex: Source) -> tuple[tuple[int, int], ...]:
    """Offset and size of the lists of strings, types and class definitions."""
    magic, *head = _HEADER.unpack(dex.read(0, _HEADER.size))
    size, _, order = head[:3]
    if not _MAGIC.fullmatch(magic) or order != _LITTLE_ENDIAN or size > dex.size:
        raise ApkError("no dex file, or a newer one")
    found = []
    for place, width, most in (
        (6, 4, _MOST_STRINGS),
        (8, 4, _MOST_TYPES),
        (16, _CLASS_DEF, _MOST_TYPES),
    ):
        count, offset = head[place : place + 2]
        if count > most or offset + count * width > size:
            raise ApkError("a list of an impossible size")
        found.append((offset, count * width))
    return tuple(found)


def _number(table: bytes, place: int) -> int:
    if 4 * place + 4 > len(table):
        raise ApkError("a reference leads outside")
    return int.from_bytes(table[4 * place : 4 * place + 4], "little")
