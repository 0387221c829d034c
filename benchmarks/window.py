"""The window: from start to first paint beside an empty one, and the longest gap of its event loop.

    python -m benchmarks.window [--runs 5] [--days 3650]

Each start is a process of its own. The gap is the longest time in which the window's event loop did
not come round, seen by a 5 ms timer, over a whole check of the demo phone; an idle loop's longest
gap stands beside it.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audit.catalogue import Catalogue
from benchmarks.history import life
from db.store import Store
from device.adb import AdbServer

_EMPTY = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        print(time.time() - float(os.environ["STARTED"]), flush=True)
        QTimer.singleShot(0, QApplication.quit)
application = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""

# Begins as cli.main does when it opens the window.
_OURS = """
import gc
gc.disable()
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from gui.app import Options, Program, make_application
class Watch(QObject):
    painted = False
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.painted:
            self.painted = True
            print(time.time() - float(os.environ["STARTED"]), flush=True)
            QTimer.singleShot(0, application.quit)
        return False
application = make_application()
program = Program(application, Options(database=sys.argv[1]))
watch = Watch()
program.window.installEventFilter(watch)
program.start()
application.exec()
program.stop()
"""

_GAP = """
import gc
gc.disable()
import sys, time
from PySide6.QtCore import QObject, QTimer, Qt
from gui.app import Options, Program, keep, make_application
application = make_application()
program = Program(application, Options(database=sys.argv[1], demo=True))
ticks = []
timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
def longest():
    return max(b - a for a, b in zip(ticks, ticks[1:])) * 1000
ended = []
def checking(running):
    if not running:
        ended.append(True)
        # A while more: what the check brought is painted and named then.
        QTimer.singleShot(1500, after)
def after():
    if len(ended) == 1:
        ticks.clear()
        program.services.check()
    else:
        print(f"check {longest():.1f}", flush=True)
        ticks.clear()
        QTimer.singleShot(1000, idle)
def idle():
    print(f"idle {longest():.1f}", flush=True)
    application.quit()
program.services.shown_changed.connect(keep)
program.services.checking_changed.connect(checking)
program.start()
timer.start(5)
application.exec()
program.stop()
"""


_RESIDENT = """
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
"""

_EMPTY_MEMORY = (
    """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
"""
    + _RESIDENT
    + """
application = QApplication([])
window = QWidget()
window.resize(1280, 800)
window.show()
QTimer.singleShot(500, application.quit)
application.exec()
print(resident())
"""
)

# Opens a page of a store, and then does with it what is said below.
_PAGE = (
    """
import gc
gc.disable()
import os, sys, time
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from gui.app import Options, Program, keep, make_application
from gui.pages import APPS, HISTORY
"""
    + _RESIDENT
    + """
application = make_application()
program = Program(application, Options(database=sys.argv[1]))
program.services.shown_changed.connect(keep)
program.services.shown_changed.connect(lambda shown: QTimer.singleShot(3000, begin))
program.start()
ticks = []
timer = QTimer()
timer.setTimerType(Qt.TimerType.PreciseTimer)
timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
"""
)

_MEMORY = (
    _PAGE
    + """
def begin():
    program.window.open_page(HISTORY)
    QTimer.singleShot(3000, end)
def end():
    print(resident())
    application.quit()
application.exec()
program.stop()
"""
)

_TYPING = (
    _PAGE
    + """
letters = list("app49")
def begin():
    program.window.open_page(APPS)
    timer.start(5)
    QTimer.singleShot(1000, settled)
def settled():
    ticks.clear()
    QTimer.singleShot(200, type_one)
def type_one():
    if letters:
        QTest.keyClicks(program.window.pages.apps.search, letters.pop(0))
        QTimer.singleShot(200, type_one)
    else:
        print(max(b - a for a, b in zip(ticks, ticks[1:])) * 1000)
        application.quit()
application.exec()
program.stop()
"""
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--days", type=int, default=3650)
    options = parser.parse_args()
    runs: int = options.runs
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    server = AdbServer(port=_free_port())
    server.ensure_running()
    os.environ["ANDROID_ADB_SERVER_PORT"] = str(server.port)
    try:
        _measure(runs)
        _with_much(runs, options.days)
    finally:
        server.stop_own()


def _measure(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        # As where it is installed, modules are compiled: by the first run, which does not count.
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        empty, ours = [], []
        for number in range(runs + 1):  # the first of each warms up
            empty.append(_first_paint(_EMPTY))
            ours.append(_first_paint(_OURS, str(Path(folder) / f"{number}.sqlite")))
        _row("empty window: start to first paint", empty[1:])
        _row("ours: start to first paint", ours[1:])
        ratio = statistics.median(o / e for o, e in zip(ours[1:], empty[1:], strict=True))
        print(f"ours / empty: {ratio:.2f}")
        gaps = [_gaps(str(Path(folder) / f"gap{number}.sqlite")) for number in range(runs)]
        _row("longest gap of the event loop: idle", [gap["idle"] for gap in gaps])
        _row("longest gap of the event loop: check", [gap["check"] for gap in gaps])


def _with_much(runs: int, days: int) -> None:
    """Many apps, and many checks. Nothing of the phone's story counts but its size."""
    catalogue = Catalogue.load()
    with tempfile.TemporaryDirectory() as folder:
        many, old = Path(folder) / "many.sqlite", Path(folder) / "old.sqlite"
        sizes = argparse.Namespace(apps=5000, permissions=20, days=1)
        fill(many, catalogue, sizes)
        fill(old, catalogue, argparse.Namespace(apps=400, permissions=60, days=days))
        typing = [float(_run(_TYPING, str(many))) for _ in range(runs)]
        _row("longest gap: typing, 5,000 apps", typing)
        empty = [float(_run(_EMPTY_MEMORY)) for _ in range(runs)]
        ours = [float(_run(_MEMORY, str(old))) for _ in range(runs)]
        print(f"{'empty window: memory':<40} {statistics.median(empty):8.1f} MB")
        name = f"ours: memory, {days} checks"
        print(f"{name:<40} {statistics.median(ours):8.1f} MB")
        print(f"ours / empty: {statistics.median(ours) / statistics.median(empty):.2f}")


def fill(path: Path, catalogue: Catalogue, sizes: argparse.Namespace) -> None:
    with Store.open(path) as store:
        for snapshot in life(catalogue, sizes):
            store.save(snapshot)


def _run(program: str, *arguments: str) -> str:
    environment = os.environ | {"STARTED": str(time.time())}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def _first_paint(program: str, *arguments: str) -> float:
    return float(_run(program, *arguments)) * 1000


def _gaps(database: str) -> dict[str, float]:
    lines = (line.split() for line in _run(_GAP, database).splitlines())
    return {name: float(value) for name, value in lines}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _row(name: str, milliseconds: list[float]) -> None:
    low, high = min(milliseconds), max(milliseconds)
    middle = statistics.median(milliseconds)
    print(f"{name:<40} {middle:8.1f} ms ({low:.1f} to {high:.1f})", flush=True)


if __name__ == "__main__":
    main()
