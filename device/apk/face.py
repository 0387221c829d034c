"""What an app calls itself and looks like, from its APKs: the base first, then its splits."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from audit.model import AppIcon
from device.apk.binary_xml import walk
from device.apk.bundle import MANIFEST, Bundle
from device.apk.drawing import IconReader
from device.apk.errors import ApkError, MissingBytesError
from device.apk.sources import RemoteFile, Source
from device.apk.values import Value

#: The languages that a label is looked for in; ``""`` is the text for all others.
LABEL_LANGUAGES = ("", "en", "zh-CN")
LONGEST_LABEL = 80
_LARGEST_MANIFEST = 4 * 1024 * 1024
_MOST_ELEMENTS = 100_000
_LAUNCHER = "android.intent.category.LAUNCHER"


@dataclass(frozen=True, slots=True)
class _Named:
    """What a manifest says of the app's name and icon."""

    label: Value | None
    icon: Value | None


class ApkFace:
    """Reads the APKs of one app, ``files``, of which the base is the first.

    Each method raises ApkError, and MissingBytesError until all that it takes is there.
    """

    def __init__(self, files: Sequence[Source]) -> None:
        self._bundle = Bundle(files)
        self._named: _Named | None = None

    def add(self, file: Source) -> None:
        """One more split, where what was read so far had no icon."""
        self._bundle.add(file)

    def read(self) -> tuple[Mapping[str, str], AppIcon | None]:
        """Labels by language (see ``LABEL_LANGUAGES``), and the icon; what there is of them."""
        self._bundle.fetch()
        if self._named is None:
            self._named = _named(self._bundle.bytes(MANIFEST, _LARGEST_MANIFEST))
        label, icon = self._named.label, self._named.icon
        *texts, picture = gathered(
            *(partial(self._label, label, language) for language in LABEL_LANGUAGES),
            partial(self._icon, icon),
        )
        labels = {
            language: text
            for language, text in zip(LABEL_LANGUAGES, texts, strict=True)
            if isinstance(text, str) and text
        }
        return labels, picture if isinstance(picture, AppIcon) else None

    def _label(self, value: Value | None, language: str) -> str | None:
        try:
            return clean_label(self._bundle.text(value, language) or "") if value else None
        except ApkError:
            return None  # the icon may be all right

    def _icon(self, value: Value | None) -> AppIcon | None:
        try:
            return IconReader(self._bundle).icon(value) if value else None
        except ApkError:
            return None  # the window has a placeholder


def gathered(*readers: Callable[[], object]) -> tuple[object, ...]:
    """What all of them give; what several miss is asked for at once."""
    missing: list[tuple[RemoteFile, int, int]] = []
    found: list[object] = []
    for read in readers:
        try:
            found.append(read())
        except MissingBytesError as error:
            missing += error.ranges
    if missing:
        raise MissingBytesError(missing)
    return tuple(found)


def _named(data: bytes) -> _Named:
    """The application's label and icon, else those of what the launcher starts."""
    label = icon = None
    activity: Mapping[str, Value] = {}
    for depth, element in walk(data, _MOST_ELEMENTS):
        found = element.attributes
        if depth == 1 and element.tag == "application":
            label, icon = found.get("label"), found.get("icon")
        elif depth == 2 and element.tag in {"activity", "activity-alias"}:
            activity = found
        name = found.get("name") if element.tag == "category" else None
        if name is not None and name.text == _LAUNCHER:
            label, icon = label or activity.get("label"), icon or activity.get("icon")
        if label and icon:
            break
    return _Named(label, icon)


def clean_label(text: str) -> str:
    """One short line without anything that steers how it or its surroundings are shown."""
    shown = (" " if c.isspace() else c for c in text[: 4 * LONGEST_LABEL])
    kept = "".join(
        c for c in shown if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(kept.split())
    return line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1] + "…"
