"""Where the marks of a time axis stand: at hours, days, months or years of the local calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

#: From fine to coarse: unit, and how many of them lie between two marks.
_STEPS = (
    *(("hour", n) for n in (1, 3, 6, 12)),
    *(("day", n) for n in (1, 2, 7, 14)),
    *(("month", n) for n in (1, 2, 3, 6)),
    *(("year", n) for n in (1, 2, 5, 10, 25)),
)
_SECONDS = {"hour": 3_600, "day": 86_400, "month": 2_629_800, "year": 31_557_600}


def ticks_between(begin: datetime, end: datetime, most: int) -> tuple[str, list[datetime]]:
    """The finest unit that gives about ``most`` marks at most, and the marks."""
    seconds = (end - begin).total_seconds()
    unit, count = next(
        ((unit, n) for unit, n in _STEPS if seconds / (_SECONDS[unit] * n) <= most), _STEPS[-1]
    )
    return unit, [at for at in _marks(begin.astimezone(), unit, count, end) if begin <= at <= end]


def _marks(local: datetime, unit: str, count: int, end: datetime) -> Iterator[datetime]:
    at = _floor(local, unit, count)
    while at <= end:
        yield at
        at = _next(at, unit, count)


def _floor(at: datetime, unit: str, count: int) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "hour":
            return midnight.replace(hour=at.hour // count * count)
        case "day":
            # Weeks begin on Mondays; other steps count from the first of the month's year.
            back = midnight.weekday() if count % 7 == 0 else midnight.toordinal() % count
            return _local(midnight - timedelta(days=back))
        case "month":
            return _local(midnight.replace(month=(at.month - 1) // count * count + 1, day=1))
        case _:
            return _local(midnight.replace(year=max(1, at.year // count * count), month=1, day=1))


def _next(at: datetime, unit: str, count: int) -> datetime:
    match unit:
        case "hour":
            return _local(at + timedelta(hours=count))
        case "day":
            return _local(at + timedelta(days=count))
        case "month":
            months = at.year * 12 + at.month - 1 + count
            return _local(at.replace(year=months // 12, month=months % 12 + 1))
        case _:
            return _local(at.replace(year=at.year + count))


def _local(at: datetime) -> datetime:
    """The same wall-clock time with the offset that holds then: summer time comes and goes."""
    return at.replace(tzinfo=None).astimezone()
