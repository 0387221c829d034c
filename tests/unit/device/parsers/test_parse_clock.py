from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.parsers.clock import parse_clock

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "1795435205\n",
        "1795435205\r\n",
        "\n$ date +%s\n1795435205\n",
        "Mon Nov 23 12:00:05 UTC 2026",
        "Mon Nov 23 20:00:05 GMT+08:00 2026\n",
        "Mon Nov 23 06:30:05 -0530 2026\n",
        "2026-11-23T13:00:05+01:00\n",
    ],
)
def test_a_moment_in_utc(text: str) -> None:
    assert parse_clock(text) == NOON
    assert parse_clock(text) is not None


def test_an_ambiguous_zone_needs_the_phones_own() -> None:
    text = "Mon Nov 23 20:00:05 CST 2026\n"
    assert parse_clock(text) is None
    assert parse_clock(text, ZoneInfo("Asia/Shanghai")) == NOON


@pytest.mark.parametrize(
    "text", ["", "date: bad format", "2026-11-23 12:00:05", "Mon Foo 23 12:00:05 UTC 2026"]
)
def test_no_clock(text: str) -> None:
    assert parse_clock(text) is None


@given(st.text(alphabet="0123456789+-:T. MonNvUTCGZ\n", max_size=60))
def test_nothing_makes_it_fail(text: str) -> None:
    moment = parse_clock(text, ZoneInfo("Asia/Shanghai"))
    assert moment is None or moment.tzinfo is UTC
    parse_clock("Mon Nov 99 20:00:05 GMT+99:00 2026\n" + "9" * 5000)
