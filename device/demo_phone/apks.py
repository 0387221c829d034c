"""The APKs on the demo phone: real ones, with a name in two languages, a drawn icon and code."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from device.demo_phone.apk_file import (
    Plain,
    Resource,
    Tag,
    apk,
    binary_xml,
    colour,
    number,
    reference,
    resource_table,
    whole,
)
from device.demo_phone.dex_file import dex_file
from resources import loader

_LABEL, _ICON, _GROUND, _FRONT = (
    Resource(1, 0, ""), Resource(2, 0, "res/icon.xml"), Resource(3, 0, ""),
    Resource(2, 1, "res/front.xml"),
)  # fmt: skip
_ANY_DENSITY = 0xFFFE
#: A sign is drawn on 24 units, a layer of an icon has 108, of which the middle is shown.
_SIGN, _LAYER, _SCALE = 24.0, 108.0, 1.75


@functools.lru_cache(maxsize=512)
def demo_apk(package: str, version: int = 1, classes: tuple[str, ...] = ()) -> bytes:
    """The base APK of an app of the demo; one without a face of its own has no icon either.

    ``classes`` are whole names of what its code defines beside the app's own.
    """
    names = _names().get(package, {})
    face = _faces()["apps"].get(package)
    resources = []
    attributes = {}
    if names:
        attributes["label"] = reference(_LABEL.id)
        for language, text in {"": names["zh-CN"], **names}.items():
            resources.append(Resource(1, 0, text, language))
    files = {}
    if face:
        attributes["icon"] = reference(_ICON.id)
        sign, ground = face.split()
        resources += [Resource(2, 0, "res/icon.xml", density=_ANY_DENSITY), _FRONT]
        resources.append(Resource(3, 0, colour(ground)))
        files = {"res/icon.xml": _icon(), "res/front.xml": _front(_faces()["signs"][sign])}
    about: dict[str, Plain] = {"versionCode": whole(version), "package": package}
    manifest = Tag("manifest", about, [Tag("application", attributes)])
    return apk(
        {
            "AndroidManifest.xml": binary_xml(manifest),
            "classes.dex": dex_file((f"{package}.MainActivity", *classes)),
            **files,
            "resources.arsc": resource_table(package, resources),
        }
    )


def _icon() -> bytes:
    layers = {"background": _GROUND, "foreground": _FRONT}
    tags = [Tag(name, {"drawable": reference(each.id)}) for name, each in layers.items()]
    return binary_xml(Tag("adaptive-icon", {}, tags))


def _front(sign: str) -> bytes:
    edge = (_LAYER - _SIGN * _SCALE) / 2
    place = {"scaleX": _SCALE, "scaleY": _SCALE, "translateX": edge, "translateY": edge}
    path = Tag("path", {"fillColor": colour("#FFFFFF"), "pathData": sign})
    size = dict.fromkeys(("width", "height", "viewportWidth", "viewportHeight"), number(_LAYER))
    group = Tag("group", {name: number(value) for name, value in place.items()}, [path])
    return binary_xml(Tag("vector", size, [group]))


@functools.cache
def _faces() -> Any:
    return loader.read_json("demo", "faces.json")


@functools.cache
def _names() -> Mapping[str, Mapping[str, str]]:
    listed = loader.read_json("catalogue", "apps.json")["apps"]
    known = {app["package"]: {lang: app[lang] for lang in loader.LANGUAGES} for app in listed}
    return {**known, **_faces()["names"]}
