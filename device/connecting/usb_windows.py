"""USB devices as Windows describes them: ``Win32_PnPEntity``, asked through PowerShell.

A phone with several functions is a parent ``USB\\VID_…&PID_…\\SERIAL`` and a child for each
function, ``USB\\VID_…&PID_…&MI_01\\…``, whose compatible ids hold the class of the interface.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from device.connecting.facts import UsbDevice, UsbInterface

_COMMAND = (
    "powershell",
    "-NoProfile",
    "-NonInteractive",
    "-Command",
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8; "
    "Get-CimInstance Win32_PnPEntity -Filter \"PNPDeviceID LIKE 'USB%VID[_]%'\" | "
    "Where-Object Present | "
    "Select-Object PNPDeviceID, Name, Manufacturer, CompatibleID, ConfigManagerErrorCode | "
    "ConvertTo-Json -Compress",
)
_PATIENCE = 20.0
# CM_PROB_NOT_CONFIGURED, CM_PROB_FAILED_INSTALL: there is no driver for it.
_NO_DRIVER = {1, 28}
_ID = re.compile(
    r"USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})(&MI_[0-9A-F]{2})?[^\\]*\\(.*)", re.IGNORECASE
)
_CLASS = re.compile(
    r"USB\\Class_([0-9a-f]{2})&SubClass_([0-9a-f]{2})&Prot_([0-9a-f]{2})", re.IGNORECASE
)
_HUB = 0x09


def read_usb() -> tuple[UsbDevice, ...] | None:
    """Every USB device but hubs; None when Windows does not tell."""
    try:
        done = subprocess.run(
            _COMMAND,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_entities(done.stdout) if done.returncode == 0 else None


def parse_entities(text: bytes) -> tuple[UsbDevice, ...] | None:
    """The devices in that JSON, one entity or a list of them; None when it is none."""
    if not text.strip():
        return ()
    try:
        told = json.loads(text.decode("utf-8-sig", "replace"))
    except ValueError:
        return None
    entities = [one for one in (told if isinstance(told, list) else [told]) if _match(one)]
    parents = [one for one in entities if not _part(one)]
    parts = [one for one in entities if _part(one)]
    found = (_device(parent, _parts_of(parent, parts, parents)) for parent in parents)
    return tuple(device for device in found if not _is_hub(device))


def _match(entity: Any) -> re.Match[str] | None:
    named = entity.get("PNPDeviceID") if isinstance(entity, Mapping) else None
    return _ID.fullmatch(named) if isinstance(named, str) else None


def _part(entity: Mapping[str, Any]) -> bool:
    match = _match(entity)
    return match is not None and match[3] is not None


def _numbers(entity: Mapping[str, Any]) -> tuple[int, int]:
    match = _match(entity)
    return (int(match[1], 16), int(match[2], 16)) if match else (0, 0)


def _parts_of(
    parent: Mapping[str, Any],
    parts: Iterable[Mapping[str, Any]],
    parents: Iterable[Mapping[str, Any]],
) -> list[Mapping[str, Any]] | None:
    """The functions of a phone; None where two alike are plugged in, and none can be told apart."""
    numbers = _numbers(parent)
    if sum(_numbers(other) == numbers for other in parents) > 1:
        return None
    return [one for one in parts if _numbers(one) == numbers] or [parent]


def _device(parent: Mapping[str, Any], parts: list[Mapping[str, Any]] | None) -> UsbDevice:
    match = _match(parent)
    place = match[4] if match else ""
    vendor, product = _numbers(parent)
    interfaces = None if parts is None else tuple(filter(None, map(_interface, parts)))
    return UsbDevice(
        address=str(parent["PNPDeviceID"]),
        vendor=vendor,
        product=product,
        maker=_word(parent, "Manufacturer"),
        name=_word(parent, "Name"),
        # Windows makes up a place with "&" for a device that tells no serial number.
        serial=place if place and "&" not in place else None,
        interfaces=interfaces or None,
    )


def _interface(entity: Mapping[str, Any]) -> UsbInterface | None:
    ids = entity.get("CompatibleID")
    listed = [ids] if isinstance(ids, str) else ids or ()
    for one in listed:
        if isinstance(one, str) and (match := _CLASS.fullmatch(one)):
            kind = int(match[1], 16), int(match[2], 16), int(match[3], 16)
            code = entity.get("ConfigManagerErrorCode")
            driver = None if code is None else code not in _NO_DRIVER
            return UsbInterface(kind, _word(entity, "Name"), driver)
    return None


def _is_hub(device: UsbDevice) -> bool:
    return any(one.kind[0] == _HUB for one in device.interfaces or ())


def _word(entity: Mapping[str, Any], name: str) -> str | None:
    word = entity.get(name)
    return word if isinstance(word, str) and word else None
