"""A known phone is checked by itself when it is plugged in, and not too often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.progress import Cancel
from audit.wording import Wording
from db.store import Store
from device.adb import AdbServer as Server
from device.adb import choose
from device.demo_phone import StoryPhone
from device.scanner import Scanner
from device.transport import PhoneAnswers
from gui.background import Background
from gui.preferences import BY_ITSELF, HOURS, STAY, Preferences
from gui.services import Services
from gui.sources import OwnSource
from gui.theme import Theme
from gui.tray import Tray
from gui.ui import Ui
from tests.phones import AdbServer

PATIENCE_MS = 60_000
CATALOGUE = Catalogue.load()
CheckedBefore = Callable[[timedelta], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """A window's parts behind the scenes, at the tests' adb server."""

    preferences: Preferences
    services: Services
    ui: Ui
    database: Path

    @property
    def checks(self) -> int:
        with Store.open(self.database) as store:
            return len(store.snapshots())

    @contextmanager
    def watching(self) -> Iterator[Background]:
        made = Background(self.preferences, self.services, lambda: self.ui)
        yield made
        made.stop()

    def plug_in(self, qtbot: QtBot) -> None:
        """Returns once everything that follows from it is done."""
        services = self.services
        services.open(demo=False)
        qtbot.waitUntil(lambda: any(one.ready for one in services.devices), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not services.checking and not services.busy, timeout=PATIENCE_MS)


@pytest.fixture
def desk(
    adb_server: AdbServer, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    preferences, database = Preferences(tmp_path / "window.ini"), tmp_path / "checks.sqlite"
    ui = Ui(Wording("en", CATALOGUE), Theme(), preferences)
    services = Services(ui.wording, lambda _demo: OwnSource(CATALOGUE, database))
    yield Desk(preferences, services, ui, database)
    services.stop()
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def checked_before(desk: Desk, demo_phone: StoryPhone) -> CheckedBefore:
    """Saves a check of the phone that was made so long ago."""

    def save(ago: timedelta) -> None:
        server = Server.from_environment()
        device = choose(server.devices(), demo_phone.address)
        scanner = Scanner(PhoneAnswers(server, device), CATALOGUE.names_to_ask())
        read = scanner.read(lambda _: None, Cancel())
        with Store.open(desk.database) as store:
            info = replace(read.info, taken_at=datetime.now(UTC) - ago)
            store.save(replace(read, info=info))

    return save


def test_a_known_phone_is_checked_and_what_is_new_is_told(
    desk: Desk, checked_before: CheckedBefore, demo_phone: StoryPhone, qtbot: QtBot
) -> None:
    checked_before(timedelta(hours=25))
    demo_phone.state = 2
    desk.preferences.choose(BY_ITSELF, "yes")
    with (
        desk.watching() as background,
        qtbot.waitSignal(background.found, timeout=PATIENCE_MS) as told,
    ):
        desk.services.open(demo=False)
    assert told.args is not None
    assert "gained access to calls, messages or location" in told.args[1]
    assert desk.services.shown is not None
    assert desk.services.shown.news
    assert desk.checks == 2


def test_not_again_within_the_chosen_time(
    desk: Desk, checked_before: CheckedBefore, qtbot: QtBot
) -> None:
    checked_before(timedelta(hours=7))
    desk.preferences.choose(BY_ITSELF, "yes")
    with desk.watching():
        desk.plug_in(qtbot)
        assert desk.checks == 1
        with qtbot.waitSignal(desk.services.checked, timeout=PATIENCE_MS):
            desk.preferences.choose(HOURS, "6")
    assert desk.checks == 2


def test_a_phone_that_was_never_checked_is_left_alone(
    desk: Desk, demo_phone: StoryPhone, qtbot: QtBot
) -> None:
    desk.preferences.choose(BY_ITSELF, "yes")
    with desk.watching():
        desk.plug_in(qtbot)
    assert demo_phone.services
    assert desk.checks == 0


def test_nothing_begins_by_itself_unless_it_was_chosen(
    desk: Desk, checked_before: CheckedBefore, qtbot: QtBot
) -> None:
    checked_before(timedelta(days=9))
    with desk.watching():
        desk.plug_in(qtbot)
    assert desk.checks == 1


# What Qt says of a tray icon on its platform without a desktop.
@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_the_program_stays_where_there_is_a_notification_area(
    desk: Desk, qtbot: QtBot, qapp: QApplication
) -> None:
    preferences, ui = desk.preferences, desk.ui
    nowhere = Tray(preferences, lambda: ui, available=lambda: False)
    preferences.choose(STAY, "yes")
    assert not nowhere.stays
    assert nowhere.icon is None
    assert qapp.quitOnLastWindowClosed()
    tray = Tray(preferences, lambda: ui, available=lambda: True)
    assert tray.icon is not None
    assert not qapp.quitOnLastWindowClosed()
    menu = tray.icon.contextMenu()
    with qtbot.waitSignal(tray.window_asked):
        menu.actions()[0].trigger()
    with qtbot.waitSignal(tray.check_asked):
        menu.actions()[1].trigger()
    preferences.choose(STAY, "")
    assert tray.icon is None
    assert qapp.quitOnLastWindowClosed()
