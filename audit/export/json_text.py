"""JSON as ``resources/schema`` describes it, written piece by piece."""

from __future__ import annotations

import json
import re
from pathlib import Path

from audit.export.table import Export
from audit.export.text import is_hidden

_NOT_ASCII = re.compile(r"[^\x20-\x7e\n]")


def write(export: Export, path: Path) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, indent=1).encode
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("{\n")
        for key, value in export.head.items():
            file.write(f" {encode(key)}: {_escaped(encode(value))},\n")
        file.write(f" {encode(export.name)}: [")
        separator = "\n"
        for item in export.items:
            file.write(separator + _escaped(encode(item)))
            separator = ",\n"
        file.write("\n ]\n}\n")


def _escaped(text: str) -> str:
    """Invisible characters, which only a string can hold, as JSON's own escapes."""
    return _NOT_ASCII.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return json.dumps(character)[1:-1] if is_hidden(character) else character
