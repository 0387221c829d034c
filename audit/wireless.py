"""What to say of a phone that is connected without a cable."""

from __future__ import annotations

from collections.abc import Callable

from audit.model import Phone


def warning(phone: Phone, _: Callable[[str], str]) -> str | None:
    """That others in its network may get in, or that this is not known; None where neither."""
    if phone.open_to_others is None:
        return _(
            "It is not known whether this phone has the security update of May 2026. Without it, "
            "others in the same network can get into phones with Android 14 to 16 while wireless "
            "debugging is on (CVE-2026-0073). A cable is safer."
        )
    if phone.open_to_others:
        return _(
            "Others in the same network can get into this phone while wireless debugging is on: "
            "its last security update is of {date}, before May 2026 (CVE-2026-0073). Switch "
            "wireless debugging off, use a cable, and install updates on the phone."
        ).format(date=phone.security_patch)
    return None
