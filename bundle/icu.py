"""Makes Qt's copy of ICU smaller: 31 MB of it are tables for languages and uses that are not ours.

    python bundle/icu.py libicudata.so.73 OUTPUT

The layout is that of ICU's ``ucmndata.h``: a header, a count, for each item where its name and its
bytes begin (both from the count on), names, items. Needs ld and nm.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

#: Qt breaks lines and words with tables of its own, and nothing here spells out numbers. Of old
#: encodings those stay that a system of our two languages may have set: GB 18030, GBK, Latin 1.
_UNUSED = re.compile(
    r"translit/|rbnf/|unit/|brkitr/.*\.(dict|res)$|(?!gb18030|ibm-(1383|1386|5348)_).*\.cnv$"
)
_LOCALE = re.compile(r"(?:\w+/)?([a-z]{2,3})(?:_\w+)?\.res$")
_LANGUAGES = {"en", "zh"}


def kept(name: str) -> bool:
    """Whether this item is of use; ``name`` without the package's own, as ``coll/zh.res``."""
    locale = _LOCALE.match(name)
    return not _UNUSED.match(name) and (locale is None or locale[1] in _LANGUAGES)


def items(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and bytes of each item of a data file; ValueError where it is none."""
    (header,) = struct.unpack_from("<H", data)
    if data[2:4] != b"\xda\x27" or data[12:16] != b"CmnD":
        raise ValueError("no data file of ICU, or one of another byte order")
    body = data[header:]
    (count,) = struct.unpack_from("<I", body)
    entries = [*struct.iter_unpack("<II", body[4 : 4 + 8 * count]), (0, len(body))]
    for (name, start), (_, end) in pairwise(entries):
        yield body[name : body.index(b"\0", name)], body[start:end]


def packed(header: bytes, parts: list[tuple[bytes, bytes]]) -> bytes:
    """The data file of these items, each at a multiple of sixteen bytes as ICU wants it."""
    names = b"".join(name + b"\0" for name, _ in parts)
    at_name = 4 + 8 * len(parts)
    at_item = _aligned(at_name + len(names))
    table, chunks = struct.pack("<I", len(parts)), []
    for name, item in parts:
        table += struct.pack("<II", at_name, at_item)
        at_name += len(name) + 1
        chunks.append(item.ljust(_aligned(len(item)), b"\0"))
        at_item += len(chunks[-1])
    head = (table + names).ljust(_aligned(len(table + names)), b"\0")
    return header + head + b"".join(chunks)


def _aligned(size: int) -> int:
    return -(-size // 16) * 16


def slim(library: Path, output: Path) -> None:
    """Writes the library again with what is kept; raises for one that is not as expected."""
    listed = subprocess.run(
        ["nm", "-D", "-S", library], check=True, capture_output=True, text=True
    ).stdout
    symbol = re.search(r"^\w+ (\w+) R (icudt\d+_dat)$", listed, re.MULTILINE)
    if symbol is None:
        raise ValueError(f"{library} has no data of ICU")
    whole = library.read_bytes()
    start = whole.index(b"CmnD") - 12
    data = whole[start : start + int(symbol[1], 16)]
    (header,) = struct.unpack_from("<H", data)
    parts = [(name, item) for name, item in items(data) if kept(name.decode().split("/", 1)[1])]
    _link(packed(data[:header], parts), symbol[2], library.name, output)


def _link(data: bytes, symbol: str, soname: str, output: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data").write_bytes(data)
        (Path(folder) / "script").write_text(
            f"SECTIONS {{ . = SIZEOF_HEADERS; .rodata : ALIGN(16) {{ {symbol} = .; *(.data) }} }}\n"
            f"VERSION {{ {{ global: {symbol}; local: *; }}; }}\n"
        )
        subprocess.run(["ld", "-r", "-b", "binary", "-o", "data.o", "data"], cwd=folder, check=True)
        linked = ["-soname", soname, "-T", "script", "-o", str(output.resolve()), "data.o"]
        subprocess.run(["ld", "-shared", "-z", "noexecstack", *linked], cwd=folder, check=True)


if __name__ == "__main__":
    slim(Path(sys.argv[1]), Path(sys.argv[2]))
