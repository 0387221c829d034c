"""USB devices of Windows and macOS, from texts in the formats that their makers document."""

from __future__ import annotations

import json
import plistlib
from pathlib import Path
from typing import Any

import pytest

from device.connecting.facts import ADB, Facts
from device.connecting.observer import usb_reader
from device.connecting.situations import diagnose
from device.connecting.usb_mac import parse_ioreg
from device.connecting.usb_windows import parse_entities

ROOT_HUB = {"PNPDeviceID": "USB\\ROOT_HUB30\\4&1", "Name": "USB Root Hub", "CompatibleID": None}


def _entity(place: str, ids: list[str], **more: Any) -> dict[str, Any]:
    base = {"Name": "Thing", "Manufacturer": "Maker", "ConfigManagerErrorCode": 0}
    return base | {"PNPDeviceID": place, "CompatibleID": ids} | more


def _phone(code: int = 0) -> list[dict[str, Any]]:
    part = "USB\\VID_2717&PID_FF48&MI_0"
    return [
        _entity("USB\\VID_2717&PID_FF48\\AB12CD", ["USB\\COMPOSITE"], Name="Mi 13"),
        _entity(part + "0\\6&2A&0&0000", ["USB\\Class_06&SubClass_01&Prot_01", "USB\\Class_06"]),
        _entity(
            part + "1\\6&2A&0&0001",
            ["USB\\Class_ff&SubClass_42&Prot_01", "USB\\Class_ff"],
            ConfigManagerErrorCode=code,
        ),
    ]


def _windows(*entities: Any) -> bytes:
    return json.dumps(list(entities)).encode("utf-8-sig")


def test_windows_tells_a_phone_by_its_functions() -> None:
    found = parse_entities(_windows(ROOT_HUB, *_phone()))
    assert found is not None
    (phone,) = found
    assert (phone.vendor, phone.product, phone.serial) == (0x2717, 0xFF48, "AB12CD")
    assert phone.has(ADB)
    assert phone.has((6, 1, 1))
    assert [one.code for one in diagnose(Facts(usb=found))] == ["adb-blind"]


def test_windows_without_a_driver_is_told() -> None:
    found = parse_entities(_windows(*_phone(28)))
    assert [one.code for one in diagnose(Facts(usb=found))] == ["no-driver"]


def test_windows_tells_one_device_without_a_list_and_one_id_without_one() -> None:
    alone = _entity("USB\\VID_18D1&PID_4EE7\\5&1&0&2", [], CompatibleID=None)
    alone["CompatibleID"] = "USB\\Class_ff&SubClass_42&Prot_03"
    found = parse_entities(json.dumps(alone).encode())
    assert found is not None
    assert found[0].serial is None  # Windows made that place up
    assert [one.code for one in diagnose(Facts(usb=found))] == ["bootloader"]


def test_two_phones_alike_on_windows_cannot_be_told_apart() -> None:
    second = _entity("USB\\VID_2717&PID_FF48\\EF34", ["USB\\COMPOSITE"])
    found = parse_entities(_windows(*_phone(), second))
    assert found is not None
    assert [phone.interfaces for phone in found] == [None, None]


@pytest.mark.parametrize("text", [b"", b" \r\n"])
def test_nothing_on_windows_is_nothing(text: bytes) -> None:
    assert parse_entities(text) == ()


@pytest.mark.parametrize("text", [b"Get-CimInstance : Access denied", b"{", b"\xff\xfe"])
def test_what_windows_cannot_tell_is_not_known(text: bytes) -> None:
    assert parse_entities(text) is None


def test_odd_entities_of_windows_are_left_out() -> None:
    assert parse_entities(_windows(None, 7, {"PNPDeviceID": 3}, {"Name": "x"})) == ()


# macOS.


def _part(kind: tuple[int, int, int], name: str) -> dict[str, Any]:
    names = ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
    told = dict(zip(names, kind, strict=True))
    return told | {"IOObjectClass": "IOUSBHostInterface", "kUSBString": name}


def _mac_phone(**more: Any) -> dict[str, Any]:
    return {
        "IOObjectClass": "IOUSBHostDevice",
        "idVendor": 0x18D1,
        "idProduct": 0x4EE7,
        "bDeviceClass": 0,
        "locationID": 336592896,
        "USB Vendor Name": "Google",
        "USB Product Name": "Pixel 8",
        "USB Serial Number": "ZX1",
        "Device Speed": 3,
        "IORegistryEntryChildren": [
            {
                "IOObjectClass": "AppleUSBHostCompositeDevice",
                "IORegistryEntryChildren": [_part((255, 66, 1), "ADB Interface")],
            },
            _part((6, 1, 1), "MTP"),
        ],
    } | more


def test_macos_tells_a_phone_with_its_place_as_adb_names_it() -> None:
    found = parse_ioreg(plistlib.dumps([_mac_phone()]))
    assert found is not None
    (phone,) = found
    assert (phone.address, phone.serial, phone.megabits) == ("336592896X", "ZX1", 5000.0)
    assert phone.has(ADB)
    assert phone.has((6, 1, 1))
    assert phone.hubs == 0


def test_macos_counts_hubs_and_leaves_them_out_and_tells_each_device_once() -> None:
    hub = {
        "idVendor": 0x05E3,
        "idProduct": 0x610,
        "bDeviceClass": 9,
        "locationID": 1,
        "IORegistryEntryChildren": [_mac_phone()],
    }
    # "ioreg -r" starts a list at the hub and another one at what hangs on it.
    found = parse_ioreg(plistlib.dumps([hub, _mac_phone()]))
    assert found is not None
    assert [(phone.name, phone.hubs) for phone in found] == [("Pixel 8", 1)]


def test_an_iphone_on_macos_is_told_by_name() -> None:
    entry = _mac_phone(idVendor=0x05AC) | {"USB Product Name": "iPhone"}
    found = parse_ioreg(plistlib.dumps([entry]))
    assert [one.code for one in diagnose(Facts(usb=found))] == ["iphone"]


def test_no_output_of_macos_is_no_device_and_garbage_is_not_known() -> None:
    assert parse_ioreg(b"") == ()
    assert parse_ioreg(b"ioreg: error") is None
    assert parse_ioreg(plistlib.dumps({"a": 1})) is None
    assert parse_ioreg(plistlib.dumps([{"idVendor": "x", "idProduct": 1}, 5])) == ()


# Which reader, and what it does where its tool is missing.


@pytest.mark.parametrize(("platform", "module"), [("win32", "windows"), ("darwin", "mac")])
def test_each_system_has_its_reader_which_knows_nothing_without_its_tool(
    platform: str, module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read = usb_reader(platform)
    assert read.__module__.endswith(f"usb_{module}")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read() is None
