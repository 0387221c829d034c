"""A person with a phone that is not ready yet: the window says what to do, and follows along."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from device.demo_phone import Authorization, StoryPhone
from gui.app import Options
from gui.pages import CONNECT, OVERVIEW
from tests.impostors import impostor
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer

PATIENCE_MS = 60_000


def test_from_the_question_on_the_phone_to_the_first_check(
    make_program: MakeProgram,
    adb_server: AdbServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    program = make_program(Options(str(tmp_path / "own.sqlite"), language="en"))
    window = program.window
    qtbot.waitUntil(lambda: window.page == CONNECT, timeout=PATIENCE_MS)
    page = window.pages.connecting
    qtbot.waitUntil(page.card.isVisible, timeout=PATIENCE_MS)
    with StoryPhone(authorization=Authorization.ASK) as phone:
        adb_server.connect(phone.address)
        asked = "Tap “Allow” on the phone"
        qtbot.waitUntil(lambda: page.card.title.text() == asked, timeout=PATIENCE_MS)
        phone.authorize()

        def offers() -> list[QPushButton]:
            found = page.steps[2].findChildren(QPushButton)
            return [one for one in found if one.property("serial") and one.isVisible()]

        qtbot.waitUntil(lambda: bool(offers()), timeout=PATIENCE_MS)
        QTest.mouseClick(offers()[0], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.page == OVERVIEW, timeout=PATIENCE_MS)
        adb_server.forget(phone.address)


def test_a_stranger_on_the_port_is_named_with_what_to_do(
    make_program: MakeProgram, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    with impostor(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(port))
        program = make_program(Options(str(tmp_path / "own.sqlite"), language="zh-CN"))
        window = program.window
        qtbot.waitUntil(lambda: window.page == CONNECT, timeout=PATIENCE_MS)
        card = window.pages.connecting.card
        named = "另一个程序占用了 adb 的端口"
        qtbot.waitUntil(lambda: card.title.text() == named, timeout=PATIENCE_MS)
        assert str(port) in card.text.text()
        assert window.pages.connecting.notices.count() == 0
