"""USB devices read from a folder that looks like sysfs."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from device.connecting.facts import UsbDevice, UsbInterface
from device.connecting.usb_linux import powers_something, read_usb
from tests.usb_tree import ADB, KEYBOARD, MTP, UsbTree


@pytest.fixture
def tree(tmp_path: Path) -> UsbTree:
    return UsbTree(tmp_path)


def _read(tree: UsbTree) -> tuple[UsbDevice, ...]:
    found = read_usb(tree.system, tree.nodes)
    assert found is not None
    return found


def test_a_phone_is_read_with_its_interfaces(tree: UsbTree) -> None:
    tree.plug("1-2", "2717", MTP, ADB, maker="Xiaomi", name="Mi 13", serial="ab12")
    assert _read(tree) == (
        UsbDevice(
            "1-2",
            0x2717,
            0xFF48,
            "Xiaomi",
            "Mi 13",
            "ab12",
            (UsbInterface((6, 1, 1), "MTP"), UsbInterface((0xFF, 0x42, 1), "ADB Interface")),
            usable=True,
            megabits=480.0,
            configured=True,
        ),
    )


def test_a_hub_is_left_out_and_counted_for_what_hangs_on_it(tree: UsbTree) -> None:
    tree.plug("1-4", "05e3", device_class="09")
    tree.plug("1-4.2", "2717", ADB)
    (phone,) = _read(tree)
    assert (phone.address, phone.hubs) == ("1-4.2", 1)


def test_a_device_without_power_is_not_configured(tree: UsbTree) -> None:
    tree.plug("1-2", "2717", configured=False)
    (phone,) = _read(tree)
    assert phone.configured is False
    assert phone.interfaces == ()


def test_what_is_unplugged_while_it_is_read_is_left_out(tree: UsbTree) -> None:
    tree.plug("1-2", "2717", ADB)
    (tree.system / "bus/usb/devices/1-3").symlink_to("../../../devices/gone")
    assert [device.address for device in _read(tree)] == ["1-2"]


def test_garbage_in_a_file_is_no_crash(tree: UsbTree) -> None:
    tree.plug("1-2", "2717", ("zz", "42", "01", ""), speed="fast", name="\ufffd\x00x")
    (phone,) = _read(tree)
    assert phone.interfaces == ()
    assert phone.megabits is None


def test_without_sysfs_nothing_is_known(tmp_path: Path) -> None:
    assert read_usb(tmp_path / "sys", tmp_path / "dev") is None
    assert powers_something(tmp_path / "sys") is None


def test_without_its_node_it_is_not_known_whether_a_phone_may_be_opened(tree: UsbTree) -> None:
    tree.plug("1-2", "2717", ADB).unlink()
    assert _read(tree)[0].usable is None


def test_a_node_that_others_own_cannot_be_opened(tree: UsbTree) -> None:
    tree.plug("1-2", "2717", ADB, mode=0o660)
    assert _read_as_nobody(tree)[0].usable is False
    tree.plug("1-3", "2717", ADB, mode=0o666)
    assert _read_as_nobody(tree)[1].usable is True


def _read_as_nobody(tree: UsbTree) -> tuple[UsbDevice, ...]:
    """Root may open everything, so a child gives its rights away and reads in the folder."""
    if os.geteuid() != 0:
        for node in tree.nodes.glob("bus/usb/001/*"):
            node.chmod(0o600 if node.stat().st_mode & 0o006 else 0o000)
        return _read(tree)
    tree.system.parent.chmod(0o755)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.chdir(tree.system.parent)
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(writer, pickle.dumps(read_usb(Path("sys"), Path("dev"))))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        found = pickle.loads(stream.read())  # noqa: S301 -- our own child wrote it
    os.waitpid(child, 0)
    assert found is not None
    return tuple(found)


def test_a_charging_cable_is_known_by_power_without_data(tree: UsbTree) -> None:
    tree.plug("1-8", "8087", KEYBOARD, removable="fixed")
    tree.power()
    assert powers_something(tree.system) is True


def test_power_says_nothing_where_a_guest_may_be_what_takes_it(tree: UsbTree) -> None:
    tree.plug("1-2", "0951")
    tree.power()
    assert powers_something(tree.system) is False


def test_a_charger_is_no_cable_without_data(tree: UsbTree) -> None:
    tree.power(source=False)
    assert powers_something(tree.system) is False
