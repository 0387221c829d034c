"""``dumpsys role``: who holds which role, all users. Android 10 and later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

_HEADERS = ("ROLE STATE (dumpsys role)", "ROLE MANAGER STATE (dumpsys role)")


def parse_roles(lines: Iterable[str]) -> dict[tuple[int, str], tuple[str, ...]] | None:
    """``{(user, role): holders}``; a role that nobody holds has no holders.

    ``None`` when the text is no role dump (absent before Android 10, or refused), or names a user
    that can be none.
    """
    rest = iter(lines)
    if not any(line.strip().startswith(_HEADERS) for line in rest):
        return None
    reader = _Reader()
    for line in rest:
        if line.startswith(("---------", "DUMP OF SERVICE")):
            break
        reader.read(line.strip())
    reader.close_role()
    return None if reader.lost else reader.found


@dataclass(slots=True)
class _Reader:
    """Android's DualDumpOutputStream.

    A repeated field with one value is printed like a single one (``roles={``, ``holders=a``), with
    several as a list (``roles=[`` ``{`` ... ``]``, ``holders=[`` one a line ``]``).
    """

    found: dict[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)
    stack: list[str] = field(default_factory=list)
    user: int | None = None
    role: str | None = None
    holders: list[str] = field(default_factory=list)
    lost: bool = False

    def read(self, text: str) -> None:
        if text in {"{", "["}:
            self._open(self.stack[-1] if self.stack else "")
        elif text.endswith(("={", "=[")):
            self._open(text[:-2])
        elif text in {"}", "]"}:
            self._close()
        elif text:
            self._value(text)

    def _open(self, name: str) -> None:
        self.stack.append(name)

    def _close(self) -> None:
        name = self.stack.pop() if self.stack else ""
        if name == "roles":
            self.close_role()
        elif name == "user_states":
            self.user = None

    def _value(self, text: str) -> None:
        place = self.stack[-1] if self.stack else ""
        key, found, value = text.partition("=")
        if place == "holders":
            self.holders.append(text)
        elif place == "user_states" and key == "user_id":
            self.lost = self.lost or not (value.isdecimal() and len(value) < 10)
            self.user = None if self.lost else int(value)
        elif place == "roles" and key == "name" and found:
            self.close_role()
            self.role = value
        elif place == "roles" and key == "holders" and value:
            self.holders.append(value)

    def close_role(self) -> None:
        if self.user is not None and self.role is not None:
            self.found[self.user, self.role] = tuple(self.holders)
        self.role = None
        self.holders = []
