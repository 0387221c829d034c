"""Collects the facts around a phone: from the system's USB list, the adb server and the phone."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from audit.model import User, UserKind
from audit.progress import Cancel
from device import commands
from device.adb import AdbServer, Device
from device.connecting import usb_linux
from device.connecting.facts import Facts, ReadyPhone, UsbDevice, WirelessPhone
from device.errors import DeviceError, NotReadyError, UnreadableError
from device.pairing import parse_announced
from device.parsers.lines import text_lines
from device.parsers.properties import parse_getprop
from device.parsers.settings import parse_settings
from device.parsers.users import parse_users

if TYPE_CHECKING:
    from device.transport import PhoneAnswers

ReadUsb = Callable[[], tuple[UsbDevice, ...] | None]
_REACH_SECONDS = 0.5


def usb_reader(platform: str = sys.platform) -> ReadUsb:
    """How this system tells of its USB devices."""
    if platform == "win32":
        from device.connecting.usb_windows import read_usb  # noqa: PLC0415 -- of one system
    elif platform == "darwin":
        from device.connecting.usb_mac import read_usb  # noqa: PLC0415
    else:
        return usb_linux.read_usb
    return read_usb


class Observer:
    """Looks again and again, and remembers what need not be asked twice.

    Belongs to one thread; every look may take as long as the adb server does.
    """

    def __init__(
        self,
        read_usb: ReadUsb | None = None,
        powers_something: Callable[[], bool | None] = usb_linux.powers_something,
        known: Iterable[str] = (),
    ) -> None:
        self._read_usb = read_usb or usb_reader()
        self._powers_something = powers_something
        self._known = set(known)
        self._ready: dict[tuple[str, int | None], ReadyPhone] = {}
        self._reachable: dict[str, bool] = {}

    def observe(
        self,
        server: AdbServer,
        devices: tuple[Device, ...],
        trouble: NotReadyError | None,
        cancel: Cancel | None = None,
    ) -> Facts:
        """Everything at this moment; ``devices`` and ``trouble`` are what is known of adb.

        ``cancel`` ends questions to phones, which may take half a minute, at once.
        """
        here, cancel = server.is_local, cancel or Cancel()
        ready = {one.serial: self._ask(server, one, cancel) for one in devices if one.ready}
        self._known.update(ready)
        return Facts(
            devices=devices,
            trouble=trouble,
            address=server.address,
            moved_from=server.moved_from,
            elsewhere=not here,
            usb=self._read_usb() if here else None,
            powers_something=self._powers_something() if here else None,
            wireless=self._listen(server) if trouble is None else None,
            known=frozenset(self._known),
            ready={serial: told for serial, told in ready.items() if told is not None},
        )

    def _ask(self, server: AdbServer, device: Device, cancel: Cancel) -> ReadyPhone | None:
        from device.transport import PhoneAnswers  # noqa: PLC0415 -- adbutils takes 0.2 s

        key = device.serial, device.transport_id
        if key not in self._ready:
            answers = PhoneAnswers(server, device)
            # A phone that was unplugged meanwhile is gone from the next list.
            with suppress(DeviceError), cancel.waking(answers.cancel):
                told = _ask(answers)
                if told.never_unlocked:  # that may change at any moment: ask again
                    return told
                self._ready[key] = told
        return self._ready.get(key)

    def _listen(self, server: AdbServer) -> tuple[WirelessPhone, ...] | None:
        try:
            text = server.announced()
        except NotReadyError:  # adb before 30 hears nothing, and some are built without it
            return None
        return tuple(
            replace(phone, reachable=self._reaches(phone.address))
            for phone in parse_announced(text)
        )

    def _reaches(self, address: str) -> bool:
        """Whether that port answers; asked once, for it changes whenever the phone's does."""
        if address not in self._reachable:
            host, port = address.rsplit(":", 1)
            try:
                socket.create_connection((host.strip("[]"), int(port)), _REACH_SECONDS).close()
                self._reachable[address] = True
            except OSError:
                self._reachable[address] = False
        return self._reachable[address]


def _ask(answers: PhoneAnswers) -> ReadyPhone:
    properties, users = commands.getprop(), commands.list_users()
    told = answers.several([properties, users])
    found = {one: answer for one, answer in told.items() if isinstance(answer, bytes)}
    listed = parse_users(_text(found.get(users, b"")))
    return ReadyPhone(
        parse_getprop(_text(found.get(properties, b""))), listed, _closed(answers, listed or ())
    )


def _closed(answers: PhoneAnswers, users: Iterable[User]) -> tuple[User, ...]:
    """The profiles whose settings the phone refuses to list; scans find the same ones closed."""
    asked = {
        user: commands.secure_settings(user.id)
        for user in users
        if user.kind in {UserKind.WORK, UserKind.PRIVATE}
    }
    told = answers.several(list(asked.values())) if asked else {}
    return tuple(user for user, command in asked.items() if _refused(told[command]))


def _refused(answer: bytes | DeviceError) -> bool:
    if isinstance(answer, DeviceError):
        return isinstance(answer, UnreadableError) and answer.code == "command-failed"
    return parse_settings(text_lines([answer])) is None


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "replace")
