"""Passwords of servers: in the system's keyring, never in a file or a log of this program.

A password that stands in PGPASSWORD or ~/.pgpass is found by libpq itself, without this.
"""

from __future__ import annotations

import os

from sqlalchemy import URL

#: Under this name and the server's address, as ``keyring get`` takes them.
SERVICE = "permission-checkup"


def password_of(url: URL, shown: str) -> str | None:
    """What the keyring has for that address; None where it was given elsewhere, or is unknown."""
    if url.password or "password" in url.query or "PGPASSWORD" in os.environ:
        return None
    try:
        import keyring  # noqa: PLC0415 -- looks for the system's keyring, which takes 0.1 s
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, shown)
    except KeyringError:
        # There is none, or it is locked: the server says whether it wants a password at all.
        return None


def remember(shown: str, password: str) -> bool:
    """Puts a password in the keyring; False where the system has none."""
    try:
        import keyring  # noqa: PLC0415
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return False
    try:
        keyring.set_password(SERVICE, shown, password)
    except KeyringError:
        return False
    return True
