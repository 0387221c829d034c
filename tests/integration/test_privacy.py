"""Nothing leaves the computer, and nobody else on it can read what is written."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: What a socket is given for this computer; looking its number up asks nobody.
LOOPBACK = {
    "socket.connect": re.compile(r"\('127\.0\.0\.1', (\d+)\)"),
    "socket.getaddrinfo": re.compile(r"\('127\.0\.0\.1', (\d+), .*\)"),
}

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX file modes")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def without_network() -> list[str]:
    """What runs a program with no network but loopback; empty where that cannot be done."""
    prefix = [
        "unshare",
        "--map-root-user",
        "--net",
        "sh",
        "-c",
        'ip link set lo up && exec "$@"',
        "sh",
    ]
    try:
        done = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    except OSError:
        return []
    return prefix if done.returncode == 0 else []


class Journey:
    """A whole journey that was made in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.home = folder / "home"
        places = {
            "HOME": ".",
            "XDG_DATA_HOME": "data",
            "XDG_CONFIG_HOME": "config",
            "XDG_STATE_HOME": "state",
            "XDG_CACHE_HOME": "cache",
            "TMPDIR": "tmp",
        }
        for place in places.values():
            (self.home / place).mkdir(parents=True, exist_ok=True)
        environment = {name: str((self.home / place).resolve()) for name, place in places.items()}
        environment |= {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "LANG": "C.UTF-8",
            "ANDROID_ADB_SERVER_PORT": str(self.port),
            "ADB_LOCAL_TRANSPORT_MAX_PORT": "5554",
        }
        # Where Qt's libraries were unpacked, for want of a right to install them.
        of_set_up = "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "XKB_CONFIG_ROOT"
        environment |= {name: os.environ[name] for name in of_set_up if name in os.environ}
        self.files = folder / "files"
        self.files.mkdir()
        report = folder / "report.json"
        command = [sys.executable, "-m", "tests.guarded", str(report), str(self.files)]
        self.confined = without_network()
        done = subprocess.run(
            [*self.confined, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            umask=0o022,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(report.read_text())
        self.heard: list[list[str]] = told["heard"]
        self.loaded: list[str] = told["loaded"]


@pytest.fixture(scope="module")
def journey(session_home: None, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    return Journey(tmp_path_factory.mktemp("journey"))


def test_a_whole_journey_speaks_to_the_adb_server_on_this_computer_only(journey: Journey) -> None:
    assert journey.heard
    ports = set()
    for event, given in journey.heard:
        match = LOOPBACK[event].fullmatch(given) if event in LOOPBACK else None
        assert match, (event, given)
        ports.add(int(match[1]))
    assert ports == {journey.port}
    assert "PySide6.QtNetwork" not in journey.loaded


def test_a_whole_journey_was_made_without_a_network(journey: Journey) -> None:
    if not journey.confined:
        pytest.skip("this machine makes no network of its own; the other test sees it all the same")
    confined = [
        *journey.confined,
        sys.executable,
        "-c",
        "import socket; print(socket.if_nameindex())",
    ]
    done = subprocess.run(confined, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\[\(\d+, 'lo'\)\]", done.stdout.strip())


@posix
def test_whatever_a_journey_wrote_is_its_owners_only(journey: Journey) -> None:
    written = [path for path in journey.files.rglob("*") if path.is_file()]
    written += [path for path in (journey.home / "data").rglob("*") if path.is_file()]
    written += [path for path in (journey.home / "state").rglob("*") if path.is_file()]
    assert {"history.sqlite", "changes.pdf"} <= {path.name for path in written}
    assert any(path.suffix == ".backup" for path in written)
    open_to_all = {
        path.name: oct(path.stat().st_mode)
        for path in written
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert open_to_all == {}


def test_the_guard_hears_what_it_is_to_hear() -> None:
    program = (
        "import socket, sys; from tests.guarded import listen; heard = []; listen(heard)\n"
        "try: socket.create_connection(('203.0.113.1', 9), timeout=0.01)\n"
        "except OSError: pass\n"
        "try: socket.getaddrinfo('name.invalid', 80)\n"
        "except OSError: pass\n"
        "print(sorted({event for event, _ in heard}))"
    )
    done = subprocess.run(
        [*without_network(), sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['socket.connect', 'socket.getaddrinfo']"
