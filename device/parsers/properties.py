"""``getprop``: which phone this is, and its time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audit.model import Phone

_START = re.compile(r"\[([^\]]+)\]: \[(.*)", re.DOTALL)
_OFFSET = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2})(?::?([0-5]\d))?")

# The name a person knows their phone by; the makers never agreed on one key.
_NAME_KEYS = (
    "ro.product.marketname",
    "ro.product.odm.marketname",
    "ro.product.vendor.marketname",
    "ro.config.marketing_name",
    "ro.vendor.oplus.market.name",
    "ro.vivo.market.name",
)


def parse_getprop(text: str) -> dict[str, str]:
    """``[key]: [value]`` lines; a value may run over several lines. Other lines are skipped."""
    properties: dict[str, str] = {}
    key, value = "", ""
    for line in text.replace("\r", "").split("\n"):
        if match := _START.match(line):
            key, value = match[1], match[2]
        elif key:
            value += "\n" + line
        if key and value.endswith("]"):
            properties[key] = value[:-1]
            key = ""
    return properties


def phone_from_properties(properties: Mapping[str, str], adb_serial: str | None) -> Phone:
    """The phone. ``adb_serial`` (maybe a network address) stands in for a missing serial number."""
    return Phone(
        serial=_first(properties, "ro.serialno", "ro.boot.serialno") or adb_serial,
        manufacturer=_first(properties, "ro.product.manufacturer", "ro.product.brand"),
        model=_first(properties, "ro.product.model"),
        android=_first(properties, "ro.build.version.release"),
        sdk=_number(properties.get("ro.build.version.sdk", "")),
        security_patch=_first(properties, "ro.build.version.security_patch"),
        fingerprint=_first(properties, "ro.build.fingerprint"),
        name=_first(properties, *_NAME_KEYS),
    )


def zone_from_properties(properties: Mapping[str, str]) -> tzinfo | None:
    """The phone's time zone, or None where it is not set or not known here."""
    name = properties.get("persist.sys.timezone", "").strip()
    if match := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if offset < timedelta(hours=24):
            return timezone(offset if match[1] == "+" else -offset)
        return None
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _first(properties: Mapping[str, str], *keys: str) -> str | None:
    for key in keys:
        value = properties.get(key, "").strip()
        if value and value.lower() != "unknown":
            return value
    return None


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() and len(text) < 10 else None
