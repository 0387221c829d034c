"""What the header of a picture says, before anything unpacks it."""

from __future__ import annotations

import struct

from device.apk.errors import ApkError

#: Pixels on a side; the sharpest icons for a launcher have 432, a shop's 512.
LARGEST_SIDE = 1536
_START_OF_FRAME = {0xC0, 0xC1, 0xC2}
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}


def picture_kind(data: bytes) -> str:
    """``png``, ``webp`` or ``jpeg``. Raises ApkError for other formats and for huge pictures."""
    kind, size = _measured(data)
    if size is None or not all(0 < side <= LARGEST_SIDE for side in size):
        raise ApkError("no picture, or a huge one")
    return kind


def _measured(data: bytes) -> tuple[str, tuple[int, int] | None]:
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 33:
        width, height = struct.unpack_from(">2I", data, 16)
        return "png", (width, height)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return "webp", _webp(data)
    if data[:2] == b"\xff\xd8":
        return "jpeg", _jpeg(data)
    return "", None


def _webp(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
            return width + 1, height + 1
        case b"VP8L" if data[20] == 0x2F:
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<2H", data, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">2H", data, at + 5)
            return width, height
        at += 2 if marker in _NO_LENGTH else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
