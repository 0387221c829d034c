"""What only the person at the terminal can answer."""

from __future__ import annotations

import getpass
import sys


def somebody_answers() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_passphrase(prompt: str) -> str | None:
    """Not shown while it is typed; None where nobody can answer, or nothing was typed."""
    return getpass.getpass(prompt + " ", sys.stderr) or None if somebody_answers() else None
