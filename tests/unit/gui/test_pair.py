"""The dialog for phones without a cable: what it asks for, and what it says of what came of it."""

from __future__ import annotations

import pytest
import zxingcpp
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from audit.model import Phone
from audit.progress import Progress
from device.adb import Device
from device.errors import NothingHeardError, WrongCodeError
from device.pairing import Linked, Ticket
from gui.ui import Ui
from gui.views.pair import PairDialog
from gui.widgets.notice import Notice

LINKED = Device("192.0.2.7:40000", "device")


@pytest.fixture
def dialog(ui: Ui, qtbot: QtBot) -> PairDialog:
    made = PairDialog(ui)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)  # the test does that
    qtbot.addWidget(made)
    made.show()
    return made


def _told(dialog: PairDialog) -> list[str]:
    QCoreApplication.processEvents()  # layouts show their widgets only then
    found = dialog.findChildren(Notice)
    return [one.text.text() for one in found if not one.isHidden() and one is not dialog.danger]


def test_the_picture_is_the_ticket_that_is_waited_for(dialog: PairDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.scan_asked) as asked:
        dialog.begin_scan()
    ticket = asked.args[0]
    assert isinstance(ticket, Ticket)
    image = dialog.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = bytes(image.constBits())
    view = memoryview(pixels).cast("B", (image.height(), image.bytesPerLine()))
    assert [found.text for found in zxingcpp.read_barcodes(view)] == [ticket.text]
    assert dialog.code.accessibleName()
    assert dialog.code.accessibleDescription() == ticket.text
    assert "CVE-2026-0073" in dialog.danger.text.text()


def test_address_and_code_are_asked_for_as_adb_takes_them(dialog: PairDialog, qtbot: QtBot) -> None:
    dialog.address.setText("192.0.2.7：37000 ")
    dialog.digits.setText("123 456")
    with qtbot.waitSignal(dialog.pair_asked) as asked:
        QTest.keyClick(dialog.digits, Qt.Key.Key_Return)
    assert asked.args == ["192.0.2.7:37000", "123456"]
    assert not dialog.pair.isEnabled()


def test_without_a_code_a_paired_phone_is_connected_to(dialog: PairDialog, qtbot: QtBot) -> None:
    dialog.address.setText("192.0.2.7:40000")
    with qtbot.waitSignal(dialog.connect_asked) as asked, qtbot.assertNotEmitted(dialog.pair_asked):
        QTest.mouseClick(dialog.pair, Qt.MouseButton.LeftButton)
    assert asked.args == ["192.0.2.7:40000"]


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [("192.0.2.7", "123456", "no address with a port"), ("192.0.2.7:1", "12", "six digits")],
)
def test_what_cannot_be_is_not_asked_for(
    dialog: PairDialog, qtbot: QtBot, address: str, code: str, words: str
) -> None:
    dialog.begin_scan()
    dialog.address.setText(address)
    dialog.digits.setText(code)
    with qtbot.assertNotEmitted(dialog.pair_asked), qtbot.assertNotEmitted(dialog.connect_asked):
        QTest.mouseClick(dialog.pair, Qt.MouseButton.LeftButton)
    assert words in _told(dialog)[0]
    assert dialog.code.isVisible()  # the phone may still scan


def test_after_a_failure_both_ways_are_open_again(dialog: PairDialog, qtbot: QtBot) -> None:
    dialog.begin_scan()
    dialog.show_progress(Progress(1, 3, "pairing"))
    assert not dialog.pair.isEnabled()
    dialog.show_error(WrongCodeError())
    assert _told(dialog) == [dialog._ui.wording.error(WrongCodeError())]
    assert dialog.pair.isEnabled()
    assert not dialog.code.isVisible()
    with qtbot.waitSignal(dialog.scan_asked):
        QTest.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    assert dialog.code.isVisible()
    dialog.show_error(NothingHeardError())
    assert "mDNS" in _told(dialog)[0]


def test_a_connected_phone_is_named_and_its_danger_told(dialog: PairDialog, qtbot: QtBot) -> None:
    dialog.show_linked(Linked(LINKED, Phone("S", "Google", "Pixel 8", sdk=36)))
    dialog.show_linked(
        Linked(LINKED, Phone("S", "Google", "Pixel 8", sdk=34, security_patch="2025-11-01"))
    )
    named, danger = _told(dialog)
    assert "Google Pixel 8" in named
    assert "2025-11-01" in danger
    with qtbot.waitSignal(dialog.check_asked) as asked:
        QTest.mouseClick(dialog.check, Qt.MouseButton.LeftButton)
    assert asked.args == [LINKED.serial]
    assert not dialog.isVisible()
