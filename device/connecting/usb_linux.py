"""USB devices as Linux describes them: sysfs, ``Documentation/ABI/testing/sysfs-bus-usb``."""

from __future__ import annotations

import os
import re
from pathlib import Path

from device.connecting.facts import UsbDevice, UsbInterface

SYS, DEV = Path("/sys"), Path("/dev")
# "1-2.4" is a device, "usb1" a root hub, "1-2.4:1.0" an interface.
_DEVICE = re.compile(r"\d+-\d+(\.\d+)*")
_HUB = 0x09


def read_usb(system: Path = SYS, nodes: Path = DEV) -> tuple[UsbDevice, ...] | None:
    """Every USB device but hubs, by its place; None where the system shows no USB at all."""
    folder = system / "bus/usb/devices"
    try:
        names = sorted(entry.name for entry in folder.iterdir() if _DEVICE.fullmatch(entry.name))
    except OSError:
        return None
    found = (_device(folder / name, nodes) for name in names)
    return tuple(device for device in found if device is not None)


def powers_something(system: Path = SYS) -> bool | None:
    """Whether a USB-C socket gives power to something that shows no data; None if unknown.

    Where any USB device is plugged in, it may be what is in the socket: False then.
    """
    try:
        ports = sorted((system / "class/typec").iterdir())
    except OSError:
        return None
    roles = (
        _text(port.with_name(port.name.removesuffix("-partner")) / "power_role")
        for port in ports
        if port.name.endswith("-partner")
    )
    gives = any(role is not None and "[source]" in role for role in roles)
    return gives and not _has_guests(system)


def _has_guests(system: Path) -> bool:
    """Whether a USB device other than the computer's own parts is plugged in."""
    folder = system / "bus/usb/devices"
    return any(
        _text(entry / "removable") != "fixed"
        for entry in folder.glob("*-*")
        if _DEVICE.fullmatch(entry.name)
    )


def _device(folder: Path, nodes: Path) -> UsbDevice | None:
    """None for a hub and for what is unplugged while it is read."""
    vendor, product = _number(folder / "idVendor", 16), _number(folder / "idProduct", 16)
    if vendor is None or product is None or _number(folder / "bDeviceClass", 16) == _HUB:
        return None
    speed = _text(folder / "speed")
    return UsbDevice(
        address=folder.name,
        vendor=vendor,
        product=product,
        maker=_text(folder / "manufacturer") or None,
        name=_text(folder / "product") or None,
        serial=_text(folder / "serial") or None,
        interfaces=_interfaces(folder),
        usable=_usable(folder, nodes),
        megabits=float(speed) if speed and re.fullmatch(r"\d+(\.\d+)?", speed) else None,
        configured=_configured(folder),
        hubs=folder.name.count("."),
    )


def _configured(folder: Path) -> bool | None:
    """The kernel leaves the value empty or 0 when it finds no configuration it has power for."""
    value = _text(folder / "bConfigurationValue")
    return None if value is None else value not in {"", "0"}


def _interfaces(folder: Path) -> tuple[UsbInterface, ...]:
    made = []
    for entry in sorted(folder.glob(f"{folder.name}:*")):
        kind = tuple(
            _number(entry / name, 16)
            for name in ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
        )
        if None not in kind:
            made.append(UsbInterface(kind, _text(entry / "interface") or None))  # type: ignore[arg-type]
    return tuple(made)


def _usable(folder: Path, nodes: Path) -> bool | None:
    bus, number = _number(folder / "busnum", 10), _number(folder / "devnum", 10)
    if bus is None or number is None:
        return None
    node = nodes / f"bus/usb/{bus:03}/{number:03}"
    return os.access(node, os.R_OK | os.W_OK) if node.exists() else None


def _number(path: Path, base: int) -> int | None:
    text = _text(path)
    try:
        return None if text is None else int(text, base)
    except ValueError:
        return None


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes()[:4096].decode("utf-8", "replace").strip()
    except OSError:  # not every device has every file, and each may go at any moment
        return None
