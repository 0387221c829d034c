"""Android's vector drawings as SVG.

What Qt's SVG reader does not know is left out: clip paths, and trimmed paths are drawn whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from device.apk.binary_xml import Element
from device.apk.errors import ApkError
from device.apk.values import Value

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PATH = re.compile(rf"[\s,]*(?:([MmZzLlHhVvCcSsQqTtAa])|({_NUMBER}))", re.ASCII)
#: How many numbers each letter takes.
_NUMBERS = {
    "": 0, "M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7, "Z": 0,
}  # fmt: skip
_LONGEST_PATH = 48 * 1024
_LARGEST_NUMBER = 1e5
_CAPS = ("butt", "round", "square")
_JOINS = ("miter", "round", "bevel")
Resolve = Callable[[Value], Value]


class VectorDrawing:
    """Turns elements into SVG; ``resolve`` follows references to colours and numbers,
    ``load`` opens the drawing that a reference leads to.
    """

    def __init__(self, resolve: Resolve, load: Callable[[Value], Element]) -> None:
        self._resolve = resolve
        self._load = load
        self._gradients: list[str] = []
        self._prefix = ""

    def draw(self, vector: Element, prefix: str) -> tuple[str, float, float]:
        """The inside of a ``vector`` element, and the width and height of its own coordinates.

        ``prefix`` begins the ids of gradients: there may be several drawings in one picture.
        """
        self._gradients, self._prefix = [], prefix
        width = self._number(vector, "viewportWidth")
        height = self._number(vector, "viewportHeight")
        if width <= 0 or height <= 0:
            raise ApkError("a drawing without a size")
        inside = self._children(vector, self._tint(vector))
        opacity = self._number(vector, "alpha", 1)
        if opacity < 1:
            inside = f'<g opacity="{opacity:g}">{inside}</g>'
        return "".join(self._gradients) + inside, width, height

    def _tint(self, vector: Element) -> str | None:
        found = vector.attributes.get("tint")
        return self._paint(found)[0] if found and found.data else None

    def _children(self, element: Element, tint: str | None) -> str:
        parts = []
        for child in element.children:
            if child.tag == "path":
                parts.append(self._path(child, tint))
            elif child.tag == "group":
                inside = self._children(child, tint)
                parts.append(f'<g transform="{self._transform(child)}">{inside}</g>')
        return "".join(parts)

    def _transform(self, group: Element) -> str:
        """Android scales, then turns, around the pivot, and moves at last."""
        x, y = self._number(group, "pivotX"), self._number(group, "pivotY")
        dx, dy = self._number(group, "translateX"), self._number(group, "translateY")
        turn = self._number(group, "rotation")
        wide, high = self._number(group, "scaleX", 1), self._number(group, "scaleY", 1)
        return (
            f"translate({x + dx:g} {y + dy:g}) rotate({turn:g}) scale({wide:g} {high:g})"
            f" translate({-x:g} {-y:g})"
        )

    def _path(self, path: Element, tint: str | None) -> str:
        data = path.attributes.get("pathData")
        if data is None:
            return ""
        drawn = checked_path(self._resolve(data).text or "")
        fill, fill_opacity = self._colour(path, "fillColor", "fillAlpha")
        stroke, stroke_opacity = self._colour(path, "strokeColor", "strokeAlpha")
        width = self._number(path, "strokeWidth")
        if tint is not None:
            fill, stroke = (tint if one != "none" else one for one in (fill, stroke))
        found = f'<path d="{drawn}" fill="{fill}"'
        if fill_opacity < 1:
            found += f' fill-opacity="{fill_opacity:g}"'
        if self._number(path, "fillType") == 1:
            found += ' fill-rule="evenodd"'
        if stroke != "none" and width > 0:
            cap = _CAPS[int(self._number(path, "strokeLineCap")) % 3]
            join = _JOINS[int(self._number(path, "strokeLineJoin")) % 3]
            found += (
                f' stroke="{stroke}" stroke-width="{width:g}" stroke-opacity="{stroke_opacity:g}"'
                f' stroke-linecap="{cap}" stroke-linejoin="{join}"'
            )
        return found + "/>"

    def _colour(self, path: Element, name: str, alpha: str) -> tuple[str, float]:
        value = path.attributes.get(name)
        if value is None or (value.kind == 1 and not value.data):
            return "none", 1
        paint, opacity = self._paint(value)
        return paint, opacity * self._number(path, alpha, 1)

    def _paint(self, value: Value) -> tuple[str, float]:
        """A colour or a gradient, as SVG names it, and its opacity."""
        found = self._resolve(value)
        if found.text is not None:
            loaded = self._load(found)
            if loaded.tag == "gradient":
                return self._gradient(loaded), 1
            first = loaded.child("item") if loaded.tag == "selector" else None
            if loaded.tag == "selector" and loaded.children:
                first = loaded.children[-1]  # the one without a condition stands last
            if first is None or "color" not in first.attributes:
                raise ApkError("no colour")
            found = self._resolve(first.attributes["color"])
        return svg_colour(found)

    def _gradient(self, gradient: Element) -> str:
        name = f"{self._prefix}g{len(self._gradients)}"
        kind = int(self._number(gradient, "type"))
        spots = self._stops(gradient)
        if kind == 1:
            x, y = self._number(gradient, "centerX"), self._number(gradient, "centerY")
            radius = self._number(gradient, "gradientRadius")
            where, tag = f'cx="{x:g}" cy="{y:g}" r="{radius:g}"', "radialGradient"
        elif kind == 0:
            ends = {"x1": "startX", "y1": "startY", "x2": "endX", "y2": "endY"}
            where = " ".join(
                f'{key}="{self._number(gradient, name_):g}"' for key, name_ in ends.items()
            )
            tag = "linearGradient"
        else:
            return spots[0][1]  # SVG has no sweep
        stops = "".join(
            f'<stop offset="{offset:g}" stop-color="{colour}" stop-opacity="{opacity:g}"/>'
            for offset, colour, opacity in spots
        )
        units = 'gradientUnits="userSpaceOnUse"'
        self._gradients.append(f'<{tag} id="{name}" {units} {where}>{stops}</{tag}>')
        return f"url(#{name})"

    def _stops(self, gradient: Element) -> list[tuple[float, str, float]]:
        items = [child for child in gradient.children if child.tag == "item"]
        pairs = [(self._number(item, "offset"), item.attributes.get("color")) for item in items]
        if not pairs:
            named = ((0, "startColor"), (0.5, "centerColor"), (1, "endColor"))
            pairs = [(at, gradient.attributes.get(name)) for at, name in named]
        found = [(at, *svg_colour(self._resolve(value))) for at, value in pairs if value]
        if not found:
            raise ApkError("a gradient without colours")
        return found

    def _number(self, element: Element, name: str, default: float = 0) -> float:
        value = element.attributes.get(name)
        if value is None:
            return default
        found = self._resolve(value).number
        if found is None or abs(found) > _LARGEST_NUMBER:
            raise ApkError("no number, or a huge one")
        return found


def svg_colour(value: Value) -> tuple[str, float]:
    """``#rrggbb`` and the opacity. Raises ApkError for what is no colour, as one of a theme."""
    colour = value.colour
    if colour is None:
        raise ApkError("no colour")
    return f"#{colour & 0xFFFFFF:06x}", (colour >> 24) / 255


def checked_path(text: str) -> str:
    """Path data with nothing in it but letters of paths, each with the numbers that it takes."""
    if len(text) > _LONGEST_PATH:
        raise ApkError("an endless path")
    parts: list[str] = []
    letter, count = "", 0
    position = 0
    end = len(text.rstrip(" \t\r\n,"))
    while position < end:
        match = _PATH.match(text, position)
        if match is None or (match[2] and abs(float(match[2])) > _LARGEST_NUMBER):
            raise ApkError("a path that is none")
        if match[1]:
            _check_count(letter, count)
            letter, count = match[1], 0
        else:
            count += 1
        parts.append(match[1] or match[2])
        position = match.end()
    _check_count(letter, count)
    if parts and parts[0] not in "Mm":
        raise ApkError("a path that begins nowhere")
    return " ".join(parts)


def _check_count(letter: str, count: int) -> None:
    """Each letter may be followed by its numbers several times."""
    each = _NUMBERS[letter.upper()]
    if (count % each or not count) if each else count:
        raise ApkError("a path that breaks off")
