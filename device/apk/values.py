"""Values as resources and attributes hold them (``Res_value``)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

REFERENCE, ATTRIBUTE, STRING, FLOAT, DIMENSION, FRACTION = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
DYNAMIC_REFERENCE = 0x07
_FIRST_INTEGER, _FIRST_COLOUR, _LAST_COLOUR, _LAST_INTEGER = 0x10, 0x1C, 0x1F, 0x1F
_RADIX = (1 / (1 << 8), 1 / (1 << 15), 1 / (1 << 23), 1 / (1 << 31))


@dataclass(frozen=True, slots=True)
class Value:
    """``kind`` says how to read the 32 bits of ``data``.

    Attributes:
        text: a string's own, where it was known at once.
        table: which APK's table it came from; that one has the text of a string.
    """

    kind: int
    data: int
    text: str | None = None
    table: int = 0

    @property
    def reference(self) -> int | None:
        """The id of the resource that it stands for."""
        return self.data if self.kind in {REFERENCE, DYNAMIC_REFERENCE} and self.data else None

    @property
    def colour(self) -> int | None:
        """0xAARRGGBB."""
        return self.data if _FIRST_COLOUR <= self.kind <= _LAST_COLOUR else None

    @property
    def number(self) -> float | None:
        """A dimension in its own unit, a fraction as a part of one."""
        if self.kind == FLOAT:
            found: float = struct.unpack("<f", struct.pack("<I", self.data))[0]
            return found if abs(found) < 1e6 else None
        if self.kind in {DIMENSION, FRACTION}:
            signed = self.data - (1 << 32) if self.data >> 31 else self.data
            return (signed >> 8 << 8) * _RADIX[(self.data >> 4) & 3]
        if _FIRST_INTEGER <= self.kind <= _LAST_INTEGER:
            return float(self.data - (1 << 32) if self.data >> 31 else self.data)
        return None
