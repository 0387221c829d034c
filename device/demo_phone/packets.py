"""The device side of adb's wire format: 24-byte message headers and ``shell,v2`` packets.

Source: ``protocol.txt``, ``adb.h`` and ``shell_protocol.h`` of Android's adb module.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION = 0x01000001
"""From this version on the checksum of a payload may be 0."""
MAX_PAYLOAD = 1024 * 1024

_HEADER = struct.Struct("<6I")
_SHELL_PACKET = struct.Struct("<BI")


class Kind(IntEnum):
    """What a message is; the four letters, little-endian."""

    CNXN = 0x4E584E43
    AUTH = 0x48545541
    OPEN = 0x4E45504F
    OKAY = 0x59414B4F
    WRTE = 0x45545257
    CLSE = 0x45534C43


class Auth(IntEnum):
    """The first argument of an AUTH message."""

    TOKEN = 1
    SIGNATURE = 2
    PUBLIC_KEY = 3


class ShellPacket(IntEnum):
    STDOUT = 1
    STDERR = 2
    EXIT = 3


@dataclass(frozen=True, slots=True)
class Message:
    kind: int
    first: int
    second: int
    payload: bytes = b""

    def encode(self) -> bytes:
        check = sum(self.payload) if self.kind == Kind.CNXN else 0
        header = _HEADER.pack(
            self.kind, self.first, self.second, len(self.payload), check, self.kind ^ 0xFFFFFFFF
        )
        return header + self.payload


async def read_message(reader: asyncio.StreamReader) -> Message:
    """Reads one message.

    Raises ``asyncio.IncompleteReadError`` when the host hangs up and ``ConnectionError`` when what
    it sends is no adb message.
    """
    header = await reader.readexactly(_HEADER.size)
    kind, first, second, length, _check, magic = _HEADER.unpack(header)
    if magic != kind ^ 0xFFFFFFFF or length > MAX_PAYLOAD:
        raise ConnectionAbortedError("not an adb message")
    return Message(kind, first, second, await reader.readexactly(length) if length else b"")


def shell_packet(kind: ShellPacket, data: bytes) -> bytes:
    return _SHELL_PACKET.pack(kind, len(data)) + data
