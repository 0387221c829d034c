"""The manual as it ships: short Markdown files, one per page, in every language."""

from __future__ import annotations

from dataclasses import dataclass

from resources.loader import read_text

#: In the order in which they are listed. A page of the window is explained by the one of its name.
PAGES = (
    "first-check",
    "connect",
    "overview",
    "apps",
    "details",
    "changing",
    "compare",
    "history",
    "companies",
    "phones",
    "fleet",
    "exports",
    "evidence",
    "settings",
    "words",
    "limits",
    "council",
)


@dataclass(frozen=True, slots=True)
class ManualPage:
    """``text`` is Markdown; its first line is the title as a heading."""

    name: str
    text: str

    @property
    def title(self) -> str:
        return self.text.split("\n", 1)[0].removeprefix("# ").strip()

    def has(self, words: str) -> bool:
        """Whether every one of ``words`` stands in it, however it is written."""
        text = self.text.casefold()
        return all(word in text for word in words.casefold().split())


def manual(language: str) -> tuple[ManualPage, ...]:
    return tuple(ManualPage(name, read_text("manual", language, f"{name}.md")) for name in PAGES)


def page_about(window_page: str) -> str:
    """The page that explains a page of the window; where to begin, for one that needs no words."""
    return window_page if window_page in PAGES else PAGES[0]
