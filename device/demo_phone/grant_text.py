"""How Android prints the state of one permission, and which flags it knew since when."""

from __future__ import annotations

import zlib

from device.demo_phone.spec import AppSpec, Grant

RESTRICTED = frozenset(
    {
        *("android.permission.SEND_SMS", "android.permission.READ_SMS"),
        *("android.permission.RECEIVE_SMS", "android.permission.RECEIVE_MMS"),
        *("android.permission.RECEIVE_WAP_PUSH", "android.permission.READ_CELL_BROADCASTS"),
        *("android.permission.READ_CALL_LOG", "android.permission.WRITE_CALL_LOG"),
        "android.permission.PROCESS_OUTGOING_CALLS",
        "android.permission.ACCESS_BACKGROUND_LOCATION",
        "android.permission.BODY_SENSORS_BACKGROUND",
        "android.permission.READ_EXTERNAL_STORAGE",
        "android.permission.WRITE_EXTERNAL_STORAGE",
    }
)
_NEW_FLAGS = {
    "REVIEW_REQUIRED": 24,
    "REVOKE_WHEN_REQUESTED": 29,
    "USER_SENSITIVE_WHEN_GRANTED": 29,
    "USER_SENSITIVE_WHEN_DENIED": 29,
    "RESTRICTION_INSTALLER_EXEMPT": 29,
    "RESTRICTION_SYSTEM_EXEMPT": 29,
    "RESTRICTION_UPGRADE_EXEMPT": 29,
    "APPLY_RESTRICTION": 29,
    "GRANTED_BY_ROLE": 29,
    "REVOKED_COMPAT": 30,
    "ONE_TIME": 30,
    "AUTO_REVOKED": 30,
    "524288": 31,
}
SENSITIVE = ("USER_SENSITIVE_WHEN_GRANTED", "USER_SENSITIVE_WHEN_DENIED")


def identity(*parts: object) -> str:
    """What Java would print as an object's identity: any number, but the same each time."""
    return f"{zlib.crc32(repr(parts).encode()) & 0xFFFFFFF:x}"


def grant_text(name: str, grant: Grant | None, app: AppSpec | None, sdk: int) -> str:
    """``granted=…, flags=[ … ]``; without ``grant`` that of a permission never asked for."""
    flags = list(grant.flags) if grant else list(SENSITIVE)
    if grant is None and name in RESTRICTED and app is not None:
        flags.append(f"RESTRICTION_{'SYSTEM' if app.system else 'INSTALLER'}_EXEMPT")
    known = [flag for flag in flags if _NEW_FLAGS.get(flag, 0) <= sdk]
    text = f"granted={'true' if grant and grant.granted else 'false'}"
    if not known:
        return text
    if sdk < 29:
        return f"{text}, flags=[ {' '.join(known)} ]"
    return f"{text}, flags=[ {'|'.join(known)}]"
