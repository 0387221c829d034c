"""USB devices as macOS describes them: ``ioreg`` as a property list.

``system_profiler SPUSBDataType`` names no interfaces, and macOS 26 calls it otherwise.
"""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from device.connecting.facts import UsbDevice, UsbInterface

_COMMAND = ("/usr/sbin/ioreg", "-a", "-l", "-r", "-c", "IOUSBHostDevice")
_PATIENCE = 10.0
_HUB = 0x09
# "Device Speed" of IOUSBHostDevice, in Mbit/s.
_SPEEDS = {0: 1.5, 1: 12.0, 2: 480.0, 3: 5000.0, 4: 10000.0}


def read_usb() -> tuple[UsbDevice, ...] | None:
    """Every USB device but hubs; None when the system's tool does not tell."""
    try:
        done = subprocess.run(_COMMAND, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_ioreg(done.stdout) if done.returncode == 0 else None


def parse_ioreg(text: bytes) -> tuple[UsbDevice, ...] | None:
    """The devices in a property list of ioreg's; None when it is none. No output is no device."""
    if not text.strip():
        return ()
    try:
        entries = plistlib.loads(text)
    except (plistlib.InvalidFileException, ValueError, OverflowError):
        return None
    if not isinstance(entries, list):
        return None
    # What hangs on a hub is listed once more by itself: the entry that knows the hubs counts.
    listed = sorted((one for entry in entries for one in _devices(entry, 0)), key=_hubs)
    found = {device.address: device for device in listed}
    return tuple(found[address] for address in sorted(found))


def _hubs(device: UsbDevice) -> int:
    return device.hubs


def _devices(entry: Any, hubs: int) -> Iterator[UsbDevice]:
    if not isinstance(entry, Mapping):
        return
    device = _device(entry, hubs) if "idVendor" in entry and "idProduct" in entry else None
    if device is not None and entry.get("bDeviceClass") != _HUB:
        yield device
    inner = hubs + (device is not None and entry.get("bDeviceClass") == _HUB)
    for child in entry.get("IORegistryEntryChildren", ()):
        yield from _devices(child, inner)


def _device(entry: Mapping[str, Any], hubs: int) -> UsbDevice | None:
    numbers = [entry.get(name) for name in ("idVendor", "idProduct", "locationID")]
    if not all(isinstance(number, int) for number in numbers):
        return None
    vendor, product, location = numbers
    return UsbDevice(
        # What adb on macOS shows: the place in decimal and an X.
        address=f"{location}X",
        vendor=vendor,  # type: ignore[arg-type]
        product=product,  # type: ignore[arg-type]
        maker=_word(entry, "USB Vendor Name", "kUSBVendorString"),
        name=_word(entry, "USB Product Name", "kUSBProductString"),
        serial=_word(entry, "USB Serial Number", "kUSBSerialNumberString"),
        interfaces=tuple(_interfaces(entry)) or None,
        megabits=_SPEEDS.get(entry.get("Device Speed", -1)),
        hubs=hubs,
    )


def _interfaces(entry: Mapping[str, Any]) -> Iterator[UsbInterface]:
    for child in entry.get("IORegistryEntryChildren", ()):
        if not isinstance(child, Mapping) or ("idProduct" in child and "bDeviceClass" in child):
            continue
        kind = tuple(
            child.get(name)
            for name in ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
        )
        if all(isinstance(number, int) for number in kind):
            name = _word(child, "USB Interface Name", "kUSBString")
            yield UsbInterface(kind, name)  # type: ignore[arg-type]
        else:
            yield from _interfaces(child)


def _word(entry: Mapping[str, Any], *names: str) -> str | None:
    found = (entry.get(name) for name in names)
    return next((word for word in found if isinstance(word, str) and word), None)
