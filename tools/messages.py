"""Collects what the program says and keeps the translations in step.

    .venv/bin/python tools/messages.py            writes new texts into resources/i18n/*.po
    .venv/bin/python tools/messages.py --check    fails where a translation is missing or wrong

A text is the constant argument of a call named ``_``, ``gettext`` or ``ngettext``.
"""

from __future__ import annotations

import argparse
import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

ROOT = Path(__file__).parents[1]
ROOMS = ("audit", "cli", "db", "device", "gui")
ONE, SEVERAL = {"_", "gettext"}, {"ngettext"}


class Message(NamedTuple):
    singular: str
    plural: str


def messages(root: Path = ROOT) -> dict[Message, list[tuple[str, int]]]:
    """Every text with the places it stands in."""
    found: dict[Message, list[tuple[str, int]]] = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                for message in _of_call(node):
                    place = (path.relative_to(root).as_posix(), getattr(node, "lineno", 0))
                    found.setdefault(message, []).append(place)
    return found


def _of_call(node: ast.AST) -> Iterator[Message]:
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if name in ONE and len(texts) == len(node.args) == 1:
        yield Message(texts[0], "")
    elif name in SEVERAL and len(texts) == 2:
        yield Message(texts[0], texts[1])


def placeholders(text: str) -> set[str]:
    """``{name}``, and argparse's ``%(name)s`` and ``%s``."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%(?:\(\w+\))?[a-z]", text))


def complaints(catalogue: polib.POFile, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with a translation: missing, left over, or other placeholders."""
    entries = {Message(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    wanted = messages(root)
    for message, places in wanted.items():
        entry = entries.get(message)
        texts = [entry.msgstr, *entry.msgstr_plural.values()] if entry else []
        texts = [text for text in texts if text]
        where = "{}:{}".format(*places[0])
        if not texts or (entry and entry.fuzzy):
            yield f"{where}: not translated: {message.singular!r}"
        for text in texts:
            known = placeholders(message.singular) | placeholders(message.plural or "")
            if placeholders(text) != known:
                yield f"{where}: other placeholders in {text!r}"
    for message in entries.keys() - wanted.keys():
        yield f"nobody says {message.singular!r} any more"


def update(path: Path, root: Path = ROOT) -> None:
    """Adds what is new, drops what nobody says any more, keeps every translation."""
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    entries = {Message(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    fresh = polib.POFile(wrapwidth=98)
    fresh.metadata = {
        "Language": path.stem.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for message, places in sorted(messages(root).items(), key=lambda item: item[1]):
        entry = entries.get(message) or polib.POEntry(
            msgid=message.singular,
            msgid_plural=message.plural,
            msgstr_plural={0: ""} if message.plural else {},
        )
        # Without line numbers: they would change with every edit of the code.
        entry.occurrences = [(file, "") for file in sorted({file for file, _ in places})]
        fresh.append(entry)
    fresh.save(str(path))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    found = 0
    for path in sorted((ROOT / "resources" / "i18n").glob("*.po")):
        if not check:
            update(path)
        for complaint in complaints(polib.pofile(str(path))):
            print(f"{path.name}: {complaint}")
            found += 1
    return int(check and found > 0)


if __name__ == "__main__":
    sys.exit(main())
