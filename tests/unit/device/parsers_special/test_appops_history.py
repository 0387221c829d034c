"""Discrete accesses: nested lines of Android 12 to 15, tables from 16 on."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from device.parsers.appops_history import parse_history

ZONE = ZoneInfo("Europe/Berlin")

NESTED = """\
  Current AppOps Service state:
  History:
    snapshot:
      begin = 2026-05-03 00:00:00.000
      Uid: u0a1
        Package: com.example.sums
          Attribution: null
            CAMERA:
              [top-s] = access=3, reject=0, duration=+5s
  Discrete accesses:\x20
    Uid: 10123
      Package: com.example.maps
        FINE_LOCATION
          Attribution: null
            Access [top-s] at 2026-05-04 18:02:00.000
            Access [bg-tpd] at 2026-05-04 18:05:00.000 for 60000 milliseconds  \
attribution flags=5 with chainId=3
          Attribution: trip
            Access [fgsvc-s] at 2026-05-04 18:06:00.000 for 120000 milliseconds\x20
    Uid: 1010123
      Package: com.example.maps
        CAMERA
          Attribution: null
            Access [top-s] at yesterday
"""

TABLE = """\
  Largest chain id: 9
UID|PACKAGE_NAME|DEVICE_ID|OP_NAME|ATTRIBUTION_TAG|UID_STATE|OP_FLAGS|ATTR_FLAGS|CHAIN_ID|\
ACCESS_TIME|DURATION
10123|com.example.maps|default:0|FINE_LOCATION|null|top|s|0|-1|2026-05-04 18:02:11.500|-1
10123|com.example.maps|default:0|CAMERA|scan|bg|tpd|0|-1|2026-05-04 18:03:00.000|60000
"""

SUMS = """\

UID|PACKAGE_NAME|DEVICE_ID|OP_NAME|ATTRIBUTION_TAG|ACCESS_TIME|ACCESS_COUNTS|REJECT_COUNTS|\
DURATION|UID_STATE|OP_FLAGS|ATTRIBUTION_CHAIN_ID|ATTRIBUTION_FLAGS
10123|com.example.maps|default:0|CAMERA|null|2026-05-04 18:00:00.000|4|1|900000|top|s|-1|0
10123|com.example.maps|default:0|CAMERA|null|2026-05-04 18:15:00.000|0|2|0|top|s|-1|0
"""


def test_nested_lines() -> None:
    history = parse_history(NESTED.splitlines(), ZONE)
    first, second, third = history.uses
    assert (first.package, first.op, first.user) == ("com.example.maps", "FINE_LOCATION", 0)
    assert first.at == datetime(2026, 5, 4, 16, 2, tzinfo=UTC)
    assert first.precision == 60
    assert (second.state, second.on_behalf, second.duration_ms) == ("bg", "tpd", 60_000)
    assert (third.attribution, third.duration_ms) == ("trip", 120_000)
    assert (history.header_seen, history.lines_seen, history.lines_parsed) == (True, 4, 3)


def test_tables_are_read_by_their_column_names() -> None:
    first, second = parse_history(TABLE.splitlines(), ZONE).uses
    assert first.at == datetime(2026, 5, 4, 16, 2, 11, 500000, tzinfo=UTC)
    assert (first.duration_ms, second.duration_ms) == (None, 60_000)
    assert (second.op, second.attribution, second.on_behalf) == ("CAMERA", "scan", "tpd")


def test_sums_say_how_imprecise_they_are_and_keep_refusals_apart() -> None:
    history = parse_history(SUMS.splitlines(), ZONE)
    assert [(use.at.minute, use.rejected) for use in history.uses] == [
        (0, False),
        (0, True),
        (15, True),
    ]
    assert {use.precision for use in history.uses} == {900}
    assert history.lines_parsed == 2


def test_a_row_that_lacks_a_column_is_counted_and_the_table_goes_on() -> None:
    header, first, second = TABLE.splitlines()[1:]
    cut = first.rpartition("|")[0]
    history = parse_history([header, cut, second], ZONE)
    assert [use.op for use in history.uses] == ["CAMERA"]
    assert (history.lines_seen, history.lines_parsed) == (2, 1)


def test_a_line_without_columns_ends_the_table() -> None:
    lines = TABLE.splitlines()
    nested = NESTED.splitlines()[NESTED.splitlines().index("  Discrete accesses: ") :]
    both = parse_history([*lines, "", *nested], ZONE)
    assert both.uses == (*parse_history(lines, ZONE).uses, *parse_history(nested, ZONE).uses)
    # Behind its end a row is a row no more.
    assert parse_history([*lines, "", lines[-1]], ZONE).lines_seen == 2


def test_without_a_zone_no_time_is_invented() -> None:
    history = parse_history(NESTED.splitlines(), None)
    assert (history.uses, history.lines_seen, history.lines_parsed) == ((), 4, 0)


def test_a_phone_without_it_is_no_empty_history() -> None:
    assert not parse_history(["Unknown option: --history"], ZONE).header_seen
    denied = parse_history(["Permission Denial: can't dump appops from pid=1"], ZONE)
    assert denied.refused
