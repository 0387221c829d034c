"""Bytes of a phone's answer or of a saved file, as lines of text."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

_PIECE = 64 * 1024


class Lines:
    """The lines of ``chunks`` in lists of up to 64 KiB of text, read only as far as asked for.

    UTF-8 with replacement of what is invalid; UTF-16 with a byte order mark, as a Windows shell
    writes it. ``\\r*\\n`` ends a line (Android 6 answers over a terminal), NULs are dropped.

    Attributes:
        cut: once read to the end, whether the text ended in the middle of a line; that last
            line is delivered all the same.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.cut = False

    def __iter__(self) -> Iterator[list[str]]:
        rest: list[str] = []
        for text in _decoded(self._chunks):
            if "\n" not in text:
                rest.append(text)
                continue
            *lines, tail = ("".join(rest) + text).split("\n")
            rest = [tail]
            yield _clean(lines)
        last = "".join(rest).replace("\0", "").rstrip("\r")
        if last:
            self.cut = True
            yield [last]


def text_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines of ``chunks`` one by one, without their ends; see ``Lines``."""
    for lines in Lines(chunks):
        yield from lines


def _clean(lines: list[str]) -> list[str]:
    text = "".join(lines)
    if "\r" in text:
        lines = [line.rstrip("\r") for line in lines]
    if "\0" in text:
        lines = [line.replace("\0", "") for line in lines]
    return lines


def _decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    pieces = _pieces(chunks)
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= 3:
            break
    decoder = codecs.getincrementaldecoder(_encoding(start))(errors="replace")
    yield decoder.decode(start)
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _PIECE):
            yield chunk[start : start + _PIECE]


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"
