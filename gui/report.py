"""What a fault looked like, without what names the person, the computer or the phone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import PySide6

if TYPE_CHECKING:
    from gui.services import Services


def program_and_system() -> str:
    """Which program this is, and what it runs on: two lines."""
    # Only a fault pays for these; the first paint does not.
    import platform  # noqa: PLC0415

    from resources.version import version  # noqa: PLC0415

    python, system = platform.python_version(), platform.platform()
    return (
        f"Permission Checkup {version() or 'from source'}\n"
        f"Python {python}, PySide6 {PySide6.__version__}, {system}"
    )


def report(error: BaseException, trace: TracebackType | None) -> str:
    import traceback  # noqa: PLC0415 -- only a fault pays for it

    told = "".join(traceback.format_exception(type(error), error, trace)).rstrip("\n")
    return f"{program_and_system()}\n\n{told}"


def words_of_computer() -> dict[str, str]:
    """What names the person or the computer, and what is told in its place."""
    import platform  # noqa: PLC0415

    home = Path.home()
    names = (home.name, *(os.environ.get(name, "") for name in ("USER", "USERNAME", "LOGNAME")))
    return {
        **dict.fromkeys(filter(None, names), "user"),
        **dict.fromkeys(filter(None, (platform.node(), platform.node().split(".")[0])), "computer"),
        str(home): "~",
        home.as_posix(): "~",
    }


def words_of_phone(services: Services) -> dict[str, str]:
    """The same for the phones that are connected, and the one whose check is shown.

    Of its apps, those that came with it name nobody; of all others not even the name is told.
    """
    words = {device.serial: "serial" for device in services.devices}
    shown = services.shown
    if shown is None:
        return words
    info = shown.info
    words |= dict.fromkeys(filter(None, (info.phone.serial,)), "serial")
    words |= dict.fromkeys(filter(None, (info.phone.name, info.phone.title)), "phone")
    words |= dict.fromkeys(filter(None, (user.name for user in info.users)), "name")
    words |= dict.fromkeys(filter(None, (info.note,)), "note")
    installed = sorted({row.app.package for row in shown.rows if not row.app.system})
    return words | {package: f"app-{number}" for number, package in enumerate(installed, 1)}


def redacted(text: str, words: Mapping[str, str]) -> str:
    """``text`` with ``words`` replaced wherever they stand by themselves, the longest first."""
    present = sorted((word for word in words if word in text), key=len, reverse=True)
    if not present:
        return text
    any_of = "|".join(re.escape(word) for word in present)
    return re.sub(rf"(?<!\w)(?:{any_of})(?!\w)", lambda found: f"<{words[found[0]]}>", text)
