"""Texts that somebody saved: in a file, in a folder, in a zip; each readable from any place on."""

from __future__ import annotations

import codecs
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from device.errors import NotAReportError, UnreadableError

PIECE = 64 * 1024
LARGEST_MEMBER = 1024**3
# Dumps shrink to a tenth or so; a file of one byte repeated to a thousandth.
_LARGEST_RATIO = 200
_RATIO_MATTERS_FROM = 64 * 1024**2
_MOST_FILES = 20_000
_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\f\r\x1b"))
# What Android and people pack with; of the others, LZMA can ask for gigabytes at once.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# zipfile says ValueError of names that are no UTF-8 and of places before the file's beginning.
_BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError)
_TROUBLE = (*_BROKEN_ZIP, OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may hold a text.

    ``name`` is its path inside what was opened, with slashes; ``size`` is in bytes.
    """

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    @property
    def base(self) -> str:
        return self.name.rpartition("/")[2].lower()


@dataclass(frozen=True, slots=True)
class Text:
    """An entry that is text. Offsets count bytes of the text as UTF-8.

    Attributes:
        encoding: of UTF-16 texts; None for what is left as it is.
        returns: whether lines end with a carriage return alone.
        head: the first 64 KiB.
    """

    entry: Entry
    encoding: str | None
    returns: bool
    head: bytes

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The text from ``start`` to before ``end`` in pieces of at most 64 KiB or so.

        Raises UnreadableError when the file went away or is damaged.
        """
        try:
            with self.entry.open() as file:
                if self.encoding is None:
                    file.seek(start)
                    whole = iter(lambda: file.read(PIECE), b"")
                else:
                    whole = _skipped(_transcoded(file, self.encoding), start)
                left = -1 if end is None else end - start
                for piece in whole:
                    kept = piece if left < 0 else piece[:left]
                    yield kept.replace(b"\r", b"\n") if self.returns else kept
                    if left >= 0:
                        left -= len(kept)
                        if left == 0:
                            return
        except _TROUBLE as error:
            raise UnreadableError(str(error), path=self.entry.name) from error


def read_text(entry: Entry) -> Text | None:
    """``entry`` as a text, or None when it is something else (an image, a program).

    Raises NotAReportError when it cannot be read at all.
    """
    try:
        with entry.open() as file:
            raw = file.read(PIECE)
    except _TROUBLE as error:
        raise NotAReportError(str(error), path=entry.name, reason="damaged") from error
    encoding = _utf16(raw)
    head = raw if encoding is None else raw.decode(encoding, errors="replace").encode()
    head = head.removeprefix(codecs.BOM_UTF8)
    # NULs alone are tolerated: a phone that lost power leaves some in its files.
    binary = len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 20
    if binary or not head.strip(b"\0 \r\n\t"):
        return None
    returns = b"\r" in head and b"\n" not in head
    return Text(entry, encoding, returns, head.replace(b"\r", b"\n") if returns else head)


def find_entries(path: Path) -> tuple[Entry, ...]:
    """All files of a folder or zip (a bug report's zip inside a folder included), or the file.

    Raises NotAReportError, whose ``values["reason"]`` is ``missing``, ``empty``, ``encrypted``,
    ``damaged``, ``method``, ``too-large`` or ``unreadable``.
    """
    try:
        if path.is_dir():
            entries = tuple(_folder(path))
        elif path.stat().st_size == 0:
            entries = ()
        elif _is_zip(path):
            entries = tuple(_members(path))
        else:
            entries = (_file(path, path.name),)
    except FileNotFoundError as error:
        raise NotAReportError(str(path), path=str(path), reason="missing") from error
    except _BROKEN_ZIP as error:
        raise NotAReportError(str(error), path=str(path), reason="damaged") from error
    except OSError as error:
        raise NotAReportError(str(error), path=str(path), reason="unreadable") from error
    if not entries:
        raise NotAReportError(f"empty: {path}", path=str(path), reason="empty")
    return entries


def _folder(folder: Path) -> Iterator[Entry]:
    count = 0
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        for name in sorted(names):
            file = Path(place, name)
            if not file.is_file() or file.is_symlink():
                continue
            count += 1
            if count > _MOST_FILES:
                raise NotAReportError(str(folder), path=str(folder), reason="too-large")
            inside = file.relative_to(folder).as_posix()
            if name.lower().startswith("bugreport") and name.lower().endswith(".zip"):
                yield from _members(file, f"{inside}/")
            else:
                yield _file(file, inside)


def _raise(error: OSError) -> None:
    raise error


def _file(path: Path, name: str) -> Entry:
    return Entry(name, path.stat().st_size, lambda: path.open("rb"))


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        # By its first bytes: one that was cut short has no end to be recognised by.
        return file.read(4) in {b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"}


def _members(path: Path, prefix: str = "") -> Iterator[Entry]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            # Not is_dir(): Python 3.11's stumbles over an empty name.
            if not info.filename.endswith("/"):
                yield Entry(prefix + info.filename, info.file_size, _member_opener(path, info))


def _member_opener(
    path: Path, info: zipfile.ZipInfo
) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    @contextmanager
    def opened() -> Iterator[IO[bytes]]:
        if info.flag_bits & 1:
            raise NotAReportError(str(path), path=str(path), reason="encrypted")
        if info.compress_type not in _METHODS:
            raise NotAReportError(str(path), path=str(path), reason="method")
        ratio = info.file_size / max(info.compress_size, 1)
        bomb = info.file_size > _RATIO_MATTERS_FROM and ratio > _LARGEST_RATIO
        # zipfile never gives more than the size that the directory states.
        if bomb or info.file_size > LARGEST_MEMBER:
            raise NotAReportError(str(path), path=str(path), reason="too-large")
        with zipfile.ZipFile(path) as archive, archive.open(info) as file:
            yield file

    return opened


def _utf16(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = head[:512]
    # Without its mark: ASCII text has a zero in every other byte.
    for encoding, zeros, letters in (
        ("utf-16-le", start[1::2], start[::2]),
        ("utf-16-be", start[::2], start[1::2]),
    ):
        if len(start) >= 8 and zeros.count(0) > len(zeros) * 0.8 and letters.count(0) == 0:
            return encoding
    return None


def _transcoded(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while raw := file.read(PIECE):
        yield decoder.decode(raw).encode()
    yield decoder.decode(b"", final=True).encode()


def _skipped(pieces: Iterator[bytes], count: int) -> Iterator[bytes]:
    for piece in pieces:
        if count < len(piece):
            yield piece[count:]
        count = max(0, count - len(piece))
