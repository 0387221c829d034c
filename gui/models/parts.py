"""What the program is made of, and under which licences its parts may be used."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec

from resources.loader import read_text
from resources.version import PROGRAM

_NAME = re.compile(r"([\w.-]+)(?:\[([\w,-]+)\])?")
_EXTRA = re.compile(r"""extra == ['"]([\w-]+)['"]""")
#: What can be added to the program; listed where it was.
EXTRAS = frozenset({"encrypted", "postgres"})
#: Packages that do not name the licence whose text they bring along.
_UNNAMED = {"sqlcipher3": "Zlib"}
_TEXTS = re.compile(r"\.dist-info/(?:licenses/)?[^/]*(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$")
#: A licence that is longer than this in the metadata is its whole text.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Part:
    """``licence`` is its short name (SPDX where the part says so), ``text`` what it says itself."""

    name: str
    version: str
    licence: str
    text: str


def parts() -> tuple[Part, ...]:
    """This program first, then everything that it brings along, by name."""
    found = {one.name.lower(): _part(one) for one in _installed(PROGRAM, set(), EXTRAS)}
    own = found.pop(PROGRAM, Part(PROGRAM, "", "Apache-2.0", _shipped("Apache-2.0")))
    brought = sorted((*found.values(), *_beside()), key=lambda part: part.name.lower())
    return own, *brought


def _installed(
    name: str, seen: set[str], extras: Set[str] = frozenset()
) -> Iterator[metadata.Distribution]:
    """A package and all that it needs on this computer, each once."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return
    seen.add(key)
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return  # needed on other systems only
    yield found
    for needed, its_extras in needs(found, extras):
        yield from _installed(needed, seen, its_extras)


def needs(
    found: metadata.Distribution, extras: Set[str] = frozenset()
) -> Iterator[tuple[str, Set[str]]]:
    """The packages that one asks for with these extras of its own, each with extras of theirs."""
    for requirement in found.requires or ():
        wanted, only = _NAME.match(requirement), _EXTRA.search(requirement)
        if wanted and (only is None or only[1] in extras):
            yield wanted[1], frozenset((wanted[2] or "").split(","))


def _part(found: metadata.Distribution) -> Part:
    said = found.metadata
    named = next((said[key] for key in ("License-Expression", "License") if key in said), "")
    if not named or len(named) > _LONGEST_NAME:
        kinds = (kind for kind in said.get_all("Classifier", []) if kind.startswith("License ::"))
        named = ", ".join(kind.rsplit(" :: ", 1)[-1] for kind in kinds)
    files = [file for file in found.files or () if _TEXTS.search(str(file))]
    text = "\n\n".join(file.read_text(encoding="utf-8") for file in files)
    named = named or _UNNAMED.get(found.name, "")
    return Part(found.name, found.version, named, text or _shipped_for(named))


def _beside() -> Iterator[Part]:
    """What stands inside those packages and has a licence of its own."""
    yield Part(
        "Python", platform.python_version(), "PSF-2.0", "https://docs.python.org/3/license.html"
    )
    qt = metadata.version("pyside6-essentials")
    yield Part("Qt", qt, "LGPL-3.0-only", _shipped_for("LGPL-3.0-only"))
    yield Part("adb (Android Debug Bridge)", "", "Apache-2.0", _shipped("Apache-2.0"))
    if find_spec("sqlcipher3"):
        cipher = f"in sqlcipher3 {metadata.version('sqlcipher3')}"
        yield Part("SQLCipher", cipher, "BSD-3-Clause", _shipped("SQLCipher"))
        yield Part("OpenSSL", cipher, "Apache-2.0", _shipped("Apache-2.0"))


def _shipped_for(licence: str) -> str:
    """The LGPL is a supplement to the GPL: one is not whole without the other."""
    if "LGPL-3.0" in licence:
        return "\n\n".join(_shipped(name) for name in ("LGPL-3.0", "GPL-3.0"))
    return _shipped("Apache-2.0") if "Apache" in licence else ""


def _shipped(name: str) -> str:
    return read_text("licences", f"{name}.txt")
