from __future__ import annotations

import pytest

from device.adb import Device, choose, parse_devices
from device.errors import NoPhoneError, PhoneStateError, SeveralPhonesError

READY = Device("R58M", "device", transport_id=1)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "R58M12ABCDE            device usb:1-2.3 product:a51nsxx model:SM_A515F device:a51"
            " transport_id:7",
            Device("R58M12ABCDE", "device", "1-2.3", "a51nsxx", "SM_A515F", "a51", 7),
        ),
        (
            "127.0.0.1:40001        offline transport_id:2",
            Device("127.0.0.1:40001", "offline", transport_id=2),
        ),
        (
            "????????????           no permissions (missing udev rules? user is in the plugdev"
            " group); see [http://developer.android.com/tools/device.html] usb:1-4 transport_id:3",
            Device("????????????", "no permissions", "1-4", transport_id=3),
        ),
        (
            "0A0B                   no permissions; see [http://developer.android.com/] usb:1-4",
            Device("0A0B", "no permissions", "1-4"),
        ),
        ("0A0B                   no permissions", Device("0A0B", "no permissions")),
        (
            "adb-R58M-x1y2z3 (2)._adb-tls-connect._tcp device product:a model:b device:c"
            " transport_id:12",
            Device("adb-R58M-x1y2z3 (2)._adb-tls-connect._tcp", "device", None, "a", "b", "c", 12),
        ),
        ("FA1                    unauthorized usb:3-1", Device("FA1", "unauthorized", "3-1")),
        ("FA1                    recovery 1-1.4", Device("FA1", "recovery", "1-1.4")),
        (
            "FA1                    authorizing transport_id:4",
            Device("FA1", "authorizing", transport_id=4),
        ),
        ("FA1                    quarantined usb:3-1", Device("FA1", "quarantined", "3-1")),
        ("FA1\tsideload", Device("FA1", "sideload")),
    ],
)
def test_reads_each_state_as_adb_words_it(line: str, expected: Device) -> None:
    assert parse_devices(f"{line}\n") == (expected,)


def test_keeps_the_order_and_skips_blank_lines() -> None:
    text = "b                      device\n\na                      offline\n"
    assert [device.serial for device in parse_devices(text)] == ["b", "a"]


def test_only_the_state_device_is_ready() -> None:
    assert READY.ready
    assert not Device("R58M", "recovery").ready


def test_chooses_the_only_phone_or_the_named_one() -> None:
    other = Device("FA1", "unauthorized")
    assert choose([READY]) == READY
    assert choose([other, READY], "R58M") == READY


def test_says_which_phones_there_are_when_none_was_named() -> None:
    with pytest.raises(SeveralPhonesError) as caught:
        choose([READY, Device("FA1", "offline")])
    assert caught.value.values["serials"] == "R58M, FA1"


def test_a_phone_that_is_not_there_or_not_ready_is_an_error() -> None:
    with pytest.raises(NoPhoneError):
        choose([])
    with pytest.raises(NoPhoneError) as missing:
        choose([READY], "FA1")
    assert missing.value.values["serial"] == "FA1"
    with pytest.raises(PhoneStateError) as caught:
        choose([Device("FA1", "no permissions")])
    assert caught.value.state == "no permissions"


OVER_WIFI = Device("adb-R58M-aB3dE_._adb-tls-connect._tcp", "device")


@pytest.mark.parametrize(
    ("serial", "own"),
    [
        ("adb-R58M-aBcDeF._adb-tls-connect._tcp", "R58M"),
        ("adb-R5-8M-aBcDeF (2)._adb-tls-connect._tcp.", "R5-8M"),
        ("192.168.1.20:37123", "192.168.1.20:37123"),
        ("R58M", "R58M"),
        ("adb-R58M-aBcDeF", "adb-R58M-aBcDeF"),
    ],
)
def test_what_a_phone_announces_holds_its_own_serial_number(serial: str, own: str) -> None:
    assert Device(serial, "device").own_serial == own


def test_a_phone_on_the_cable_and_in_the_air_is_one_phone() -> None:
    assert choose([OVER_WIFI, READY]) == READY
    assert choose([OVER_WIFI]) == OVER_WIFI
    assert choose([OVER_WIFI, READY], OVER_WIFI.serial) == OVER_WIFI
    with pytest.raises(SeveralPhonesError):
        choose([OVER_WIFI, Device("FA1", "device")])
    with pytest.raises(SeveralPhonesError):  # a cable that does not work yet is not chosen
        choose([OVER_WIFI, Device("R58M", "offline")])
