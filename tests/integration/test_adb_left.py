"""Which adb server runs on when the program ends: never one of ours, always one of others."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cli.main import INTERRUPTED
from device.adb import AdbServer
from device.errors import AdbServerError
from device.watch import PhoneWatcher
from gui.app import Options
from gui.preferences import KEEP_ADB
from tests.journeys.conftest import MakeProgram, make_program
from tests.phones import AdbServer as RunningServer
from tests.terminal import Terminal

__all__ = ["make_program"]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """One where no adb server runs yet, nor afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    monkeypatch.setenv("ADB_MDNS_AUTO_CONNECT", "0")
    yield found
    if _runs(found):
        _end(found)


def _runs(port: int) -> bool:
    try:
        AdbServer(port=port).version()
    except AdbServerError:
        return False
    return True


def _end(port: int) -> None:
    with AdbServer(port=port).open() as connection:
        connection.request("host:kill")


def test_the_terminal_ends_the_server_that_it_started(tmp_path: Path, port: int) -> None:
    terminal = Terminal(tmp_path, port)
    assert terminal.json("devices") == []
    assert not _runs(port)
    terminal.json("devices", "--keep-adb")
    assert _runs(port)


def test_the_terminal_leaves_a_server_alone_that_ran_before(
    tmp_path: Path, adb_server: RunningServer
) -> None:
    Terminal(tmp_path, adb_server.port).json("devices")
    assert _runs(adb_server.port)


def test_the_window_ends_the_server_that_it_started_and_no_other(
    make_program: MakeProgram,
    tmp_path: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    options = Options(str(tmp_path / "checks.sqlite"), preferences=tmp_path / "window.ini")
    with_others = make_program(options)
    # Nobody can look around before the server has told of its phones.
    qtbot.waitUntil(lambda: with_others.services.look(str) is not None, timeout=20_000)
    with_others.stop()
    assert _runs(int(os.environ["ANDROID_ADB_SERVER_PORT"]))

    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
    alone = make_program(options)
    qtbot.waitUntil(lambda: _runs(port), timeout=20_000)
    alone.stop()
    # It was told to end, and needs a moment for that.
    qtbot.waitUntil(lambda: not _runs(port), timeout=20_000)

    keeping = make_program(options)
    keeping.preferences.choose(KEEP_ADB, "yes")
    qtbot.waitUntil(lambda: _runs(port), timeout=20_000)
    keeping.stop()
    assert _runs(port)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_window_that_is_told_to_end_closes_as_by_hand(
    tmp_path: Path, port: int, qtbot: QtBot, name: str
) -> None:
    window = Terminal(tmp_path, port).start()
    qtbot.waitUntil(lambda: _runs(port), timeout=60_000)
    window.send_signal(getattr(signal, name))
    assert window.communicate(timeout=60) == ("", "")
    assert window.returncode == 0
    qtbot.waitUntil(lambda: not _runs(port), timeout=20_000)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_command_that_is_told_to_end_ends_its_server(
    tmp_path: Path, port: int, qtbot: QtBot, name: str
) -> None:
    waiting = Terminal(tmp_path, port).start("check", "--wait", "600")
    qtbot.waitUntil(lambda: _runs(port), timeout=60_000)
    waiting.send_signal(getattr(signal, name))
    waiting.communicate(timeout=60)
    assert waiting.returncode == INTERRUPTED
    qtbot.waitUntil(lambda: not _runs(port), timeout=20_000)


def test_a_window_that_is_closed_at_once_starts_no_server(
    make_program: MakeProgram,
    tmp_path: Path,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
    database = tmp_path / "checks.sqlite"
    program = make_program(Options(str(database), preferences=tmp_path / "window.ini"))
    program.stop()
    qtbot.wait(500)
    assert not program.services.busy
    assert not database.exists()
    assert not _runs(port)


def test_a_server_that_others_started_in_place_of_ours_is_left_alone(
    port: int, qtbot: QtBot
) -> None:
    ours, others = AdbServer(port=port), AdbServer(port=port)
    lists: list[object] = []
    troubles: list[object] = []
    watcher = PhoneWatcher(ours, lists.append, troubles.append)
    watcher.start()
    qtbot.waitUntil(lambda: bool(lists), timeout=20_000)
    assert ours.started_here
    _end(port)
    qtbot.waitUntil(lambda: bool(troubles), timeout=20_000)
    watcher.stop()
    others.ensure_running()
    ours.leave()
    assert _runs(port)
    others.leave()
    assert not _runs(port)
