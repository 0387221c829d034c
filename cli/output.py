"""What the terminal prints: text that cannot steer it, and JSON piece by piece."""

from __future__ import annotations

import json
import sys
from typing import Any

from audit.model import SnapshotInfo
from audit.wording import Wording


def plain(text: str) -> str:
    """Without control characters: a phone's text must not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def say(text: str = "") -> None:
    print(plain(text))


def warn(text: str) -> None:
    """Beside the output, so that what reads that is not disturbed."""
    print(plain(text), file=sys.stderr)


def refuse(text: str) -> int:
    """Says why a command was called wrongly; the exit code for that."""
    warn(text)
    return 2


def print_json(document: Any) -> None:
    """Piece by piece: an export of megabytes in one string would stand in memory twice."""
    for piece in json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(document):
        sys.stdout.write(_escaped(piece))
    sys.stdout.write("\n")


def _escaped(piece: str) -> str:
    """JSON's own escapes for what may steer a terminal or turn its text around."""
    if piece.isprintable() or piece.isspace():
        return piece
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in piece)


def snapshot_line(info: SnapshotInfo, wording: Wording) -> str:
    """A saved check in a list of them."""
    _ = wording.gettext
    parts = [wording.when(info.taken_at), info.phone.title or ""]
    parts.append(_("{count} apps").format(count=info.app_count))
    if not info.complete:
        parts.append(_("incomplete"))
    if info.reread_of is not None:
        parts.append(_("second reading of {id}").format(id=info.reread_of))
    return "  ".join([f"{info.id:>5}", *parts, *filter(None, (info.title, info.note))])
