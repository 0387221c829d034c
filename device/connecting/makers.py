"""The makers of phones: their numbers on USB and their names in the phone's properties."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from device.connecting.facts import ADB, FASTBOOT, HDC, UsbDevice
from resources.loader import read_json

#: The guide for phones of a maker that has none of its own.
OTHER = "android"
_HUB, _KEYBOARD, _AUDIO, _WIRELESS, _VIDEO = 0x09, 0x03, 0x01, 0xE0, 0x0E


@dataclass(frozen=True, slots=True)
class Maker:
    """``guide`` names the steps for its phones; ``phones_only`` that it makes nothing else."""

    guide: str
    phones_only: bool


@functools.cache
def _makers() -> tuple[dict[int, Maker], dict[str, str]]:
    by_vendor, by_brand = {}, {}
    for entry in read_json("connect", "makers.json"):
        maker = Maker(entry["guide"], entry["phones_only"])
        by_vendor.update({int(number, 16): maker for number in entry["usb"]})
        by_brand.update(dict.fromkeys(entry["brands"], maker.guide))
    return by_vendor, by_brand


def guide_of_usb(device: UsbDevice) -> str:
    """The guide for that phone, by its maker's number; phones share them now and then."""
    by_vendor, by_brand = _makers()
    told = (device.maker or "").casefold().split()
    named = next((by_brand[word] for word in told if word in by_brand), None)
    maker = by_vendor.get(device.vendor)
    return named or (maker.guide if maker else OTHER)


def guide_of_properties(properties: Mapping[str, str]) -> str:
    """The guide for a phone with these ``getprop`` values."""
    by_brand = _makers()[1]
    for name in ("ro.product.brand", "ro.product.manufacturer"):
        guide = by_brand.get(properties.get(name, "").casefold())
        if guide is not None:
            return guide
    return OTHER


def is_phone(device: UsbDevice) -> bool:
    """Whether it is an Android or HarmonyOS phone, or a tablet.

    Known by what it offers, else by a maker's number that stands on nothing but phones.
    """
    if any(device.has(kind) for kind in (ADB, FASTBOOT, HDC)):
        return True
    if device.is_iphone or device.vendor == 0x05AC:
        return False
    if device.interfaces and all(
        one.kind[0] in {_HUB, _KEYBOARD, _AUDIO, _VIDEO} for one in device.interfaces
    ):
        return False
    maker = _makers()[0].get(device.vendor)
    if maker is None:
        return device.transfers_files and "Android" in (device.name or "")
    return maker.phones_only or device.transfers_files or device.transfers_photos
