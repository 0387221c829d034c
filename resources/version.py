"""Which version of the program this is; ``pyproject.toml`` is the one place that says it."""

from __future__ import annotations

import functools
from importlib import metadata

PROGRAM = "permission-checkup"


@functools.cache
def version() -> str | None:
    """None where it runs from a folder that was never installed."""
    try:
        return metadata.version(PROGRAM)
    except metadata.PackageNotFoundError:
        return None
