"""The colours of every theme, by what they are for.

Pairs that stand on each other keep the contrast of WCAG 2.2 level AA, in the two themes of high
contrast that of level AAA: tests/unit/gui/test_look.py computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "contrast-light"
    CONTRAST_DARK = "contrast-dark"

    @property
    def dark(self) -> bool:
        return self in {Mode.DARK, Mode.CONTRAST_DARK}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by purpose, ``#RRGGBB``. ``…_soft`` is the ground that its namesake stands on."""

    window: str
    sidebar: str
    card: str
    hover: str
    line: str
    field_line: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    red: str
    red_soft: str
    amber: str
    amber_soft: str
    green: str
    green_soft: str
    shape: str
    selection: str


LIGHT = Tokens(
    window="#f4f5f7",
    sidebar="#eceef2",
    card="#ffffff",
    hover="#f1f3f7",
    line="#e0e3e9",
    field_line="#868e9b",
    text="#1a1c21",
    muted="#5c6470",
    faint="#7b8390",
    accent="#1c5bd0",
    accent_hover="#174db2",
    on_accent="#ffffff",
    accent_soft="#e4edfc",
    red="#b92727",
    red_soft="#fdeaea",
    amber="#8f5600",
    amber_soft="#fdf0da",
    green="#17713a",
    green_soft="#e3f4e8",
    shape="#59616f",
    selection="#e4edfc",
)
DARK = Tokens(
    window="#15171a",
    sidebar="#1b1e23",
    card="#20242b",
    hover="#282d36",
    line="#343a44",
    field_line="#727b88",
    text="#eceef1",
    muted="#a3abb7",
    faint="#7c8592",
    accent="#7aa7ff",
    accent_hover="#98bbff",
    on_accent="#0d1b36",
    accent_soft="#23324f",
    red="#ff8f87",
    red_soft="#43262a",
    amber="#f0b65c",
    amber_soft="#413219",
    green="#7ed29b",
    green_soft="#1d3a29",
    shape="#b3bac5",
    selection="#2a3a57",
)
CONTRAST_LIGHT = Tokens(
    window="#ffffff",
    sidebar="#ffffff",
    card="#ffffff",
    hover="#f0f0f0",
    line="#3b3b3b",
    field_line="#000000",
    text="#000000",
    muted="#262626",
    faint="#595959",
    accent="#0037a6",
    accent_hover="#00256f",
    on_accent="#ffffff",
    accent_soft="#e3ebff",
    red="#8b0000",
    red_soft="#ffecec",
    amber="#5c3500",
    amber_soft="#fff3dc",
    green="#00451b",
    green_soft="#e6f7ea",
    shape="#000000",
    selection="#d6e2ff",
)
CONTRAST_DARK = Tokens(
    window="#000000",
    sidebar="#000000",
    card="#000000",
    hover="#1c1c1c",
    line="#c8c8c8",
    field_line="#ffffff",
    text="#ffffff",
    muted="#e6e6e6",
    faint="#b0b0b0",
    accent="#8fc1ff",
    accent_hover="#c2deff",
    on_accent="#000000",
    accent_soft="#0a1f44",
    red="#ffb3ad",
    red_soft="#3a0a0a",
    amber="#ffd27a",
    amber_soft="#332200",
    green="#9af0b4",
    green_soft="#00290f",
    shape="#ffffff",
    selection="#16305e",
)

THEMES = {
    Mode.LIGHT: LIGHT,
    Mode.DARK: DARK,
    Mode.CONTRAST_LIGHT: CONTRAST_LIGHT,
    Mode.CONTRAST_DARK: CONTRAST_DARK,
}
