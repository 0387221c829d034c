"""What ends the reading of one APK."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from device.apk.sources import RemoteFile


class ApkError(Exception):
    """No APK, or one that lies about itself, or more than is worth reading: it costs its name."""


class MissingBytesError(Exception):
    """Bytes that have to be fetched before reading can go on; then it starts anew.

    ``ranges`` are (file, offset, size), those of one file in order and apart from each other.
    """

    def __init__(self, ranges: Iterable[tuple[RemoteFile, int, int]]) -> None:
        super().__init__()
        joined: list[tuple[RemoteFile, int, int]] = []
        for file, offset, size in sorted(ranges, key=lambda each: (id(each[0]), each[1])):
            if joined and joined[-1][0] is file and offset <= joined[-1][1] + joined[-1][2]:
                _, first, before = joined[-1]
                joined[-1] = file, first, max(first + before, offset + size) - first
            else:
                joined.append((file, offset, size))
        self.ranges = tuple(joined)
