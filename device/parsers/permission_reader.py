"""The sections of ``dumpsys package`` that are about permissions, not about packages."""

from __future__ import annotations

import re
from collections.abc import Callable

from device.parsers.package_records import Definition

_PERMISSION = re.compile(r"  Permission \[(.*)\] \([0-9a-fA-F]*\):")
_APPOP_PERMISSION = re.compile(r"  AppOp Permission (.*):")
_PROTECTION = re.compile(r"uid=.*\bprot=(.*)")
_UNNEEDED = ("perm=", "packageSetting=", "flags=", "enforced=", "allowed=")


class PermissionReader:
    """Takes the lines of ``Permissions:`` and ``AppOp Permissions:``."""

    def __init__(self, unknown: Callable[[str], None]) -> None:
        self.unknown = unknown
        self.definitions: dict[str, Definition] = {}
        self.appop: dict[str, list[str]] = {}
        self.open = ""

    def line(self, line: str) -> None:
        """A line of ``Permissions:``."""
        text = line.strip()
        if line[:4] != "    ":
            match = _PERMISSION.fullmatch(line.rstrip())
            self.open = match[1] if match else ""
            if match is None:
                self.unknown(line)
            else:
                self.definitions.setdefault(match[1], Definition(match[1]))
        elif text.startswith(_UNNEEDED):
            return
        elif self.open and text.startswith("sourcePackage="):
            old = self.definitions[self.open]
            source = text.partition("=")[2]
            self.definitions[self.open] = Definition(old.name, old.protection, source)
        elif self.open and (match := _PROTECTION.fullmatch(text)):
            old = self.definitions[self.open]
            self.definitions[self.open] = Definition(old.name, match[1], old.source)
        else:
            self.unknown(line)

    def appop_line(self, line: str) -> None:
        """A line of ``AppOp Permissions:``."""
        if line[:4] != "    ":
            match = _APPOP_PERMISSION.fullmatch(line.rstrip())
            self.open = match[1] if match else ""
            if match:
                self.appop.setdefault(match[1], [])
            else:
                self.unknown(line)
        elif self.open and not line.isspace():
            self.appop[self.open].append(line.strip())
        else:
            self.unknown(line)

    def drop(self) -> str | None:
        """Leaves out the open permission, as the text was cut within it; answers its name."""
        name, self.open = self.open, ""
        self.definitions.pop(name, None)
        self.appop.pop(name, None)
        return name or None
