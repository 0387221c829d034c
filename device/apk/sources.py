"""Bytes that are read in pieces: of an APK that lies on a phone, of a part of it, in memory."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from typing import Protocol

from device import commands
from device.apk.errors import ApkError, MissingBytesError

#: What is fetched starts and ends at multiples of this: ``dd`` of every Android can do that.
BLOCK = commands.BLOCK
#: Nothing that belongs to a name and an icon is larger.
LARGEST_READ = 6 * 1024 * 1024
#: Two wanted ranges with less between them are fetched as one: a command costs more than that.
_GAP = 16 * 1024


class Source(Protocol):
    """Raises ApkError for what lies outside, MissingBytesError for what is not there yet."""

    @property
    def size(self) -> int:
        """In bytes."""

    def read(self, offset: int, size: int) -> bytes:
        """Exactly ``size`` bytes."""

    def need(self, *ranges: tuple[int, int]) -> None:
        """Makes sure that these (offset, size) are there; what lies outside is left out."""


class Memory:
    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self, offset: int, size: int) -> bytes:
        if offset < 0 or size < 0 or offset + size > len(self._data):
            raise ApkError("a reference leads outside")
        return self._data[offset : offset + size]

    def need(self, *ranges: tuple[int, int]) -> None:
        """All of it is there."""


class Slice:
    """``size`` bytes of ``whole`` from ``start`` on."""

    def __init__(self, whole: Source, start: int, size: int) -> None:
        self._whole = whole
        self._start = start
        self.size = size

    def read(self, offset: int, size: int) -> bytes:
        if offset < 0 or size < 0 or offset + size > self.size:
            raise ApkError("a reference leads outside")
        return self._whole.read(self._start + offset, size)

    def need(self, *ranges: tuple[int, int]) -> None:
        inside = [(o, min(size, self.size - o)) for o, size in ranges if 0 <= o < self.size]
        self._whole.need(*((self._start + offset, size) for offset, size in inside))


class RemoteFile:
    """A file of ``size`` bytes of which some were fetched already.

    Attributes:
        path: where it lies on the phone.
        fetched: how many bytes of it are kept.
        most: how many bytes of it may be.
    """

    def __init__(self, path: str, size: int, most: int = LARGEST_READ) -> None:
        self.path = path
        self.size = size
        self.fetched = 0
        self.most = most
        self._starts: list[int] = []
        self._pieces: list[bytes] = []

    def add(self, offset: int, data: bytes) -> None:
        """Takes what was fetched, and joins it with what stands directly before and after."""
        self.fetched += len(data)
        place = bisect.bisect_left(self._starts, offset)
        start, after = place, place
        if place and self._starts[place - 1] + len(self._pieces[place - 1]) == offset:
            start = place - 1
            offset, data = self._starts[start], self._pieces[start] + data
        if after < len(self._starts) and offset + len(data) == self._starts[after]:
            data += self._pieces[after]
            after += 1
        self._starts[start:after] = [offset]
        self._pieces[start:after] = [data]

    def forget(self) -> None:
        """Lets go of all that was fetched."""
        self.fetched = 0
        self._starts.clear()
        self._pieces.clear()

    def read(self, offset: int, size: int) -> bytes:
        if offset < 0 or size < 0 or offset + size > self.size:
            raise ApkError("a reference leads outside")
        place = bisect.bisect_right(self._starts, offset) - 1
        if place >= 0:
            at = offset - self._starts[place]
            if at + size <= len(self._pieces[place]):
                return self._pieces[place][at : at + size]
        self.need((offset, size))
        # All of it is there, but in pieces that do not touch: never with whole blocks.
        raise ApkError("the file changed while it was read")

    def need(self, *ranges: tuple[int, int]) -> None:
        missing = sorted(gap for one in ranges for gap in self._gaps(*one))
        joined: list[tuple[int, int]] = []
        for offset, size in missing:
            if joined and self._near(joined[-1], offset):
                first, before = joined[-1]
                joined[-1] = first, max(first + before, offset + size) - first
            else:
                joined.append((offset, size))
        if not joined:
            return
        if self.fetched + sum(size for _, size in joined) > self.most:
            raise ApkError("too much to read")
        raise MissingBytesError((self, offset, size) for offset, size in joined)

    def _near(self, before: tuple[int, int], offset: int) -> bool:
        """Whether the gap to ``offset`` is small, and nothing in it was fetched before."""
        end = sum(before)
        return offset <= end or (offset - end <= _GAP and not self._known(end, offset))

    def _known(self, start: int, end: int) -> bool:
        place = bisect.bisect_left(self._starts, start)
        return place < len(self._starts) and self._starts[place] < end

    def _gaps(self, offset: int, size: int) -> Iterable[tuple[int, int]]:
        """What is missing of a range, in whole blocks as far as the file goes."""
        position = offset // BLOCK * BLOCK
        end = min(-(-(offset + size) // BLOCK) * BLOCK, self.size)
        # Not from the first piece on: a file that scatters what it needs would cost minutes.
        first = max(bisect.bisect_right(self._starts, position) - 1, 0)
        for place in range(first, len(self._starts)):
            start, piece = self._starts[place], self._pieces[place]
            if position >= end or start >= end:
                break
            if start + len(piece) <= position:
                continue
            if start > position:
                yield position, start - position
            position = start + len(piece)
        if position < end:
            yield position, end - position
