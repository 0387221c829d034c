"""How to switch USB debugging on, by the phone's maker, in the words of its menus."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from resources.loader import read_json


class Do(StrEnum):
    """What is done with the last word of a path of menus."""

    TAP = "tap"  # seven times
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class MenuStep:
    """``path`` leads from the settings to the row that ``do`` is about; ``text`` says it all."""

    do: Do
    path: tuple[str, ...]
    text: str

    @property
    def row(self) -> str:
        return self.path[-1]

    def __str__(self) -> str:
        return f"{' › '.join(self.path[:-1])}: {self.text}"


@dataclass(frozen=True, slots=True)
class Variant:
    """The way for some versions of a maker's system."""

    name: str
    steps: tuple[MenuStep, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """All ways for the phones of one maker, the most usual first."""

    key: str
    name: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Dialog:
    """What the phone itself asks.

    Attributes:
        rows: what can be chosen; ``marked`` is the one to choose.
        check: a box to tick; None where there is none, as with ``button``.
        text: what to do, in one sentence.
    """

    title: str
    rows: tuple[str, ...]
    marked: int
    check: str | None
    button: str | None
    text: str


@functools.cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json("connect", "guides.json")
    return data


@functools.cache
def guides(language: str) -> tuple[Guide, ...]:
    """Every maker's guide, in the order to choose from."""
    return tuple(
        Guide(
            entry["key"],
            entry["name"][language],
            tuple(_variant(one, language) for one in entry["variants"]),
        )
        for entry in _data()["guides"]
    )


def guide(key: str, language: str) -> Guide:
    """The guide of that name (``device.connecting.situations.Situation.guide``)."""
    return next(one for one in guides(language) if one.key == key)


def dialog(key: str, language: str) -> Dialog:
    """``allow``, where the phone asks about this computer, or ``files``, about the cable's use."""
    entry = _data()["dialogs"][key]
    return Dialog(
        entry["title"][language],
        tuple(row[language] for row in entry.get("rows", ())),
        entry.get("mark", -1),
        entry["check"][language] if "check" in entry else None,
        entry["button"][language] if "button" in entry else None,
        entry["do"][language],
    )


def seven_times(language: str) -> str:
    """The words beside a row that is to be tapped seven times."""
    text: str = _data()["taps"][language]
    return text


def _variant(entry: Mapping[str, Any], language: str) -> Variant:
    return Variant(
        entry["name"][language],
        tuple(_step(step, language) for step in entry["steps"]),
        tuple(note[language] for note in entry.get("notes", ())),
    )


def _step(entry: Mapping[str, Any], language: str) -> MenuStep:
    path = tuple(word[language] for word in entry["path"])
    # Quotes within quotes are single ones.
    row = path[-1].replace("“", "‘").replace("”", "’")
    text = _data()["do"][entry["do"]][language].format(row=row)
    return MenuStep(Do(entry["do"]), path, text)
