"""A person takes access away in the window, sees what came of it, and undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from audit.model import State
from db.store import Store
from device.demo_phone import DemoPhone, Programs, phone_spec
from gui.app import Options, Program
from gui.models.rows import AppRow
from gui.pages import APPS, HISTORY
from gui.views.commands_dialog import CommandsDialog
from gui.views.take_away_dialog import TakeAwayDialog
from gui.widgets.finding_card import FindingCard
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer
from tests.unit.gui.shown import build

PATIENCE_MS = 60_000
WECHAT = 0, "com.tencent.mm"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "checks.sqlite"


@pytest.fixture
def program(make_program: MakeProgram, database: Path, qtbot: QtBot) -> Program:
    """The window with the demo phone, after the check that starts by itself."""
    made = make_program(Options(str(database), demo=True, language="en"))
    _wait_for_check(made, qtbot, 1)
    return made


@pytest.fixture
def closed_phone(adb_server: AdbServer) -> Iterator[DemoPhone]:
    """A phone that lets no computer change permissions."""
    spec = phone_spec()
    closed = replace(spec, properties={**spec.properties, "persist.security.adbinput": "0"})
    with DemoPhone(Programs(closed).answer) as phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        yield phone
        adb_server.forget(phone.address)


def _wait_for_check(program: Program, qtbot: QtBot, number: int) -> None:
    def shown() -> bool:
        found = program.services.shown
        return found is not None and found.info.id == number and not program.services.checking

    qtbot.waitUntil(shown, timeout=PATIENCE_MS)


def _row(program: Program, key: tuple[int, str] = WECHAT) -> AppRow:
    shown = program.services.shown
    assert shown is not None
    return next(row for row in shown.rows if row.key == key)


def _open_details(program: Program, qtbot: QtBot) -> None:
    program.window.open_app(*WECHAT)
    apps = program.window.pages.apps
    qtbot.waitUntil(lambda: apps.details.acting is not None and not program.services.asking)


def _ask(program: Program, qtbot: QtBot) -> TakeAwayDialog:
    _open_details(program, qtbot)
    acting = program.window.pages.apps.details.acting
    assert acting is not None
    acting.take.click()
    dialog = program.window.pages.actor.dialog
    assert dialog is not None
    return dialog


def _tick(dialog: TakeAwayDialog, access: str) -> None:
    for tick, bundle in dialog.ticks.items():
        tick.setChecked(bundle.access == access)


def _texts(part: QWidget) -> str:
    return "\n".join(one.text() for one in part.findChildren(QLabel))


def test_location_is_taken_from_an_app_and_given_back(
    program: Program, qtbot: QtBot, database: Path
) -> None:
    before = _row(program).access["location"]
    assert before in {State.WHILE_IN_USE, State.ALLOWED}
    dialog = _ask(program, qtbot)
    assert not dialog.take.isEnabled()
    _tick(dialog, "location")
    assert "no longer know where you are" in _texts(dialog)
    assert f"pm revoke --user 0 {WECHAT[1]} android.permission.ACCESS_FINE_LOCATION" in (
        dialog.lines.toPlainText()
    )
    dialog.take.click()
    assert program.services.checking
    assert program.window.pages.actor.reach
    _wait_for_check(program, qtbot, 2)
    assert _row(program).access["location"] in {State.DENIED, State.ASK}
    assert program.window.pages.actor.dialog is None
    notice = program.window.notices.notice
    assert notice is not None
    assert "Taken from WeChat" in notice.text.text()
    details = program.window.pages.apps.details
    qtbot.waitUntil(lambda: "What you changed" in _texts(details), timeout=PATIENCE_MS)

    notice.action.click()
    _wait_for_check(program, qtbot, 3)
    assert _row(program).access["location"] is before
    with Store.open(database) as store:
        deeds = store.deeds(store.latest_phone_key() or "")
    assert all(deed.held for deed in deeds)
    assert [deed.undoes for deed in deeds[len(deeds) // 2 :]] == [2, 1]
    program.window.open_history_of(*WECHAT)
    assert program.window.page == HISTORY
    qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
    model = program.window.pages.history.model
    cells = [model.cells(number) for number in range(model.rowCount())]
    assert any("Taken from WeChat" in text for row in cells for text in row)


def test_a_finding_leads_to_what_it_is_about(program: Program, qtbot: QtBot) -> None:
    program.window.check_now()
    _wait_for_check(program, qtbot, 2)
    overview = program.window.pages.overview
    qtbot.waitUntil(lambda: overview.findChild(FindingCard) is not None, timeout=PATIENCE_MS)
    card = overview.findChildren(FindingCard)[0]
    qtbot.waitUntil(card.take.isEnabled, timeout=PATIENCE_MS)
    card.take.click()
    dialog = program.window.pages.actor.dialog
    assert dialog is not None
    ticked = {bundle.access for tick, bundle in dialog.ticks.items() if tick.isChecked()}
    assert ticked == {change.group for change in card.changes}
    dialog.reject()


def test_what_was_new_before_stays_new_after_one_thing_was_taken_away(
    program: Program, qtbot: QtBot
) -> None:
    program.window.check_now()
    _wait_for_check(program, qtbot, 2)
    before = program.services.shown
    assert before is not None
    dialog = _ask(program, qtbot)
    _tick(dialog, "camera")
    dialog.take.click()
    _wait_for_check(program, qtbot, 3)
    after = program.services.shown
    assert after is not None
    assert after.news == before.news > 0
    assert after.checkup.compared_with == before.checkup.compared_with


def test_several_apps_stand_in_one_list(program: Program, qtbot: QtBot) -> None:
    window = program.window
    window.open_page(APPS)
    window.open_filter("location")
    apps = window.pages.apps
    build(apps)
    flags = QItemSelectionModel.SelectionFlag
    for number in range(3):
        index = apps.model.index(number, 0)
        apps.table.selectionModel().select(index, flags.Select | flags.Rows)
    build(apps)
    assert apps.details.acting is not None
    assert "3" in apps.details.acting.take.text()
    apps.details.acting.take.click()
    dialog = window.pages.actor.dialog
    assert dialog is not None
    packages = {action.package for action in dialog.chosen()}
    assert packages <= {package for _user, package in apps.chosen()}
    assert len(packages) > 1
    assert {bundle.access for tick, bundle in dialog.ticks.items() if tick.isChecked()} == {
        "location"
    }
    dialog.reject()


def test_what_the_phone_refuses_leads_to_its_settings(
    make_program: MakeProgram, closed_phone: DemoPhone, database: Path, qtbot: QtBot
) -> None:
    program = make_program(Options(str(database), language="en"))
    qtbot.waitUntil(lambda: any(one.ready for one in program.services.devices))
    program.services.check()
    _wait_for_check(program, qtbot, 1)
    dialog = _ask(program, qtbot)
    _tick(dialog, "camera")
    dialog.take.click()
    _wait_for_check(program, qtbot, 2)
    assert "WeChat · Use the camera" in _texts(dialog)
    assert "Security settings" in _texts(dialog)
    way = next(one for one in dialog.page.findChildren(QPushButton) if one.isEnabled())
    way.click()
    qtbot.waitUntil(lambda: "Opened" in dialog.step.text(), timeout=PATIENCE_MS)
    assert any("am start" in line for line in closed_phone.services)
    dialog.reject()
    assert _row(program).can("camera")


def test_nothing_can_be_changed_while_the_phone_is_away(
    make_program: MakeProgram, closed_phone: DemoPhone, database: Path, qtbot: QtBot
) -> None:
    program = make_program(Options(str(database), language="en"))
    qtbot.waitUntil(lambda: any(one.ready for one in program.services.devices))
    program.services.check()
    _wait_for_check(program, qtbot, 1)
    _open_details(program, qtbot)
    acting = program.window.pages.apps.details.acting
    assert acting is not None
    assert acting.take.isEnabled()
    closed_phone.stop()
    qtbot.waitUntil(lambda: not acting.take.isEnabled(), timeout=PATIENCE_MS)
    assert acting.reason.text()
    program.window.pages.actor.offer([WECHAT], {"camera"})
    assert program.window.pages.actor.dialog is None


def test_every_command_of_a_check_can_be_read(
    program: Program, make_program: MakeProgram, database: Path, qtbot: QtBot
) -> None:
    assert "dumpsys package packages" in _commands(program, qtbot)
    program.window.close()
    program.stop()
    again = make_program(Options(str(database), demo=True, language="en"))
    _wait_for_check(again, qtbot, 1)
    assert "dumpsys package packages" in _commands(again, qtbot)


def _commands(program: Program, qtbot: QtBot) -> list[str]:
    window = program.window
    qtbot.waitUntil(window.pages.overview.commands.isVisible, timeout=PATIENCE_MS)
    window.pages.overview.commands.click()
    qtbot.waitUntil(lambda: bool(window.findChildren(CommandsDialog)), timeout=PATIENCE_MS)
    dialog = window.findChildren(CommandsDialog)[0]
    told = dialog.lines.toPlainText().splitlines()
    dialog.accept()
    return told


def test_debugging_can_be_turned_off_again_after_a_check(
    make_program: MakeProgram, closed_phone: DemoPhone, database: Path, qtbot: QtBot
) -> None:
    program = make_program(Options(str(database), language="en"))
    qtbot.waitUntil(lambda: any(one.ready for one in program.services.devices))
    program.services.check()
    _wait_for_check(program, qtbot, 1)
    overview = program.window.pages.overview
    qtbot.waitUntil(overview.hygiene.isVisible, timeout=PATIENCE_MS)
    overview.hygiene.open_page.click()
    notices = program.window.notices
    qtbot.waitUntil(lambda: notices.notice is not None, timeout=PATIENCE_MS)
    assert notices.notice is not None
    assert "switch USB debugging off" in notices.notice.text.text()
    assert any("APPLICATION_DEVELOPMENT_SETTINGS" in line for line in closed_phone.services)
    closed_phone.stop()
    qtbot.waitUntil(overview.hygiene.isHidden, timeout=PATIENCE_MS)
