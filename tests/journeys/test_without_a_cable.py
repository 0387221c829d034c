"""A person whose phone is paired over Wi-Fi, from the Connect page to the first check."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from device import pairing
from device.demo_phone import StoryPhone
from gui.app import Options
from gui.pages import CONNECT, OVERVIEW
from gui.views.pair import PairDialog
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer
from tests.wireless_server import GUID, on_air

PATIENCE_MS = 60_000


def _seen_by_the_phone(dialog: PairDialog) -> tuple[str, str]:
    """The name and the password in the picture on screen."""
    image = dialog.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    view = memoryview(bytes(image.constBits())).cast("B", (image.height(), image.bytesPerLine()))
    (found,) = zxingcpp.read_barcodes(view)
    kind, name, password = found.text.removesuffix(";;").removeprefix("WIFI:").split(";")
    assert kind == "T:ADB"
    return name.removeprefix("S:"), password.removeprefix("P:")


def test_from_the_picture_to_the_first_check(
    make_program: MakeProgram,
    adb_server: AdbServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    monkeypatch.setattr(pairing, "_OWN_SECONDS", 0.0)  # adb never connects to this one by itself
    with on_air(adb_server.port) as air, StoryPhone() as phone:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(air.port))
        program = make_program(Options(str(tmp_path / "own.sqlite"), language="en"))
        window = program.window
        qtbot.waitUntil(lambda: window.page == CONNECT, timeout=PATIENCE_MS)
        QTest.mouseClick(window.pages.connecting.pair, Qt.MouseButton.LeftButton)
        (dialog,) = window.findChildren(PairDialog)
        service, password = _seen_by_the_phone(dialog)
        air.codes = {password}
        air.lines = [
            (service, "pairing", "127.0.0.1:37000"),
            (GUID, "connect", phone.address),
        ]
        qtbot.waitUntil(dialog.check.isVisible, timeout=PATIENCE_MS)
        assert phone.address in adb_server.states()
        QTest.mouseClick(dialog.check, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.page == OVERVIEW, timeout=PATIENCE_MS)
        program.stop()
        adb_server.forget(phone.address)


def test_closing_the_dialog_ends_the_wait(
    make_program: MakeProgram,
    adb_server: AdbServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    with on_air(adb_server.port) as air:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(air.port))
        program = make_program(Options(str(tmp_path / "own.sqlite"), language="en"))
        window = program.window
        qtbot.waitUntil(lambda: window.page == CONNECT, timeout=PATIENCE_MS)
        QTest.mouseClick(window.pages.connecting.pair, Qt.MouseButton.LeftButton)
        (dialog,) = window.findChildren(PairDialog)
        assert program.services.busy
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        page = window.pages.connecting
        page.hide()  # nobody looks around for phones meanwhile
        qtbot.waitUntil(lambda: not program.services.busy, timeout=PATIENCE_MS)
        assert not air.asked
        program.stop()
