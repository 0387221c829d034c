"""Small real APKs: what ``aapt2`` would make of a manifest, a few texts and a drawing.

Format: frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_STRING_POOL, _TABLE, _XML = 0x0001, 0x0002, 0x0003
_START, _END, _IDS = 0x0102, 0x0103, 0x0180
_PACKAGE, _TYPE, _TYPE_SPEC = 0x0200, 0x0201, 0x0202
_NONE = 0xFFFFFFFF
_UTF8 = 0x100
_CONFIG = struct.Struct("<I2H2s2s2BH4B2H2H")
_CONFIG_SIZE = 64

REFERENCE, STRING, FLOAT, INTEGER, COLOUR = 0x01, 0x03, 0x04, 0x10, 0x1C
#: Of android.R.attr.
ATTRIBUTES = {
    "label": 0x01010001, "icon": 0x01010002, "name": 0x01010003, "drawable": 0x01010199,
    "width": 0x01010159, "height": 0x01010155, "viewportWidth": 0x01010402,
    "viewportHeight": 0x01010403, "fillColor": 0x01010404, "pathData": 0x01010405,
    "scaleX": 0x01010324, "scaleY": 0x01010325, "translateX": 0x0101045A,
    "translateY": 0x0101045B, "versionCode": 0x0101021B, "versionCodeMajor": 0x01010576,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that is no text: its kind, and its 32 bits."""

    kind: int
    data: int


Plain = str | Typed


def reference(resource: int) -> Typed:
    return Typed(REFERENCE, resource)


def colour(text: str) -> Typed:
    """``#RRGGBB``"""
    return Typed(COLOUR, 0xFF000000 | int(text.removeprefix("#"), 16))


def number(value: float) -> Typed:
    return Typed(FLOAT, struct.unpack("<I", struct.pack("<f", value))[0])


def whole(value: int) -> Typed:
    return Typed(INTEGER, value)


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    attributes: Mapping[str, Plain] = field(default_factory=dict)
    children: Sequence[Tag] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """One value of entry ``number`` of type ``kind``, for phones of one language and density."""

    kind: int
    number: int
    value: Plain
    language: str = ""
    density: int = 0

    @property
    def id(self) -> int:
        return 0x7F000000 | self.kind << 16 | self.number


def apk(files: Mapping[str, bytes], *, stored: Iterable[str] = ("resources.arsc",)) -> bytes:
    """The archive; what is ``stored`` is not packed, as Android 11 wants it of the table."""
    made = io.BytesIO()
    plain = set(stored)
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1981, 1, 1, 1, 1, 2))
            entry.compress_type = zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


def binary_xml(root: Tag) -> bytes:
    strings = _Strings([name for name in ATTRIBUTES if name in _attribute_names(root)])
    ids = struct.pack(f"<{len(strings.all)}I", *(ATTRIBUTES[name] for name in strings.all))
    nodes = b"".join(_nodes(root, strings))
    return _chunk(_XML, b"", strings.pool() + _chunk(_IDS, b"", ids) + nodes)


def resource_table(package: str, resources: Sequence[Resource]) -> bytes:
    strings = _Strings()
    kinds = sorted({resource.kind for resource in resources})
    body = b""
    for kind in range(1, max(kinds, default=0) + 1):
        of_kind = [resource for resource in resources if resource.kind == kind]
        count = max((resource.number for resource in of_kind), default=-1) + 1
        spec = struct.pack("<2BHI", kind, 0, 0, count)
        body += _chunk(_TYPE_SPEC, spec, bytes(4 * count))
        for config in dict.fromkeys((each.language, each.density) for each in of_kind):
            alike = {e.number: e for e in of_kind if (e.language, e.density) == config}
            body += _type(kind, count, config, alike, strings)
    names = _Strings([f"type{kind}" for kind in range(1, max(kinds, default=0) + 1)]).pool()
    keys = _Strings(["key"]).pool()
    start = 8 + 280
    name = package.encode("utf-16-le")[:254].ljust(256, b"\0")
    offsets = struct.pack("<5I", start, len(kinds), start + len(names), 1, 0)
    whole = _chunk(_PACKAGE, struct.pack("<I", 0x7F) + name + offsets, names + keys + body)
    return _chunk(_TABLE, struct.pack("<I", 1), strings.pool() + whole)


class _Strings:
    def __init__(self, first: Iterable[str] = ()) -> None:
        self.all = list(first)

    def number(self, text: str) -> int:
        if text not in self.all:
            self.all.append(text)
        return self.all.index(text)

    def pool(self) -> bytes:
        data = b""
        offsets = []
        for text in self.all:
            offsets.append(len(data))
            encoded = text.encode()
            units = len(text.encode("utf-16-le")) // 2
            data += _length(units) + _length(len(encoded)) + encoded + b"\0"
        data += bytes(-len(data) % 4)
        count = len(offsets)
        head = struct.pack("<5I", count, 0, _UTF8, 28 + 4 * count, 0)
        return _chunk(_STRING_POOL, head, struct.pack(f"<{count}I", *offsets) + data)


def _length(size: int) -> bytes:
    return bytes([size]) if size < 0x80 else bytes([0x80 | size >> 8, size & 0xFF])


def _chunk(kind: int, head: bytes, body: bytes) -> bytes:
    return struct.pack("<2HI", kind, 8 + len(head), 8 + len(head) + len(body)) + head + body


def _attribute_names(tag: Tag) -> set[str]:
    return set(tag.attributes).union(*map(_attribute_names, tag.children))


def _nodes(tag: Tag, strings: _Strings) -> Iterable[bytes]:
    where = struct.pack("<2I", 1, _NONE)  # line, comment
    count = len(tag.attributes)
    inside = struct.pack("<2I6H", _NONE, strings.number(tag.name), 20, 20, count, 0, 0, 0)
    for name, value in tag.attributes.items():
        typed, raw = _typed(value, strings)
        inside += struct.pack(
            "<3IHBBI", _NONE, strings.number(name), raw, 8, 0, typed.kind, typed.data
        )
    yield _chunk(_START, where, inside)
    for child in tag.children:
        yield from _nodes(child, strings)
    yield _chunk(_END, where, struct.pack("<2I", _NONE, strings.number(tag.name)))


def _typed(value: Plain, strings: _Strings) -> tuple[Typed, int]:
    if isinstance(value, Typed):
        return value, _NONE
    number_ = strings.number(value)
    return Typed(STRING, number_), number_


def _type(
    kind: int,
    count: int,
    config: tuple[str, int],
    entries: Mapping[int, Resource],
    strings: _Strings,
) -> bytes:
    offsets, body = [], b""
    for number_ in range(count):
        if number_ not in entries:
            offsets.append(_NONE)
            continue
        offsets.append(len(body))
        typed, _ = _typed(entries[number_].value, strings)
        body += struct.pack("<2HI", 8, 0, 0) + struct.pack("<HBBI", 8, 0, typed.kind, typed.data)
    index = struct.pack(f"<{count}I", *offsets)
    start = 8 + 12 + _CONFIG_SIZE + len(index)
    head = struct.pack("<2BH2I", kind, 0, 0, count, start) + _config(*config)
    return _chunk(_TYPE, head, index + body)


def _config(language: str, density: int) -> bytes:
    spoken, _, region = language.partition("-")
    fields = (0, 0, spoken.encode(), region.encode(), 0, 0, density, 0, 0, 0, 0, 0, 0, 0, 0)
    return _CONFIG.pack(_CONFIG_SIZE, *fields).ljust(_CONFIG_SIZE, b"\0")
