"""Whole programs at the tests' adb server."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from gui.app import Options, Program
from tests.phones import AdbServer

MakeProgram = Callable[[Options], Program]


@pytest.fixture
def make_program(
    adb_server: AdbServer, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeProgram]:
    """Programs at the tests' adb server; afterwards the application looks as before."""
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    dress = qapp.styleSheet(), qapp.palette(), qapp.font()
    made: list[Program] = []

    def make(options: Options) -> Program:
        made.append(Program(qapp, options))
        made[-1].start()
        return made[-1]

    yield make
    for program in made:
        program.window.close()
        program.stop()
        program.window.deleteLater()
        program.deleteLater()
    # Here, on the main thread: else whichever thread works for the next program may come to
    # collect what is left of these windows.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made.clear()
    gc.collect()
    qapp.setStyleSheet(dress[0])
    qapp.setPalette(dress[1])
    qapp.setFont(dress[2])
