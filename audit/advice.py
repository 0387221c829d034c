"""What to do in a situation that keeps a phone from being checked, in the person's language."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from resources.loader import read_json

_SYSTEMS = {"win32": "windows", "darwin": "darwin"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; ``command`` is a line for a terminal, to be copied."""

    text: str
    command: str | None = None

    def __str__(self) -> str:
        return self.text if self.command is None else f"{self.text}\n{self.command}"


@dataclass(frozen=True, slots=True)
class Advice:
    """A situation in words.

    Attributes:
        also: codes of situations that look alike and that nothing can tell apart from here.
    """

    title: str
    text: str
    steps: tuple[Step, ...]
    also: tuple[str, ...]


@functools.cache
def _situations() -> dict[str, Any]:
    texts: dict[str, Any] = read_json("connect", "situations.json")
    return texts


def codes() -> frozenset[str]:
    """All situations that have words."""
    return frozenset(_situations())


def needs_guide(code: str) -> bool:
    """Whether the maker's steps to USB debugging belong to the situation."""
    return bool(_situations()[code].get("guide", False))


def advice(
    code: str, values: Mapping[str, str], language: str, platform: str = sys.platform
) -> Advice:
    """The words for a situation. KeyError for an unknown one, or a value that it lacks."""
    entry = _situations()[code]
    system = _SYSTEMS.get(platform, "linux")

    def fill(text: str) -> str:
        return text.format_map(values)

    steps = tuple(
        Step(fill(step[language]), fill(step["command"]) if "command" in step else None)
        for step in entry["steps"]
        if system in step.get("on", (system,))
    )
    return Advice(
        fill(entry["title"][language]),
        fill(entry["text"][language]),
        steps,
        tuple(entry.get("also", ())),
    )


def possibility(code: str, language: str, platform: str = sys.platform) -> Advice:
    """The words for a situation that was not seen but may be: no text about what was seen."""
    return replace(advice(code, _Unseen(), language, platform), text="")


class _Unseen(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
