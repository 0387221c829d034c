"""``dumpsys accessibility``: services that are switched on, per user."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from device.parsers.settings import Component, component

_USER = re.compile(r"attributes:\{id=(\d{1,9})")
_BRACED = re.compile(r"\{([^{}\s]+/[^{}\s]+)\}")
_NUMBERED = re.compile(r"\d+ : (\S+/\S+)")
_LABEL = re.compile(r"Service\[label=(.*?), feedbackType")


@dataclass(frozen=True, slots=True)
class AccessibilityServices:
    """Of one user.

    Attributes:
        enabled: ``None`` where this Android does not print them (up to 9); the setting
            ``enabled_accessibility_services`` has them on every version.
        bound: labels of those that run, in the phone's language.
    """

    enabled: tuple[Component, ...] | None
    bound: tuple[str, ...]


def parse_accessibility(lines: Iterable[str]) -> dict[int, AccessibilityServices]:
    """By user. A user that the text does not have is unknown (Android prints the current one)."""
    readers: dict[int, _Reader] = {}
    current: _Reader | None = None
    for line in lines:
        match = _USER.search(line)
        if match is not None:
            current = readers.setdefault(int(match[1]), _Reader())
        elif line.startswith(("---------", "DUMP OF SERVICE")):
            current = None
        if current is not None:
            current.read(line)
    return {
        user: AccessibilityServices(
            None if reader.enabled is None else tuple(reader.enabled), tuple(reader.bound)
        )
        for user, reader in readers.items()
    }


@dataclass(slots=True)
class _Reader:
    """Samsung's Android 10 lists one service a line; everybody else all of them on one."""

    enabled: list[Component] | None = None
    bound: list[str] = field(default_factory=list)
    listing: bool = False

    def read(self, line: str) -> None:
        text = line.strip()
        title = text.lower()
        if title.startswith("enabled services:"):
            self.enabled = self.enabled or []
            self.listing = title.endswith("{")
            self._add(_BRACED.findall(text))
        elif title.startswith(("bound services:", "services:")):
            self.listing = False
            self.bound += _LABEL.findall(text)
        elif text.startswith("}"):
            self.listing = False
        elif self.listing:
            self._add(_NUMBERED.findall(text) or _BRACED.findall(text))

    def _add(self, names: list[str]) -> None:
        found = (component(name) for name in names)
        self.enabled = [*(self.enabled or ()), *(name for name in found if name is not None)]
