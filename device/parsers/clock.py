"""The phone's clock: ``date +%s``, or a line of plain ``date`` in a file."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_EPOCH = re.compile(r"-?\d{1,12}")
_DATE = re.compile(
    r"[A-Z][a-z]{2} +([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d):(\d\d):(\d\d) +(\S+) +(\d{4})"
)
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d\d):?(\d\d)")
# Android is as old as 2008; before it and far beyond, a clock is not set or not understood.
_FIRST, _LAST = datetime(2008, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def parse_clock(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The first time in ``text``, in UTC, or None where there is none that can be.

    Reads seconds since 1970, ``Mon Nov 23 13:12:00 GMT+08:00 2026``, and ISO 8601 with an offset.
    Abbreviations such as CST mean several zones: then ``zone``, the phone's own, decides.
    """
    for line in text.replace("\r", "").split("\n"):
        try:
            moment = _moment(line.strip(), zone)
            if moment is not None and _FIRST <= moment < _LAST:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _moment(line: str, zone: tzinfo | None) -> datetime | None:
    if _EPOCH.fullmatch(line):
        return datetime.fromtimestamp(int(line), UTC)
    if match := _DATE.fullmatch(line):
        month, day, hour, minute, second, name, year = match.groups()
        where = _zone(name) or zone
        if month not in _MONTHS or where is None:
            return None
        date = (int(year), _MONTHS.index(month) + 1, int(day))
        return datetime(*date, int(hour), int(minute), int(second), tzinfo=where)
    if line[:4].isdecimal() and line[4:5] == "-":
        moment = datetime.fromisoformat(line)
        return moment if moment.tzinfo else None
    return None


def _zone(name: str) -> tzinfo | None:
    if name in {"UTC", "GMT", "Z"}:
        return UTC
    if match := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(offset if match[1] == "+" else -offset)
    return None
