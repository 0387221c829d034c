"""A window that breaks down, and the next one that offers the report: real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gui.crashes import folder
from tests.phones import AdbServer

ROOT = Path(__file__).parents[2]
BEGIN = """
import os, sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from gui.app import Options, main, make_application
from gui.faults import ReportDialog

make_application()
"""
BREAK = BEGIN + "QTimer.singleShot(1500, os.abort)\nsys.exit(main(Options(language='en')))"
RAISE = (
    BEGIN
    + """
import gui.app
def broken(*_):
    raise LookupError("planted before there was a window")
gui.app.Window = broken
main(Options(language='en'))
"""
)
LOOK = (
    BEGIN
    + """
def look():
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, ReportDialog) and dialog.isVisible():
            print(dialog.report.toPlainText(), flush=True)
            for button in dialog.findChildren(QPushButton):
                if button.text() == sys.argv[1]:
                    button.click()
                    QTimer.singleShot(0, QApplication.quit)
            return
    if sys.argv[1] == "nothing" and waited[0] > 15:
        QApplication.quit()
    waited[0] += 1

waited = [0]
timer = QTimer()
timer.timeout.connect(look)
timer.start(100)
sys.exit(main(Options(language='en')))
"""
)


def run(code: str, adb_server: AdbServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"ANDROID_ADB_SERVER_PORT": str(adb_server.port)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="ends otherwise there")
def test_a_window_that_was_aborted_is_told_of_until_the_person_removes_the_report(
    adb_server: AdbServer,
) -> None:
    assert run(BREAK, adb_server).returncode == -signal.SIGABRT
    for answer in ("Ask me again", "Remove this report"):
        offered = run(LOOK, adb_server, answer)
        assert offered.returncode == 0, offered.stderr
        assert "Permission Checkup" in offered.stdout
        assert "Fatal Python error: Aborted" in offered.stdout
        assert str(Path.home()) not in offered.stdout
    assert run(LOOK, adb_server, "nothing").stdout == ""
    assert list(folder().iterdir()) == []


def test_a_window_that_could_not_even_be_built_is_told_of(adb_server: AdbServer) -> None:
    broken = run(RAISE, adb_server)
    assert broken.returncode == 1
    assert "planted before there was a window" in broken.stderr
    offered = run(LOOK, adb_server, "Remove this report")
    assert "LookupError: planted before there was a window" in offered.stdout
    assert list(folder().iterdir()) == []
