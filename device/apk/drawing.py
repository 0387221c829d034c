"""An app's icon: the picture itself where it is one, else an SVG of what it is made of."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

from audit.model import AppIcon
from device.apk.binary_xml import Element, tree
from device.apk.bundle import Bundle
from device.apk.errors import ApkError
from device.apk.images import picture_kind
from device.apk.values import Value
from device.apk.vector import VectorDrawing, svg_colour

LARGEST_PICTURE = 512 * 1024
_LARGEST_SVG = 1024 * 1024
_LARGEST_XML = 256 * 1024
_MOST_ELEMENTS = 2_000
_DEEPEST = 8
_MOST_CANDIDATES = 4
#: Of the 108 units of a layer, a launcher shows the 72 in the middle.
_LAYER, _EDGE = 108.0, 18.0
_PLAIN = 48.0
#: Android's own that everybody uses; its table is not in the APK.
_SYSTEM_COLOURS = {
    0x0106000B: 0xFFFFFFFF, 0x0106000C: 0xFF000000, 0x0106000D: 0x00000000, 0x01060000: 0xFFAAAAAA,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float

    def without(self, left: float, top: float, right: float, bottom: float) -> _Box:
        return _Box(
            self.x + left, self.y + top, self.width - left - right, self.height - top - bottom
        )


class IconReader:
    """Raises ApkError for what cannot be shown, MissingBytesError for what is to be fetched."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._drawings = 0
        self._size = 0

    def icon(self, value: Value) -> AppIcon:
        """The icon that an ``android:icon`` leads to; what fits best of what can be shown."""
        failure = ApkError("no icon")
        for candidate in self._candidates(value)[:_MOST_CANDIDATES]:
            try:
                return self._icon(candidate)
            except ApkError as error:
                failure = error
        raise failure

    def _candidates(self, value: Value, depth: int = _DEEPEST) -> list[Value]:
        """All that a reference may lead to, the best first."""
        if value.reference is None:
            return [value]
        if value.reference in _SYSTEM_COLOURS:
            return [Value(0x1C, _SYSTEM_COLOURS[value.reference])]
        if not depth:
            raise ApkError("references in a circle")
        ranked = sorted(self._bundle.values(value.reference), key=lambda each: each[0].icon_order())
        return [
            found for _, each in ranked[:16] for found in self._candidates(each, depth - 1)[:16]
        ]

    def _icon(self, value: Value) -> AppIcon:
        self._drawings = self._size = 0
        path = self._bundle.string(value)
        if path is None or not path.endswith(".xml"):
            data = self._picture(value)
            return AppIcon(picture_kind(data), data)
        root = self._xml(path)
        if root.tag == "adaptive-icon":
            layers = [child for tag in ("background", "foreground") if (child := root.child(tag))]
            box = _Box(0, 0, _LAYER, _LAYER)
            inside = "".join(self._item(layer, box, _DEEPEST) for layer in layers)
            shown = _LAYER - 2 * _EDGE
            return self._svg(inside, f"{_EDGE:g} {_EDGE:g} {shown:g} {shown:g}", "adaptive")
        box = _Box(0, 0, _PLAIN, _PLAIN)
        return self._svg(self._element(root, box, _DEEPEST), f"0 0 {_PLAIN:g} {_PLAIN:g}", "svg")

    def _svg(self, inside: str, view: str, kind: str) -> AppIcon:
        if not inside or len(inside) > _LARGEST_SVG:
            raise ApkError("nothing to show, or too much")
        head = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' viewBox="{view}">'
        )
        return AppIcon(kind, f"{head}{inside}</svg>".encode())

    # What a drawing is made of.

    def _value(self, value: Value, box: _Box, depth: int) -> str:
        """Whatever a reference leads to, drawn into ``box``."""
        if not depth or box.width <= 0 or box.height <= 0:
            raise ApkError("too deep, or no room")
        failure = ApkError("nothing to draw")
        for found in self._candidates(value)[:_MOST_CANDIDATES]:
            try:
                return self._one(found, box, depth)
            except ApkError as error:
                failure = error
        raise failure

    def _one(self, value: Value, box: _Box, depth: int) -> str:
        if value.colour is not None:
            return _filled(box, *svg_colour(value))
        path = self._bundle.string(value)
        if path is not None and path.endswith(".xml"):
            return self._element(self._xml(path), box, depth)
        data = self._picture(value)
        kind = picture_kind(data)
        self._size += len(data) * 4 // 3
        if self._size > _LARGEST_SVG:
            raise ApkError("too much to show")
        text = base64.b64encode(data).decode()
        return (
            f'<image x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
            f' xlink:href="data:image/{kind};base64,{text}"/>'
        )

    def _element(  # noqa: PLR0911 -- one for each kind of drawing
        self, element: Element, box: _Box, depth: int
    ) -> str:
        if not depth:
            raise ApkError("too deep")
        match element.tag:
            case "vector":
                return self._vector(element, box)
            case "layer-list" | "transition":
                layers = [child for child in element.children if child.tag == "item"]
                return "".join(self._item(layer, box, depth - 1) for layer in layers)
            case "selector" | "level-list" | "animation-list" if element.children:
                return self._item(element.children[-1], box, depth - 1)
            case "shape":
                return self._shape(element, box)
            case "color":
                colour = self._resolve(self._attribute(element, "color"))
                return _filled(box, *svg_colour(colour))
            case "bitmap" | "nine-patch":
                return self._value(self._attribute(element, "src"), box, depth - 1)
            case "inset" | "animated-vector" | "rotate" | "scale" | "clip" | "ripple":
                return self._item(element, box, depth - 1)
        raise ApkError(f"cannot be drawn: {element.tag[:40]}")

    def _item(self, item: Element, box: _Box, depth: int) -> str:
        """A layer: its insets, and the drawing that it names or holds."""
        sides = [self._inset(item, name, box) for name in ("left", "top", "right", "bottom")]
        box = box.without(*sides)
        named = item.attributes.get("drawable") or item.attributes.get("src")
        if named is not None:
            return self._value(named, box, depth)
        inside = next((child for child in item.children if child.tag != "item"), None)
        if item.tag == "ripple" and item.children:
            return self._item(item.children[0], box, depth - 1)
        if inside is None:
            raise ApkError("an empty layer")
        return self._element(inside, box, depth)

    def _inset(self, item: Element, side: str, box: _Box) -> float:
        value = (
            item.attributes.get(f"inset{side.title()}")
            or item.attributes.get("inset")
            or item.attributes.get(side)
        )
        if value is None:
            return 0
        found = self._resolve(value)
        length = box.width if side in {"left", "right"} else box.height
        size = (found.number or 0) * (length if found.kind == 0x06 else 1)
        return max(-length, min(length, size))

    def _shape(self, shape: Element, box: _Box) -> str:
        solid, gradient = shape.child("solid"), shape.child("gradient")
        source = solid or gradient
        if source is None:
            return ""
        name = "color" if solid else "startColor"
        colour, opacity = svg_colour(self._resolve(self._attribute(source, name)))
        oval = shape.attributes.get("shape")
        if oval is not None and oval.data == 1:
            x, y = box.x + box.width / 2, box.y + box.height / 2
            size = f'rx="{box.width / 2:g}" ry="{box.height / 2:g}"'
            return (
                f'<ellipse cx="{x:g}" cy="{y:g}" {size} fill="{colour}"'
                f' fill-opacity="{opacity:g}"/>'
            )
        return _filled(box, colour, opacity)

    def _vector(self, vector: Element, box: _Box) -> str:
        self._drawings += 1
        drawing = VectorDrawing(
            self._resolve, lambda value: self._xml(self._bundle.string(value) or "")
        )
        inside, width, height = drawing.draw(vector, f"v{self._drawings}")
        if len(inside) > _LARGEST_SVG:
            raise ApkError("too much to show")
        move = f"translate({box.x:g} {box.y:g})"
        return (
            f'<g transform="{move} scale({box.width / width:g} {box.height / height:g})">'
            f"{inside}</g>"
        )

    # What values lead to.

    def _resolve(self, value: Value) -> Value:
        if value.reference in _SYSTEM_COLOURS:
            return Value(0x1C, _SYSTEM_COLOURS[value.reference])
        found = self._bundle.single(value)
        return replace(found, text=self._bundle.string(found))

    def _attribute(self, element: Element, name: str) -> Value:
        if name not in element.attributes:
            raise ApkError(f"no {name}")
        return element.attributes[name]

    def _xml(self, path: str) -> Element:
        return tree(self._bundle.bytes(path, _LARGEST_XML), _MOST_ELEMENTS)

    def _picture(self, value: Value) -> bytes:
        path = self._bundle.string(value)
        if path is None:
            raise ApkError("no picture")
        return self._bundle.bytes(path, LARGEST_PICTURE)


def _filled(box: _Box, colour: str, opacity: float) -> str:
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
        f' fill="{colour}" fill-opacity="{opacity:g}"/>'
    )
