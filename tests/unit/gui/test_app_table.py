"""The table's own filtering, sorting and words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from audit.catalogue import Catalogue
from audit.model import Part
from gui.models.app_table import ALL, ALWAYS, NEW, NO_STORE, AppTableModel
from gui.models.rows import TABLE_KEYS, Shown
from gui.ui import Ui
from tests.builders import app, snapshot
from tests.unit.gui.shown import ALIPAY, NEWCOMER, WECHAT, first, shown, story, unread_shared

CAMERA_APP = "com.android.camera2"
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def _model(ui: Ui, found: Shown) -> AppTableModel:
    model = AppTableModel(ui)
    model.set_rows(found.rows, found.info)
    return model


@pytest.fixture
def model(ui: Ui, catalogue: Catalogue) -> AppTableModel:
    return _model(ui, shown(*story(), catalogue))


def _packages(model: AppTableModel) -> list[str]:
    return [model.row_at(number).app.package for number in range(model.rowCount())]


def _column(key: str) -> int:
    return 1 + TABLE_KEYS.index(key)


def test_qt_finds_nothing_wrong_with_the_model(model: AppTableModel) -> None:
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_filter("a", ALL)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.set_filter("", NEW)


def test_what_is_new_comes_first_and_the_system_last(model: AppTableModel) -> None:
    assert _packages(model) == [WECHAT, NEWCOMER, ALIPAY, CAMERA_APP]


@pytest.mark.parametrize(
    ("kind", "packages"),
    [
        (NEW, [WECHAT, NEWCOMER]),
        ("calls", [WECHAT]),
        ("messages", []),
        ("location", [WECHAT]),
        (ALWAYS, []),
        (NO_STORE, [NEWCOMER]),
    ],
)
def test_filters_and_their_counts_agree(
    model: AppTableModel, kind: str, packages: list[str]
) -> None:
    model.set_filter("", kind)
    assert _packages(model) == packages
    assert model.count(kind) == len(packages)


@pytest.mark.parametrize("text", ["WeChat", "  wechat ", "微信", "TENCENT"])
def test_searching_minds_neither_case_nor_language(model: AppTableModel, text: str) -> None:
    model.set_filter(text, ALL)
    assert _packages(model) == [WECHAT]


def test_search_and_filter_hold_together(model: AppTableModel) -> None:
    model.set_filter("wechat", NO_STORE)
    assert _packages(model) == []


def test_sorting_by_name_goes_both_ways(model: AppTableModel) -> None:
    model.sort(0, Qt.SortOrder.AscendingOrder)
    labels = [model.row_at(number).label.lower() for number in range(model.rowCount())]
    assert labels == sorted(labels)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    again = [model.row_at(number).label.lower() for number in range(model.rowCount())]
    assert again == labels[::-1]


def test_sorting_by_access_begins_with_who_can_do_most(ui: Ui, catalogue: Catalogue) -> None:
    found = first(
        snapshot(
            app(package="a.none"),
            app("CAMERA- USER_SET", package="b.refused"),
            app("CAMERA-", package="c.asks"),
            app("CAMERA+ ONE_TIME", package="d.once"),
            app("READ_CONTACTS+", package="e.none"),
        ),
        catalogue,
    )
    model = _model(ui, found)
    model.sort(_column("camera"))
    assert _packages(model) == ["d.once", "c.asks", "b.refused", "a.none", "e.none"]
    model.sort(_column("camera"), Qt.SortOrder.DescendingOrder)
    assert _packages(model)[-1] == "d.once"
    model.sort(-1)
    assert _packages(model)[0] == "a.none"


def test_the_order_stays_when_the_next_check_arrives(
    model: AppTableModel, catalogue: Catalogue
) -> None:
    model.sort(0, Qt.SortOrder.DescendingOrder)
    before = _packages(model)
    found = shown(*story(), catalogue)
    model.set_rows(found.rows, found.info)
    assert _packages(model) == before


def test_every_cell_says_its_state_in_words(model: AppTableModel) -> None:
    number = model.find((0, WECHAT))
    assert number is not None
    cells = [model.index(number, column).data(SPOKEN) for column in range(model.columnCount())]
    assert cells == [
        "WeChat, com.tencent.mm",
        "Calls: allowed, new",
        "Messages: not asked for",
        "Location: only while in use",
        "Contacts: not asked for",
        "Microphone: not asked for",
        "Camera: not asked for",
    ]


def test_location_all_the_time_is_said(ui: Ui, catalogue: Catalogue) -> None:
    made = app("ACCESS_FINE_LOCATION+", "ACCESS_BACKGROUND_LOCATION+", package="a.a")
    model = _model(ui, first(snapshot(made), catalogue))
    said = model.index(0, _column("location")).data(SPOKEN)
    assert said == "Location: allowed all the time"


@pytest.mark.parametrize(
    ("unread", "words"),
    [(Part.SHARED_USERS, "Messages: not read"), (Part.REQUESTED, "Messages: no access known")],
)
def test_words_claim_no_more_than_was_read(
    ui: Ui, catalogue: Catalogue, unread: Part, words: str
) -> None:
    model = _model(ui, first(snapshot(unread_shared(), unread=[unread]), catalogue))
    assert model.index(0, _column("messages")).data(SPOKEN) == words


def test_the_header_names_every_column(model: AppTableModel) -> None:
    names = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    assert names == [
        "App", "Calls", "Messages", "Location", "Contacts", "Microphone", "Camera"
    ]  # fmt: skip
