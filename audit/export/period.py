"""From what a person calls a day or a moment to the time that an export is limited to."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

_TICK = timedelta(microseconds=1)


def begin_of(text: str) -> datetime:
    """The first moment of a day (``2026-03-01``, in this computer's time zone), or the moment.

    A moment (``2026-03-01T08:30``) without an offset is this computer's time too. Raises
    ``ValueError`` for anything that is neither.
    """
    day = _day(text)
    return _moment(text) if day is None else begin_of_day(day)


def end_of(text: str) -> datetime:
    """The last moment of a day; a moment lasts to the end of its second."""
    day = _day(text)
    if day is not None:
        return end_of_day(day)
    moment = _moment(text)
    return moment if moment.microsecond else moment + timedelta(seconds=1) - _TICK


def begin_of_day(day: date) -> datetime:
    """Raises ``ValueError`` for days at the end of all calendars."""
    try:
        return datetime.combine(day, time.min).astimezone()
    except OverflowError as error:
        raise ValueError(str(error)) from error


def end_of_day(day: date) -> datetime:
    try:
        return begin_of_day(day + timedelta(days=1)) - _TICK
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    try:
        return moment.astimezone() if moment.tzinfo is None else moment
    except OverflowError as error:
        raise ValueError(str(error)) from error
