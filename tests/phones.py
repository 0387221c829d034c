"""A real adb server of the tests' own, and the demo phone connected to it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import adbutils
import pytest

from device.demo_phone import StoryPhone

PATIENCE = 20.0
"""Seconds that a server may take to start, or a phone to change its state."""


class AdbServer:
    """A running adb server. ``adb`` is the program, ``port`` where it listens on 127.0.0.1."""

    def __init__(self, adb: Path, port: int, environment: dict[str, str]) -> None:
        self.adb = adb
        self.port = port
        self.environment = environment

    def connect(self, address: str) -> str:
        """Returns adb's own words; they tell of failures too."""
        return self.ask(f"host:connect:{address}")

    def disconnect(self, address: str) -> str:
        return self.ask(f"host:disconnect:{address}")

    def forget(self, address: str) -> None:
        """Disconnects a phone if it is still connected, as after a test that unplugged it.

        Until the server has let go of the old connection it takes a new one for the same.
        """
        if address in self.states():
            self.disconnect(address)
            self.wait_for(address, None)

    def states(self) -> dict[str, str]:
        """Serial number -> adb's word for the state."""
        lines = self.ask("host:devices").splitlines()
        return dict(line.split("\t", 1) for line in lines)

    def wait_for(self, serial: str, state: str | None) -> None:
        """Waits until the phone has the state; None until it is gone."""
        _wait(lambda: self.states().get(serial) == state, f"{serial} never became {state}")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Runs the adb program against this server, as a person would."""
        return subprocess.run(
            [str(self.adb), "-P", str(self.port), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def ask(self, request: str) -> str:
        """One request in the server's own protocol. RuntimeError when it says FAIL."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(f"{len(request):04x}{request}".encode())
            with connection.makefile("rb") as reader:
                status = reader.read(4)
                text = reader.read(int(reader.read(4), 16)).decode()
        if status != b"OKAY":
            raise RuntimeError(f"{request}: {text}")
        return text


@pytest.fixture(scope="session")
def adb_server(session_home: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AdbServer]:
    """The adb that adbutils brings along, as a server on a port that is nobody's."""
    with _running(tmp_path_factory.mktemp("adb")) as server:
        yield server


@pytest.fixture
def other_adb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AdbServer]:
    """A second one, as on another computer."""
    with _running(tmp_path_factory.mktemp("adb")) as server:
        yield server


@contextmanager
def _running(home: Path) -> Iterator[AdbServer]:
    adb = Path(adbutils.__file__).parent / "binaries" / "adb"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "ADB_MDNS_OPENSCREEN": "0",
        "ADB_MDNS_AUTO_CONNECT": "0",
        # No search for emulators: the one of a developer is none of the tests' business.
        "ADB_LOCAL_TRANSPORT_MAX_PORT": "5554",
    }
    process, server = _start(adb, environment, home)
    try:
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture
def demo_phone(adb_server: AdbServer) -> Iterator[StoryPhone]:
    """The demo phone in its first state, connected and ready."""
    with StoryPhone() as phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        yield phone
        adb_server.forget(phone.address)


def _start(
    adb: Path, environment: dict[str, str], home: Path
) -> tuple[subprocess.Popen[bytes], AdbServer]:
    for _ in range(5):  # somebody else may take a port between its choice and its use
        port = _free_port()
        with (home / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [str(adb), "-P", str(port), "nodaemon", "server"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        server = AdbServer(adb, port, environment)
        try:
            _wait(lambda: _settled(process, server), "the adb server neither answers nor ends")  # noqa: B023
        except TimeoutError:
            process.kill()
            process.wait()
            raise
        if process.poll() is None:
            return process, server
    raise RuntimeError((home / "server.log").read_text(errors="replace"))


def _settled(process: subprocess.Popen[bytes], server: AdbServer) -> bool:
    return process.poll() is not None or _answers(server)


def _answers(server: AdbServer) -> bool:
    try:
        return server.ask("host:version") != ""
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(done: Callable[[], bool], complaint: str) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(complaint)
        time.sleep(0.02)
