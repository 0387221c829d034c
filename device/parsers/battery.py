"""Who is exempt from battery optimisation: ``dumpsys deviceidle [whitelist]``, device-wide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(r"(system-excidle|system|user),([^,\s]+),\d+")
_TITLE = re.compile(r"(?:White|Allow)list (\(except idle\) system|system|user) apps:")
_KINDS = {"(except idle) system": "system-excidle", "system": "system", "user": "user"}


@dataclass(frozen=True, slots=True)
class BatteryExempt:
    """Packages: ``user`` chosen by the person, the others by the maker of the phone."""

    user: frozenset[str]
    system: frozenset[str]
    system_except_idle: frozenset[str]


def parse_battery(lines: Iterable[str]) -> BatteryExempt | None:
    """Reads the short list (``user,com.example,10123``) and the whole dump of a bug report.

    ``None`` when the text has neither. In the whole dump a missing block is an empty list: Android
    leaves it out. Makers always exempt something, so an answer without any line is no answer.
    """
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS.values()}
    block: str | None = None
    known = False
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        title = _TITLE.fullmatch(line.strip())
        if match is not None:
            found[match[1]].add(match[2])
        elif title is not None:
            block = _KINDS[title[1]]
        elif block is not None and line.startswith("    ") and " " not in line.strip():
            found[block].add(line.strip())
        else:
            block = None
            continue
        known = True
    if not known:
        return None
    return BatteryExempt(*(frozenset(found[kind]) for kind in ("user", "system", "system-excidle")))
