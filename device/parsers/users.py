"""The users and profiles of a phone: ``pm list users`` and ``dumpsys user``."""

from __future__ import annotations

import re

from audit.model import User, UserKind

_USER = re.compile(r"\s*UserInfo\{(\d{1,9}):(.*):([0-9a-fA-F]{1,16})\}(.*)")
_STATE = re.compile(r"\s+State: (\S+)")
_TYPE = re.compile(r"\s+Type: \S*\.(PRIVATE|CLONE|MANAGED)\s*$")

_MANAGED_PROFILE = 0x20
_PROFILE = 0x1000
_CLONES = {95, 999}  # Samsung's Dual Messenger, Xiaomi's and OPPO's dual apps
_SECURE_FOLDER = 150
_PRIVATE_NAMES = {"private space", "secure folder", "私密空间", "安全文件夹"}
_TYPE_KINDS = {
    "PRIVATE": UserKind.PRIVATE,
    "CLONE": UserKind.CLONE,
    "MANAGED": UserKind.WORK,
}


def parse_users(text: str) -> tuple[User, ...] | None:
    """The users, sorted by id, or None when ``text`` holds no list of users, or one with a line
    that cannot be read.

    ``running`` is unknown where ``dumpsys user`` prints no state.
    """
    found: dict[int, tuple[str, int]] = {}
    running: dict[int, bool | None] = {}
    types: dict[int, UserKind] = {}
    current = -1
    for line in text.split("\n"):  # a user may be called by any other line break
        if match := _USER.match(line):
            current = int(match[1])
            found.setdefault(current, (match[2], int(match[3], 16)))
            listed = match[4].strip() in {"", "running"}
            running.setdefault(current, match[4].strip() == "running" if listed else None)
        elif line.lstrip().startswith("UserInfo{"):
            return None  # who that is nobody knows, and without them the list is not whole
        elif match := _STATE.match(line):
            if current in found:
                running[current] = match[1].startswith("RUNNING")
        elif (match := _TYPE.match(line)) and current in found:
            types[current] = _TYPE_KINDS[match[1]]
    if not found:
        return None
    return tuple(
        User(
            id=number,
            name=None if name in {"", "null"} else name,
            kind=types.get(number) or _kind(number, name, flags),
            running=running[number],
        )
        for number, (name, flags) in sorted(found.items())
    )


def _kind(number: int, name: str, flags: int) -> UserKind:
    if number == 0:
        return UserKind.OWNER
    if number in _CLONES:
        return UserKind.CLONE
    # Before the work flag: Samsung's Secure Folder is a managed profile by its flags.
    if number == _SECURE_FOLDER or name.strip().casefold() in _PRIVATE_NAMES:
        return UserKind.PRIVATE
    if flags & _MANAGED_PROFILE:
        return UserKind.WORK
    return UserKind.OTHER if flags & _PROFILE else UserKind.SECONDARY
