"""Pairing without a cable: adb's real refusals, and the rest with a phone in the air."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zxingcpp

from audit.progress import Cancel, Progress
from cli.wireless import drawn
from device import pairing
from device.adb import AdbServer
from device.demo_phone import StoryPhone
from device.errors import (
    BadAddressError,
    BadCodeError,
    CancelledError,
    CannotPairError,
    NotFoundAgainError,
    NothingHeardError,
    NotLetInError,
    NotPairedError,
    NotScannedError,
    UnreachableError,
    WrongCodeError,
)
from device.pairing import Ticket
from tests import phones
from tests.wireless_server import CODE, GUID, Air, on_air

ROOT = Path(__file__).parents[2]


@pytest.fixture
def air(adb_server: phones.AdbServer) -> Iterator[Air]:
    with on_air(adb_server.port) as made:
        yield made


@pytest.fixture
def phone(adb_server: phones.AdbServer) -> Iterator[StoryPhone]:
    """Switched on, but not known to the adb server."""
    with StoryPhone() as made:
        yield made
        adb_server.forget(made.address)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """adb never connects to these phones by itself, so there is no sense in waiting for it."""
    monkeypatch.setattr(pairing, "_OWN_SECONDS", -1.0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# What the real adb server answers.


def test_the_real_adb_names_an_address_where_nobody_listens(adb_server: phones.AdbServer) -> None:
    server, address = AdbServer(port=adb_server.port), f"127.0.0.1:{_free_port()}"
    with pytest.raises(UnreachableError, match="Unable to start pairing client") as failed:
        pairing.pair_by_code(server, address, CODE, Cancel())
    assert failed.value.values["address"] == address


@contextmanager
def _hanging_up() -> Iterator[str]:
    """The address of a listener that hears one caller and hangs up."""

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.recv(1024)
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_the_real_adb_takes_a_listener_that_hangs_up_for_a_wrong_code(
    adb_server: phones.AdbServer,
) -> None:
    with _hanging_up() as address, pytest.raises(WrongCodeError):
        pairing.pair_by_code(AdbServer(port=adb_server.port), address, CODE, Cancel())


def test_who_lets_this_computer_not_in_is_not_kept_as_offline(
    adb_server: phones.AdbServer,
) -> None:
    with _hanging_up() as address, pytest.raises(NotLetInError) as failed:
        pairing.connect(AdbServer(port=adb_server.port), address, Cancel())
    assert failed.value.values["address"] == address
    assert address not in adb_server.states()


def test_the_real_adb_without_mdns_is_not_waited_for(adb_server: phones.AdbServer) -> None:
    with pytest.raises(NothingHeardError):  # ADB_MDNS_OPENSCREEN=0 in the tests
        pairing.pair_by_scan(AdbServer(port=adb_server.port), Ticket.new(), Cancel())


def test_connecting_where_nobody_listens_names_the_address(adb_server: phones.AdbServer) -> None:
    address = f"127.0.0.1:{_free_port()}"
    with pytest.raises(UnreachableError, match="Connection refused") as failed:
        pairing.connect(AdbServer(port=adb_server.port), address, Cancel())
    assert failed.value.values["address"] == address


# With a phone in the air.


def test_the_phone_that_scans_is_paired_with_and_found(air: Air, phone: StoryPhone) -> None:
    ticket = Ticket.new()
    air.codes = {ticket.password}
    air.lines = [
        ("somebody-else", "pairing", "192.0.2.9:40000"),
        (ticket.service, "pairing", "192.0.2.7:37000"),
        (GUID, "connect", phone.address),
    ]
    told: list[Progress] = []
    linked = pairing.pair_by_scan(AdbServer(port=air.port), ticket, Cancel(), told.append)
    assert air.asked == [f"host:pair:{ticket.password}:192.0.2.7:37000"]
    assert [one.what for one in told] == ["scanning", "pairing", "connecting"]
    assert linked.device.serial == phone.address
    assert linked.phone.serial
    assert linked.phone.serial != phone.address  # a check joins those over the cable


def test_six_digits_pair_too(air: Air, phone: StoryPhone) -> None:
    air.codes = {CODE}
    air.lines = [(GUID, "connect", phone.address)]
    server = AdbServer(port=air.port)
    linked = pairing.pair_by_code(server, "192.0.2.7:37000", CODE, Cancel())
    assert linked.device.serial == phone.address
    with pytest.raises(WrongCodeError):
        pairing.pair_by_code(server, "192.0.2.7:37000", "654321", Cancel())


def test_a_phone_that_is_paired_already_needs_its_address_only(
    adb_server: phones.AdbServer, phone: StoryPhone
) -> None:
    linked = pairing.connect(AdbServer(port=adb_server.port), phone.address, Cancel())
    assert linked.device.ready


def test_a_paired_phone_that_announces_nothing_is_not_found(
    air: Air, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "FIND_SECONDS", 0.0)
    with pytest.raises(NotFoundAgainError):
        pairing.pair_by_code(AdbServer(port=air.port), "192.0.2.7:37000", CODE, Cancel())
    air.hears = False
    with pytest.raises(NotFoundAgainError):
        pairing.pair_by_code(AdbServer(port=air.port), "192.0.2.7:37000", CODE, Cancel())


def test_nobody_scans(air: Air) -> None:
    with pytest.raises(NotScannedError):
        pairing.pair_by_scan(AdbServer(port=air.port), Ticket.new(), Cancel(), patience=0)


def test_an_old_adb_can_neither_hear_nor_pair(air: Air) -> None:
    air.hears = None
    server = AdbServer(port=air.port)
    with pytest.raises(CannotPairError):
        pairing.pair_by_scan(server, Ticket.new(), Cancel())
    with pytest.raises(CannotPairError):
        pairing.pair_by_code(server, "192.0.2.7:37000", CODE, Cancel())


def test_cancelling_ends_the_wait_for_a_scan_and_for_the_phone(air: Air) -> None:
    server, cancel = AdbServer(port=air.port), Cancel()
    with pytest.raises(CancelledError):
        pairing.pair_by_scan(server, Ticket.new(), cancel, lambda _: cancel.set())
    air.silent, cancel = True, Cancel()
    timer = threading.Timer(0.3, cancel.set)
    timer.start()
    with pytest.raises(CancelledError):
        pairing.pair_by_code(server, "192.0.2.7:37000", CODE, cancel)
    timer.join()


def test_words_of_adb_that_are_not_known_are_passed_on(air: Air) -> None:
    air.codes, air.refusal = {"654321"}, "Failed: the moon is full."
    with pytest.raises(NotPairedError) as failed:
        pairing.pair_by_code(AdbServer(port=air.port), "192.0.2.7:37000", CODE, Cancel())
    assert failed.value.code == "not-paired"
    assert failed.value.values["detail"] == "Failed: the moon is full."


# What is typed, and what is shown.


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.168.1.20:37123", "192.168.1.20:37123"),
        (" 192.168.1.20 : 37123 ", "192.168.1.20:37123"),
        ("192.168.1.20：37123", "192.168.1.20:37123"),
        ("[fe80::1%wlan0]:37123", "[fe80::1%wlan0]:37123"),
        ("phone.local:5", "phone.local:5"),
    ],
)
def test_addresses_as_people_type_them(typed: str, address: str) -> None:
    assert pairing.parse_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", ":", "192.168.1.20", "192.168.1.20:", ":37123", "a:0", "a:65536", "a:b", "a:1:2", "é:1"],
)
def test_what_is_no_address_never_reaches_adb(typed: str) -> None:
    with pytest.raises(BadAddressError):
        pairing.parse_address(typed)


def test_codes_have_six_digits() -> None:
    assert pairing.parse_code(" 123 456 ") == "123456"
    assert pairing.parse_code("１２３４５６") == "123456"
    for typed in ("", "12345", "1234567", "12345a", "٣٤٥٦٧٨"):
        with pytest.raises(BadCodeError):
            pairing.parse_code(typed)


def _read(rows: list[bytes]) -> list[str]:
    """Another program's reading of a picture of dark and light squares."""
    scaled = [b"".join(bytes((0 if dark else 255,)) * 4 for dark in row) for row in rows]
    picture = b"".join(row * 4 for row in scaled)
    view = memoryview(picture).cast("B", (len(rows) * 4, len(rows[0]) * 4))
    return [found.text for found in zxingcpp.read_barcodes(view)]


def test_the_code_says_what_android_scans() -> None:
    ticket = Ticket.new()
    assert re.fullmatch(r"WIFI:T:ADB;S:checkup-\w{10};P:\w{12};;", ticket.text)
    assert ticket != Ticket.new()
    assert ticket.password not in repr(ticket)
    squares = ticket.squares()
    assert _read(list(squares)) == [ticket.text]
    assert not any(any(row) for row in squares[: pairing.QUIET_ZONE])
    assert not any(any(row[-pairing.QUIET_ZONE :]) for row in squares)


def test_the_terminal_draws_the_same_code_black_on_white() -> None:
    ticket = Ticket.new()
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows: list[bytes] = []
    for line in drawn(ticket.squares()).splitlines():
        match = re.fullmatch("\x1b\\[30;107m([ ▀▄█]+)\x1b\\[0m", line)
        assert match
        pairs = [halves[one] for one in match[1]]
        rows += [bytes(upper for upper, _ in pairs), bytes(lower for _, lower in pairs)]
    assert _read(rows) == [ticket.text]


# The terminal.


def _terminal(port: int, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env=os.environ | {"ANDROID_ADB_SERVER_PORT": str(port), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=90,
        check=False,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said
    return done.returncode, done.stdout.decode(), said


def test_the_terminal_pairs_and_tells_the_phone(air: Air, phone: StoryPhone) -> None:
    air.lines = [(GUID, "connect", phone.address)]
    arguments = ("pair", "--code", CODE, "127.0.0.1:37000", "--json", "--lang", "en")
    status, text, said = _terminal(air.port, *arguments)
    document = json.loads(text)
    assert status == 0
    assert document["serial"] == phone.address
    assert document["phone"]["model"]
    assert "warning" in document
    assert "Looking for the phone" in said
    status, text, _ = _terminal(air.port, "connect", phone.address, "--lang", "zh-CN")
    assert status == 0
    assert "请在手机上关闭" in text


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("pair",), 2, "--qr"),
        (("pair", "--qr", "127.0.0.1:1"), 2, "--code CODE HOST:PORT"),
        (("pair", "--code", "123456"), 2, "--code CODE HOST:PORT"),
        (("pair", "--code", "12345", "127.0.0.1:1"), 2, "six digits"),
        (("pair", "--code", "123456", ":1"), 2, "no address with a port"),
        (("connect", "127.0.0.1"), 2, "no address with a port"),
        (("--demo", "connect", "127.0.0.1:1"), 2, "--demo"),
        (("pair", "--qr"), 3, "mDNS"),
        (("connect", "127.0.0.1:1"), 3, "No phone answers at 127.0.0.1:1"),
    ],
)
def test_the_terminal_says_in_a_sentence_what_is_wrong(
    adb_server: phones.AdbServer, arguments: tuple[str, ...], status: int, words: str
) -> None:
    ended, text, said = _terminal(adb_server.port, *arguments, "--lang", "en")
    assert (ended, text) == (status, "")
    assert words in said
