"""What is fuzzed: whatever reads bytes that a phone, or somebody who sent a file, chose."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from audit.model import App
from audit.progress import Cancel
from device.apk.binary_xml import tree
from device.apk.dex import java_packages
from device.apk.errors import ApkError
from device.apk.face import ApkFace
from device.apk.resources import Table
from device.apk.sources import Memory
from device.errors import DeviceError
from device.files import open_answers
from device.parsers.accessibility import parse_accessibility
from device.parsers.appops import parse_appops, uses
from device.parsers.appops_history import parse_history
from device.parsers.assemble import build_apps
from device.parsers.battery import parse_battery
from device.parsers.clock import parse_clock
from device.parsers.components import parse_components, parse_resolved
from device.parsers.device_policy import parse_device_policy
from device.parsers.known_blocks import KnownBlocks
from device.parsers.lines import text_lines
from device.parsers.notifications import parse_notifications
from device.parsers.package_dump import parse_packages
from device.parsers.properties import parse_getprop, phone_from_properties, zone_from_properties
from device.parsers.roles import parse_roles
from device.parsers.settings import accessibility_services, keyboards, parse_settings
from device.parsers.users import parse_users
from device.scanner import Scanner

Target = Callable[[bytes], object]

NAMES = ("android.permission.READ_SMS", "android.permission.CAMERA")
NOW, ZONE = datetime(2026, 11, 23, 12, tzinfo=UTC), ZoneInfo("Asia/Shanghai")


def _lines(data: bytes) -> Iterator[str]:
    """As they come from a phone: in pieces that end anywhere."""
    size = data[0] % 97 + 1 if data else 1
    return text_lines(data[at : at + size] for at in range(0, len(data), size))


def _text(data: bytes) -> str:
    return "\n".join(_lines(data))


def packages(data: bytes) -> None:
    dump, known = parse_packages([data]), KnownBlocks()
    build_apps(dump, dump, dump, ZONE)
    first, second = (_with_known(data, known) for _ in range(2))
    # What is known the second time amounts to what was read the first time.
    assert first == second


def _with_known(data: bytes, known: KnownBlocks) -> tuple[App, ...]:
    known.begin()
    dump = parse_packages([data], known)
    return build_apps(dump, dump, dump, ZONE)


def appops(data: bytes) -> None:
    list(uses(parse_appops(_lines(data), NOW, ZONE)))
    parse_appops(_lines(data), None, None)


def properties(data: bytes) -> None:
    found = parse_getprop(_text(data))
    phone_from_properties(found, "serial")
    zone_from_properties(found)


def settings(data: bytes) -> None:
    found = parse_settings(_lines(data)) or {}
    accessibility_services(found)
    keyboards(found)


def apk(data: bytes) -> None:
    with suppress(ApkError):
        ApkFace([Memory(data)]).read()


def dex(data: bytes) -> None:
    with suppress(ApkError):
        java_packages(Memory(data))


def binary_xml(data: bytes) -> None:
    with suppress(ApkError):
        tree(data, 1000)


def resources(data: bytes) -> None:
    table = Table(Memory(data))
    for number in (0x7F010000, 0x7F020000, 0x7F020001):
        with suppress(ApkError):
            table.values(number)
    with suppress(ApkError):
        table.string(0)


def report(data: bytes) -> None:
    """A file as somebody sends it: a zip, or a text."""
    suffix = ".zip" if data.startswith(b"PK") else ".txt"
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        with suppress(DeviceError):
            answers = open_answers(Path(file.name))
            Scanner(answers, NAMES).read(lambda _: None, Cancel())


TARGETS: dict[str, Target] = {
    "packages": packages,
    "appops": appops,
    "history": lambda data: parse_history(_lines(data), ZONE),
    "properties": properties,
    "clock": lambda data: parse_clock(_text(data), ZONE),
    "users": lambda data: parse_users(_text(data)),
    "settings": settings,
    "device-policy": lambda data: parse_device_policy(_lines(data)),
    "notifications": lambda data: parse_notifications(_lines(data)),
    "battery": lambda data: parse_battery(_lines(data)),
    "accessibility": lambda data: parse_accessibility(_lines(data)),
    "roles": lambda data: parse_roles(_lines(data)),
    "components": lambda data: (parse_components(_lines(data)), parse_resolved(_lines(data))),
    "apk": apk,
    "dex": dex,
    "binary-xml": binary_xml,
    "resources": resources,
    "report": report,
}
