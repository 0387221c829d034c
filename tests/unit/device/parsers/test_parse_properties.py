from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.model import Phone
from device.parsers.properties import (
    parse_getprop,
    phone_from_properties,
    zone_from_properties,
)

GETPROP = """```
[gsm.sim.state]: [ABSENT,
NOT_READY]
[persist.sys.timezone]: [Asia/Shanghai]
[ro.build.fingerprint]: [Xiaomi/pipa/pipa:14/UKQ1/V816:user/release-keys]
[ro.build.version.release]: [14]
[ro.build.version.sdk]: [34]
[ro.build.version.security_patch]: [2026-01-01]
[ro.empty]: []
[ro.product.manufacturer]: [Xiaomi]
[ro.product.marketname]: [Xiaomi Pad 6]
[ro.product.model]: [23043RP34G]
[ro.serialno]: [a1b2c3d4]
[some.list]: [[one]: [two]]
```
"""


def test_values_over_several_lines_and_text_around() -> None:
    properties = parse_getprop(GETPROP)
    assert properties["gsm.sim.state"] == "ABSENT,\nNOT_READY"
    assert properties["ro.empty"] == ""
    assert properties["some.list"] == "[one]: [two]"
    assert properties["ro.serialno"] == "a1b2c3d4"
    assert len(properties) == 12
    assert parse_getprop(GETPROP.replace("\n", "\r\n")) == properties


def test_the_phone_as_its_owner_knows_it() -> None:
    assert phone_from_properties(parse_getprop(GETPROP), "192.168.1.7:5555") == Phone(
        serial="a1b2c3d4",
        manufacturer="Xiaomi",
        model="23043RP34G",
        android="14",
        sdk=34,
        security_patch="2026-01-01",
        fingerprint="Xiaomi/pipa/pipa:14/UKQ1/V816:user/release-keys",
        name="Xiaomi Pad 6",
    )


def test_what_stands_in_for_missing_properties() -> None:
    properties = {"ro.serialno": "unknown", "ro.boot.serialno": "boot", "ro.product.model": "T5911"}
    assert phone_from_properties(properties, "usb").serial == "boot"
    assert phone_from_properties(properties, "usb").model == "T5911"
    assert phone_from_properties({}, "usb") == Phone(serial="usb")
    assert phone_from_properties({"ro.build.version.sdk": "x"}, None) == Phone(serial=None)


def test_the_zone_knows_summer_time() -> None:
    zone = zone_from_properties({"persist.sys.timezone": "America/Los_Angeles"})
    assert datetime(2026, 7, 1, tzinfo=zone).astimezone(UTC).hour == 7
    assert datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC).hour == 8


@pytest.mark.parametrize(
    ("name", "hours"), [("GMT+08:00", 8), ("GMT-3", -3), ("UTC+0530", 5.5), ("UTC", 0)]
)
def test_zones_given_as_an_offset(name: str, hours: float) -> None:
    zone = zone_from_properties({"persist.sys.timezone": name})
    assert datetime(2026, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    ["", " ", "Mars/Olympus", "America", "../../etc/passwd", "/etc/localtime", "GMT+99", "."],
)
def test_a_zone_that_is_none(name: str) -> None:
    assert zone_from_properties({"persist.sys.timezone": name}) is None


@given(st.text(alphabet="[]: ab\n\r", max_size=100))
def test_nothing_makes_it_fail(text: str) -> None:
    properties = parse_getprop(text)
    phone_from_properties({**properties, "ro.build.version.sdk": "9" * 5000}, None)
    zone_from_properties({"persist.sys.timezone": text})
