"""Text from a phone made harmless: nothing in it is invisible, steers a reader, or is a formula."""

from __future__ import annotations

import re
import unicodedata

#: Letters that look like nothing at all.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
#: What a spreadsheet may take for the beginning of a formula, at the start of a cell; also behind
#: the semicolon that separates cells where a comma is the decimal sign.
_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])")


def visible(text: str) -> str:
    """Control, bidi and other invisible characters as their numbers: ``⟨U+202E⟩``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if is_hidden(c) else c for c in text)


def is_hidden(character: str) -> bool:
    if character in _BLANK:
        return True
    return not character.isprintable() and unicodedata.category(character) != "Zs"


def is_formula(text: str) -> bool:
    return _FORMULA.search(text) is not None


def without_formulas(text: str) -> str:
    """With an apostrophe before all that a spreadsheet might calculate."""
    return _FORMULA.sub(r"\1'", text)
