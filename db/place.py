"""Where the store lies unless someone says otherwise."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_dir


def default_path(*, demo: bool = False) -> Path:
    """The file of the user's own store; the demo phone has one of its own."""
    folder = Path(user_data_dir("permission-checkup", appauthor=False))
    return folder / ("demo.sqlite" if demo else "history.sqlite")
