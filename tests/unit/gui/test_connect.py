"""The page about connecting says what each state of adb needs, and offers only what can work."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.progress import Progress
from audit.wording import Wording
from device.adb import Device
from device.connecting.facts import Facts, UsbDevice, UsbInterface
from device.connecting.situations import diagnose
from device.errors import AdbPortTakenError
from gui.theme import Theme
from gui.tokens import Mode
from gui.ui import Ui
from gui.views.connect import DONE, NEXT, NOW, ConnectView
from gui.widgets.maker_guide import MakerGuide
from gui.widgets.notice import Notice
from gui.widgets.phone_picture import PhonePicture

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
    assert "carries data" in view.steps[0].text.text()
    assert not _offers(view)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unauthorized", "Allow"),
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


def test_a_phone_over_wifi_that_is_gone_is_not_told_to_take_its_cable(view: ConnectView) -> None:
    view.show_devices([Device("192.168.1.5:37123", "offline")])
    assert _states(view) == [DONE, NOW, NEXT]
    assert "the same Wi-Fi" in view.steps[1].text.text()


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
    view.show_checks({READY.serial: "Phone"})
    view.show_progress(Progress(3, 10, "packages"), READY.serial)
    bar = view.progress.bars[READY.serial]
    assert view.progress.isVisible()
    assert not _offers(view)
    assert "the list of apps" in bar.step.text()
    with qtbot.waitSignal(view.cancel_asked):
        QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    view.show_checks({})
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
    view.show_opened(True)
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


# What keeps a phone from being checked.

FILES = UsbDevice(
    "1-2", 0x2717, 1, "Xiaomi", "Mi 13", "S1", (UsbInterface((6, 1, 1), "MTP"),), usable=True
)
ADB = UsbInterface((255, 66, 1))


def _tell(view: ConnectView, facts: Facts) -> None:
    view.show_devices(facts.devices)
    view.show_situations(diagnose(facts))
    QApplication.processEvents()


def _words(view: ConnectView) -> str:
    found = view.card.findChildren(QLabel)
    return "\n".join(one.text() for one in found if one.isVisible())


CARDS = [
    ("nothing", Facts(usb=()), [NOW, NEXT, NEXT], "No phone is seen on USB", True),
    ("files", Facts(usb=(FILES,)), [DONE, NOW, NEXT], "Switch on USB debugging", True),
    (
        "unauthorized",
        Facts(usb=(), devices=(Device("S1", "unauthorized"),)),
        [DONE, NOW, NEXT],
        "Tap “Allow” on the phone",
        False,
    ),
    (
        "waiting",
        Facts(usb=(), devices=(Device("S1", "authorizing"),)),
        [DONE, NOW, NEXT],
        "One moment",
        False,
    ),
    (
        "adb",
        Facts(usb=(), trouble=AdbPortTakenError(address="127.0.0.1:1")),
        [NOW, NEXT, NEXT],
        "Another program sits where adb works",
        False,
    ),
    (
        "iPhone",
        Facts(usb=(replace(FILES, vendor=0x05AC, name="iPhone", maker="Apple"),)),
        [NOW, NEXT, NEXT],
        "This is an iPhone or iPad",
        False,
    ),
]


@pytest.mark.parametrize(
    ("facts", "states", "title", "guided"),
    [row[1:] for row in CARDS],
    ids=[row[0] for row in CARDS],
)
def test_each_kind_of_situation_has_its_card(
    view: ConnectView, facts: Facts, states: list[str], title: str, guided: bool
) -> None:
    _tell(view, facts)
    assert view.card.isVisible()
    assert view.card.title.text() == title
    assert title in view.card.accessibleName()
    assert _states(view) == states
    guide = view.findChild(MakerGuide)
    assert (guide is not None and guide.isVisible()) is guided


def test_a_phone_on_usb_is_named_in_the_steps_though_adb_does_not_see_it(view: ConnectView) -> None:
    _tell(view, Facts(usb=(FILES,)))
    assert "Xiaomi Mi 13" in view.steps[0].text.text()
    _tell(view, Facts(usb=()))
    assert _states(view) == [NOW, NEXT, NEXT]


def test_what_else_it_could_be_is_folded_until_asked_for(view: ConnectView) -> None:
    _tell(view, Facts(usb=(replace(FILES, vendor=0x04E8, maker=None),)))
    assert "Auto Blocker" not in _words(view)
    assert view.card.more.text() == "What else it could be (2)"
    QTest.keyClick(view.card.more, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert "Auto Blocker" in _words(view)


def test_a_ready_phone_leaves_only_what_is_good_to_know(view: ConnectView) -> None:
    facts = Facts(devices=(READY,), usb=(FILES,), moved_from="127.0.0.1:5037", address="x:1")
    _tell(view, replace(facts, usb=()))
    assert not view.card.title.isVisible()
    assert view.card.more.text() == "Good to know (1)"
    assert not view.helps.isVisible()
    _tell(view, facts)  # another phone that is not ready is no reason to wait
    assert not view.card.title.isVisible()
    assert view.card.more.text() == "Good to know (2)"


def test_a_command_can_be_copied_whole(view: ConnectView) -> None:
    phone = replace(FILES, interfaces=(ADB,), usable=False)
    _tell(view, Facts(usb=(phone,)))
    copies = [one for one in view.card.findChildren(QPushButton) if one.property("command")]
    QTest.mouseClick(copies[0], Qt.MouseButton.LeftButton)
    assert 'ATTR{idVendor}=="2717"' in QApplication.clipboard().text()
    assert "2717" in copies[0].accessibleName()


def test_names_from_the_phone_are_never_taken_for_markup(view: ConnectView) -> None:
    _tell(view, Facts(usb=(replace(FILES, name="<img src=x>", maker=None),)))
    assert "<img src=x>" in view.card.text.text()
    for one in view.card.findChildren(QLabel):
        assert one.textFormat() is Qt.TextFormat.PlainText


def test_trouble_steps_back_once_it_is_known_better(view: ConnectView) -> None:
    error = AdbPortTakenError(address="127.0.0.1:1")
    view.show_trouble(error)
    _tell(view, Facts(usb=(), trouble=error))
    assert view.notices.count() == 0
    view.show_trouble(error)
    assert view.notices.count() == 0


def test_a_running_check_puts_the_cards_away(view: ConnectView) -> None:
    _tell(view, Facts(usb=()))
    view.show_checks({None: ""})
    assert not view.card.isVisible()
    guide = view.findChild(MakerGuide)
    assert guide is not None
    assert not guide.isVisible()


def test_the_guide_can_be_asked_for(view: ConnectView) -> None:
    _tell(view, Facts(usb=(), devices=(Device("S1", "unauthorized"),)))
    assert view.findChild(MakerGuide) is None
    QTest.mouseClick(view.helps, Qt.MouseButton.LeftButton)
    guide = view.findChild(MakerGuide)
    assert guide is not None
    assert guide.isVisible()


def test_the_guide_follows_the_phone_until_the_person_chooses(view: ConnectView) -> None:
    _tell(view, Facts(usb=(FILES,)))
    guide = view.findChild(MakerGuide)
    assert guide is not None
    assert guide.maker.currentData() == "xiaomi"
    QTest.keyClick(guide.maker, Qt.Key.Key_Down)
    assert guide.maker.currentData() == "huawei"
    _tell(view, Facts(usb=(replace(FILES, vendor=0x2D95, maker=None),)))
    assert guide.maker.currentData() == "huawei"


def test_the_guides_pictures_say_their_steps_and_paint_in_both_themes(
    view: ConnectView, qtbot: QtBot
) -> None:
    _tell(view, Facts(usb=(replace(FILES, vendor=0x12D1, maker="HUAWEI", interfaces=()),)))
    guide = view.findChild(MakerGuide)
    assert guide is not None
    pictures = [one for one in guide.findChildren(PhonePicture) if one.isVisible()]
    names = [one.accessibleName() for one in pictures]
    assert "File transfer" in names[0]  # it only charges
    assert names[1].startswith("Settings › About phone: Tap “Build number”")
    assert "Always allow" in names[-1]
    light = [one.grab().toImage() for one in pictures]
    view._ui.theme.set_mode(Mode.DARK)
    dark = [one.grab().toImage() for one in pictures]
    assert all(a != b for a, b in zip(light, dark, strict=True))
    view._ui.theme.set_mode(Mode.LIGHT)


def test_whether_it_is_seen_is_told(qtbot: QtBot) -> None:
    made = ConnectView(Ui(Wording("en", Catalogue.load()), Theme()))
    qtbot.addWidget(made)
    told: list[bool] = []
    made.watched.connect(told.append)
    made.show()
    made.hide()
    assert told == [True, False]


def test_the_demo_needs_no_other_way_than_its_own(view: ConnectView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.pair_asked):
        QTest.mouseClick(view.pair, Qt.MouseButton.LeftButton)
    view.show_opened(True)
    assert not view.pair.isVisible()


def test_phones_are_checked_side_by_side_each_with_its_progress(view: ConnectView) -> None:
    other = replace(READY, serial="S2", model="Other_phone")
    view.show_devices([READY, other])
    asked: list[str] = []
    view.check_asked.connect(asked.append)
    (every,) = (one for one in view.findChildren(QPushButton) if one.text() == "Check all")
    every.click()
    assert asked == [READY.serial, "S2"]
    view.show_checks({"S2": "Other phone"})
    assert [one.property("serial") for one in _offers(view)] == [READY.serial]
    view.show_checks({"S2": "Other phone", READY.serial: "Phone"})
    assert not _offers(view)
    view.show_progress(Progress(3, 10, "packages"), "S2")
    bars = view.progress.bars
    assert bars["S2"].step.text().startswith("Other phone · ")
    assert bars["S2"].bar.value() > bars[READY.serial].bar.value() == 0


def test_what_runs_is_shown_in_the_page_and_not_as_a_window_of_its_own(
    view: ConnectView,
) -> None:
    view.show_checks({READY.serial: "Mi 13"})
    assert view.progress.isVisible()
    assert view.progress.window() is view
    view.show_checks({})
    assert not view.progress.isVisible()
    assert view.progress.window() is view
