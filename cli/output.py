"""What the terminal prints: text that cannot steer it, and JSON piece by piece."""

from __future__ import annotations

import json
import sys
from typing import Any


def plain(text: str) -> str:
    """Without control characters: a phone's text must not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def say(text: str = "") -> None:
    print(plain(text))


def print_json(document: Any) -> None:
    """Piece by piece: an export of megabytes in one string would stand in memory twice."""
    for piece in json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(document):
        sys.stdout.write(piece)
    sys.stdout.write("\n")
