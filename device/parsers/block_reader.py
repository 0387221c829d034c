"""Blocks of ``Packages:`` and ``Shared users:``, line by line.

What a line means depends on the list it stands in. Each list remembers the lines it has seen, since
most of a package's lines come again with the next: that is where the speed comes from.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Any

from device.parsers.package_blocks import (
    UNNEEDED,
    UNNEEDED_LISTS,
    USER_LISTS,
    USER_UNNEEDED,
    USER_WANTED,
    WANTED,
    Block,
    Tail,
    UserBlock,
    parse_tail,
)
from device.parsers.package_records import Grant, PackageRecord, SharedUserRecord

PACKAGE = re.compile(r"  Package \[(.*)\] \([0-9a-fA-F]*\):")
_SHARED_USER = re.compile(r"  SharedUser \[(.*)\] \([0-9a-fA-F]*\):")
_USER = re.compile(r"User (\d{1,9}):(.*)")
_MEMBER = re.compile(r"\s*PackageSetting\{\S+ (.+)/-?\d+\}")

_MEMO_LINES = 20_000

Memo = dict[str, Any]


class BlockReader:
    """Takes lines, indented as Android prints them, and keeps the records of finished blocks.

    Attributes:
        memo: the lines that ``take`` may be called for at once, with what they stand for; any
            other line goes to ``line``. Both change with every call of ``line``.
    """

    def __init__(self, unknown: Callable[[str], None]) -> None:
        self.unknown = unknown
        self.packages: dict[str, PackageRecord] = {}
        self.shared_users: dict[str, SharedUserRecord] = {}
        self.duplicates = 0
        self.unreadable: list[str] = []
        self.shared = False
        self.block: Block | None = None
        self.user: UserBlock | None = None
        self.list_name = ""
        self._skip: Callable[[Any], None] = deque[Any](maxlen=0).append
        self._tails: dict[str, Tail | None] = {}
        self._none: Memo = {}
        self._known: Memo = {}
        self._items: Memo = {}
        # Apart from the others: an app may give a library any name, a user's heading for one.
        self._user_items: Memo = {}
        self._install: Memo = {}
        self._runtime: Memo = {}
        self._requested: Memo = {}
        self._expect(self._none)

    def start(self, *, shared: bool) -> None:
        self.close()
        self.shared = shared

    def _expect(self, memo: Memo, take: Callable[[Any], None] | None = None) -> None:
        self.memo = memo
        self.take = take or self._skip

    def _remember(self, line: str, item: Any) -> None:
        if len(self.memo) < _MEMO_LINES:
            self.memo[line] = item

    def line(self, line: str) -> None:
        if line[:4] != "    ":
            header = _SHARED_USER if self.shared else PACKAGE
            if match := header.fullmatch(line.rstrip()):
                if self.block is not None and self.block.is_new(match[1]):
                    return  # the same line once more
                self.close()
                self.block = Block(match[1], shared=self.shared)
                self._expect(self._known)
            else:
                self.unknown(line)
        elif self.block is None:
            self.unknown(line)
        elif line[4:5] != " ":
            self._field(self.block, line)
        elif self.user is None:
            self._block_item(self.block, line)
        elif line[6:8] == "  ":
            self._user_item(line)
        else:
            self._user_field(self.user, line)

    def _field(self, block: Block, line: str) -> None:
        text = line[4:]
        key, equals, value = text.partition("=")
        if equals and (key in WANTED or key in UNNEEDED):
            if self.memo is not self._known:
                self._expect(self._known)
            if key in WANTED:
                block.fields.setdefault(key, value)
            else:
                self._remember(line, True)
        elif match := _USER.match(text):
            self._open_user(block, int(match[1]), match[2])
        else:
            self._open_list(block, line, text.rstrip().removesuffix(":"))

    def _open_user(self, block: Block, number: int, text: str) -> None:
        self._expect(self._none)
        self.user = UserBlock(number, text)
        if number in block.users:  # no Android does this; an app's text may
            self.unknown(text)
            self.user = block.users[number]
        block.users[number] = self.user

    def _open_list(self, block: Block, line: str, name: str) -> None:
        if name == "install permissions":
            self.user = None
            self._expect(self._install, block.install.append)
        elif name == "requested permissions":
            self.user = None
            block.requested = []
            self._expect(self._requested, block.requested.append)
        elif name in UNNEEDED_LISTS:
            # Android 8 to 11 print a user's overlays one step too far to the left.
            if self.user is not None and name.endswith("overlay paths"):
                self._expect(self._user_items)
            else:
                self.user = None
                self._expect(self._items)
        elif name in {"declared permissions", "Packages"}:
            self.user = None
            self._expect(self._none)
            self.list_name = name
        elif name != "FROZEN!":
            self._expect(self._none)
            self.list_name = ""
            self.unknown(line)

    def _block_item(self, block: Block, line: str) -> None:
        if self.memo is self._install:
            self._grant(line, 6)
        elif self.memo is self._requested:
            name = line[6:].partition(": restricted=")[0].strip()
            if name:
                self._remember(line, name)
                self.take(name)
        elif self.memo is self._items:
            self._remember(line, True)
        elif self.memo is self._none and self.list_name == "Packages":
            if match := _MEMBER.fullmatch(line.rstrip()):
                block.members.append(match[1])
            else:
                self.unknown(line)
        elif self.memo is self._none and self.list_name == "declared permissions":
            name, found, protection = line[6:].rpartition(": prot=")
            if found:
                block.declared.append((name, protection.removesuffix(", INSTALLED")))
            else:
                self.unknown(line)
        elif not line.startswith("      oldCodePath="):
            self.unknown(line)

    def _user_field(self, user: UserBlock, line: str) -> None:
        text = line[6:].rstrip()
        key, equals, value = text.partition("=")
        if self.memo is self._user_items and text[:1] == "/":
            self._remember(line, True)
        elif equals and key in USER_WANTED:
            self._expect(self._none)
            user.fields.setdefault(key, value)
        elif equals and key in USER_UNNEEDED:
            self._expect(self._none)
        elif text == "runtime permissions:":
            self._expect(self._runtime, user.runtime.append)
        elif text.removesuffix(":") in USER_LISTS:
            self.list_name = text.removesuffix(":")
            self._expect(self._user_items)
        elif text.startswith("lastDisabledCaller: "):
            self._expect(self._none)
        else:
            self._expect(self._none)
            self.unknown(line)

    def _user_item(self, line: str) -> None:
        text = line[8:]
        if self.memo is self._user_items:
            self._remember(line, True)
        elif text.startswith(("harmfulAppWarning: ", "archiveActivityInfo=")):
            return
        elif self.memo is self._runtime:
            self._grant(line, 8)
        else:
            self.unknown(line)

    def _grant(self, line: str, indent: int) -> None:
        # Names are the app's own text: what counts is the last ": granted=".
        name, found, tail = line[indent:].rpartition(": granted=")
        if tail not in self._tails:
            self._tails[tail] = parse_tail(tail)
        state = self._tails[tail]
        if not found or state is None:
            self.unknown(line)
            return
        grant = Grant(name, *state)
        self._remember(line, grant)
        self.take(grant)

    def close(self) -> None:
        block, self.block, self.user = self.block, None, None
        self.list_name = ""
        self._expect(self._none)
        if block is None:
            return
        if not block.has_app_id():
            self.unreadable.append(block.name)
        elif block.shared:
            self.shared_users.setdefault(block.name, block.shared_user())
        elif block.name in self.packages:
            self.duplicates += 1
        else:
            self.packages[block.name] = block.package()

    def finish(self, heading: str) -> PackageRecord | None:
        """Closes the open block and answers its record, if it is the new one under ``heading``."""
        block, match = self.block, PACKAGE.fullmatch(heading.rstrip("\r "))
        if block is None or match is None or match[1] != block.name or block.name in self.packages:
            return None
        self.close()
        return self.packages.get(block.name)  # None for one that could not be read

    def add(self, record: PackageRecord) -> bool:
        """Takes a whole package at once, unless there is one of that name."""
        if self.block is not None and self.block.is_new(record.name):
            self.block = None  # its heading stood there once more, as ``line`` has it
        self.close()
        if record.name in self.packages:
            return False
        self.packages[record.name] = record
        return True

    def drop(self) -> str | None:
        """Leaves out the open block, as the text was cut within it; answers its name."""
        block, self.block = self.block, None
        self.close()
        return block.name if block else None

    def is_whole_after(self, line: str) -> bool:
        """Whether the open block can end with ``line``, which no line end follows.

        Many tools strip a text's end. A closed list of flags, an empty list of permissions and
        whatever stands in the lists of components behind it lack nothing that is read. Whether
        a user lacks, only a package before can tell.
        """
        if not self.packages:
            return False
        if self.memo is self._runtime:
            return line.endswith(("]", "runtime permissions:"))
        return self.memo is self._user_items and self.list_name.endswith("Components")

    def is_short(self) -> bool:
        """Whether the open package has fewer users than the one before.

        Android prints every user of the phone for every package.
        """
        if self.block is None or self.block.shared:
            return False
        before = next(reversed(self.packages.values()), None)
        return len(self.block.users) < (max(len(before.users), 1) if before else 1)

    def library_overlays(self) -> bool:
        """Takes ``LIBRARY overlay paths:``, printed at column 0 by Android 12 to 15."""
        if self.user is not None:
            self._expect(self._user_items)
        return self.user is not None
