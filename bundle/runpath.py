"""Takes the builder's own folder out of the places where a bundle's libraries look for others.

    python bundle/runpath.py FOLDER

A Python that was built from source names its library folder in each of its modules. Nothing is to
be found there on another computer, or something that does not belong there.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path


def clean(folder: Path, path: str) -> int:
    """Puts ``$ORIGIN`` in place of ``path``; answers in how many files."""
    old = b"\0" + path.encode() + b"\0"
    new = b"\0$ORIGIN".ljust(len(old), b"\0")
    found = [file for file in folder.rglob("*.so*") if old in file.read_bytes()]
    for file in found:
        file.write_bytes(file.read_bytes().replace(old, new))
    return len(found)


if __name__ == "__main__":
    clean(Path(sys.argv[1]), sysconfig.get_config_var("LIBDIR"))
