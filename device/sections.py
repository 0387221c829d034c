"""Finds in saved texts which command each part is the answer of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from device.texts import Text

# The names of ``device.commands``, by the normalised name of a file.
_FILES = {
    "getprop": "getprop",
    "date": "date",
    "pm_list_users": "pm list users",
    "dumpsys_user": "dumpsys user",
    "dumpsys_package": "dumpsys package",
    "dumpsys_packages": "dumpsys package",
    "dumpsys_package_packages": "dumpsys package packages",
    "dumpsys_package_shared_users": "dumpsys package shared-users",
    "dumpsys_package_permissions": "dumpsys package permissions",
    "dumpsys_package_permission": "dumpsys package permission",
    "dumpsys_package_all_components": "dumpsys package --all-components",
    "dumpsys_appops": "dumpsys appops",
    "dumpsys_appops_history": "dumpsys appops --history",
    "dumpsys_settings": "dumpsys settings",
    "dumpsys_device_policy": "dumpsys device_policy",
    "dumpsys_role": "dumpsys role",
    "dumpsys_notification": "dumpsys notification",
    "dumpsys_deviceidle": "dumpsys deviceidle",
    "dumpsys_deviceidle_whitelist": "dumpsys deviceidle whitelist",
    "dumpsys_accessibility": "dumpsys accessibility",
}
_SETTINGS_FILE = re.compile(r"settings(?:_list)?(?:_+user_(\d+))?_secure(?:_(?:user_)?(\d+))?")

_SERVICES = {
    name: f"dumpsys {name}"
    for name in (
        "package",
        "appops",
        "user",
        "settings",
        "device_policy",
        "role",
        "notification",
        "deviceidle",
        "accessibility",
    )
}

# How an answer without a telling name begins, or what it has near its beginning.
_CONTENTS = tuple(
    (command, re.compile(pattern, re.MULTILINE))
    for command, pattern in (
        ("dumpsys appops", rb"^ *Current AppOps Service state:"),
        ("dumpsys package", rb"^ *(Packages:|Package \[|Database versions:|Known Packages:)"),
        ("getprop", rb"^\[[\w.]+\]: \["),
        ("pm list users", rb"^\s*UserInfo\{\d+:.*:[0-9a-f]+\}"),
        ("dumpsys role", rb"^ROLE (MANAGER )?STATE"),
        ("dumpsys device_policy", rb"^ *Enabled Device Admins \(User"),
        (
            "dumpsys notification",
            rb"^ *(Current Notification Manager state|Allowed notification l)",
        ),
        ("dumpsys accessibility", rb"^ACCESSIBILITY MANAGER"),
        ("settings list secure 0", rb"^(android_id|default_input_method)="),
    )
)

# Each begins with a literal newline, which is many times as fast to look for as "^".
_MARKS = re.compile(
    rb"\n(?:"
    rb"(?:-{20,}[ \t]*\r*\n)?DUMP OF SERVICE (?:[A-Z]+ )?(?P<service>[\w.@/-]+):?"
    rb"|-{9} [\d.]+s was the duration of dumpsys [^\n]*?(?:ending at: (?P<ended>[\d: -]+?))?"
    rb"|-{6} (?P<block>[^\s-][^\n]*?) -{6}"
    rb"|== dumpstate: (?P<date>[^\r\n]+?)"
    rb")[ \t]*\r*(?=\n|\Z)"
)
_HEAD_MARKS = re.compile(
    rb"^(DUMP OF SERVICE |== dumpstate: |-{6} .* -{6}[ \t]*\r*$)", re.MULTILINE
)
_LONGEST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text; ``end`` None is the text's end."""

    text: Text
    start: int = 0
    end: int | None = None

    def pieces(self) -> Iterator[bytes]:
        return self.text.pieces(self.start, self.end)


def command_of_file(base: str) -> str | None:
    """The command that a file is named after: ``dumpsys_package.partA.txt``, lower case."""
    stem = re.sub(r"[^a-z0-9]+", "_", base.partition(".")[0])
    if match := _SETTINGS_FILE.fullmatch(stem):
        return f"settings list secure {int(match[1] or match[2] or 0)}"
    return _FILES.get(re.sub(r"_(listeners|listeners_part|part)$", "", stem))


def command_of_content(head: bytes) -> str | None:
    return next((command for command, pattern in _CONTENTS if pattern.search(head)), None)


def is_report(text: Text) -> bool:
    """Whether the text is made of the answers of several commands."""
    return _HEAD_MARKS.search(text.head) is not None


def find_sections(text: Text) -> tuple[dict[str, Section], str | None]:
    """The first answer of each command in a bug report or in the output of ``dumpsys``.

    Also when that was, as it is printed, in the phone's own time. Raises UnreadableError.
    """
    sections: dict[str, Section] = {}
    date = None
    command = None
    start = 0
    for offset, end, match in _marks(text):
        if command is not None and offset > start:
            sections.setdefault(command, Section(text, start, offset))
        command, start = _command_of_mark(match), end
        printed = match["date"] or match["ended"]
        if printed is not None and date is None:
            date = printed.decode(errors="replace").strip()
    if command is not None:
        sections.setdefault(command, Section(text, start))
    return sections, date


def _command_of_mark(match: re.Match[bytes]) -> str | None:
    if match["service"] is not None:
        return _SERVICES.get(match["service"].decode(errors="replace"))
    # With the command in brackets since Android 9, without before.
    block = match["block"] or b""
    return "getprop" if block.startswith(b"SYSTEM PROPERTIES") else None


def _marks(text: Text) -> Iterator[tuple[int, int, re.Match[bytes]]]:
    """Every mark with the offsets of its beginning and of the line after it."""
    base = -1
    data = b"\n"
    for piece in text.pieces():
        data += piece
        cut = data.rfind(b"\n")
        before = data.rfind(b"\n", 0, max(cut, 0))
        if data.startswith(b"-----", before + 1):
            cut = before  # a line of dashes may be the first half of a mark
        if cut < 0 and len(data) > _LONGEST_LINE:
            cut = len(data)
        if cut > 0:
            yield from _marks_in(data[:cut], base)
            base += cut
            data = data[cut:]
    yield from _marks_in(data, base)


def _marks_in(data: bytes, base: int) -> Iterator[tuple[int, int, re.Match[bytes]]]:
    for match in _MARKS.finditer(data):
        yield base + match.start() + 1, base + match.end() + 1, match
