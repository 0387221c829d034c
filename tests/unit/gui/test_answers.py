"""What a person answers: this was expected, this is the reference, a note, this can go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import RawAnswer
from audit.wording import Wording
from db.store import Store
from gui.models.comparison import Comparison
from gui.pages import APPS, COMPARE, CONNECT, HISTORY, OVERVIEW, SETTINGS
from gui.services import Services
from gui.sources import OwnSource
from gui.theme import Theme
from gui.ui import Ui
from gui.views.app_details import AppDetails
from gui.widgets.expected_card import ExpectedCard, ExpectedRow
from gui.widgets.finding_card import FindingCard
from gui.window import Window
from tests.builders import NOON
from tests.phones import AdbServer
from tests.unit.gui.saved import KEY, life, save_life
from tests.unit.gui.shown import ALIPAY, WECHAT, beforehand, build, texts, visible

PATIENCE_MS = 30_000
CATALOGUE = Catalogue.load()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "checks.sqlite"


@pytest.fixture
def window(
    adb_server: AdbServer, qtbot: QtBot, database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    """A window on the first four checks of a phone's life: the last one has news."""
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    with Store.open(database) as store:
        for found in life()[:4]:
            store.save(found)
    wording = Wording("en", CATALOGUE)
    services = Services(wording, lambda _demo: OwnSource(CATALOGUE, database))
    made = Window(Ui(wording, Theme()), services)
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS):
        services.open(demo=False)
    yield made
    services.stop()
    made.close()


def _card(window: Window, qtbot: QtBot, package: str = ALIPAY) -> FindingCard:
    cards = {card.app.app.package: card for card in visible(window.pages.overview, FindingCard)}
    return cards[package]


def _after(window: Window, qtbot: QtBot, button: QPushButton) -> None:
    """Presses a button and waits until its answer is kept and shown."""
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def _settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window._services.asking, timeout=PATIENCE_MS)
    build(window)


def _words(details: AppDetails) -> str:
    assert details.technical is not None
    return details.technical.text.toPlainText()


def test_what_was_expected_is_no_news_and_can_be_undone(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    assert window.page == OVERVIEW
    news = window._services.shown
    assert news is not None
    _after(window, qtbot, _card(window, qtbot).expect)
    now = window._services.shown
    assert now is not None
    assert now.news == news.news - 1
    assert ALIPAY not in {
        card.app.app.package for card in visible(window.pages.overview, FindingCard)
    }
    with Store.open(database) as store:
        assert [(m.package, m.what, m.after) for m in store.marks(KEY)] == [
            (ALIPAY, "android.permission.READ_SMS", "allowed")
        ]
    (card,) = visible(window.pages.overview, ExpectedCard)
    assert "1 change that you expected" in texts(card)
    QTest.mouseClick(card.toggle, Qt.MouseButton.LeftButton)
    (entry,) = visible(card, ExpectedRow)
    assert "Alipay can now read your text messages." in texts(entry)
    _after(window, qtbot, entry.undo)
    assert window._services.shown is not None
    assert window._services.shown.news == news.news
    assert not visible(window.pages.overview, ExpectedCard)
    with Store.open(database) as store:
        assert store.marks(KEY) == []


def test_what_was_expected_is_not_summed_up_with_the_rest(window: Window, qtbot: QtBot) -> None:
    before = texts(window.pages.overview)
    _after(window, qtbot, _card(window, qtbot).expect)
    summary = [line for line in before.splitlines() if line.startswith("Apps:")]
    assert [
        s for s in texts(window.pages.overview).splitlines() if s.startswith("Apps:")
    ] == summary


def test_an_app_s_details_take_the_answer_too(window: Window, qtbot: QtBot) -> None:
    window.open_app(0, ALIPAY)
    assert window.page == APPS
    details = window.pages.apps.details
    assert "Can now read your text messages." in texts(details)
    (expect,) = (b for b in visible(details, QPushButton) if b.text() == "I expected this")
    _after(window, qtbot, expect)
    assert window.page == APPS
    (entry,) = visible(details, ExpectedRow)
    assert not [b for b in visible(details, QPushButton) if b.text() == "I expected this"]
    _after(window, qtbot, entry.undo)
    assert not visible(details, ExpectedRow)


def test_the_details_tell_recorded_uses_and_why(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    with Store.open(database) as store:
        for info in store.snapshots():
            assert info.id is not None
            store.delete(info.id)
        save_life(store)
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window._services.reload()
    window.open_app(0, WECHAT)
    _settle(window, qtbot)
    told = texts(window.pages.apps.details)
    assert "Recorded uses" in told
    assert "at least 4 uses recorded since" in told
    assert "At least 4 in the background." in told
    why = _words(window.pages.apps.details)
    assert "Why it can do that" in why
    assert "Location ← android.permission.ACCESS_FINE_LOCATION: only while in use" in why
    assert "dumpsys package packages: android.permission.ACCESS_FINE_LOCATION: granted=true" in why
    window.open_app(0, ALIPAY)
    _settle(window, qtbot)
    assert "That does not prove that there was none." in texts(window.pages.apps.details)


def test_the_details_show_the_phones_own_lines_or_that_they_are_gone(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    line = "        android.permission.READ_SMS: granted=true, flags=[ USER_SET]"
    dump = (
        f"Packages:\n  Package [{ALIPAY}] (1):\n    User 0: installed=true\n"
        f"      runtime permissions:\n{line}\n"
    )
    details = window.pages.apps.details
    window.open_app(0, ALIPAY)
    _settle(window, qtbot)
    assert details.technical is not None
    details.technical.toggle.click()
    with qtbot.waitSignal(window.pages.archive.lines_told, timeout=PATIENCE_MS):
        details.technical.lines.click()
    assert "were not kept, or were dropped since" in _words(details)
    raw = RawAnswer("dumpsys package packages", dump.encode(), NOON)
    with Store.open(database) as store:
        store.save(replace(life()[4], raw=(raw,)))
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window._services.reload()
    window.open_app(0, ALIPAY)
    _settle(window, qtbot)
    assert details.technical is not None
    with qtbot.waitSignal(window.pages.archive.lines_told, timeout=PATIENCE_MS):
        details.technical.lines.click()
    told = _words(details)
    assert "Messages ← android.permission.READ_SMS: allowed" in told
    assert f"     5  {line}" in told
    assert not details.technical.lines.isEnabled()


def test_the_reference_decides_what_is_news(window: Window, qtbot: QtBot) -> None:
    window.open_page(COMPARE)
    _settle(window, qtbot)
    compare = window.pages.compare
    compare.old.choose(1)
    compare.old.fill_menu()
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        compare.old.menu.actions()[0].trigger()
    _settle(window, qtbot)
    shown = window._services.shown
    assert shown is not None
    assert shown.checkup.compared_with is not None
    assert shown.checkup.compared_with.id == 1
    assert window.page == COMPARE
    # What was chosen stays chosen.
    assert compare.old.info is not None
    assert compare.old.info.id == 1
    assert "reference" in compare.old.box.currentText()


def test_a_note_and_a_deletion_are_kept(window: Window, qtbot: QtBot, database: Path) -> None:
    window.open_page(COMPARE)
    _settle(window, qtbot)
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window.pages.compare.new.note_given.emit(4, "bought")
    _settle(window, qtbot)
    assert "bought" in window.pages.compare.new.box.currentText()
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window.pages.compare.new.delete_asked.emit(4)
    _settle(window, qtbot)
    with Store.open(database) as store:
        assert [info.id for info in store.snapshots()] == [1, 2, 3]
    assert window._services.shown is not None
    assert window._services.shown.info.id == 3
    assert window.pages.compare.new.info is not None
    assert window.pages.compare.new.info.id == 3


def test_after_the_only_check_is_deleted_the_window_starts_over(
    window: Window, qtbot: QtBot
) -> None:
    for number in (4, 3, 2, 1):
        with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
            window.pages.archive.delete(number)
    assert window._services.shown is None
    assert window.page == CONNECT


def test_from_a_change_to_its_app_s_history(window: Window, qtbot: QtBot) -> None:
    window.open_page(COMPARE)
    _settle(window, qtbot)
    QTest.mouseClick(window.pages.compare.history, Qt.MouseButton.LeftButton)
    _settle(window, qtbot)
    assert window.page == HISTORY
    assert window.pages.history.title.text() in {"Alipay", "WeChat"}
    assert window.pages.history.lanes.current is None
    QTest.keyClick(window.pages.history.lanes, Qt.Key.Key_Right)
    assert window.pages.history.lanes.current is not None


def test_which_kind_an_app_is_can_be_said_and_taken_back(
    window: Window, qtbot: QtBot, database: Path
) -> None:
    window.open_app(0, ALIPAY)
    choice = beforehand(window.pages.apps.details).choice
    assert choice.currentText() == "Payment"
    place = choice.findText("Games")
    archive, services = window.pages.archive, window._services
    with (
        qtbot.waitSignal(archive.done, timeout=PATIENCE_MS) as done,
        qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS),
    ):
        choice.setCurrentIndex(place)
        choice.activated.emit(place)
    _settle(window, qtbot)
    assert "You said that this is a game." in texts(window.pages.apps.details)
    with Store.open(database) as store:
        assert store.choices.kinds() == {ALIPAY: 18}
    assert done.args is not None
    told, take_back = done.args
    assert told == "The kind of app was changed."
    with qtbot.waitSignal(services.shown_changed, timeout=PATIENCE_MS):
        take_back()
    _settle(window, qtbot)
    assert "This is taken for a payment app" in texts(window.pages.apps.details)
    with Store.open(database) as store:
        assert store.choices.kinds() == {}


def test_a_list_of_apps_named_in_public_is_imported_and_taken_away(
    window: Window, qtbot: QtBot, database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "council.json"
    file.write_text(
        '{"lists": [{"key": "c", "en": "Council", "date": "2025-01-31", "source": "paper"}],'
        f' "named": [{{"package": "{WECHAT}", "list": "c"}}]}}',
        encoding="utf-8",
    )
    window.open_page(SETTINGS)
    lists = window.pages.settings.lists
    _settle(window, qtbot)
    QTest.mouseClick(lists.add, Qt.MouseButton.LeftButton)
    assert lists.dialog is not None
    lists.dialog.selectFile(str(file))
    lists.dialog.accept()
    _settle(window, qtbot)
    assert "council.json" in texts(lists)
    qtbot.waitUntil(lambda: bool(window._ui.wording.named(WECHAT)), timeout=PATIENCE_MS)
    window.open_app(0, WECHAT)
    _settle(window, qtbot)
    assert "Named in public on 2025-01-31: Council." in texts(window.pages.apps.details)
    file.write_text("{", encoding="utf-8")
    lists.import_asked.emit(str(file))
    _settle(window, qtbot)
    assert "The file is no JSON" in texts(window)
    with Store.open(database) as store:
        assert "Council" in store.choices.lists()["council.json"]
    window.open_page(SETTINGS)
    _settle(window, qtbot)
    (away,) = [one for one in visible(lists, QPushButton) if "Take" in one.text()]
    QTest.mouseClick(away, Qt.MouseButton.LeftButton)
    _settle(window, qtbot)
    assert "council.json" not in texts(lists)
    qtbot.waitUntil(lambda: not window._ui.wording.named(WECHAT), timeout=PATIENCE_MS)


def test_the_same_check_again_leads_nobody_away_from_connecting(
    window: Window, qtbot: QtBot
) -> None:
    window.open_page(CONNECT)
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window.pages.archive.note(4, "bought")
    assert window.page == CONNECT
    with qtbot.waitSignal(window._services.shown_changed, timeout=PATIENCE_MS):
        window.pages.archive.delete(4)
    assert window.page == OVERVIEW


def test_where_changes_happened_is_sought_app_by_app(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.questions._APPS_AT_ONCE", 1)
    told: list[Comparison] = []
    window.pages.archive.compared.connect(told.append)
    window.pages.archive.compare(1, 4)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE_MS)
    first, last = told
    whole = first.old.taken_at, first.new.taken_at
    assert {row.between for row in first.rows} == {whole}
    changed = {(row.change.package, row.change.name): row.between for row in last.rows}
    days = {name: [(at - NOON).days for at in between] for name, between in changed.items()}
    assert days[ALIPAY, "android.permission.READ_SMS"] == [14, 21]
    assert days[WECHAT, "version"] == [14, 21]
    assert days[WECHAT, "android.permission.ACCESS_FINE_LOCATION"] == [0, 7]
