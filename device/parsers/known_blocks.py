"""Packages that were read before: the same bytes are the same package and are not read twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from device.parsers.package_records import PackageRecord

_HEADING = b"  Package ["
_BREAK = b"\n" + _HEADING
#: What is longer is passed on in parts: no package, or one that is not worth remembering.
_LONGEST = 512 * 1024


class KnownBlocks:
    """The records of the last check, by the digests of the blocks that they were read from.

    For one check at a time. Android prints addresses in each block that change when the phone
    starts anew; then everything is read again.
    """

    def __init__(self) -> None:
        self._before: dict[bytes, PackageRecord] = {}
        self._now: dict[bytes, PackageRecord] = {}

    def begin(self) -> None:
        """A new check: what the last one did not meet is forgotten."""
        self._before, self._now = self._now, {}

    def get(self, digest: bytes) -> PackageRecord | None:
        record = self._now.get(digest) or self._before.get(digest)
        if record is not None:
            self._now[digest] = record
        return record

    def learn(self, digest: bytes, record: PackageRecord) -> None:
        self._now[digest] = record


def digest_of(block: bytes) -> bytes:
    return sha256(block).digest()


def pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes, cut before each line that begins like a package's first one.

    With each piece, whether it is all from one such line to the next.
    """
    rest, whole = b"", False
    for chunk in chunks:
        first, *more = (rest + chunk).split(_BREAK)
        if more:
            yield first + b"\n", whole
            yield from ((b"%b%b\n" % (_HEADING, block), True) for block in more[:-1])
            rest, whole = _HEADING + more[-1], True
        else:
            rest = first
        if len(rest) > _LONGEST:
            # The break's own line end must not be parted from it.
            yield rest[: -len(_BREAK)], False
            rest, whole = rest[-len(_BREAK) :], False
    yield rest, False
