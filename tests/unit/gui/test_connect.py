"""The page about connecting says what each state of adb needs, and offers only what can work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.progress import Progress
from audit.wording import Wording
from device.adb import Device
from device.errors import AdbPortTakenError
from gui.theme import Theme
from gui.ui import Ui
from gui.views.connect import DONE, NEXT, NOW, ConnectView
from gui.widgets.notice import Notice

READY = Device("SERIAL1", "device", model="Mi_13")
OTHER = Device("SERIAL2", "device", model="Pixel_8")


@pytest.fixture
def view(qtbot: QtBot) -> ConnectView:
    made = ConnectView(Ui(Wording("en", Catalogue.load()), Theme()))
    qtbot.addWidget(made)
    made.show()
    return made


def _states(view: ConnectView) -> list[str]:
    return [step.state for step in view.steps]


def _offers(view: ConnectView) -> list[QPushButton]:
    QApplication.processEvents()  # layouts show and drop their widgets only then
    found = view.steps[2].findChildren(QPushButton)
    return [one for one in found if one.property("serial") and not one.isHidden()]


def test_without_a_phone_the_cable_comes_first(view: ConnectView) -> None:
    assert _states(view) == [NOW, NEXT, NEXT]
    assert "USB debugging" in view.steps[0].text.text()
    assert not _offers(view)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unauthorized", "Always allow from this computer"),
        ("offline", "plug it in again"),
        ("no permissions", "android-sdk-platform-tools-common"),
        ("recovery", "restart it"),
        ("sideload", "restart it"),
        ("authorizing", "Wait a moment"),
    ],
)
def test_a_phone_that_is_not_ready_says_what_it_needs(
    view: ConnectView, state: str, words: str
) -> None:
    view.show_devices([Device("SERIAL1", state)])
    assert _states(view) == [DONE, NOW, NEXT]
    assert words in view.steps[1].text.text()
    assert not _offers(view)


def test_a_ready_phone_can_be_checked_by_mouse(view: ConnectView, qtbot: QtBot) -> None:
    view.show_devices([READY])
    assert _states(view) == [DONE, DONE, NOW]
    assert "Mi 13" in view.steps[0].text.text()
    (offer,) = _offers(view)
    with qtbot.waitSignal(view.check_asked) as asked:
        QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert asked.args == ["SERIAL1"]


def test_of_several_phones_each_can_be_chosen_by_keyboard(view: ConnectView, qtbot: QtBot) -> None:
    view.show_devices([READY, OTHER, Device("SERIAL3", "unauthorized")])
    offers = _offers(view)
    assert [offer.property("serial") for offer in offers] == ["SERIAL1", "SERIAL2"]
    assert [offer.accessibleName() for offer in offers] == ["Check Mi 13", "Check Pixel 8"]
    with qtbot.waitSignal(view.check_asked) as asked:
        QTest.keyClick(offers[1], Qt.Key.Key_Space)
    assert asked.args == ["SERIAL2"]


def test_unplugging_takes_the_offer_back(view: ConnectView) -> None:
    view.show_devices([READY])
    view.show_devices([])
    assert _states(view) == [NOW, NEXT, NEXT]
    assert not _offers(view)


def test_a_running_check_shows_its_step_and_can_be_cancelled(
    view: ConnectView, qtbot: QtBot
) -> None:
    view.show_devices([READY])
    view.set_checking(True)
    view.show_progress(Progress(3, 10, "packages"))
    assert view.progress.isVisible()
    assert not _offers(view)
    assert "the list of apps" in view.progress.step.text()
    with qtbot.waitSignal(view.cancel_asked):
        QTest.mouseClick(view.progress.cancel, Qt.MouseButton.LeftButton)
    view.set_checking(False)
    assert not view.progress.isVisible()
    assert len(_offers(view)) == 1


def test_trouble_is_said_and_taken_back(view: ConnectView) -> None:
    view.show_trouble(AdbPortTakenError(address="<b>5037</b>"))
    (notice,) = view.findChildren(Notice)
    assert "<b>5037</b>" in notice.text.text() == notice.accessibleName()
    assert notice.text.textFormat() is Qt.TextFormat.PlainText
    view.show_trouble(None)
    assert view.notices.count() == 0


def test_the_demo_is_offered_until_it_is_open(view: ConnectView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.demo_asked):
        QTest.mouseClick(view.demo, Qt.MouseButton.LeftButton)
    view.set_demo(demo=True)
    assert not view.demo.isVisible()


def test_each_step_says_its_state_to_a_screen_reader(view: ConnectView) -> None:
    view.show_devices([Device("SERIAL1", "unauthorized")])
    names = [step.accessibleName() for step in view.steps]
    assert [number in name for number, name in zip("123", names, strict=True)] == [True] * 3
    assert "Done" in names[0]
    assert "Now" in names[1]
    assert "Next" in names[2]


@pytest.mark.parametrize("width", [720, 960, 1280])
def test_the_page_never_scrolls_sideways(view: ConnectView, qtbot: QtBot, width: int) -> None:
    view.resize(width, 600)
    view.show_devices([Device("SERIAL1", "unauthorized")])
    qtbot.waitExposed(view)
    content = view.widget()
    assert content is not None
    assert content.minimumSizeHint().width() <= width
