"""The parts of an app-op dump's lines: modes, process states, durations and proxies."""

from __future__ import annotations

from device.parsers.appops_model import MODES, OpRecord, uid_number
from device.parsers.appops_times import milliseconds


def record(modes: str) -> OpRecord:
    """``allow`` or ``allow / switch COARSE_LOCATION=ignore``."""
    mode, found, switch = modes.partition(" / switch ")
    if not found:
        return OpRecord(mode_word(mode))
    op, _, switch_mode = switch.partition("=")
    return OpRecord(mode_word(mode), op, mode_word(switch_mode))


def mode_word(text: str) -> str:
    """A mode's word. Android names only the modes it knows: MIUI's own prints as ``mode=5``."""
    number = text.removeprefix("mode=")
    if len(number) == 1 and "0" <= number < str(len(MODES)):
        return MODES[int(number)]
    return text


def state_and_flags(key: str) -> tuple[str | None, str | None]:
    state, _, flags = key.strip("[ ").partition("-")
    return state or None, flags or None


def access_tail(text: str) -> tuple[int | None, str | None, int | None, str | None]:
    """Duration in ms, and of the proxy its package, uid and attribution tag.

    `` duration=+5s1ms proxy[uid=10143, pkg=com.example, attributionTag=x]``: each may be missing,
    and Android 10 has no tag.
    """
    _, timed, rest = text.partition(" duration=")
    length = milliseconds(rest.partition(" ")[0]) if timed else None
    _, found, rest = text.partition(" proxy[")
    if not found:
        return length, None, None, None
    uid, _, rest = rest.removesuffix("]").partition(", pkg=")
    package, _, tag = rest.partition(", attributionTag=")
    return length, name_or_none(package), uid_number(uid.removeprefix("uid=")), name_or_none(tag)


def name_or_none(text: str) -> str | None:
    return None if text in {"", "null"} else text
