"""The adb server and its phones: the real server, with phones over TCP and impostors beside it."""

from __future__ import annotations

import queue
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from audit.progress import Cancel
from device.adb import SERVER_VERSION, AdbServer, Device, choose, find_adb
from device.demo_phone.answer import Answer
from device.demo_phone.wire import Authorization, DemoPhone
from device.errors import (
    AdbPortTakenError,
    AdbServerError,
    AdbServerHangsError,
    AdbServerVersionError,
    CancelledError,
    DeviceError,
    NoAdbError,
    NoPhoneError,
    NotReadyError,
    PhoneStateError,
)
from device.watch import PhoneWatcher
from tests.impostors import impostor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[AdbServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADB_MDNS_AUTO_CONNECT", "0")
        server = AdbServer(port=free_port())
        server.ensure_running()
    yield server
    server.stop_own()


@pytest.fixture
def plug_in(server: AdbServer) -> Iterator[Callable[..., DemoPhone]]:
    phones: list[DemoPhone] = []

    def plug(**options: object) -> DemoPhone:
        phone = DemoPhone(lambda _: Answer(b"hello\n"), **options)  # type: ignore[arg-type]
        phone.start()
        phones.append(phone)
        return phone

    yield plug
    for phone in phones:
        with suppress(NoPhoneError):  # the test itself may have let go of it
            server.disconnect(phone.address)
        phone.stop()


def test_starts_a_server_once_on_the_port_asked_for_and_ends_its_own_only() -> None:
    port = free_port()
    first, second = AdbServer(port=port), AdbServer(port=port)
    try:
        first.ensure_running()
        second.ensure_running()
        assert second.version() == SERVER_VERSION
        second.stop_own()
        assert first.version() == SERVER_VERSION
    finally:
        first.stop_own()
    with pytest.raises(AdbServerError):
        first.version()


def test_a_server_that_ended_leaves_no_note_of_its_port_at_home() -> None:
    server = AdbServer(port=free_port())
    note = Path.home() / ".android" / f"adb.{server.port}"
    server.ensure_running()
    try:
        written = note.exists()
    finally:
        server.stop_own()
    assert written
    assert not note.exists()


def test_a_server_elsewhere_is_never_started(tmp_path: Path) -> None:
    told = tmp_path / "told"
    adb = script(tmp_path / "adb", f"touch {told}")
    with pytest.raises(AdbServerError):
        AdbServer("127.0.0.2", free_port(), adb).ensure_running()
    assert not told.exists()


def test_a_connection_alone_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """adbutils starts a server, on the default port, whenever a connection is refused."""
    told = tmp_path / "told"
    monkeypatch.setenv("ADBUTILS_ADB_PATH", str(script(tmp_path / "adb", f"touch {told}")))
    with pytest.raises(AdbServerError):
        AdbServer(port=free_port()).devices()
    assert not told.exists()


@pytest.mark.parametrize(
    ("reply", "error", "code"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", AdbPortTakenError, "adb-port-taken"),
        (b"OKAYzzzz", AdbPortTakenError, "adb-port-taken"),
        (b"OKAY0004wxyz", AdbPortTakenError, "adb-port-taken"),
        (b"OKAY00040020", AdbServerVersionError, "adb-server-version"),
        (None, AdbServerHangsError, "adb-server-hangs"),
    ],
)
def test_tells_what_sits_on_the_port(
    reply: bytes | None, error: type[DeviceError], code: str
) -> None:
    with impostor(reply) as port, pytest.raises(error) as caught:
        AdbServer(port=port).ensure_running(timeout=0.5)
    assert caught.value.code == code
    assert caught.value.values["address"] == f"127.0.0.1:{port}"


def test_says_so_when_adb_cannot_start(tmp_path: Path) -> None:
    broken = script(tmp_path / "adb", "echo cannot bind >&2; exit 1")
    with pytest.raises(AdbServerError, match="cannot bind"):
        AdbServer(port=free_port(), adb=broken).ensure_running()
    with pytest.raises(NoAdbError):
        AdbServer(port=free_port(), adb=tmp_path / "missing").ensure_running()


def test_the_environment_names_the_server() -> None:
    named = AdbServer.from_environment(
        {"ANDROID_ADB_SERVER_ADDRESS": "192.0.2.7", "ANDROID_ADB_SERVER_PORT": "7001"}
    )
    assert named.address == "192.0.2.7:7001"
    assert AdbServer.from_environment({}).address == "127.0.0.1:5037"
    for wrong in ("x", "0", "65536", "-1", "²"):
        with pytest.raises(AdbServerError, match="ANDROID_ADB_SERVER_PORT"):
            AdbServer.from_environment({"ANDROID_ADB_SERVER_PORT": wrong})


def test_adb_is_the_named_one_else_the_bundled_one(tmp_path: Path) -> None:
    own = script(tmp_path / "adb", "exit 0")
    bundled = find_adb({"PATH": str(tmp_path)})
    assert bundled != own
    assert bundled.parent.name == "binaries"
    assert find_adb({"ADBUTILS_ADB_PATH": str(own)}) == own
    with pytest.raises(NoAdbError, match="ADBUTILS_ADB_PATH"):
        find_adb({"ADBUTILS_ADB_PATH": str(tmp_path / "missing")})


def test_without_the_bundled_adb_the_one_on_path_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on machines for which adbutils' package brings none."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    own = script(tmp_path / "adb", "exit 0")
    assert find_adb({"PATH": str(tmp_path)}) == own
    with pytest.raises(NoAdbError):
        find_adb({"PATH": ""})


def script(path: Path, line: str) -> Path:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_phone_over_tcp_is_found_with_what_it_is(
    server: AdbServer, plug_in: Callable[..., DemoPhone]
) -> None:
    phone = plug_in(properties={"ro.product.name": "fuxi", "ro.product.model": "Mi 13"})
    server.connect(phone.address)
    device = server.wait_until_ready(phone.address, 10, Cancel())
    assert (device.serial, device.state) == (phone.address, "device")
    assert (device.product, device.model) == ("fuxi", "Mi_13")
    assert "shell_v2" in server.features(device)
    server.disconnect(phone.address)
    assert phone.address not in {device.serial for device in server.devices()}


@pytest.mark.parametrize("state", ["recovery", "sideload", "bootloader", "rescue"])
def test_a_phone_in_another_state_is_not_ready(
    server: AdbServer, plug_in: Callable[..., DemoPhone], state: str
) -> None:
    phone = plug_in(state=state)
    server.connect(phone.address)
    with pytest.raises(PhoneStateError) as caught:
        choose(server.devices(), phone.address)
    assert caught.value.state == state


def test_waits_until_the_person_allows_the_computer(
    server: AdbServer, plug_in: Callable[..., DemoPhone]
) -> None:
    phone = plug_in(authorization=Authorization.ASK)
    with pytest.raises(NotReadyError):
        server.connect(phone.address)
    states: list[str] = []

    def hear(state: str) -> None:
        states.append(state)
        if state == "unauthorized":
            phone.authorize()

    device = server.wait_until_ready(phone.address, 30, Cancel(), hear)
    assert device.ready
    assert "unauthorized" in states


def test_waiting_ends_with_the_last_state_or_on_cancel(
    server: AdbServer, plug_in: Callable[..., DemoPhone]
) -> None:
    phone = plug_in(state="recovery")
    server.connect(phone.address)
    with pytest.raises(PhoneStateError):
        server.wait_until_ready(phone.address, 0, Cancel())
    with pytest.raises(NoPhoneError):
        server.wait_until_ready("nobody", 0, Cancel())
    cancel = Cancel()
    with pytest.raises(CancelledError):
        server.wait_until_ready(phone.address, 60, cancel, lambda _: cancel.set())


def test_a_failed_connection_is_an_error_though_adb_says_okay(server: AdbServer) -> None:
    with pytest.raises(NoPhoneError, match="failed to connect"):
        server.connect(f"127.0.0.1:{free_port()}")
    with pytest.raises(NoPhoneError, match="no such device"):
        server.disconnect("127.0.0.1:9")


class Heard:
    """What a watcher told, in order, for a test to wait for."""

    def __init__(self) -> None:
        self._told: queue.Queue[tuple[Device, ...] | NotReadyError] = queue.Queue()

    def __call__(self, told: tuple[Device, ...] | NotReadyError) -> None:
        self._told.put(told)

    def wait_for(self, serial: str, state: str | None) -> None:
        """Returns once ``serial`` has ``state`` (None: is gone)."""
        while True:
            told = self._told.get(timeout=30)
            if isinstance(told, NotReadyError):
                continue
            states = {device.serial: device.state for device in told}
            if states.get(serial) == state:
                return

    def wait_for_trouble(self) -> NotReadyError:
        while True:
            told = self._told.get(timeout=30)
            if isinstance(told, NotReadyError):
                return told


def test_watches_phones_come_and_go(server: AdbServer, plug_in: Callable[..., DemoPhone]) -> None:
    phone = plug_in()
    heard = Heard()
    watcher = PhoneWatcher(server, heard, heard)
    watcher.start()
    try:
        server.connect(phone.address)
        heard.wait_for(phone.address, "device")
        server.disconnect(phone.address)
        heard.wait_for(phone.address, None)
    finally:
        watcher.stop()
    watcher.stop()


def test_a_watcher_starts_the_server_anew_when_it_was_ended() -> None:
    server = AdbServer(port=free_port())
    heard = Heard()
    watcher = PhoneWatcher(server, heard, heard)
    with DemoPhone(lambda _: Answer()) as phone:
        watcher.start()
        try:
            wait_until_running(server)
            server.connect(phone.address)
            heard.wait_for(phone.address, "device")
            server.stop_own()
            assert isinstance(heard.wait_for_trouble(), AdbServerError)
            heard.wait_for(phone.address, None)
            server.connect(phone.address)
            heard.wait_for(phone.address, "device")
        finally:
            watcher.stop()
            server.stop_own()


def wait_until_running(server: AdbServer) -> None:
    """Until the watcher's thread has started it."""
    pause = threading.Event()
    for _ in range(300):
        try:
            server.version()
        except AdbServerError:
            pause.wait(0.1)
        else:
            return
    pytest.fail("the watcher started no server")


def test_a_watcher_tells_why_there_is_no_server_and_stops_at_once() -> None:
    with impostor(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        heard = Heard()
        watcher = PhoneWatcher(AdbServer(port=port), heard, heard)
        watcher.start()
        try:
            assert isinstance(heard.wait_for_trouble(), AdbPortTakenError)
        finally:
            watcher.stop()
