"""Why something changed, as far as the phone's flags and versions tell."""

from __future__ import annotations

from dataclasses import dataclass

from audit.model import Permission, SnapshotInfo


@dataclass(frozen=True, slots=True)
class Moved:
    """A permission that moved between two checks, with what stood around it.

    Attributes:
        updated: whether the app has another version since; None for a new app.
    """

    before: SnapshotInfo
    after: SnapshotInfo
    updated: bool | None
    was: Permission | None
    now: Permission | None


def reason_for_more(moved: Moved) -> str | None:
    """Why the app can do more: a word of the contract, or None where the phone does not tell.

    USER_SET says that somebody answered on the phone; it does not say who held it.
    """
    if moved.updated is None:
        return "new-app"
    flags = moved.now.flags if moved.now else ()
    if "POLICY_FIXED" in flags:
        return "policy"
    if "GRANTED_BY_ROLE" in flags:
        return "role"
    if "SYSTEM_FIXED" in flags or "GRANTED_BY_DEFAULT" in flags:
        return "system"
    if "USER_SET" in flags:
        return "user"
    return _by_version(moved)


def reason_for_less(moved: Moved) -> str | None:
    """Why the app can do less."""
    flags = moved.now.flags if moved.now else ()
    one_time = moved.was is not None and moved.was.granted and "ONE_TIME" in moved.was.flags
    if "AUTO_REVOKED" in flags or one_time:
        return "android"
    if "POLICY_FIXED" in flags:
        return "policy"
    if any(flag in flags for flag in ("USER_SET", "USER_FIXED", "REVOKED_COMPAT")):
        return "user"
    return _by_version(moved)


def _by_version(moved: Moved) -> str | None:
    if moved.updated:
        return "update"
    was, now = moved.before.phone.fingerprint, moved.after.phone.fingerprint
    if was and now and was != now:
        return "system"
    return None
