"""The times of an app-op dump: local text beside an age, as UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from device.parsers.known import Known

AGE_PRECISION = 5
"""Seconds by which a time may be off that is known only as an age: the phone's clock is read in the
same trip as the dump, but not in the same instant."""

# Android's TimeUtils.formatDuration. The bounds keep every sum within datetime's range.
_DURATION = re.compile(
    r"([+-]?)(?:(\d{1,5})d)?(?:(\d{1,2})h)?(?:(\d{1,2})m)?(?:(\d{1,2})s)?(?:(\d{1,3})ms)?",
    re.ASCII,
)
_MINUTES = {text: 60 * n for n in range(100) for text in (str(n), f"{n:02}")}
_parsed = datetime.fromisoformat

# No zone of the earth is further from UTC than 15 hours, and all are whole quarters of an hour.
_OFFSETS = {quarters: timedelta(minutes=15 * quarters) for quarters in range(-60, 61)}


def milliseconds(text: str) -> int | None:
    """``+1d2h3m4s5ms``, ``-23s192ms`` or ``0``; ``None`` for anything else."""
    if text == "0":
        return 0
    match = _DURATION.fullmatch(text)
    if match is None or text in {"", "+", "-"}:
        return None
    sign, days, hours, minutes, seconds, millis = match.groups("0")
    length = (int(days) * 24 + int(hours)) * 3600 + int(minutes) * 60 + int(seconds)
    length = length * 1000 + int(millis)
    return -length if sign == "-" else length


def duration(text: str) -> timedelta | None:
    length = milliseconds(text)
    return None if length is None else timedelta(milliseconds=length)


def wall_clock(text: str) -> datetime | None:
    """``2022-03-07 18:05:34.325`` as if it were UTC.

    The phone writes the digits of its own language; ``int`` knows them all, ISO parsing does not.
    """
    try:
        return datetime.fromisoformat(f"{text}+00:00")
    except ValueError:
        pass
    try:
        return datetime(
            int(text[:4]),
            int(text[5:7]),
            int(text[8:10]),
            int(text[11:13]),
            int(text[14:16]),
            int(text[17:19]),
            int(text[20:23] or 0) * 1000,
            UTC,
        )
    except ValueError:
        return None


class DumpClock:
    """Turns the times of one dump into UTC.

    Where both are printed, the age against ``now`` tells how far local time is from UTC, whatever
    zone or summer time the phone was in, and the local text tells the millisecond: so the same
    access gets the same time in every check.
    """

    def __init__(self, now: datetime | None, zone: tzinfo | None) -> None:
        """``now`` is the phone's clock (aware) when it wrote the dump, ``zone`` its time zone."""
        self._now = None if now is None else now.astimezone(UTC)
        self._zone = zone
        self.seconds = Known(_seconds)

    def at(self, local: str, age: str) -> tuple[datetime | None, int] | None:
        """The time and its precision in seconds; ``None`` when neither text can be read."""
        wall = wall_clock(local)
        length = duration(age)
        if wall is None:
            return None if length is None else (self.before_now(length), AGE_PRECISION)
        if length is None or self._now is None:
            return self.in_zone(wall), 0
        moment = self.before_now(length)
        if moment is None:
            return self.in_zone(wall), 0
        offset = _OFFSETS.get(round((wall - moment).total_seconds() / 900))
        if offset is not None:
            return _earlier(wall, offset), 0
        # The two contradict each other: this is not the clock that the dump was written by.
        return (moment, AGE_PRECISION) if self._zone is None else (self.in_zone(wall), 0)

    def quickly(self, local: str, hours: str, minutes: str) -> datetime | None:
        """What ``at`` gives for the usual text of the past, of whose age ``3d2h`` and ``5`` tell.

        Raises ValueError, KeyError or OverflowError for text that only ``at`` understands.
        """
        if self._now is None:
            return None
        wall = _parsed(local + "+00:00")
        # Offsets are whole quarters of an hour: minutes are enough to tell them apart.
        length = wall - self._now
        ahead = length.days * 86400 + length.seconds + self.seconds[hours] + _MINUTES[minutes]
        return wall - _OFFSETS[(ahead + 450) // 900]

    def before_now(self, length: timedelta) -> datetime | None:
        """``length`` is negative for the past."""
        return None if self._now is None else _earlier(self._now, -length)

    def in_zone(self, wall: datetime) -> datetime | None:
        if self._zone is None:
            return None
        offset = wall.replace(tzinfo=self._zone).utcoffset()
        return None if offset is None else _earlier(wall, offset)


def _seconds(text: str) -> int:
    """Of ``3d2h`` or ``2h3m4s``; nothing is 0."""
    length = milliseconds(text) if text else 0
    if length is None:
        raise ValueError(text)
    return length // 1000


def _earlier(moment: datetime, length: timedelta) -> datetime | None:
    """None for what lies before the year 1 or after 9999."""
    try:
        return moment - length
    except OverflowError:
        return None
