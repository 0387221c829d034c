"""A long life of the window in one process: checks, plugging in and out, pages, languages.

    python -m benchmarks.long_run [--minutes 60]

Ends with 1 where memory, handles, threads or widgets grow, or an adb process is left. The first
half fills caches; the last quarter is compared with the one before it.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.store import Store
from device.demo_phone import StoryPhone
from device.demo_phone.server import demo_server
from gui.app import Options, Program, make_application
from gui.pages import PICTURED
from gui.preferences import LANGUAGE

#: So many checks are kept: a database that grows would hide what the program loses.
_CHECKS = 12
_PATIENCE = 120.0
_SEEN_MS = 30


class Figures(NamedTuple):
    """What one process holds; ``zombies`` are children that ended and nobody waited for."""

    megabytes: float
    handles: int
    threads: int
    widgets: int
    zombies: int


class Server(Protocol):
    """An adb server that phones are connected to by their address."""

    def connect(self, address: str) -> object: ...
    def disconnect(self, address: str) -> object: ...


class Life:
    """A program with a phone that comes and goes."""

    def __init__(self, program: Program, server: Server, phone: StoryPhone) -> None:
        self.program = program
        self._server = server
        self._phone = phone

    def round(self, number: int) -> Figures:
        """Plugs in, checks, looks at every page, unplugs; answers what is held afterwards."""
        services = self.program.services
        self._phone.services.clear()  # it writes down whatever it is asked
        self._phone.state = number % self._phone.states + 1
        self._server.connect(self._phone.address)
        _wait(lambda: any(one.ready for one in services.devices), "the phone to be seen")
        before = services.shown
        services.check()
        _wait(lambda: services.shown is not before and not services.checking, "the check")
        for page in PICTURED:
            self.program.window.open_page(page)
            QTest.qWait(_SEEN_MS)
        if number % 4 == 3:
            self._change_language()
        _wait(lambda: not services.busy, "what was begun to end")
        self._forget_oldest()
        self._server.disconnect(self._phone.address)
        _wait(lambda: not services.devices and not services.busy, "the phone to be gone")
        return figures()

    def _change_language(self) -> None:
        window, chosen = self.program.window, self.program.preferences.language
        self.program.preferences.choose(LANGUAGE, "en" if chosen == "zh-CN" else "zh-CN")
        _wait(lambda: self.program.window is not window, "the window in another language")

    def _forget_oldest(self) -> None:
        told: list[int] = []

        def forget(store: Store) -> int:
            checks = store.snapshots()
            for info in checks[:-_CHECKS]:
                store.delete(info.id or 0)
            return len(checks)

        self.program.services.ask(forget, told.append)
        _wait(lambda: bool(told), "old checks to be deleted")


def _wait(done: Callable[[], bool], what: str) -> None:
    give_up = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > give_up:
            raise TimeoutError(f"waited in vain for {what}")
        QTest.qWait(10)


def figures() -> Figures:
    """Of this process, on Linux."""
    QTest.qWait(0)
    gc.collect()
    own = Path("/proc/self")
    pages = int((own / "statm").read_text().split()[1])
    return Figures(
        pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
        len(os.listdir(own / "fd")),
        len(os.listdir(own / "task")),
        len(QApplication.allWidgets()),
        sum(1 for _ in _zombies()),
    )


def _zombies() -> Sequence[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended just now
        if state == "Z" and int(parent) == os.getpid():
            found.append(int(folder.name))
    return found


def growth(lived: Sequence[Figures]) -> dict[str, float]:
    """By figure how much larger the last quarter's median is than that of the quarter before."""
    quarter = len(lived) // 4
    before, last = lived[-2 * quarter : -quarter], lived[-quarter:]
    return {
        name: statistics.median(getattr(one, name) for one in last)
        - statistics.median(getattr(one, name) for one in before)
        for name in Figures._fields
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    end = time.monotonic() + 60 * parser.parse_args().minutes
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        os.environ.pop("ANDROID_ADB_SERVER_PORT", None)
        server = demo_server()
        server.ensure_running()
        os.environ["ANDROID_ADB_SERVER_PORT"] = str(server.port)
        options = Options(str(Path(folder) / "history.sqlite"))
        program = Program(make_application(), options)
        try:
            with StoryPhone() as phone:
                program.start()
                lived = _live(Life(program, server, phone), end)
        finally:
            program.stop()
            server.stop_own()
    return _verdict(lived)


def _live(life: Life, end: float) -> list[Figures]:
    lived: list[Figures] = []
    print(f"{'round':>6} {'MB':>8} {'handles':>8} {'threads':>8} {'widgets':>8} {'zombies':>8}")
    for number in itertools.count():
        now = life.round(number)
        lived.append(now)
        if number % 10 == 0 or time.monotonic() > end:
            print(f"{number + 1:>6} {now.megabytes:8.1f}", *(f"{n:8}" for n in now[1:]), flush=True)
        if time.monotonic() > end and len(lived) >= 8:
            return lived
    raise AssertionError


def _verdict(lived: list[Figures]) -> int:
    grown = growth(lived)
    print(f"{len(lived)} rounds; last quarter beside the one before it:")
    for name, more in grown.items():
        print(f"    {name:<10} {more:+.1f}")
    # Memory comes in arenas: a few megabytes more or less mean nothing.
    allowed = {"megabytes": 5.0, "widgets": 50.0}
    broken = [name for name, more in grown.items() if more > allowed.get(name, 2.0)]
    print(f"grew: {', '.join(broken)}" if broken else "flat")
    return bool(broken or lived[-1].zombies)


if __name__ == "__main__":
    sys.exit(main())
