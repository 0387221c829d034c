"""The page of phones and checks: what it shows, what it asks, and what comes of the answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import Phone, RawAnswer
from audit.progress import Cancel, Progress, Report
from audit.wording import Wording
from db.records import Verification
from db.store import Store
from gui.models.phones_table import ANSWERS, NOTE, STATE, TITLE
from gui.pages import COMPARE, FLEET, PHONES
from gui.services import Services
from gui.sources import OwnSource
from gui.theme import Theme
from gui.ui import Ui
from gui.views.phones import PhonesView
from gui.widgets.tables import CopyRows
from gui.window import Window
from tests.phones import AdbServer
from tests.unit.gui.saved import KEY, life

PATIENCE_MS = 30_000
CATALOGUE = Catalogue.load()
LONG = timedelta(days=900)
DATE = b"x" * 1_500_000
OTHER = Phone("OTHER", "Google", "Pixel <b>8</b>", "15", 35)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "checks.sqlite"


@pytest.fixture
def window(
    adb_server: AdbServer, qtbot: QtBot, database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    """A window on five checks of one phone and one of another, with the page open."""
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    with Store.open(database) as store:
        other = life()[0]
        store.save(replace(other, info=replace(other.info, phone=OTHER)))
        for found in life():
            then = replace(found.info, taken_at=found.info.taken_at - LONG)
            store.save(replace(found, info=then, raw=(RawAnswer("date", DATE, then.taken_at),)))
    wording = Wording("en", CATALOGUE)
    services = Services(wording, lambda _demo: OwnSource(CATALOGUE, database))
    made = Window(Ui(wording, Theme()), services)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS):
        services.open(demo=False)
    made.open_page(PHONES)
    qtbot.waitUntil(lambda: made.pages.phones.checks.rowCount() == 5, timeout=PATIENCE_MS)
    yield made
    services.stop()
    made.close()


@pytest.fixture
def page(window: Window) -> PhonesView:
    return window.pages.phones


def choose(page: PhonesView, *ids: int) -> None:
    page.choose_checks(ids)


def press(page: PhonesView, name: str) -> None:
    assert page.buttons[name].isEnabled()
    QTest.mouseClick(page.buttons[name], Qt.MouseButton.LeftButton)


def answered(page: PhonesView, text: str) -> None:
    """Types an answer into the dialog that is open, and saves it."""
    dialog = page.asking.text
    assert dialog is not None
    dialog.setTextValue(text)
    dialog.accept()


def undo(page: PhonesView) -> None:
    """Takes back what was done last, as the strip above the page offers it."""
    window = page.window()
    assert isinstance(window, Window)
    assert window.notices.notice is not None
    window.notices.notice.action.click()


def row_of(page: PhonesView, check: int) -> list[str]:
    info = page.checks.check_at(page.checks.find(check))
    return [page.checks.cell(info, column) for column in range(page.checks.columnCount())]


def wait(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=PATIENCE_MS)


def test_it_shows_phones_and_the_checks_of_the_chosen_one(page: PhonesView) -> None:
    names = [page.phones.lines(page.phones.phone_at(n)) for n in range(2)]
    assert [lines[0] for lines in names] == ["Maker Phone", "Google Pixel <b>8</b>"]
    assert names[0][1].startswith("5 checks · ")
    assert page.phone is not None
    assert page.phone.key == KEY
    assert row_of(page, 6)[ANSWERS] == "1.5 MB"
    assert row_of(page, 4)[STATE] == "not complete"
    page.list.selectRow(1)
    assert page.checks.rowCount() == 1
    assert row_of(page, 1)[ANSWERS] == "–"


def test_only_what_is_possible_can_be_pressed(page: PhonesView) -> None:
    def possible() -> set[str]:
        of_checks = ("rename", "note", "pin", "compare", "export", "split", "delete")
        return {name for name in of_checks if page.buttons[name].isEnabled()}

    one = {"rename", "note", "pin", "export", "split", "delete"}
    assert [info.id for info in page.chosen] == [6]
    assert possible() == one
    page.table.clearSelection()
    assert possible() == set()
    choose(page, 3)
    assert possible() == one
    choose(page, 3, 5)
    assert possible() == {"compare", "split", "delete"}
    choose(page, 2, 3, 4, 5, 6)
    assert possible() == {"delete"}


def test_a_title_and_a_note_are_kept_and_can_be_undone(
    page: PhonesView, qtbot: QtBot, database: Path
) -> None:
    choose(page, 3)
    press(page, "rename")
    answered(page, "  before the repair ")
    wait(qtbot, lambda: row_of(page, 3)[TITLE] == "before the repair")
    assert [info.id for info in page.chosen] == [3]
    press(page, "note")
    answered(page, "line one\nline two")
    wait(qtbot, lambda: row_of(page, 3)[NOTE] == "line one line two")
    undo(page)
    wait(qtbot, lambda: row_of(page, 3)[NOTE] == "")
    with Store.open(database) as store:
        assert (store.info(3).title, store.info(3).note) == ("before the repair", None)
        assert store.verify().findings == ()


def test_the_reference_is_chosen_and_let_go(page: PhonesView, qtbot: QtBot) -> None:
    choose(page, 3)
    press(page, "pin")
    wait(qtbot, lambda: row_of(page, 3)[STATE] == "reference")
    assert page.buttons["pin"].text() == "No longer the reference"
    undo(page)
    wait(qtbot, lambda: row_of(page, 3)[STATE] == "")


def test_deleting_asks_first(page: PhonesView, qtbot: QtBot, database: Path) -> None:
    choose(page, 3, 4)
    press(page, "delete")
    question = page.asking.question
    assert question is not None
    assert question.text() == "Delete 2 checks?"
    assert question.defaultButton() is question.no
    question.no.click()
    QApplication.processEvents()
    assert page.checks.rowCount() == 5
    press(page, "delete")
    again = page.asking.question
    assert again is not None
    again.yes.click()
    wait(qtbot, lambda: page.checks.rowCount() == 3)
    with Store.open(database) as store:
        assert [info.id for info in store.snapshots(KEY)] == [2, 5, 6]
        assert store.verify().findings == ()


def test_a_phone_is_deleted_whole_after_a_question(
    page: PhonesView, qtbot: QtBot, database: Path
) -> None:
    with Store.open(database) as store:
        keys = {phone.key for phone in store.phones()}
    press(page, "forget")
    question = page.asking.question
    assert question is not None
    assert "5 checks" in question.text()
    assert question.defaultButton() is question.no
    question.no.click()
    QApplication.processEvents()
    assert page.checks.rowCount() == 5
    press(page, "forget")
    again = page.asking.question
    assert again is not None
    again.yes.click()

    def left() -> set[str]:
        with Store.open(database) as store:
            return {phone.key for phone in store.phones()}

    wait(qtbot, lambda: left() == keys - {KEY})
    wait(qtbot, lambda: page.checks.rowCount() != 5)


def test_checks_are_split_off_and_merged_again(page: PhonesView, qtbot: QtBot) -> None:
    choose(page, 2, 3)
    press(page, "split")
    answered(page, "妈妈的手机")
    wait(qtbot, lambda: page.phones.rowCount() == 3)
    number = page.phones.find(f"{KEY}#2")
    assert page.phones.name(page.phones.phone_at(number)) == "妈妈的手机"
    page.list.selectRow(number)
    assert page.checks.rowCount() == 2
    assert page.buttons["merge"].isEnabled()
    menu = page.merge_menu()
    assert menu is not None
    actions = {action.text(): action for action in menu.actions()}
    actions["Maker Phone"].trigger()
    question = page.asking.question
    assert question is not None
    assert question.textFormat() is Qt.TextFormat.PlainText
    question.yes.click()
    wait(qtbot, lambda: page.phones.rowCount() == 2)
    undo(page)
    wait(qtbot, lambda: page.phones.rowCount() == 3)
    number = page.phones.find(f"{KEY}#2")
    assert page.phones.name(page.phones.phone_at(number)) == "妈妈的手机"


def test_a_phone_is_named(page: PhonesView, qtbot: QtBot) -> None:
    press(page, "name")
    answered(page, "my own")
    wait(qtbot, lambda: page.phones.name(page.phones.phone_at(0)) == "my own")
    undo(page)
    wait(qtbot, lambda: page.phones.name(page.phones.phone_at(0)) == "Maker Phone")


def test_two_checks_are_compared(page: PhonesView, window: Window, qtbot: QtBot) -> None:
    choose(page, 2, 6)
    press(page, "compare")
    assert window.page == COMPARE
    compare = window.pages.compare
    wait(qtbot, lambda: compare.old.info is not None and compare.old.info.id == 2)
    assert compare.new.info is not None
    assert compare.new.info.id == 6


def test_tidying_shows_what_would_go_before_it_does(
    page: PhonesView, qtbot: QtBot, database: Path
) -> None:
    press(page, "tidy")
    wait(qtbot, lambda: page.tidy_dialog is not None)
    dialog = page.tidy_dialog
    assert dialog is not None
    wait(qtbot, lambda: dialog.told.text() == "Nothing would be deleted.")
    assert not dialog.delete.isEnabled()
    dialog.days.setValue(1)
    dialog.rhythm.setCurrentIndex(1)
    dialog.fewer.setChecked(True)
    assert not dialog.delete.isEnabled()
    wait(qtbot, dialog.delete.isEnabled)
    listed = dialog.list.toPlainText().splitlines()
    assert dialog.told.text().startswith(f"{len(listed)} check")
    assert all(line.endswith("the check") for line in listed)
    dialog.delete.click()
    wait(qtbot, lambda: page.checks.rowCount() == 5 - len(listed))
    with Store.open(database) as store:
        assert store.retention().keep_days == 1
        assert store.verify().findings == ()


def test_it_says_whether_all_is_as_it_was_saved(
    page: PhonesView, window: Window, qtbot: QtBot
) -> None:
    seen: list[Progress] = []
    window.pages.archive.verifying.connect(seen.append)
    press(page, "verify")
    assert page.verifying.isVisible()
    assert not page.buttons["verify"].isEnabled()
    wait(qtbot, lambda: "All is as it was saved: 6 checks." in page.told.text())
    assert 0 < seen[-1].step == seen[-1].steps
    assert not page.verifying.isVisible()
    assert page.buttons["verify"].isEnabled()


def test_looking_through_everything_can_be_stopped(
    page: PhonesView, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    verify = Store.verify

    def slow(store: Store, report: Report, cancel: Cancel) -> Verification:
        begun.set()
        assert go_on.wait(PATIENCE_MS / 1000)
        return verify(store, report, cancel)

    monkeypatch.setattr(Store, "verify", slow)
    press(page, "verify")
    wait(qtbot, begun.is_set)
    QTest.mouseClick(page.verifying.cancel, Qt.MouseButton.LeftButton)
    go_on.set()
    wait(qtbot, lambda: "was not looked through to the end" in page.told.text())
    assert window.notices.notice is None
    assert page.buttons["verify"].isEnabled()


def test_a_second_reading_is_shown_as_one_and_goes_with_its_check(
    page: PhonesView, window: Window, database: Path, qtbot: QtBot
) -> None:
    with Store.open(database) as store:
        first = store.load(4)
        info = replace(first.info, source="reread", reread_of=4, note=None)
        again = store.save(replace(first, info=info)).id
    assert again is not None
    page.checks_wanted.emit()
    wait(qtbot, lambda: page.checks.rowCount() == 6)
    assert page.phones.lines(page.phones.phone_at(0))[1].startswith("5 checks · ")
    assert page.checks.find(again) == page.checks.find(4) - 1
    assert row_of(page, again)[STATE] == "second reading · not complete"
    choose(page, 4, again)
    press(page, "compare")
    compare = window.pages.compare
    wait(qtbot, lambda: "Nothing changed." in compare.nothing.text())
    assert [one.info and one.info.id for one in (compare.old, compare.new)] == [4, again]
    window.open_page(PHONES)
    choose(page, 4)
    press(page, "delete")
    assert page.asking.question is not None
    page.asking.question.yes.click()
    wait(qtbot, lambda: page.checks.rowCount() == 4)
    with Store.open(database) as store:
        assert again not in {info.id for info in store.snapshots(rereads=True)}


def test_everything_has_a_name_for_a_screen_reader(page: PhonesView) -> None:
    for widget in (page.list, page.table, *page.buttons.values()):
        assert widget.accessibleName()
    page.list.selectRow(0)
    index = page.checks.index(0, TITLE)
    assert page.checks.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Title: "


def test_its_tables_can_be_copied(page: PhonesView) -> None:
    phones, checks = (table.findChild(CopyRows) for table in (page.list, page.table))
    assert phones is not None
    assert checks is not None
    phones.copy_all()
    assert "Maker Phone 5 checks" in QGuiApplication.clipboard().text()
    choose(page, 3)
    checks.copy_chosen()
    copied = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert copied[1] == row_of(page, 3)
    assert len(copied) == 2


def test_several_phones_are_shown_side_by_side(
    window: Window, page: PhonesView, qtbot: QtBot
) -> None:
    press(page, "fleet")
    assert window.page == FLEET
    wait(qtbot, lambda: window.pages.fleet.model.rowCount() > 0)
    window.pages.fleet.export.click()
    dialog = window.pages.exporter.dialog
    assert dialog is not None
    assert dialog.request().what == "matrix"
    dialog.reject()


def test_one_phone_has_none_to_stand_beside_it(
    window: Window, page: PhonesView, qtbot: QtBot
) -> None:
    entry = next(
        one for one in window.sidebar.findChildren(QPushButton) if one.text() == "All phones"
    )
    wait(qtbot, lambda: not entry.isHidden())
    page.merge_asked.emit("OTHER", KEY)
    wait(qtbot, lambda: page.phones.rowCount() == 1)
    assert page.buttons["fleet"].isHidden()
    wait(qtbot, entry.isHidden)
