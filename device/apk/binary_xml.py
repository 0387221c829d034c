"""Android's binary XML: manifests and drawings."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from device.apk.chunks import (
    END_ELEMENT,
    RESOURCE_MAP,
    START_ELEMENT,
    STRING_POOL,
    Chunk,
    Strings,
    chunk_at,
    chunks,
    u32,
)
from device.apk.errors import ApkError
from device.apk.sources import Memory
from device.apk.values import STRING, Value

_ELEMENT = struct.Struct("<2I3H")
_ATTRIBUTE = struct.Struct("<3IHBBI")
_NOTHING = 0xFFFFFFFF
_DEEPEST = 64

#: Android goes by these numbers, and some packers drop the names. From android.R.attr.
_NAMES = {
    0x01010001: "label", 0x01010002: "icon", 0x01010003: "name", 0x01010119: "src",
    0x01010121: "tint", 0x01010155: "height", 0x01010159: "width", 0x01010199: "drawable",
    0x0101019A: "shape", 0x0101019D: "startColor", 0x0101019E: "endColor", 0x010101A0: "angle",
    0x010101A1: "type", 0x010101A2: "centerX", 0x010101A3: "centerY", 0x010101A4: "gradientRadius",
    0x010101A5: "color", 0x010101B5: "pivotX", 0x010101B6: "pivotY", 0x0101020B: "centerColor",
    0x0101021B: "versionCode",
    0x0101031F: "alpha", 0x01010324: "scaleX", 0x01010325: "scaleY", 0x01010326: "rotation",
    0x01010402: "viewportWidth", 0x01010403: "viewportHeight", 0x01010404: "fillColor",
    0x01010405: "pathData", 0x01010406: "strokeColor", 0x01010407: "strokeWidth",
    0x0101045A: "translateX", 0x0101045B: "translateY", 0x01010576: "versionCodeMajor",
}  # fmt: skip


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, Value]
    children: list[Element] = field(default_factory=list)

    def child(self, tag: str) -> Element | None:
        return next((child for child in self.children if child.tag == tag), None)


def walk(data: bytes, most: int) -> Iterator[tuple[int, Element]]:
    """Each element with its depth (from 0), as it begins; ``children`` stay empty.

    Raises ApkError for what is no binary XML, and beyond ``most`` elements.
    """
    source = Memory(data)
    root = chunk_at(source, 0, source.size)
    strings: Strings | None = None
    ids: list[int] = []
    depth = 0
    for chunk in chunks(source, root.body, root.end):
        if chunk.kind == STRING_POOL and strings is None:
            strings = Strings(source, chunk)
        elif chunk.kind == RESOURCE_MAP:
            ids = [u32(source, at) for at in range(chunk.body, chunk.end - 3, 4)]
        elif chunk.kind == START_ELEMENT:
            most -= 1
            if strings is None or depth > _DEEPEST or most < 0:
                raise ApkError("too much XML, or too deep")
            yield depth, _element(source, chunk, strings, ids)
            depth += 1
        elif chunk.kind == END_ELEMENT:
            depth -= 1


def tree(data: bytes, most: int) -> Element:
    """The root with everything in it; raises as ``walk`` does."""
    open_: list[Element] = []
    for depth, element in walk(data, most):
        del open_[depth:]
        if open_:
            open_[-1].children.append(element)
        elif depth:
            raise ApkError("more ends than beginnings")
        open_.append(element)
    if not open_:
        raise ApkError("an empty document")
    return open_[0]


def _element(source: Memory, chunk: Chunk, strings: Strings, ids: list[int]) -> Element:
    _, name, start, stride, count = _ELEMENT.unpack(source.read(chunk.body, _ELEMENT.size))
    if count and (stride < _ATTRIBUTE.size or chunk.body + start + count * stride > chunk.end):
        raise ApkError("attributes outside their element")
    attributes: dict[str, Value] = {}
    for number in range(count):
        at = chunk.body + start + number * stride
        _, key, _, _, _, kind, data = _ATTRIBUTE.unpack(source.read(at, _ATTRIBUTE.size))
        known = _NAMES.get(ids[key]) if key < len(ids) else None
        text = strings[data] if kind == STRING and data != _NOTHING else None
        attributes.setdefault(known or strings[key], Value(kind, data, text))
    return Element(strings[name], attributes)
