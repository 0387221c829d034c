"""From observed facts to named situations. Pure: the same facts always give the same list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from audit.model import UserKind
from device.adb import Device, cable_first
from device.connecting.facts import ADB, FASTBOOT, HDC, Facts, UsbDevice, WirelessPhone
from device.connecting.makers import OTHER, guide_of_properties, guide_of_usb, is_phone
from device.parsers.properties import phone_from_properties

#: USB 1.1: a phone is that slow only behind a bad cable or socket.
_SLOW_MEGABITS = 12
_HUAWEI = 0x12D1
# As Debian's rules have it: the group for its users, the tag for whoever sits at the computer.
_GRANT = 'MODE="0660", GROUP="plugdev", TAG+="uaccess"'
_RULE_FOR_ALL = f'SUBSYSTEM=="usb", ENV{{ID_USB_INTERFACES}}=="*:ff420?:*", {_GRANT}'


class Level(IntEnum):
    """How a situation bears on the check; a list of situations is in this order."""

    READY = 0
    WAITING = 1
    BLOCKED = 2
    HINT = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """One thing that was seen.

    Attributes:
        code: names its texts in ``resources/connect/situations.json``.
        serial: adb's serial number of the phone it is about, where adb lists that phone.
        guide: the maker's guide that helps here.
        values: what its texts have to fill in.
    """

    code: str
    level: Level
    serial: str | None = None
    guide: str = OTHER
    values: Mapping[str, str] = field(default_factory=dict)


Check = Callable[[Facts], Iterator[Situation]]


def diagnose(facts: Facts) -> tuple[Situation, ...]:
    """The situations that these facts show, the most likely reason first."""
    found = [one for check in _CHECKS for one in check(facts)]
    return tuple(sorted(found, key=lambda one: one.level))


def phone_name(device: Device) -> str:
    """adb writes blanks as underscores; a phone that is not ready tells its number only."""
    return " ".join(device.model.replace("_", " ").split()) if device.model else device.serial


def usb_name(device: UsbDevice) -> str:
    words = " ".join((device.name or device.maker or "").split())
    maker = " ".join((device.maker or "").split())
    if not words or words.casefold().startswith(maker.casefold()):
        return words or f"USB {device.vendor:04x}:{device.product:04x}"
    return f"{maker} {words}"


def _name(device: Device, plugged: UsbDevice | None) -> str:
    """Question marks stand for the serial number of a phone that the system keeps from adb."""
    if device.model is None and plugged is not None:
        return usb_name(plugged)
    return phone_name(device).strip("?") or "Android"


# The adb server.

_TROUBLES = {
    "no-adb": "adb-missing",
    "adb-port-taken": "adb-port-taken",
    "adb-server-hangs": "adb-hangs",
    "adb-server-version": "adb-version",
}


def _server(facts: Facts) -> Iterator[Situation]:
    error = facts.trouble
    if error is not None:
        code = _TROUBLES.get(error.code, "adb-fails")
        if code == "adb-missing" and isinstance(error.__cause__, OSError):
            code = "adb-cannot-run"
        values = {"address": facts.address, "version": "?"} | error.values
        yield Situation(code, Level.BLOCKED, values=values)
        return
    if facts.moved_from is not None:
        values = {"taken": facts.moved_from, "address": facts.address}
        yield Situation("own-port", Level.HINT, values=values)
    if facts.elsewhere:
        yield Situation("adb-elsewhere", Level.HINT, values={"address": facts.address})


# Phones that adb lists.

_STATES = {
    "authorizing": "connecting",
    "offline": "offline",
    "recovery": "recovery",
    "sideload": "sideload",
    "rescue": "rescue",
    "bootloader": "bootloader",
    "host": "not-a-phone",
    "detached": "in-use",
    "connecting": "connecting",
}


def _listed(facts: Facts) -> Iterator[Situation]:
    for device in facts.devices:
        plugged = usb_of(facts, device)
        guide = guide_of_usb(plugged) if plugged else OTHER
        values = {"phone": _name(device, plugged), "state": device.state}
        if device.ready:
            told = facts.ready.get(device.serial)
            guide = guide_of_properties(told.properties) if told else guide
            yield Situation("ready", Level.READY, device.serial, guide, values)
        elif device.state.startswith("no permissions"):
            yield _no_permission(device.serial, plugged, values["phone"])
        else:
            code = _code(device, facts)
            level = Level.WAITING if code == "connecting" else Level.BLOCKED
            yield Situation(code, level, device.serial, guide, values)


def _code(device: Device, facts: Facts) -> str:
    if device.state == "unauthorized":
        return "authorization-lost" if device.serial in facts.known else "unauthorized"
    if device.state == "offline" and device.wireless:
        return "wireless-offline"
    return _STATES.get(device.state, "unknown-state")


def usb_of(facts: Facts, device: Device) -> UsbDevice | None:
    """The USB device behind a phone that adb lists, where both can be matched."""
    for one in facts.usb or ():
        if device.usb == one.address or device.serial == one.serial:
            return one
    return None


def _no_permission(serial: str | None, plugged: UsbDevice | None, phone: str) -> Situation:
    rule = _RULE_FOR_ALL
    if plugged is not None:
        rule = f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{plugged.vendor:04x}", {_GRANT}'
    guide = guide_of_usb(plugged) if plugged else OTHER
    values = {"phone": phone, "rule": rule}
    return Situation("no-usb-permission", Level.BLOCKED, serial, guide, values)


def _choice(facts: Facts) -> Iterator[Situation]:
    ready = [device for device in cable_first(facts.devices) if device.ready]
    if len(ready) > 1:
        names = ", ".join(phone_name(device) for device in ready)
        yield Situation("several-phones", Level.HINT, values={"phones": names})
    if ready and all(device.serial.startswith("emulator-") for device in facts.devices):
        yield Situation("emulator-only", Level.HINT)


# Phones on USB that adb does not list.


def _plugged_in(facts: Facts) -> Iterator[Situation]:
    matched = {one.address for device in facts.devices if (one := usb_of(facts, device))}
    for device in facts.usb or ():
        if device.address in matched:
            continue
        if device.is_iphone:
            yield Situation("iphone", Level.BLOCKED, values={"phone": usb_name(device)})
        elif is_phone(device):
            yield from _unlisted(device, facts)


def _unlisted(device: UsbDevice, facts: Facts) -> Iterator[Situation]:
    values, guide = {"phone": usb_name(device)}, guide_of_usb(device)
    if device.has(ADB):
        yield _unused(device, facts)
        return
    code = _without_adb(device, facts)
    yield Situation(code, Level.BLOCKED, guide=guide, values=values)
    if code in {"bootloader", "no-power", "harmonyos-next"}:
        return
    if guide == "samsung":
        yield Situation("auto-blocker", Level.HINT, guide=guide, values=values)
    if device.vendor == _HUAWEI:  # Honor has a number of its own, and Android
        yield Situation("harmonyos-possible", Level.HINT, guide=guide, values=values)


def _unused(device: UsbDevice, facts: Facts) -> Situation:
    """A phone with USB debugging on that adb does not list all the same."""
    values, guide = {"phone": usb_name(device)}, guide_of_usb(device)
    if any(one.kind == ADB and one.driver is False for one in device.interfaces or ()):
        return Situation("no-driver", Level.BLOCKED, guide=guide, values=values)
    if device.usable is False:
        return _no_permission(None, device, values["phone"])
    level = Level.HINT if facts.trouble is not None else Level.BLOCKED
    return Situation("adb-blind", level, guide=guide, values=values)


def _without_adb(device: UsbDevice, facts: Facts) -> str:
    seen: tuple[tuple[bool, str], ...] = (
        (device.has(FASTBOOT), "bootloader"),
        (device.has(HDC), "harmonyos-next"),
        (device.configured is False, "no-power"),
        (device.serial in facts.known, "debugging-switched-off"),
        (device.transfers_files, "file-transfer-only"),
        (device.transfers_photos, "photo-transfer-only"),
        (device.tethers, "tethering-only"),
        (device.only_charges, "charging-only"),
    )
    return next((code for holds, code in seen if holds), "debugging-off")


def _cable(facts: Facts) -> Iterator[Situation]:
    """What the connection itself shows, for phones that are not ready."""
    for device in facts.usb or ():
        listed = [one for one in facts.devices if usb_of(facts, one) == device]
        if not is_phone(device):
            continue
        values = {"phone": usb_name(device)}
        if device.megabits is not None and device.megabits <= _SLOW_MEGABITS:
            yield Situation("slow-cable", Level.HINT, values=values)
        if device.hubs and not any(one.ready for one in listed):
            yield Situation("through-hub", Level.HINT, values=values)


# Phones in the network.


def _wireless(facts: Facts) -> Iterator[Situation]:
    for phone in facts.wireless or ():
        if _is_listed(phone, facts.devices):
            continue
        code = "wireless-unreachable" if phone.reachable is False else "wireless-unpaired"
        values = {"phone": phone.name, "address": phone.address}
        yield Situation(code, Level.BLOCKED, values=values)


def _is_listed(phone: WirelessPhone, devices: tuple[Device, ...]) -> bool:
    return any(
        device.serial == phone.address or device.serial.startswith(phone.name) for device in devices
    )


# Nothing at all.


def _absence(facts: Facts) -> Iterator[Situation]:
    if facts.trouble is not None or facts.elsewhere:
        return
    if any(not device.serial.startswith("emulator-") for device in facts.devices):
        return
    if facts.usb is None:
        yield Situation("usb-unknown", Level.BLOCKED)
    elif not any(is_phone(device) or device.is_iphone for device in facts.usb):
        code = "charge-only-cable" if facts.powers_something else "nothing-on-usb"
        yield Situation(code, Level.BLOCKED)


# Phones that are ready, and what they keep back all the same.


def _ready(facts: Facts) -> Iterator[Situation]:
    for device in facts.devices:
        told = facts.ready.get(device.serial)
        if told is None or not device.ready:
            continue
        guide = guide_of_properties(told.properties)
        values = {"phone": phone_name(device)}
        if told.never_unlocked:
            yield Situation("locked", Level.BLOCKED, device.serial, guide, values)
        phone = phone_from_properties(told.properties, device.own_serial)
        if device.wireless and phone.open_to_others:
            dated = values | {"date": phone.security_patch or ""}
            yield Situation("wireless-exposed", Level.HINT, device.serial, guide, dated)
        if told.open_port is not None:
            opened = values | {"port": str(told.open_port)}
            yield Situation("port-open", Level.HINT, device.serial, guide, opened)
        if told.closed:
            names = ", ".join(user.name or str(user.id) for user in told.closed)
            secure = any(user.kind is UserKind.PRIVATE for user in told.closed)
            code = "private-space-unread" if secure else "profile-unread"
            yield Situation(code, Level.HINT, device.serial, guide, values | {"users": names})
        if guide == "xiaomi" and told.properties.get("persist.security.adbinput") != "1":
            yield Situation("xiaomi-changes", Level.HINT, device.serial, guide, values)
        if guide == "oppo":
            yield Situation("coloros-changes", Level.HINT, device.serial, guide, values)


_CHECKS: tuple[Check, ...] = (
    _server,
    _listed,
    _choice,
    _plugged_in,
    _wireless,
    _absence,
    _ready,
    _cable,
)
