"""Which phone is at the other end, from one short question."""

from __future__ import annotations

from audit.model import Phone
from device import commands
from device.adb import AdbServer, Device
from device.parsers.properties import parse_getprop, phone_from_properties
from device.transport import PhoneAnswers


def phone_of(server: AdbServer, device: Device) -> Phone:
    """Asks a phone that is ready; raises an error of ``device.errors``."""
    text = b"".join(PhoneAnswers(server, device).answer(commands.getprop()))
    return phone_from_properties(parse_getprop(text.decode("utf-8", "replace")), device.own_serial)
