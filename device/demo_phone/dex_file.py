"""Small real dex files: classes that hold nothing.

Format: https://source.android.com/docs/core/runtime/dex-format.
"""

from __future__ import annotations

import hashlib
import itertools
import struct
import zlib
from collections.abc import Iterable

_HEADER, _MAP_ITEM, _CLASS_DEF = 0x70, 12, 32
_NONE = 0xFFFFFFFF
_PUBLIC = 1
_LITTLE_ENDIAN = 0x12345678
#: Kinds of lists in the map of a file.
_HEAD, _STRING, _TYPE, _CLASS, _MAP, _STRING_DATA = 0x0000, 0x0001, 0x0002, 0x0006, 0x1000, 0x2002


def dex_file(classes: Iterable[str]) -> bytes:
    """Defines these, given as ``com.example.Some``; each extends ``java.lang.Object``."""
    defined = [f"L{name.replace('.', '/')};" for name in sorted(classes)]
    strings = sorted({*defined, "Ljava/lang/Object;"})
    place = {text: number for number, text in enumerate(strings)}
    types = _HEADER + 4 * len(strings)
    definitions = types + 4 * len(strings)
    data = definitions + _CLASS_DEF * len(defined)
    texts = [_length(len(text)) + text.encode("ascii") + b"\0" for text in strings]
    *starts, end = itertools.accumulate(map(len, texts), initial=data)
    body = struct.pack(f"<{len(starts)}I", *starts)
    body += struct.pack(f"<{len(strings)}I", *range(len(strings)))  # every string is a type
    base = place["Ljava/lang/Object;"]
    for name in defined:
        body += struct.pack("<8I", place[name], _PUBLIC, base, 0, _NONE, 0, 0, 0)
    body += b"".join(texts) + bytes(-end % 4)
    end += -end % 4
    lists = [
        (_HEAD, 1, 0), (_STRING, len(strings), _HEADER), (_TYPE, len(strings), types),
        (_CLASS, len(defined), definitions), (_STRING_DATA, len(strings), data), (_MAP, 1, end),
    ]  # fmt: skip
    body += struct.pack("<I", len(lists))
    body += b"".join(struct.pack("<2H2I", kind, 0, count, at) for kind, count, at in lists)
    size = _HEADER + len(body)
    head = struct.pack("<7I", size, _HEADER, _LITTLE_ENDIAN, 0, 0, end, len(strings))
    head += struct.pack("<3I6I", _HEADER, len(strings), types, *6 * [0])
    head += struct.pack("<4I", len(defined), definitions, size - data, data)
    signed = hashlib.sha1(head + body, usedforsecurity=False).digest() + head + body
    return b"dex\n035\0" + struct.pack("<I", zlib.adler32(signed)) + signed


def _length(number: int) -> bytes:
    """As ULEB128; names are shorter than 16,384."""
    return bytes([number]) if number < 0x80 else bytes([0x80 | number & 0x7F, number >> 7])
