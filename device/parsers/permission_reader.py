"""The sections of ``dumpsys package`` that are about permissions, not about packages."""

from __future__ import annotations

import re
from collections.abc import Callable

from device.parsers.package_records import Definition

_PERMISSION = re.compile(r"  Permission \[(.*)\] \([0-9a-fA-F]*\):")
_APPOP_PERMISSION = re.compile(r"  AppOp Permission (.*):")
_UNNEEDED = frozenset({"perm", "packageSetting", "flags", "enforced", "allowed"})


class PermissionReader:
    """Takes the lines of ``Permissions:`` and ``AppOp Permissions:``."""

    def __init__(self, unknown: Callable[[str], None]) -> None:
        self.unknown = unknown
        self.protections: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        self.appop: dict[str, list[str]] = {}
        self.open = ""

    def line(self, line: str) -> None:
        """A line of ``Permissions:``."""
        if line[:4] != "    ":
            match = _PERMISSION.fullmatch(line.rstrip())
            self.open = match[1] if match else ""
            if match:
                self.protections.setdefault(match[1], "")
            else:
                self.unknown(line)
            return
        key, _, value = line[4:].partition("=")
        if key == "sourcePackage" and self.open:
            self.sources[self.open] = value.rstrip()
        elif key == "uid" and self.open:
            self.protections[self.open] = value.partition(" prot=")[2].rstrip()
        elif key not in _UNNEEDED:
            self.unknown(line)

    def definitions(self) -> dict[str, Definition]:
        return {
            name: Definition(name, protection, self.sources.get(name))
            for name, protection in self.protections.items()
        }

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
        self.protections.pop(name, None)
        self.appop.pop(name, None)
        return name or None
