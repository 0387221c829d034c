"""Days and moments as a person writes them, in this computer's time zone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from audit.export.period import begin_of, end_of


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One hour ahead of UTC, two from 29 March 2026 on."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2026-03-01", "2026-02-28T23:00:00+00:00", "2026-03-01T22:59:59.999999+00:00"),
        ("2026-03-29", "2026-03-28T23:00:00+00:00", "2026-03-29T21:59:59.999999+00:00"),
        ("2026-03-01T08:30", "2026-03-01T07:30:00+00:00", "2026-03-01T07:30:00.999999+00:00"),
        ("2026-07-01 08:30:15", "2026-07-01T06:30:15+00:00", "2026-07-01T06:30:15.999999+00:00"),
        ("2026-03-01T08:30:00Z", "2026-03-01T08:30:00+00:00", "2026-03-01T08:30:00.999999+00:00"),
        ("2026-03-01T08:30:00.5+08:00", "2026-03-01T00:30:00.500000+00:00", None),
    ],
)
def test_a_day_is_the_person_s_own_and_a_moment_may_name_its_zone(
    text: str, begin: str, end: str | None
) -> None:
    assert _utc(begin_of(text)) == begin
    assert _utc(end_of(text)) == end or (end is None and _utc(end_of(text)) == begin)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30", "2026-3-1", "1.3.2026", "2026-03-01T25:00", "今天"]
)
def test_anything_else_is_refused(text: str) -> None:
    for read in (begin_of, end_of):
        with pytest.raises(ValueError, match=r".+"):
            read(text)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "0001-01-01T00:00"])
def test_the_ends_of_the_calendar_are_dates_or_refused(text: str) -> None:
    for read in (begin_of, end_of):
        try:
            assert read(text).tzinfo is not None
        except ValueError as error:
            assert str(error)  # noqa: PT017 -- either will do, a crash will not
