"""All phones side by side in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.fleet import fleet
from audit.model import Phone
from audit.wording import Wording
from db.store import Store
from gui.models.fleet_table import FleetRow, fleet_rows
from gui.ui import Ui
from gui.views.fleet import FleetView
from tests.builders import app, snapshot

CAMERA, OTHER = "com.example.camera", "com.example.other"


@pytest.fixture
def rows(tmp_path: Path, catalogue: Catalogue) -> tuple[FleetRow, ...]:
    """Ann's camera app is newer than Bob's, and was given the camera."""
    with Store.open(tmp_path / "history.sqlite") as store:
        for serial, version, camera in (("ANN", 2, "CAMERA+"), ("BOB", 1, "CAMERA-")):
            apps = [app(camera, package=CAMERA, version=version), app(package=OTHER)]
            store.save(snapshot(*apps, phone=Phone(serial, "Maker", "<b>One</b>", "14", 34)))
        return fleet_rows(fleet(store, catalogue), Wording("en", catalogue))


@pytest.fixture
def view(ui: Ui, qtbot: QtBot, rows: tuple[FleetRow, ...]) -> FleetView:
    made = FleetView(ui)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show_fleet(rows)
    made.show()
    return made


def cell(view: FleetView, row: int, title: str) -> object:
    column = list(view.model.titles()).index(title)
    return view.model.index(row, column).data(Qt.ItemDataRole.DisplayRole)


def shown(view: FleetView) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in view.details.findChildren(QLabel))


def test_a_row_sums_up_all_phones(view: FleetView) -> None:
    assert view.model.rowCount() == 2
    assert cell(view, 0, "Versions") == "2.0, 1.0"
    assert cell(view, 0, "Phones") == "2"
    assert cell(view, 0, "Camera") == "only while in use 1/2"
    assert cell(view, 1, "Camera") == ""


def test_the_chosen_app_is_told_phone_by_phone(view: FleetView) -> None:
    assert "1. Maker <b>One</b>, version 2.0" in shown(view)
    assert "Camera: asks first" in shown(view)
    view.table.selectRow(1)
    assert OTHER in shown(view)
    assert "asks for nothing" in shown(view)


def test_the_filter_leaves_what_fits_and_the_choice_stays(
    view: FleetView, rows: tuple[FleetRow, ...]
) -> None:
    view.table.selectRow(1)
    view.show_fleet(rows)
    assert view.table.currentIndex().row() == 1
    view.search.setText("camera")
    assert view.model.rowCount() == 1
    assert view.told.text() == "1 app"
    view.search.setText("no such app")
    assert view.card.isHidden()


def test_preinstalled_apps_are_asked_for(view: FleetView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.fleet_wanted) as told:
        view.preinstalled.setChecked(True)
    assert told.args == [True]
