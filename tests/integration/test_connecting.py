"""Situations as they come about: the real adb server, phones in every state, strangers too."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from audit.progress import Cancel
from cli import main
from device.adb import SERVER_VERSION, AdbServer
from device.connecting.facts import Facts
from device.connecting.observer import Observer
from device.connecting.situations import Situation, diagnose
from device.demo_phone.answer import Answer, Faults
from device.demo_phone.shell import Shell
from device.demo_phone.wire import Authorization, DemoPhone
from device.errors import NoPhoneError, NotReadyError
from tests import phones
from tests.impostors import impostor
from tests.usb_tree import MTP, UsbTree

ROOT = Path(__file__).parents[2]
PROFILE = "\tUserInfo{0:Owner:c13} running\n\tUserInfo{150:Secure Folder:1030} running\n"

Plug = Callable[..., DemoPhone]


@pytest.fixture
def server(adb_server: phones.AdbServer) -> AdbServer:
    return AdbServer(port=adb_server.port)


@pytest.fixture
def plug_in(adb_server: phones.AdbServer) -> Iterator[Plug]:
    plugged: list[DemoPhone] = []

    def plug(becomes: str, answers: Callable[[str], Answer] | None = None, **options: Any) -> Any:
        phone = DemoPhone(answers or (lambda _: Answer()), **options)
        phone.start()
        plugged.append(phone)
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, becomes)
        return phone

    yield plug
    for phone in plugged:
        adb_server.forget(phone.address)
        phone.stop()


def _observer() -> Observer:
    return Observer(read_usb=lambda: (), powers_something=lambda: None)


def _look(server: AdbServer, observer: Observer) -> list[str]:
    return _codes(diagnose(observer.observe(server, server.devices(), None)))


def _codes(found: tuple[Situation, ...]) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("state", "code", "options"),
    [
        ("unauthorized", "unauthorized", {"authorization": Authorization.ASK}),
        ("offline", "wireless-offline", {"authorization": Authorization.MUTE}),
        ("recovery", "recovery", {"state": "recovery"}),
        ("sideload", "sideload", {"state": "sideload"}),
        ("rescue", "rescue", {"state": "rescue"}),
        ("bootloader", "bootloader", {"state": "bootloader"}),
        ("device", "ready", {}),
    ],
)
def test_a_phone_in_each_state_is_named(
    server: AdbServer, plug_in: Plug, state: str, code: str, options: dict[str, Any]
) -> None:
    plug_in(state, **options)
    assert _look(server, _observer()) == [code]


def test_a_key_that_is_lost_in_the_middle_is_told_from_a_new_phone(
    server: AdbServer, plug_in: Plug, adb_server: phones.AdbServer
) -> None:
    observer = _observer()
    phone = plug_in("unauthorized", authorization=Authorization.ASK)
    assert _look(server, observer) == ["unauthorized"]
    phone.authorize()
    adb_server.wait_for(phone.address, "device")
    assert _look(server, observer) == ["ready"]
    phone.authorized = False
    phone.drop_connections()
    adb_server.forget(phone.address)
    adb_server.connect(phone.address)
    adb_server.wait_for(phone.address, "unauthorized")
    assert _look(server, observer) == ["authorization-lost"]


def test_several_phones_are_named(server: AdbServer, plug_in: Plug) -> None:
    plug_in("device")
    plug_in("device")
    assert _look(server, _observer()) == ["ready", "ready", "several-phones"]


def _xiaomi(words: Sequence[str], unlocked: list[bool]) -> Answer:
    match words:
        case ["getprop"]:
            told = {
                "ro.product.brand": "Xiaomi",
                "ro.crypto.type": "file",
                "sys.boot_completed": "1",
            }
            if unlocked:
                told["sys.user.0.ce_available"] = "true"
            return Answer("".join(f"[{k}]: [{v}]\n" for k, v in told.items()).encode())
        case ["pm", "list", "users"]:
            return Answer(f"Users:\n{PROFILE}".encode())
        case ["settings", "list", "--user", "150", "secure"]:
            error = b"SecurityException: Shell does not have permission to access user 150"
            return Answer(stderr=error, exit_code=255)
    raise AssertionError(words)


def test_what_a_ready_phone_keeps_back_is_asked_of_it_once(
    server: AdbServer, plug_in: Plug
) -> None:
    unlocked: list[bool] = []
    shell = Shell(lambda words: _xiaomi(words, unlocked))
    phone = plug_in("device", shell.run)
    observer = _observer()
    hints = ["private-space-unread", "xiaomi-changes"]
    assert _look(server, observer) == ["ready", "locked", *hints]
    unlocked.append(True)
    assert _look(server, observer) == ["ready", *hints]
    asked = len(phone.commands)
    assert _look(server, observer) == ["ready", *hints]
    assert len(phone.commands) == asked


def test_a_phone_that_goes_while_it_is_asked_costs_nothing_else(
    server: AdbServer, plug_in: Plug, adb_server: phones.AdbServer
) -> None:
    phone = plug_in("device")
    devices = server.devices()
    adb_server.disconnect(phone.address)
    assert _codes(diagnose(_observer().observe(server, devices, None))) == ["ready"]


def test_a_phone_that_never_answers_can_be_given_up(server: AdbServer, plug_in: Plug) -> None:
    phone = plug_in("device", faults=(Faults(match="getprop", hang_after=0),))
    cancel = Cancel()
    devices = server.devices()
    facts: list[Facts] = []
    looking = threading.Thread(
        target=lambda: facts.append(_observer().observe(server, devices, None, cancel))
    )
    looking.start()
    end = time.monotonic() + phones.PATIENCE
    while not phone.commands and time.monotonic() < end:
        time.sleep(0.01)
    cancel.set()
    looking.join(phones.PATIENCE)
    assert not looking.is_alive()
    assert _codes(diagnose(facts[0])) == ["ready"]


# Strangers on the port.


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _trouble(port: int, spare: int | None = None) -> Facts:
    server = AdbServer(port=port, spare=spare)
    trouble = None
    try:
        server.ensure_running(timeout=0.5 if spare is None else 20)
    except NotReadyError as error:
        trouble = error
    try:
        return _observer().observe(server, (), trouble)
    finally:
        server.stop_own()


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "adb-port-taken"),
        (b"OKAY00040020", "adb-version"),
        (None, "adb-hangs"),
    ],
)
def test_what_sits_on_the_port_is_named(reply: bytes | None, code: str) -> None:
    with impostor(reply) as port:
        assert _codes(diagnose(_trouble(port))) == [code]


def test_a_stranger_on_the_port_is_left_alone_and_our_own_port_said() -> None:
    spare = _free_port()
    with impostor(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        facts = _trouble(port, spare)
        with socket.create_connection(("127.0.0.1", port), 5) as still:
            still.sendall(b"000chost:version")
            assert still.recv(4) == b"HTTP"
    assert "own-port" in _codes(diagnose(facts))
    assert (facts.moved_from, facts.address) == (f"127.0.0.1:{port}", f"127.0.0.1:{spare}")
    assert facts.trouble is None


def test_a_server_of_our_own_really_runs_on_the_spare_port_and_ends_with_us() -> None:
    with impostor(b"SSH-2.0-x\r\n") as port:
        server = AdbServer(port=port, spare=_free_port())
        server.ensure_running()
        try:
            assert server.version() == SERVER_VERSION
        finally:
            server.stop_own()
        with pytest.raises(NotReadyError):
            server.version()


def test_a_stranger_on_the_spare_port_too_is_trouble() -> None:
    with impostor(b"HTTP/1.1") as port, impostor(b"HTTP/1.1") as spare:
        assert _codes(diagnose(_trouble(port, spare))) == ["adb-port-taken"]


def test_a_port_that_was_asked_for_is_never_left() -> None:
    named = AdbServer.from_environment({"ANDROID_ADB_SERVER_PORT": "15999"})
    free = AdbServer.from_environment({})
    with impostor(b"HTTP/1.1") as port:
        named.port = port
        with suppress(NotReadyError):
            named.ensure_running()
        assert named.moved_from is None
    assert free.port == 5037


def test_a_program_that_is_no_adb_cannot_be_run(tmp_path: Path) -> None:
    broken = tmp_path / "adb"
    broken.write_bytes(b"\x7fELF and nothing more")
    broken.chmod(0o755)
    server = AdbServer(port=_free_port(), adb=broken)
    with pytest.raises(NotReadyError) as caught:
        server.ensure_running()
    facts = _observer().observe(server, (), caught.value)
    assert _codes(diagnose(facts)) == ["adb-cannot-run"]


def test_the_terminal_says_that_it_uses_a_port_of_its_own_and_leaves_no_server_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    spare = _free_port()
    with impostor(b"HTTP/1.1") as port:
        # The usual port is a developer's own, and never a test's.
        moving = AdbServer(port=port, spare=spare)
        monkeypatch.setattr(AdbServer, "from_environment", lambda: moving)
        database = str(tmp_path / "x.sqlite")
        assert main.run(["--database", database, "--lang", "en", "devices"]) == 0
    told = capsys.readouterr()
    assert f"uses an adb server of its own at 127.0.0.1:{spare}" in told.err
    assert "No phone is connected." in told.out
    with pytest.raises(NotReadyError):
        AdbServer(port=spare).version()


# Phones in the network, as the adb server tells of them.


def test_phones_that_announce_themselves_are_tried(server: AdbServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        open_port, closed_port = there.getsockname()[1], _free_port()
        lines = (
            f"adb-SER1-abc\t_adb-tls-connect._tcp\t127.0.0.1:{open_port}\n"
            f"adb-SER2-abc\t_adb-tls-connect._tcp\t127.0.0.1:{closed_port}\n"
        )
        with impostor(f"OKAY{len(lines):04x}{lines}".encode()) as port:
            facts = _observer().observe(AdbServer(port=port), (), None)
    assert _codes(diagnose(facts)) == [
        "wireless-unpaired",
        "wireless-unreachable",
        "nothing-on-usb",
    ]


def test_an_adb_that_hears_no_announcements_leaves_them_unknown() -> None:
    text = "unknown host service"
    with impostor(f"FAIL{len(text):04x}{text}".encode()) as port:
        assert _observer().observe(AdbServer(port=port), (), None).wireless is None


def test_usb_here_says_nothing_of_a_server_elsewhere(tmp_path: Path) -> None:
    tree = UsbTree(tmp_path)
    tree.plug("1-2", "2717", MTP)
    facts = Observer().observe(AdbServer("192.0.2.1"), (), NoPhoneError())
    assert facts.elsewhere
    assert facts.usb is None


# The terminal.


def _terminal(port: int, database: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "--database", str(database), *arguments],
        env=os.environ | {"ANDROID_ADB_SERVER_PORT": str(port), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=90,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode()


def test_diagnose_says_what_to_do_and_whether_a_phone_is_ready(
    adb_server: phones.AdbServer, plug_in: Plug, tmp_path: Path
) -> None:
    store = tmp_path / "none.sqlite"
    status, text = _terminal(adb_server.port, store, "diagnose", "--json", "--lang", "en")
    assert status == 3
    assert json.loads(text)["situations"][0]["steps"]
    phone = plug_in("unauthorized", authorization=Authorization.ASK)
    status, text = _terminal(adb_server.port, store, "diagnose", "--json", "--lang", "zh-CN")
    first = json.loads(text)["situations"][0]
    assert status == 3
    assert (first["code"], first["title"]) == ("unauthorized", "在手机上点“允许”")
    status, text = _terminal(adb_server.port, store, "devices", "--lang", "en")
    assert f"{phone.address}  unauthorized" in text
    assert "1. Unlock the phone." in text
    phone.authorize()
    adb_server.wait_for(phone.address, "device")
    status, text = _terminal(adb_server.port, store, "diagnose", "--lang", "en")
    assert status == 0
    assert text.startswith(f"{phone.address} is ready")
    assert not store.exists()


def test_diagnose_speaks_where_nothing_else_can(tmp_path: Path) -> None:
    with impostor(b"HTTP/1.1 400\r\n") as port:
        status, text = _terminal(port, tmp_path / "x.sqlite", "diagnose", "--lang", "en")
    assert status == 3
    assert f"What answers at 127.0.0.1:{port} is no adb server" in text
