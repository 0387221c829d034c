"""For which phone a resource is meant (``ResTable_config``), and which of several fits best."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_FIELDS = struct.Struct("<2H2s2s2BH4B2H2H2B3H4s")
ANY_DENSITY, NO_DENSITY, DEFAULT_DENSITY = 0xFFFE, 0xFFFF, 160
#: Sharp on every screen at the sizes that we show icons in.
_WANTED_DENSITY = 320
_SIMPLIFIED = {"CN", "SG"}


@dataclass(frozen=True, slots=True)
class Config:
    """What it takes for a resource to be used.

    ``others`` counts conditions that say nothing to us: a screen's size, night, a network.
    """

    language: str = ""
    region: str = ""
    script: str = ""
    density: int = 0
    sdk: int = 0
    others: int = 0

    def fits(self, language: str) -> int:
        """How well it fits ``en`` or ``zh-CN``, 0 for not at all; only its own language does."""
        if self.language != language.partition("-")[0]:
            return 0
        if language == "zh-CN":
            simplified = self.script == "Hans" or self.region in _SIMPLIFIED
            other = self.script not in {"", "Hans"} or (self.region and not simplified)
            return 0 if other else 2 + (self.region == "CN") - (self.region == "SG")
        return 2 if self.region in {"", "US"} else 1

    def icon_order(self) -> tuple[int, int, int]:
        """Sorts what an icon should be taken from first: few conditions, sharp, small."""
        density = self.density or DEFAULT_DENSITY
        if density >= NO_DENSITY - 1:
            rank = 0 if density == ANY_DENSITY else 2
            return self.others, rank, -self.sdk
        if density >= _WANTED_DENSITY:
            return self.others, 1, density
        return self.others, 3, -density


def parse_config(data: bytes) -> Config:
    """``data`` begins with its own size; what an older tool left out counts as nothing."""
    padded = data[4 : int.from_bytes(data[:4], "little")].ljust(_FIELDS.size, b"\0")
    fields = _FIELDS.unpack_from(padded)
    (mcc, mnc, language, region, orientation, touch, density, keyboard, navigation, inputs, _,
     width, height, sdk, _, layout, mode, smallest, wide, high, script) = fields  # fmt: skip
    conditions = (
        mcc, mnc, orientation, touch, keyboard, navigation, inputs, width, height, layout, mode,
        smallest, wide, high,
    )  # fmt: skip
    return Config(
        _unpacked(language, ord("a")),
        _unpacked(region, ord("0")),
        script.rstrip(b"\0").decode("ascii", "replace"),
        density,
        sdk,
        sum(map(bool, conditions)),
    )


def _unpacked(code: bytes, base: int) -> str:
    """Two letters as they are; three, of five bits each, where the highest bit is set."""
    if not code[0] & 0x80:
        return code.rstrip(b"\0").decode("ascii", "replace")
    bits = code[0] << 8 | code[1]
    return "".join(chr(base + (bits >> shift & 0x1F)) for shift in (0, 5, 10))
