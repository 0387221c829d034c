"""Phones without a cable: paired by QR code or by number, then found in the network.

For Android 11 and later. The exchange of keys is adb's own, which also remembers them: a paired
phone comes back by itself whenever it announces wireless debugging.
"""

from __future__ import annotations

import re
import secrets
import string
import threading
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from audit.model import Phone
from audit.progress import Cancel, Progress, Report
from device.adb import AdbServer, Device
from device.connecting.facts import WirelessPhone
from device.errors import (
    AdbServerHangsError,
    BadAddressError,
    BadCodeError,
    CancelledError,
    CannotPairError,
    NoPhoneError,
    NotFoundAgainError,
    NothingHeardError,
    NotLetInError,
    NotPairedError,
    NotReadyError,
    NotScannedError,
    RefusedError,
    UnreachableError,
    WrongCodeError,
)

_T = TypeVar("_T")
_LETTERS = string.ascii_letters + string.digits
#: Light squares around a QR code (ISO/IEC 18004).
QUIET_ZONE = 4
#: Seconds that a person may take to scan, and a phone to be found once it is paired.
SCAN_SECONDS, FIND_SECONDS = 120.0, 20.0
#: adb connects to a paired phone by itself; asked too early, the phone would be there twice.
_OWN_SECONDS = 5.0
_READY_SECONDS = 10.0
_POLL_SECONDS = 0.5
_ANNOUNCED = re.compile(r"(\S.*?)\t_adb-tls-(connect|pairing)\._tcp\.?\t(\S+:\d+)")
_ADDRESS = re.compile(r"(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]):(\d{1,5})", re.ASCII)
_GUID = re.compile(r"\[guid=([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a QR code for pairing tells the phone: how to announce itself, and the password."""

    service: str
    password: str = field(repr=False)

    @classmethod
    def new(cls) -> Ticket:
        return cls(f"checkup-{_random(10)}", _random(12))

    @property
    def text(self) -> str:
        """In the form that Android scans (Android Studio's; nothing in it needs escaping)."""
        return f"WIFI:T:ADB;S:{self.service};P:{self.password};;"

    def squares(self) -> tuple[bytes, ...]:
        """The QR code's rows from the top, 1 for a dark square, within its quiet zone."""
        import segno  # noqa: PLC0415 -- for nobody who has a cable

        made = segno.make(self.text, micro=False, error="m")
        return tuple(bytes(row) for row in made.matrix_iter(border=QUIET_ZONE))


@dataclass(frozen=True, slots=True)
class Linked:
    """A phone that can be checked over Wi-Fi, and what it says of itself."""

    device: Device
    phone: Phone


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def parse_announced(text: str) -> tuple[WirelessPhone, ...]:
    """Reads the list that ``host:mdns:services`` gives."""
    return tuple(
        WirelessPhone(name, address, kind == "pairing")
        for name, kind, address in _ANNOUNCED.findall(text)
    )


def parse_address(typed: str) -> str:
    """``host:port`` as adb takes it; BadAddressError. Full-width characters are understood."""
    address = "".join(unicodedata.normalize("NFKC", typed).split())
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1]) < 65536:
        raise BadAddressError(address=typed.strip())
    return address


def parse_code(typed: str) -> str:
    """The six digits that a phone shows; BadCodeError."""
    code = "".join(unicodedata.normalize("NFKC", typed).split())
    if re.fullmatch(r"[0-9]{6}", code) is None:
        raise BadCodeError
    return code


def pair_by_scan(
    server: AdbServer,
    ticket: Ticket,
    cancel: Cancel,
    report: Report = lambda _: None,
    patience: float = SCAN_SECONDS,
) -> Linked:
    """Waits until a phone has scanned the ticket's QR code, and pairs with it.

    Raises NotReadyError, CancelledError.
    """
    try:
        if not server.hears():
            raise NothingHeardError
    except RefusedError as error:
        raise CannotPairError(error.detail) from error
    report(Progress(0, 3, "scanning"))
    address = _until(lambda: _scanned(server, ticket), patience, cancel)
    if address is None:
        raise NotScannedError(seconds=f"{patience:.0f}")
    return pair_by_code(server, address, ticket.password, cancel, report)


def _scanned(server: AdbServer, ticket: Ticket) -> str | None:
    found = (one for one in parse_announced(server.announced()) if one.pairing)
    return next((one.address for one in found if one.name == ticket.service), None)


def pair_by_code(
    server: AdbServer,
    address: str,
    code: str,
    cancel: Cancel,
    report: Report = lambda _: None,
) -> Linked:
    """Pairs with the phone that shows ``code``, and waits until adb has found it afterwards.

    ``address`` is the one beside the code: the phone answers all else at another port. Raises
    NotReadyError, CancelledError.
    """
    report(Progress(1, 3, "pairing"))
    name = _pair(server, address, code, cancel)
    report(Progress(2, 3, "connecting"))
    return _linked(server, _find(server, name, address, cancel))


def connect(server: AdbServer, address: str, cancel: Cancel) -> Linked:
    """Connects to a phone that is paired already; raises NotReadyError, CancelledError."""
    _reach(server, address, cancel)
    return _linked(server, server.wait_until_ready(address, _READY_SECONDS, cancel))


def _reach(server: AdbServer, address: str, cancel: Cancel) -> None:
    if any(one.serial == address and not one.ready for one in server.devices()):
        _let_go(server, address)
    try:
        server.connect(address, cancel=cancel)
    except UnreachableError as error:
        if error.detail == f"failed to connect to {address}":  # else it says why
            _let_go(server, address)
            raise NotLetInError(error.detail, address=address) from error
        raise


def _let_go(server: AdbServer, address: str) -> None:
    """Of an attempt that failed: adb would keep it as offline, and not try again."""
    with suppress(NoPhoneError):  # adb let go of it by itself
        server.disconnect(address)


def _pair(server: AdbServer, address: str, code: str, cancel: Cancel) -> str:
    """Returns the name under which the phone will announce itself; empty where adb tells none."""
    try:
        said = server.pair(address, code, cancel)
    except AdbServerHangsError as error:
        raise UnreachableError(error.detail, address=address) from error
    except RefusedError as error:
        raise _failure(error.detail, address) from error
    guid = _GUID.search(said)
    return guid[1] if guid else ""


def _failure(words: str, address: str) -> NotReadyError:
    """What adb's words mean: ``adb_wifi_pair_device`` in packages/modules/adb, read from adb 36."""
    if "unknown host service" in words:
        return CannotPairError(words)
    if "Unable to start pairing client" in words:
        return UnreachableError(words, address=address)
    if "Wrong password" in words:
        return WrongCodeError(words)
    return NotPairedError(words)


def _find(server: AdbServer, name: str, address: str, cancel: Cancel) -> Device:
    """The phone that was just paired, at whichever port it is now."""
    if not server.hears():
        raise NotFoundAgainError
    began, tried = time.monotonic(), set[str]()
    host = address.rsplit(":", 1)[0]

    def look() -> Device | None:
        addresses = {
            one.address
            for one in parse_announced(server.announced())
            if not one.pairing and (one.name == name or one.address.rsplit(":", 1)[0] == host)
        }
        for device in server.devices():
            named = name and device.serial.startswith(name)
            if device.ready and (named or device.serial in addresses):
                return device
        if time.monotonic() - began > _OWN_SECONDS:
            for untried in addresses - tried:
                tried.add(untried)
                with suppress(NotReadyError):  # another address of the phone may answer
                    _reach(server, untried, cancel)
        return None

    found = _until(look, FIND_SECONDS, cancel)
    if found is None:
        raise NotFoundAgainError
    return found


def _linked(server: AdbServer, device: Device) -> Linked:
    from device.identity import phone_of  # noqa: PLC0415 -- loads adbutils

    return Linked(device, phone_of(server, device))


def _until(find: Callable[[], _T | None], seconds: float, cancel: Cancel) -> _T | None:
    """Asks again and again until there is an answer, or time is over."""
    end, stop = time.monotonic() + seconds, threading.Event()
    with cancel.waking(stop.set):
        while (found := find()) is None and time.monotonic() < end:
            if stop.wait(_POLL_SECONDS):
                raise CancelledError
    return found
