"""What the demo phone answers to a command, and what a test may let go wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PIECE = 64 * 1024
"""Bytes in one message: what a pipe gives adbd at a time."""

DUMP_TIMEOUT = b"\n*** SERVICE 'package' DUMP TIMEOUT (10000ms) EXPIRED ***\n\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed. ``stdout`` may come in pieces of any size."""

    stdout: bytes | Iterable[bytes] = b""
    stderr: bytes = b""
    exit_code: int = 0

    def pieces(self) -> Iterator[bytes]:
        return iter((self.stdout,) if isinstance(self.stdout, bytes) else self.stdout)


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong with the commands that ``match`` (a regular expression) is found in.

    Attributes:
        drop_after: bytes of output after which the TCP connection breaks.
        hang_after: bytes of output after which nothing more comes.
        cut_after: bytes of output after which the command ends as if all were well.
        bytes_per_second: how fast output comes, at most.
        latency: seconds that every message takes.
        replace: the output instead of the true one.
        append: text after the output.
        crlf: line ends as a terminal makes them.
        garble: bytes that are no UTF-8 in every piece.
    """

    match: str = ""
    drop_after: int | None = None
    hang_after: int | None = None
    cut_after: int | None = None
    bytes_per_second: int | None = None
    latency: float = 0.0
    replace: bytes | None = None
    append: bytes = b""
    crlf: bool = False
    garble: bool = False

    def concern(self, command: str) -> bool:
        return re.search(self.match, command) is not None

    def applied(self, answer: Answer) -> Iterator[bytes]:
        """The output with all that concerns its bytes; none is longer than ``PIECE``."""
        pieces = answer.pieces() if self.replace is None else iter((self.replace,))
        for piece in limited(self._changed(pieces), self.cut_after):
            for start in range(0, len(piece), PIECE):
                yield piece[start : start + PIECE]

    def _changed(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            changed = piece[: len(piece) // 2] + b"\xff\xfe\xc3" + piece[len(piece) // 2 :]
            yield line_ends(changed if self.garble else piece, terminal=self.crlf)
        yield self.append


NO_FAULTS = Faults()


def line_ends(text: bytes, *, terminal: bool) -> bytes:
    r"""A terminal (``shell:`` up to Android 6) turns every ``\n`` into ``\r\n``."""
    return text.replace(b"\n", b"\r\n") if terminal else text


def limited(pieces: Iterable[bytes], limit: int | None) -> Iterator[bytes]:
    """``pieces`` up to ``limit`` bytes altogether."""
    left = limit
    for piece in pieces:
        yield piece if left is None else piece[:left]
        if left is not None:
            left -= len(piece)
            if left <= 0:
                return
