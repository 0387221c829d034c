"""Choosing a server for the checks: a real one answers, and only then it is chosen."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from db.passwords import SERVICE
from db.store import Store
from gui.ui import Ui
from gui.views.server_dialog import ServerDialog
from gui.views.settings import SettingsView
from tests.servers import PASSWORD, PostgresServer, Ring
from tests.unit.db.samples import sample_snapshot


@pytest.fixture
def dialog(ui: Ui, qtbot: QtBot) -> Iterator[ServerDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ServerDialog(ui, parent)
    made.open()
    yield made
    if Shiboken.isValid(made):
        made.reject()
    # It waits for no server; the next test does.
    qtbot.waitUntil(lambda: not any(map(_asks, threading.enumerate())), timeout=20_000)


def _asks(thread: threading.Thread) -> bool:
    return thread.name.startswith("server_")


@pytest.fixture
def ring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield
    keyring.set_keyring(before)


def fill(dialog: ServerDialog, server: PostgresServer, url: str, password: str = PASSWORD) -> None:
    dialog.host.setText(f"127.0.0.1:{server.port}")
    dialog.database.setText(url.rpartition("/")[2])
    dialog.user.setText("owner")
    dialog.password.setText(password)


def click(dialog: ServerDialog, name: str) -> None:
    QTest.mouseClick(getattr(dialog, name), Qt.MouseButton.LeftButton)


def test_what_the_server_holds_is_told(
    dialog: ServerDialog, qtbot: QtBot, postgres: PostgresServer, shared_store: str
) -> None:
    with Store.open(shared_store) as store:
        store.save(sample_snapshot([]))
    fill(dialog, postgres, shared_store)
    click(dialog, "test")
    qtbot.waitUntil(lambda: "It holds 1 check" in dialog.outcome.text())
    assert dialog.use.isEnabled()


def test_an_empty_database_stays_empty(
    dialog: ServerDialog, qtbot: QtBot, postgres: PostgresServer
) -> None:
    name = postgres.empty()
    fill(dialog, postgres, name)
    click(dialog, "test")
    qtbot.waitUntil(lambda: "no check yet" in dialog.outcome.text())
    assert postgres.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", name) == []


def test_a_server_that_answered_is_used_and_its_password_kept_in_the_keyring(
    dialog: ServerDialog, qtbot: QtBot, ring: None, postgres: PostgresServer, shared_store: str
) -> None:
    fill(dialog, postgres, shared_store)
    with qtbot.waitSignal(dialog.chosen) as told:
        click(dialog, "use")
    assert told.args is not None
    (address,) = told.args
    assert address == shared_store.replace(f":{PASSWORD}", "")
    assert keyring.get_password(SERVICE, address) == PASSWORD
    with Store.open(address) as store:
        assert store.snapshots() == []


def test_without_a_keyring_it_is_not_used(
    dialog: ServerDialog, qtbot: QtBot, postgres: PostgresServer, shared_store: str
) -> None:
    fill(dialog, postgres, shared_store)
    with qtbot.assertNotEmitted(dialog.chosen):
        click(dialog, "use")
        qtbot.waitUntil(lambda: ".pgpass" in dialog.outcome.text())


def test_a_wrong_password_is_told_and_nothing_is_chosen(
    dialog: ServerDialog, qtbot: QtBot, postgres: PostgresServer, shared_store: str
) -> None:
    fill(dialog, postgres, shared_store, "wrong")
    with qtbot.assertNotEmitted(dialog.chosen):
        click(dialog, "use")
        qtbot.waitUntil(lambda: "did not let you in" in dialog.outcome.text())
    assert dialog.isVisible()


def test_it_can_be_closed_while_it_connects(
    dialog: ServerDialog, qtbot: QtBot, postgres: PostgresServer, shared_store: str
) -> None:
    fill(dialog, postgres, shared_store)
    click(dialog, "test")
    dialog.reject()
    assert not dialog.isVisible()


def test_an_answer_after_it_was_closed_chooses_nothing(
    dialog: ServerDialog, qtbot: QtBot, ring: None, postgres: PostgresServer, shared_store: str
) -> None:
    fill(dialog, postgres, shared_store)
    with qtbot.assertNotEmitted(dialog.chosen):
        click(dialog, "use")
        dialog.reject()
        for thread in filter(_asks, threading.enumerate()):
            thread.join()
        QApplication.processEvents()


def test_every_field_has_a_name_and_no_button_works_without_an_address(
    dialog: ServerDialog,
) -> None:
    assert all(field.accessibleName() for field in dialog.findChildren(QLineEdit))
    assert not dialog.test.isEnabled()
    assert not dialog.use.isEnabled()


def test_the_chosen_server_takes_the_place_of_the_file(ui: Ui, qtbot: QtBot) -> None:
    view = SettingsView(ui)
    qtbot.addWidget(view)
    view.use_server("postgresql://ann@db.example.org/checks")
    assert ui.preferences.database == "postgresql://ann@db.example.org/checks"
    view.show_place("postgresql://db.example.org/checks", encrypted=None)
    assert "this server" in view.about_place.text()
