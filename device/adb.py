"""The adb server and the phones it sees."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from audit.progress import Cancel
from device.errors import (
    AdbPortTakenError,
    AdbServerError,
    AdbServerHangsError,
    AdbServerVersionError,
    CancelledError,
    NoAdbError,
    NoPhoneError,
    PhoneStateError,
    RefusedError,
    SeveralPhonesError,
    UnreachableError,
)

if TYPE_CHECKING:
    from subprocess import Popen

    from device.host import HostConnection

# ADB_SERVER_VERSION of adb since 2018 (1.0.41); adb's own clients insist on the same number.
SERVER_VERSION = 41
DEFAULT_PORT = 5037
#: Where our own server goes when something that is no adb server sits on the usual port.
SPARE_PORT = 15037
_LOCAL = {"", "localhost", "127.0.0.1", "::1"}
_POLL_SECONDS = 0.25


_ANNOUNCED = "._adb-tls-connect._tcp"
# The blank and number are of a name that somebody else in the network had already.
_OWN_SERIAL = re.compile(rf"adb-(.+)-\w{{6}}(?: \(\d+\))?{re.escape(_ANNOUNCED)}\.?")


@dataclass(frozen=True, slots=True)
class Device:
    """A phone as the adb server lists it. ``state`` is adb's own word, ``usb`` its USB path."""

    serial: str
    state: str
    usb: str | None = None
    product: str | None = None
    model: str | None = None
    device: str | None = None
    transport_id: int | None = None

    @property
    def ready(self) -> bool:
        return self.state == "device"

    @property
    def wireless(self) -> bool:
        """Whether adb's serial number is an address, or a name that the phone announced."""
        return ":" in self.serial or _ANNOUNCED in self.serial

    @property
    def own_serial(self) -> str:
        """The phone's own serial number where adb's holds it; else adb's."""
        match = _OWN_SERIAL.fullmatch(self.serial)
        return match[1] if match else self.serial


def find_adb(environment: Mapping[str, str] = os.environ) -> Path:
    """The adb program: ``ADBUTILS_ADB_PATH``, else the one in adbutils' wheel, else that on PATH.

    A distribution's adb on PATH comes last: it often is too old to pair or to find phones.
    """
    named = environment.get("ADBUTILS_ADB_PATH")
    if named:
        if shutil.which(named) is None:
            raise NoAdbError(f"ADBUTILS_ADB_PATH: {named}")
        return Path(named)
    # Not through adbutils itself: importing it takes 0.2 s, and it prefers the one on PATH.
    spec = importlib.util.find_spec("adbutils")
    if spec is not None and spec.origin is not None:
        program = "adb.exe" if os.name == "nt" else "adb"
        bundled = Path(spec.origin).parent / "binaries" / program
        if shutil.which(bundled) is not None:
            return bundled
    found = shutil.which("adb", path=environment.get("PATH"))
    if found is None:
        raise NoAdbError
    return Path(found)


class AdbServer:
    """The adb server at one address. Nobody's running server is ever ended or replaced.

    Attributes:
        moved_from: the address where a stranger sits, since which the server is that at ``spare``.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        adb: Path | None = None,
        *,
        spare: int | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.moved_from: str | None = None
        self._adb = adb
        self._spare = spare
        self._started = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> AdbServer:
        """The server that ``ANDROID_ADB_SERVER_ADDRESS`` and ``…_PORT`` name, as for adb itself.

        Where no port is named it may move away from a stranger.
        """
        named = environment.get("ANDROID_ADB_SERVER_PORT")
        port = named or str(DEFAULT_PORT)
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise AdbServerError(f"ANDROID_ADB_SERVER_PORT: {port}", address=port)
        host = environment.get("ANDROID_ADB_SERVER_ADDRESS") or "127.0.0.1"
        return cls(host, int(port), spare=None if named or host not in _LOCAL else SPARE_PORT)

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether the phones it sees are plugged into this computer."""
        return self.host in _LOCAL

    @property
    def started_here(self) -> bool:
        """Whether this object started the server: its phones may take a moment to appear."""
        return self._started

    def open(self, timeout: float = 5) -> HostConnection:
        """A new connection to the server; ``timeout`` seconds for each read.

        Raises AdbServerError when nothing listens, AdbServerHangsError when it takes too long.
        """
        from device.host import HostConnection  # noqa: PLC0415 -- adbutils takes 0.2 s to import

        try:
            return HostConnection(self.host, self.port, timeout)
        except TimeoutError as error:
            raise AdbServerHangsError(str(error), address=self.address) from error
        except OSError as error:
            raise AdbServerError(str(error), address=self.address) from error

    def ensure_running(self, timeout: float = 20) -> None:
        """Starts a server where none runs, and makes sure that it is one we can talk to.

        A server at another machine's address is never started. Something that is no adb server is
        left alone: the spare port is used then, if there is one. Raises an AdbServerError whose
        class tells what is wrong, or NoAdbError.
        """
        try:
            self._ensure_running(timeout)
        except AdbPortTakenError:
            if self._spare is None:
                raise
            self.moved_from, self.port, self._spare = self.address, self._spare, None
            self._ensure_running(timeout)

    def _ensure_running(self, timeout: float) -> None:
        answer_in = min(timeout, 5)
        try:
            version = self.version(answer_in)
        except AdbServerError as error:
            if not isinstance(error.__cause__, ConnectionRefusedError) or not self.is_local:
                raise
            self._start(timeout)
            version = self.version(answer_in)
        if version != SERVER_VERSION:
            raise AdbServerVersionError(
                address=self.address, version=str(version), expected=str(SERVER_VERSION)
            )

    def version(self, timeout: float = 5) -> int:
        text = self._ask("host:version", timeout)
        try:
            return int(text, 16)
        except ValueError:
            raise AdbPortTakenError(text, address=self.address) from None

    def stop_own(self) -> None:
        """Ends the server if this object started it; else does nothing."""
        if not self._started:
            return
        self._started = False
        with self.open() as connection:
            connection.request("host:kill")
        if self.port != DEFAULT_PORT:
            # adb notes there which program serves the port: one more file for each demo.
            (Path.home() / ".android" / f"adb.{self.port}").unlink(missing_ok=True)

    def leave(self, *, keep: bool = False) -> None:
        """Ends the server if this object started it, unless it is to be kept for others.

        Nobody else would ever look for one on the spare port.
        """
        if not keep or self.moved_from is not None:
            with suppress(AdbServerError):  # it is gone already
                self.stop_own()

    def lost(self) -> None:
        """The server went: whoever answers at its address next, we did not start it."""
        self._started = False

    def devices(self) -> tuple[Device, ...]:
        """All phones that the server knows, ready or not, in its order."""
        return parse_devices(self._ask("host:devices-l"))

    def announced(self) -> str:
        """Phones that announce wireless debugging: lines of name, service and address.

        Raises RefusedError where adb hears no announcements (before 30, or built without).
        """
        return self._ask("host:mdns:services")

    def hears(self) -> bool:
        """Whether it can hear such announcements at all; RefusedError as for ``announced``."""
        return not self._ask("host:mdns:check").startswith("ERROR")

    def pair(self, address: str, code: str, cancel: Cancel, timeout: float = 30) -> str:
        """Pairs with the phone at ``host:port``, and answers in adb's own words.

        Neither may be empty: adb 36 ends itself then. Raises RefusedError, CancelledError.
        """
        return self._ask(f"host:pair:{code}:{address}", timeout, cancel)

    def connect(self, address: str, timeout: float = 30, cancel: Cancel | None = None) -> None:
        """Connects to a phone at ``host:port``; raises NotReadyError if that fails."""
        reply = self._ask(f"host:connect:{address}", timeout, cancel)
        if reply.startswith("failed to authenticate"):
            raise PhoneStateError("unauthorized", address)
        if not reply.startswith(("connected to", "already connected to")):
            raise UnreachableError(reply, address=address)

    def disconnect(self, address: str) -> None:
        """Lets go of a phone at ``host:port``; raises NoPhoneError when there is none."""
        try:
            self._ask(f"host:disconnect:{address}")
        except RefusedError as error:
            raise NoPhoneError(str(error), serial=address) from error

    def wait_until_ready(
        self,
        serial: str | None,
        timeout: float,
        cancel: Cancel,
        on_state: Callable[[str], None] = lambda _: None,
    ) -> Device:
        """Waits until the phone is ready; ``on_state`` hears each new state while it is not.

        ``absent`` stands for a phone that adb does not see. Raises what ``choose`` raised last when
        ``timeout`` seconds are over; CancelledError.
        """
        end = time.monotonic() + timeout
        told = ""
        stop = threading.Event()
        with cancel.waking(stop.set):
            while True:
                try:
                    return choose(self.devices(), serial)
                except (NoPhoneError, PhoneStateError) as error:
                    state = error.state if isinstance(error, PhoneStateError) else "absent"
                    if time.monotonic() >= end:
                        raise
                if state != told:
                    told = state
                    on_state(state)
                if stop.wait(_POLL_SECONDS):
                    raise CancelledError

    def features(self, device: Device) -> frozenset[str]:
        """What the phone's adbd and the server both can, e.g. ``shell_v2``."""
        prefix = f"host-serial:{device.serial}"
        if device.transport_id is not None:
            prefix = f"host-transport-id:{device.transport_id}"
        return frozenset(self._ask(f"{prefix}:features").split(","))

    def _ask(self, service: str, timeout: float = 5, cancel: Cancel | None = None) -> str:
        cancel = cancel or Cancel()
        with self.open(timeout) as connection, cancel.waking(connection.interrupt):
            try:
                connection.request(service)
                text: str = connection.text()
            except AdbServerError as error:
                if cancel.is_set():
                    raise CancelledError from error
                raise
            return text

    def _start(self, timeout: float) -> None:
        import subprocess  # noqa: PLC0415 -- not before the first paint
        import tempfile  # noqa: PLC0415

        adb = self._adb or find_adb()
        environment = {k: v for k, v in os.environ.items() if k != "ANDROID_ADB_SERVER_ADDRESS"}
        # The port twice: "start-server" of some versions hears only one of the two.
        environment["ANDROID_ADB_SERVER_PORT"] = str(self.port)
        with tempfile.TemporaryFile() as said:
            try:
                # A file and not a pipe: the server inherits it and would keep a pipe open.
                starting = subprocess.Popen(
                    [adb, "-P", str(self.port), "start-server"],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C in our terminal must not end it
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            except OSError as error:
                raise NoAdbError(str(error)) from error
            self._await(starting, timeout)
            said.seek(0)
            words = said.read(4096).decode(errors="replace").strip()
        if not self._started:
            raise AdbServerError(words, address=self.address)

    def _await(self, starting: Popen[bytes], timeout: float) -> None:
        """Until the server stands, also where Ctrl-C comes meanwhile: it has to be ended then."""
        from subprocess import TimeoutExpired  # noqa: PLC0415 -- not before the first paint

        try:
            try:
                self._started = starting.wait(timeout) == 0
            except KeyboardInterrupt:
                self._started = starting.wait(timeout) == 0
                raise
        except TimeoutExpired as error:
            starting.kill()
            starting.wait()
            raise AdbServerHangsError(str(error), address=self.address) from error


_STATES = (
    "device|offline|unauthorized|authorizing|connecting|recovery|sideload|rescue|bootloader"
    "|host|detached|unknown"
)
# A serial number found over mDNS may hold blanks ("… (2)._adb-tls-connect._tcp"), and so does the
# one state that is no single word: "no permissions (reason); see [address]".
_LINE = re.compile(
    rf"(?P<serial>\S.*?)\s+(?P<state>no permissions|{_STATES})(?P<why>(?<=permissions).*?)?"
    r"(?P<rest>(?: [A-Za-z_]+:[^\s\]]+| \d+-[\d.]+)*)\s*"
)


def parse_devices(text: str) -> tuple[Device, ...]:
    """Reads the list that ``host:devices-l`` and ``host:track-devices-l`` give."""
    return tuple(_parse_device(line) for line in text.splitlines() if line.strip())


def _parse_device(line: str) -> Device:
    match = _LINE.fullmatch(line)
    if match is None:  # a state that adb learnt after this was written
        serial, state, *rest = [*line.split(), "unknown"]
    else:
        serial, state, rest = match["serial"], match["state"], match["rest"].split()
    fields = dict(word.split(":", 1) for word in rest if ":" in word)
    number = fields.get("transport_id", "")
    return Device(
        serial,
        state,
        fields.get("usb") or next((word for word in rest if ":" not in word), None),
        fields.get("product"),
        fields.get("model"),
        fields.get("device"),
        int(number) if number.isdigit() else None,
    )


def cable_first(devices: Iterable[Device]) -> tuple[Device, ...]:
    """Without those that are ready on a cable, too: adb lists such a phone twice."""
    listed = tuple(devices)
    plugged = {one.serial for one in listed if one.ready and not one.wireless}
    return tuple(one for one in listed if not (one.wireless and one.own_serial in plugged))


def choose(devices: Iterable[Device], serial: str | None = None) -> Device:
    """The phone with that serial number, or the only one.

    Raises NoPhoneError, SeveralPhonesError (``values`` has ``serials``), PhoneStateError.
    """
    if serial is None:
        found = cable_first(devices)
    else:
        found = tuple(device for device in devices if device.serial == serial)
    if not found:
        raise NoPhoneError(serial or "", serial=serial or "")
    if len(found) > 1:
        raise SeveralPhonesError(serials=", ".join(device.serial for device in found))
    device = found[0]
    if not device.ready:
        raise PhoneStateError(device.state, device.serial)
    return device
