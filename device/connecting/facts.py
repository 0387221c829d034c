"""What can be observed around a phone that shall be checked. ``None`` is always "not known"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from audit.model import User
from device.adb import Device
from device.errors import NotReadyError

Kind = tuple[int, int, int]

# Class, subclass and protocol of a USB interface. ADB and fastboot: packages/modules/adb,
# adb.h and fastboot.cpp; hdc: IsDebuggableDev in OpenHarmony's host_usb.cpp; usbmux: Apple's.
ADB: Kind = (0xFF, 0x42, 0x01)
FASTBOOT: Kind = (0xFF, 0x42, 0x03)
HDC: Kind = (0xFF, 0x50, 0x01)
USBMUX: Kind = (0xFF, 0xFE, 0x02)
STILL_IMAGE: Kind = (0x06, 0x01, 0x01)
_VENDOR_MTP: Kind = (0xFF, 0xFF, 0x00)
_MASS_STORAGE, _WIRELESS, _NETWORK, _NETWORK_DATA = 0x08, 0xE0, 0x02, 0x0A
_RNDIS: Kind = (_WIRELESS, 0x01, 0x03)


@dataclass(frozen=True, slots=True)
class UsbInterface:
    """One function of a USB device. ``driver`` is False where the system found none for it."""

    kind: Kind
    name: str | None = None
    driver: bool | None = None


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A USB device as the system describes it.

    Attributes:
        address: the system's name for its place, on Linux what adb shows after ``usb:``.
        vendor, product: USB's numbers.
        interfaces: what it offers right now; None where the system does not tell.
        usable: whether this program may open it; None where that cannot be told.
        megabits: its speed in Mbit/s.
        configured: False when the system refused to switch it on, for want of power.
        hubs: how many hubs lie between it and the computer.
    """

    address: str
    vendor: int
    product: int
    maker: str | None = None
    name: str | None = None
    serial: str | None = None
    interfaces: tuple[UsbInterface, ...] | None = None
    usable: bool | None = None
    megabits: float | None = None
    configured: bool | None = None
    hubs: int = 0

    def has(self, kind: Kind) -> bool:
        return any(one.kind == kind for one in self.interfaces or ())

    @property
    def is_iphone(self) -> bool:
        """Also an iPad; other devices of Apple's, keyboards among them, have no such interface."""
        told = (self.name or "").startswith(("iPhone", "iPad", "iPod"))
        return self.vendor == 0x05AC and (told or self.has(USBMUX))

    @property
    def transfers_files(self) -> bool:
        """MTP: a vendor's interface of that name, or that of cameras by another name than PTP."""
        return any(
            (one.kind == _VENDOR_MTP and one.name == "MTP")
            or (one.kind == STILL_IMAGE and one.name != "PTP")
            for one in self.interfaces or ()
        )

    @property
    def transfers_photos(self) -> bool:
        return any(one.kind == STILL_IMAGE and one.name == "PTP" for one in self.interfaces or ())

    @property
    def tethers(self) -> bool:
        return any(
            one.kind == _RNDIS or one.kind[0] in {_NETWORK, _NETWORK_DATA}
            for one in self.interfaces or ()
        )

    @property
    def only_charges(self) -> bool:
        """No function at all, or the disc with the maker's programs that some phones show."""
        return self.interfaces is not None and all(
            one.kind[0] == _MASS_STORAGE for one in self.interfaces
        )


@dataclass(frozen=True, slots=True)
class WirelessPhone:
    """A phone that announces wireless debugging (mDNS), as the adb server hears it.

    ``pairing`` while it shows a pairing code; ``reachable`` is whether its port answers.
    """

    name: str
    address: str
    pairing: bool
    reachable: bool | None = None


@dataclass(frozen=True, slots=True)
class ReadyPhone:
    """What a phone that adb can use tells of itself: ``getprop``, its users, who refuses to talk.

    ``users`` is None where the phone did not list them; ``closed`` are those of them that the
    phone keeps from adb.
    """

    properties: Mapping[str, str]
    users: tuple[User, ...] | None = None
    closed: tuple[User, ...] = ()

    @property
    def open_port(self) -> int | None:
        """Where adb listens to every network, unencrypted: what ``adb tcpip`` leaves behind.

        In this order, and -1 or 0 for none: packages/modules/adb, daemon/main.cpp.
        """
        names = "service.adb.tcp.port", "persist.adb.tcp.port"
        said = next((told for name in names if (told := self.properties.get(name))), "")
        return int(said) if said.isascii() and said.isdecimal() and int(said) else None

    @property
    def never_unlocked(self) -> bool:
        """Since it was switched on: the apps' own storage is still encrypted (API 24+)."""
        return (
            self.properties.get("ro.crypto.type") == "file"
            and self.properties.get("sys.boot_completed") == "1"
            and self.properties.get("sys.user.0.ce_available") != "true"
        )


def _nothing() -> Mapping[str, ReadyPhone]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything at one moment.

    Attributes:
        devices: what the adb server lists.
        trouble: why the adb server cannot be used; None when it can.
        address: of the adb server; ``moved_from`` the usual one, when a stranger sits there.
        elsewhere: the adb server runs on another computer, so USB here says nothing.
        usb: every USB device; None where the system does not tell.
        powers_something: something draws power from a USB-C socket and shows no data.
        wireless: phones that announce themselves in the network; None where adb does not tell.
        known: adb's serial numbers of phones that this computer was allowed to examine before.
        ready: by serial number, what phones that are ready told.
    """

    devices: tuple[Device, ...] = ()
    trouble: NotReadyError | None = None
    address: str = ""
    moved_from: str | None = None
    elsewhere: bool = False
    usb: tuple[UsbDevice, ...] | None = None
    powers_something: bool | None = None
    wireless: tuple[WirelessPhone, ...] | None = None
    known: frozenset[str] = frozenset()
    ready: Mapping[str, ReadyPhone] = field(default_factory=_nothing)
