"""What the window can wear while pictures of it are taken."""

from __future__ import annotations

from dataclasses import dataclass

from gui.tokens import Mode

LARGE, SMALL = (1280, 800), (960, 600)


@dataclass(frozen=True, slots=True)
class Look:
    """A language, a theme and a window's size in pixels."""

    language: str
    theme: Mode
    size: tuple[int, int]

    @property
    def name(self) -> str:
        return f"{self.language}-{self.theme}-{self.size[0]}"


#: Each two of language, theme and size meet; all eight together would show little more.
LOOKS = (
    Look("en", Mode.LIGHT, LARGE),
    Look("zh-CN", Mode.LIGHT, SMALL),
    Look("en", Mode.DARK, SMALL),
    Look("zh-CN", Mode.DARK, LARGE),
)
#: For a few pages only.
CONTRASTS = (Look("en", Mode.CONTRAST_LIGHT, LARGE), Look("zh-CN", Mode.CONTRAST_DARK, SMALL))
#: What the README shows.
README = (Look("en", Mode.LIGHT, LARGE), Look("zh-CN", Mode.LIGHT, LARGE))
