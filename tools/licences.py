"""What the program is made of: licences of everything that it needs to run, or a bill of materials.

    .venv/bin/python tools/licences.py           one line a part: name, version, licence
    .venv/bin/python tools/licences.py --sbom    CycloneDX 1.6 as JSON

Versions and hashes are those of requirements.lock, for every platform; licences are those that the
installed packages tell. The bill is written here, in forty lines: the usual tool for it brings more
packages along than the program itself has.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Set
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from gui.models.parts import EXTRAS, Part, needs, parts  # noqa: E402 -- after the path is set
from resources.version import PROGRAM, version  # noqa: E402

_LINE = re.compile(r"([\w.-]+)==([^\s;]+)([^\\\n]*)\\?((?:\n\s+--hash=sha256:[0-9a-f]{64}[ \\]*)*)")


class Pinned(NamedTuple):
    """A package of the lock; ``hashes`` are of all its files."""

    name: str
    version: str
    hashes: tuple[str, ...]


def lock(text: str) -> dict[str, Pinned]:
    """Every pinned package, by its name in lower case."""
    found = {}
    for name, number, _marker, hashes in _LINE.findall(text):
        found[name.lower()] = Pinned(name, number, tuple(re.findall(r"[0-9a-f]{64}", hashes)))
    return found


def needed(
    name: str, pinned: dict[str, Pinned], seen: set[str], extras: Set[str] = frozenset()
) -> set[str]:
    """All that a package needs to run, on any system, by its name in the lock."""
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return seen  # needed on other systems only, so what it needs cannot be told
    for wanted, its_extras in needs(found, extras):
        key = re.sub(r"[-_.]+", "-", wanted).lower()
        if key in pinned and key not in seen:
            seen.add(key)
            needed(key, pinned, seen, its_extras)
    return seen


def components() -> Iterator[dict[str, Any]]:
    """The parts as CycloneDX has them: packages of the lock, then what stands inside of them."""
    pinned = lock((ROOT / "requirements.lock").read_text("utf-8"))
    told = {part.name.lower().replace("_", "-"): part for part in parts()}
    wanted = needed(PROGRAM, pinned, set(), EXTRAS)
    for key in sorted(wanted):
        one = pinned[key]
        purl = f"pkg:pypi/{key}@{one.version}"
        found = {"type": "library", "bom-ref": purl, "name": one.name, "version": one.version}
        hashes = [{"name": "file:sha256", "value": value} for value in one.hashes]
        yield found | {"purl": purl, "properties": hashes} | _licence(told.get(key))
    for key, part in told.items():
        if key not in wanted and key != PROGRAM:
            yield {"type": "library", "name": part.name, "version": part.version} | _licence(part)


def _licence(part: Part | None) -> dict[str, Any]:
    return {"licenses": [{"license": {"name": part.licence}}]} if part and part.licence else {}


def bill() -> dict[str, Any]:
    own = {"type": "application", "name": PROGRAM, "version": version()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own | {"licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": list(components()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sbom", action="store_true", help="CycloneDX JSON")
    if parser.parse_args().sbom:
        print(json.dumps(bill(), indent=1))
        return
    for part in parts():
        print(f"{part.name:28} {part.version:14} {part.licence}")


if __name__ == "__main__":
    main()
