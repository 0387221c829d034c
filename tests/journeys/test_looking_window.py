"""A person looks into an app's code from its details."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from device.demo_phone import DemoPhone, Faults, StoryPhone
from gui.app import Options, Program
from gui.views.app_details import AppDetails
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer
from tests.unit.gui.shown import beforehand, texts

PATIENCE_MS = 60_000
BAIDU, WECHAT = (0, "com.baidu.searchbox"), (0, "com.tencent.mm")


@pytest.fixture
def program(
    make_program: MakeProgram, tmp_path: Path, demo_phone: StoryPhone, qtbot: QtBot
) -> Program:
    """The window with a phone that was checked once."""
    made = make_program(Options(str(tmp_path / "checks.sqlite"), language="en"))
    services = made.services
    qtbot.waitUntil(lambda: bool(services.devices), timeout=PATIENCE_MS)
    services.check(demo_phone.address)
    qtbot.waitUntil(
        lambda: services.shown is not None and not services.checking and not services.busy,
        timeout=PATIENCE_MS,
    )
    made.window.resize(1280, 800)
    return made


def open_app(program: Program, qtbot: QtBot, key: tuple[int, str] = BAIDU) -> AppDetails:
    program.window.open_app(*key)
    details: AppDetails = program.window.pages.apps.details
    qtbot.waitUntil(lambda: program.window.pages.apps.place == key and details.acting is not None)
    return details


def look_button(details: AppDetails) -> QPushButton:
    button = beforehand(details).look
    assert button is not None
    return button


def test_more_kits_are_found_and_the_place_is_kept(program: Program, qtbot: QtBot) -> None:
    details = open_app(program, qtbot)
    assert "Tencent Bugly" not in texts(details)
    button = look_button(details)
    button.setFocus()
    details.page.ensureWidgetVisible(button)
    place = details.page.verticalScrollBar().value()
    assert place > 0
    button.click()
    assert not button.isEnabled()
    qtbot.waitUntil(lambda: "Tencent Bugly" in texts(details), timeout=PATIENCE_MS)
    assert "Its code was looked into, too." in texts(details)
    assert beforehand(details).look is None
    qtbot.waitUntil(lambda: details.page.verticalScrollBar().value() == place)
    assert beforehand(details).choice.hasFocus()


def test_a_look_can_be_cancelled_and_asked_for_again(
    program: Program, demo_phone: DemoPhone, qtbot: QtBot
) -> None:
    details = open_app(program, qtbot)
    demo_phone.faults = (Faults(match=r"dd if=", latency=5.0),)
    look_button(details).click()
    qtbot.waitUntil(beforehand(details).end_look.isVisible)
    assert "Looking into its code" in texts(details)
    other = open_app(program, qtbot, WECHAT)
    assert not look_button(other).isEnabled()
    assert "Wait until the other app was looked into." in texts(other)
    details = open_app(program, qtbot)
    beforehand(details).end_look.click()
    qtbot.waitUntil(lambda: look_button(details).isEnabled(), timeout=PATIENCE_MS)
    assert program.window.notices.notice is None
    assert "looked into" not in texts(details)
    demo_phone.faults = ()
    look_button(details).click()
    qtbot.waitUntil(lambda: "Tencent Bugly" in texts(details), timeout=PATIENCE_MS)


def test_what_goes_wrong_is_one_sentence(
    program: Program, demo_phone: StoryPhone, qtbot: QtBot
) -> None:
    details = open_app(program, qtbot)
    demo_phone.state = 2
    look_button(details).click()
    notices = program.window.notices
    qtbot.waitUntil(lambda: notices.notice is not None, timeout=PATIENCE_MS)
    assert "was updated since this check" in texts(notices)
    qtbot.waitUntil(lambda: look_button(details).isEnabled())


def test_without_its_phone_it_says_what_to_do(
    program: Program, demo_phone: StoryPhone, adb_server: AdbServer, qtbot: QtBot
) -> None:
    details = open_app(program, qtbot)
    adb_server.disconnect(demo_phone.address)
    told = "Connect the phone to look into its apps."
    qtbot.waitUntil(lambda: told in texts(details), timeout=PATIENCE_MS)
    assert not look_button(details).isEnabled()
