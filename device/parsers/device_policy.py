"""``dumpsys device_policy``: administrators and owners per user, Android 6 and later."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from device.parsers.settings import Component, component

_HEADER = "Current Device Policy Manager state:"
_ADMINS = re.compile(r"Enabled Device Admins \(User (\d{1,9})")
_OF_A_USER = ("Enabled Device Admins (User", "Profile Owner (User")
_PROFILE_OWNER = re.compile(r"Profile Owner \(User (\d{1,9})\)")


@dataclass(frozen=True, slots=True)
class DevicePolicy:
    """Who administers the phone.

    Attributes:
        device_owner: user and package; ``None`` when there is none.
        profile_owners: ``{user: package}``.
        admins: ``{user: components}``; a user without any has an empty tuple.
    """

    device_owner: tuple[int, str] | None = None
    profile_owners: dict[int, str] = field(default_factory=dict)
    admins: dict[int, tuple[Component, ...]] = field(default_factory=dict)


def parse_device_policy(lines: Iterable[str]) -> DevicePolicy | None:
    """``None`` when the text is no device policy dump (absent or refused), or not whole.

    It is not when a block is of nobody: then it is not known whom the phone means.
    """
    rest = iter(lines)
    if not any(line.strip() == _HEADER for line in rest):
        return None
    reader = _Reader()
    for line in rest:
        if line.startswith(("---------", "DUMP OF SERVICE")):
            break
        reader.read(line.strip())
    return None if reader.lost else reader.result()


@dataclass(slots=True)
class _Reader:
    """Which titled block we are in: ``admins``, ``device``, ``profile`` or none."""

    block: str = ""
    user: int = 0
    lost: bool = False
    device_package: str | None = None
    device_user: int = 0
    profile_owners: dict[int, str] = field(default_factory=dict)
    admins: dict[int, list[Component]] = field(default_factory=dict)

    def read(self, text: str) -> None:
        if self._title(text):
            return
        if self.block == "admins":
            # One admin a line, "pkg/cls:"; what follows each of them is indented and has no slash
            # before its colon. Android 6 indents the name less than later ones.
            admin = component(text[:-1]) if text.endswith(":") else None
            if admin is not None:
                self.admins[self.user].append(admin)
        elif self.block:
            self._owner(text)

    def _title(self, text: str) -> bool:
        admins = _ADMINS.match(text)
        profile = _PROFILE_OWNER.match(text)
        if admins is not None:
            self.block, self.user = "admins", int(admins[1])
            self.admins.setdefault(self.user, [])
        elif profile is not None:
            self.block, self.user = "profile", int(profile[1])
        elif text.startswith(_OF_A_USER):
            self.lost = True
        elif text == "Device Owner:":
            self.block = "device"
        elif text.endswith(":") and " " in text and "/" not in text:
            self.block = ""
        else:
            return False
        return True

    def _owner(self, text: str) -> None:
        key, found, value = text.partition("=")
        if key == "admin" and found:
            admin = component(value)
            package = admin[0] if admin else None
        else:
            package = value if key == "package" and value != "null" else None
        if self.block == "device":
            self.device_package = self.device_package or package
            if text.startswith("User ID: ") and text[9:].isdecimal():
                self.device_user = int(text[9:18])
        elif package:
            self.profile_owners.setdefault(self.user, package)

    def result(self) -> DevicePolicy:
        owner = (self.device_user, self.device_package) if self.device_package else None
        admins = {user: tuple(found) for user, found in self.admins.items()}
        return DevicePolicy(owner, self.profile_owners, admins)
