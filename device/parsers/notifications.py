"""The services of ``dumpsys notification``: listeners, assistants, do-not-disturb, per user.

``ManagedServices.dump`` prints the same block for each of the three kinds. From Android 8 on it has
an ``Allowed`` list per user; before, only those enabled for the current user and its profiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_KINDS = ("notification listener", "notification assistant", "condition provider")
_ALLOWED = re.compile(rf"Allowed ({'|'.join(_KINDS)})\w*(?: \w+)?:")
_ENABLED = re.compile(rf"(?:\(user \d+\): *)?All ({'|'.join(_KINDS)})\w*(?: \w+)? \(\d+\) enabled")
_LIVE = re.compile(rf"Live ({'|'.join(_KINDS)})\w*(?: \w+)? \(\d+\):")
_ALLOWED_LINE = re.compile(r"(.*?) *\(user: (\d{1,9}) isPrimary: \w+.*\)")
_LIVE_LINE = re.compile(r"ComponentInfo\{([^/}]+)/[^}]*\} \(user (-?\d{1,9})\): \S+(.*)")


@dataclass(frozen=True, slots=True)
class NotificationAccess:
    """Packages by user; ``None`` where the text has no such block: unknown.

    ``do_not_disturb`` are those that may set do-not-disturb (condition providers and packages with
    policy access). Android 6 and 7 name no user: there it is the one that the running service
    names, else 0.
    """

    listeners: dict[int, frozenset[str]] | None = None
    assistants: dict[int, frozenset[str]] | None = None
    do_not_disturb: dict[int, frozenset[str]] | None = None


def parse_notifications(lines: Iterable[str]) -> NotificationAccess:
    reader = _Reader()
    for line in lines:
        reader.read(line)
    return NotificationAccess(*(reader.result(kind) for kind in _KINDS))


@dataclass(slots=True)
class _Reader:
    """The list we are in (``allowed``, ``enabled`` or ``live``), and of which kind."""

    place: str = ""
    kind: str = ""
    allowed: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    enabled: dict[str, set[str]] = field(default_factory=dict)
    live: dict[str, dict[str, int]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def read(self, line: str) -> None:
        text = line.strip()
        if self._title(text):
            return
        if not line.startswith("      ") or text == "Has user set:":
            self.place = ""
        elif self.place == "allowed":
            self._allowed(text)
        elif self.place == "enabled":
            self._enabled(text)
        elif self.place == "live":
            self._live(text)

    def _title(self, text: str) -> bool:
        for place, pattern in (("allowed", _ALLOWED), ("enabled", _ENABLED), ("live", _LIVE)):
            match = pattern.match(text)
            if match is not None:
                self.place, self.kind = place, match[1]
                if place == "allowed":
                    self.allowed.setdefault(self.kind, {})
                elif place == "enabled":
                    self.enabled.setdefault(self.kind, set())
                return True
        return False

    def _allowed(self, text: str) -> None:
        match = _ALLOWED_LINE.fullmatch(text)
        if match is not None:
            names = {part.partition("/")[0].strip() for part in match[1].split(":")} - {""}
            self.allowed[self.kind].setdefault(int(match[2]), set()).update(names)
        elif " isPrimary: " in text:
            self.lost.add(self.kind)  # whose list that is nobody knows

    def _enabled(self, text: str) -> None:
        name = text.removeprefix("ComponentInfo{").partition("/")[0]
        if name:
            self.enabled[self.kind].add(name)

    def _live(self, text: str) -> None:
        match = _LIVE_LINE.match(text)
        # The system's own listeners run for user -1 and are no app's special access.
        if match is not None and int(match[2]) >= 0:
            self.live.setdefault(self.kind, {})[match[1]] = int(match[2])

    def result(self, kind: str) -> dict[int, frozenset[str]] | None:
        if kind in self.lost:
            return None
        if kind in self.allowed:
            return {user: frozenset(names) for user, names in self.allowed[kind].items()}
        if kind not in self.enabled:
            return None
        users: dict[int, set[str]] = {}
        for name in self.enabled[kind]:
            users.setdefault(self.live.get(kind, {}).get(name, 0), set()).add(name)
        return {user: frozenset(names) for user, names in users.items()}
