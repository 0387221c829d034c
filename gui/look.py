"""The look that views are handed: the theme, with names for its grid and for what a colour is for.

All colours, sizes and the style sheet come from ``gui.theme``; there is no second set of them.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap

from gui.theme import Mode, Theme, palette

ThemeName = Literal["light", "dark"]

#: The one grid, in device-independent pixels.
SPACE = (4, 8, 12, 16, 24)

#: What views may ask for, and the theme's word for it.
TOKENS = {
    "window": "window",
    "surface": "card",
    "surface-raised": "hover",
    "border": "line",
    "text": "text",
    "text-muted": "muted",
    "accent": "accent",
    "on-accent": "on_accent",
    "accent-soft": "accent_soft",
    "danger": "red",
    "danger-soft": "red_soft",
    "warning": "amber",
    "warning-soft": "amber_soft",
    "success": "green",
    "success-soft": "green_soft",
    "neutral": "shape",
    "neutral-soft": "hover",
    "focus": "accent",
}


class Look(Theme):
    """A ``Theme`` that also answers to the names in ``TOKENS``; the theme's own work as well."""

    def __init__(self, theme: ThemeName = "light", parent: QObject | None = None) -> None:
        super().__init__(Mode(theme), parent)

    def set_theme(self, name: ThemeName) -> None:
        self.set_mode(Mode(name))

    def color(self, token: str) -> QColor:
        """Raises AttributeError for a token that does not exist."""
        return self.colour(TOKENS.get(token, token))

    def pixmap(self, name: str, token: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
        return super().pixmap(name, TOKENS.get(token, token), size, ratio)

    def icon(self, name: str, token: str, size: int = 16) -> QIcon:
        return super().icon(name, TOKENS.get(token, token), size)

    def palette(self) -> QPalette:
        return palette(self.tokens)
