"""Situations from USB trees on disk and from what adb says."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from audit.advice import advice, codes, possibility
from audit.model import User, UserKind
from device.adb import Device, parse_devices
from device.connecting.facts import Facts, ReadyPhone, UsbDevice, UsbInterface, WirelessPhone
from device.connecting.situations import Level, Situation, diagnose
from device.connecting.usb_linux import powers_something, read_usb
from device.errors import (
    AdbPortTakenError,
    AdbServerError,
    AdbServerHangsError,
    AdbServerVersionError,
    NoAdbError,
)
from resources.loader import read_json
from tests.usb_tree import (
    ADB,
    DISC,
    FASTBOOT,
    HDC,
    KEYBOARD,
    MTP,
    OLD_MTP,
    PTP,
    RNDIS,
    USBMUX,
    UsbTree,
)

Plug = Callable[[UsbTree], object]
READY = Device("SER1", "device", model="Mi_13")
HYPEROS = {"ro.product.brand": "Xiaomi", "sys.boot_completed": "1"}


def _facts(tmp_path: Path, plug: Plug, **more: object) -> Facts:
    tree = UsbTree(tmp_path)
    plug(tree)
    usb = read_usb(tree.system, tree.nodes)
    found = Facts(usb=usb, powers_something=powers_something(tree.system))
    return replace(found, **more)  # type: ignore[arg-type]


def _nothing(_tree: UsbTree) -> None:
    """Nothing is plugged in."""


def _codes(facts: Facts) -> list[str]:
    found = diagnose(facts)
    for one in found:  # every situation can be put into words with what it has
        for language in ("en", "zh-CN"):
            for platform in ("linux", "win32", "darwin"):
                assert advice(one.code, one.values, language, platform).title
    return [one.code for one in found]


ON_USB: list[tuple[str, Plug, list[str]]] = [
    ("nothing", _nothing, ["nothing-on-usb"]),
    ("a keyboard", lambda t: t.plug("1-1", "046d", KEYBOARD), ["nothing-on-usb"]),
    ("a keyboard of a phone maker", lambda t: t.plug("1-1", "18d1", KEYBOARD), ["nothing-on-usb"]),
    ("a disk of a phone maker", lambda t: t.plug("1-1", "04e8", DISC), ["nothing-on-usb"]),
    ("power without data", lambda t: t.power(), ["charge-only-cable"]),
    ("files", lambda t: t.plug("1-2", "2717", MTP), ["file-transfer-only"]),
    ("files of old", lambda t: t.plug("1-2", "22d9", OLD_MTP), ["file-transfer-only"]),
    ("photos", lambda t: t.plug("1-2", "2d95", PTP), ["photo-transfer-only"]),
    ("network", lambda t: t.plug("1-2", "22b8", RNDIS), ["tethering-only"]),
    ("the maker's disc", lambda t: t.plug("1-2", "339b", DISC), ["charging-only"]),
    ("Huawei", lambda t: t.plug("1-2", "12d1", MTP), ["file-transfer-only", "harmonyos-possible"]),
    ("no function", lambda t: t.plug("1-2", "2717"), ["charging-only"]),
    ("something else", lambda t: t.plug("1-2", "2717", ("ff", "00", "00", "")), ["debugging-off"]),
    ("Samsung", lambda t: t.plug("1-2", "04e8", MTP), ["file-transfer-only", "auto-blocker"]),
    ("fastboot", lambda t: t.plug("1-2", "18d1", FASTBOOT), ["bootloader"]),
    ("hdc", lambda t: t.plug("1-2", "12d1", MTP, HDC), ["harmonyos-next"]),
    ("iPhone", lambda t: t.plug("1-2", "05ac", PTP, USBMUX, name="iPhone"), ["iphone"]),
    ("iPhone in charge", lambda t: t.plug("1-2", "05ac", name="iPhone"), ["iphone"]),
    ("Apple keyboard", lambda t: t.plug("1-2", "05ac", KEYBOARD), ["nothing-on-usb"]),
    ("no power", lambda t: t.plug("1-2", "2717", configured=False), ["no-power"]),
    ("adb unseen", lambda t: t.plug("1-2", "2717", ADB), ["adb-blind"]),
    ("unknown maker", lambda t: t.plug("1-2", "abcd", ADB), ["adb-blind"]),
    ("hub", lambda t: t.plug("1-2.1", "2717", MTP), ["file-transfer-only", "through-hub"]),
    (
        "slow",
        lambda t: t.plug("1-2", "2717", MTP, speed="12"),
        ["file-transfer-only", "slow-cable"],
    ),
]


@pytest.mark.parametrize(
    ("plug", "expected"), [row[1:] for row in ON_USB], ids=[r[0] for r in ON_USB]
)
def test_what_is_on_usb_is_named(tmp_path: Path, plug: Plug, expected: list[str]) -> None:
    assert _codes(_facts(tmp_path, plug)) == expected


def test_a_phone_that_may_not_be_opened_gets_the_rule_for_its_maker() -> None:
    phone = UsbDevice("1-2", 0x2717, 1, interfaces=(UsbInterface((255, 66, 1)),), usable=False)
    (found,) = diagnose(Facts(usb=(phone,)))
    assert found.code == "no-usb-permission"
    words = advice(found.code, found.values, "en")
    commands = [step.command for step in words.steps if step.command]
    assert commands[0] == (
        'echo \'SUBSYSTEM=="usb", ATTR{idVendor}=="2717", '
        'MODE="0660", GROUP="plugdev", TAG+="uaccess"\' '
        "| sudo tee /etc/udev/rules.d/51-android.rules"
    )


def test_adbs_own_no_permissions_finds_the_phone_by_its_place(tmp_path: Path) -> None:
    line = (
        "????????????  no permissions (missing udev rules?); see [http://x] usb:1-2 transport_id:1"
    )
    facts = _facts(
        tmp_path, lambda t: t.plug("1-2", "2a70", ADB, mode=0), devices=parse_devices(line)
    )
    (found,) = diagnose(facts)
    assert '"2a70"' in found.values["rule"]
    (blind,) = diagnose(replace(facts, usb=None))
    assert "ff420" in blind.values["rule"]  # every phone's, where the maker is not known


def test_windows_without_a_driver_is_named() -> None:
    part = UsbInterface((255, 66, 1), "ADB Interface", driver=False)
    assert _codes(Facts(usb=(UsbDevice("x", 0x2717, 1, interfaces=(part,)),))) == ["no-driver"]


LISTED = [
    ("device", "ready"),
    ("unauthorized", "unauthorized"),
    ("authorizing", "connecting"),
    ("connecting", "connecting"),
    ("offline", "offline"),
    ("recovery", "recovery"),
    ("sideload", "sideload"),
    ("rescue", "rescue"),
    ("bootloader", "bootloader"),
    ("host", "not-a-phone"),
    ("detached", "in-use"),
    ("dreaming", "unknown-state"),
]


@pytest.mark.parametrize(("state", "code"), LISTED)
def test_adbs_state_is_named_and_its_usb_device_not_named_twice(
    tmp_path: Path, state: str, code: str
) -> None:
    def plug(tree: UsbTree) -> None:
        tree.plug("1-2", "2717", ADB, serial="SER1")

    facts = _facts(tmp_path, plug, devices=(Device("SER1", state),))
    assert _codes(facts) == [code]
    assert diagnose(facts)[0].serial == "SER1"


def test_a_phone_that_was_allowed_before_lost_it() -> None:
    devices = (Device("SER1", "unauthorized"),)
    assert _codes(Facts(devices=devices, usb=(), known=frozenset({"SER1"}))) == [
        "authorization-lost"
    ]


def test_a_phone_that_was_checked_before_had_its_debugging_switched_off(tmp_path: Path) -> None:
    facts = _facts(
        tmp_path, lambda t: t.plug("1-2", "2717", MTP, serial="SER1"), known=frozenset({"SER1"})
    )
    assert _codes(facts) == ["debugging-switched-off"]


@pytest.mark.parametrize("serial", ["192.0.2.7:5555", "adb-SER-x._adb-tls-connect._tcp"])
def test_a_phone_over_wifi_that_is_offline_is_out_of_reach(serial: str) -> None:
    assert _codes(Facts(devices=(Device(serial, "offline"),), usb=())) == ["wireless-offline"]


def test_several_ready_phones_have_to_be_chosen_from() -> None:
    found = Facts(devices=(READY, Device("SER2", "device")), usb=())
    assert _codes(found) == ["ready", "ready", "several-phones"]


def test_an_emulator_alone_is_no_phone() -> None:
    found = _codes(Facts(devices=(Device("emulator-5554", "device"),), usb=()))
    assert found == ["ready", "nothing-on-usb", "emulator-only"]


TROUBLES = [
    (NoAdbError(), "adb-missing"),
    (AdbPortTakenError(address="127.0.0.1:1"), "adb-port-taken"),
    (AdbServerHangsError(address="127.0.0.1:1"), "adb-hangs"),
    (AdbServerVersionError(address="127.0.0.1:1", version="32", expected="41"), "adb-version"),
    (AdbServerError("cannot bind", address="127.0.0.1:1"), "adb-fails"),
]


@pytest.mark.parametrize(("error", "code"), TROUBLES)
def test_trouble_with_adb_is_all_that_is_said_of_absent_phones(
    error: AdbServerError, code: str
) -> None:
    assert _codes(Facts(trouble=error, usb=())) == [code]


def test_an_adb_that_does_not_run_is_not_missing() -> None:
    error = NoAdbError("Exec format error")
    error.__cause__ = OSError("Exec format error")
    assert _codes(Facts(trouble=error, usb=())) == ["adb-cannot-run"]


def test_a_port_of_our_own_is_said() -> None:
    facts = Facts(moved_from="127.0.0.1:5037", address="127.0.0.1:15037", devices=(READY,), usb=())
    assert _codes(facts) == ["ready", "own-port"]


def test_an_adb_server_elsewhere_says_nothing_of_usb_here() -> None:
    assert _codes(Facts(elsewhere=True, address="192.0.2.1:5037")) == ["adb-elsewhere"]


def test_unknown_usb_is_not_an_empty_one() -> None:
    assert _codes(Facts(usb=None)) == ["usb-unknown"]


@pytest.mark.parametrize(
    ("reachable", "code"), [(True, "wireless-unpaired"), (False, "wireless-unreachable")]
)
def test_phones_that_only_announce_themselves_are_named(reachable: bool, code: str) -> None:
    phone = WirelessPhone("adb-SER1-x", "192.0.2.7:4711", pairing=False, reachable=reachable)
    assert _codes(Facts(wireless=(phone,), usb=())) == [code, "nothing-on-usb"]
    listed = Device("adb-SER1-x._adb-tls-connect._tcp", "device")
    assert _codes(Facts(wireless=(phone,), usb=(), devices=(listed,))) == ["ready"]


def _ready(properties: Mapping[str, str], *closed: User) -> Facts:
    told = ReadyPhone(properties, closed, closed)
    return Facts(devices=(READY,), usb=(), ready={"SER1": told})


def test_a_phone_never_unlocked_since_it_started_is_named() -> None:
    encrypted = {"ro.crypto.type": "file", "sys.boot_completed": "1"}
    assert _codes(_ready(encrypted)) == ["ready", "locked"]
    assert _codes(_ready(encrypted | {"sys.user.0.ce_available": "true"})) == ["ready"]
    assert _codes(_ready({})) == ["ready"]  # Android 6 has none of it


def test_closed_profiles_are_named_by_kind() -> None:
    folder = User(150, "Secure Folder", UserKind.PRIVATE)
    assert _codes(_ready({}, folder)) == ["ready", "private-space-unread"]
    assert _codes(_ready({}, User(10, "Work", UserKind.WORK))) == ["ready", "profile-unread"]


@pytest.mark.parametrize("serial", ["192.168.1.5:37123", "adb-SER1-x._adb-tls-connect._tcp"])
def test_a_phone_that_others_can_get_into_is_named_while_it_is_on_wifi(serial: str) -> None:
    old = {"ro.build.version.sdk": "34", "ro.build.version.security_patch": "2025-11-01"}
    over_wifi = Facts(devices=(Device(serial, "device"),), ready={serial: ReadyPhone(old)})
    assert _codes(over_wifi) == ["ready", "wireless-exposed"]
    updated = ReadyPhone(old | {"ro.build.version.security_patch": "2026-05-01"})
    assert _codes(replace(over_wifi, ready={serial: updated})) == ["ready"]
    assert _codes(_ready(old)) == ["ready"]


@pytest.mark.parametrize(
    ("said", "port"),
    [
        ({"service.adb.tcp.port": "5555"}, "5555"),
        ({"persist.adb.tcp.port": "5555"}, "5555"),
        ({"service.adb.tcp.port": "-1", "persist.adb.tcp.port": "5555"}, None),
        ({"service.adb.tcp.port": "0"}, None),
        ({"service.adb.tcp.port": ""}, None),
        ({"service.adb.tcp.port": "５５"}, None),
        ({}, None),
    ],
)
def test_a_phone_that_listens_to_every_network_is_named(
    said: dict[str, str], port: str | None
) -> None:
    found = diagnose(_ready(said))
    assert [one.values["port"] for one in found if one.code == "port-open"] == [port] * bool(port)


def test_switches_for_changes_are_hints_of_their_makers() -> None:
    assert _codes(_ready(HYPEROS)) == ["ready", "xiaomi-changes"]
    assert _codes(_ready(HYPEROS | {"persist.security.adbinput": "1"})) == ["ready"]
    assert _codes(_ready({"ro.product.brand": "OnePlus"})) == ["ready", "coloros-changes"]
    assert _codes(_ready({"ro.product.brand": "google"})) == ["ready"]


def test_the_ready_phone_comes_first_and_hints_last(tmp_path: Path) -> None:
    facts = _facts(tmp_path, lambda t: t.plug("1-2", "2717", MTP), devices=(READY,))
    told = replace(facts, ready={"SER1": ReadyPhone(HYPEROS)})
    levels = [one.level for one in diagnose(told)]
    assert levels == [Level.READY, Level.BLOCKED, Level.HINT]


def test_a_name_from_the_phone_fills_no_placeholder_and_breaks_no_line(tmp_path: Path) -> None:
    evil = "{serial}\n<b>x</b>"
    facts = _facts(tmp_path, lambda t: t.plug("1-2", "2717", MTP, name=evil))
    (found,) = diagnose(facts)
    assert advice(found.code, found.values, "en").text.startswith(
        "The cable is fine: {serial} <b>x</b>"
    )


# The data.


def test_every_situation_has_words_and_all_words_a_situation() -> None:
    told = read_json("connect", "situations.json")
    assert set(told) == codes()
    used = _all_codes()
    assert codes() == used


def test_the_manual_of_the_codes_has_them_all() -> None:
    text = (Path(__file__).parents[4] / "docs/connecting.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == codes()


def _all_codes() -> set[str]:
    """Every code that stands in the sources of the diagnosis."""
    source = Path(diagnose.__code__.co_filename).read_text(encoding="utf-8")
    return {code for code in codes() if f'"{code}"' in source}


@pytest.mark.parametrize("code", sorted(codes()))
def test_both_languages_say_the_same_with_the_same_placeholders(code: str) -> None:
    entry = read_json("connect", "situations.json")[code]
    for text in (entry["title"], entry["text"], *entry["steps"]):
        assert text["en"].strip()
        assert text["zh-CN"].strip()
        assert _fields(text["en"]) == _fields(text["zh-CN"])
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text["zh-CN"])
    assert set(entry.get("also", ())) <= codes()
    for other in entry.get("also", ()):
        assert "…" not in possibility(other, "en").title


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_situation_is_what_it_says() -> None:
    assert Situation("ready", Level.READY).guide == "android"
