"""Any two checks: what the table says, filters, order, copying, and what a check can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from audit.bounds import Bounds
from audit.catalogue import Catalogue
from audit.model import Part, Phone
from audit.wording import Wording
from db.store import Store
from gui.models.changes_table import SEEN
from gui.models.comparison import FILTERS, Comparison, build_comparison, with_bounds
from gui.ui import Ui
from gui.views.compare import CompareView
from tests.builders import app, snapshot
from tests.unit.gui.saved import KEY, comparison, phone_checks, save_life
from tests.unit.gui.shown import ALIPAY, WECHAT, texts


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as made:
        save_life(made)
        yield made


@pytest.fixture
def view(ui: Ui, qtbot: QtBot) -> CompareView:
    made = CompareView(ui)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    made.show()
    return made


def _all_kinds(catalogue: Catalogue) -> Comparison:
    """One change of each kind that has a filter."""
    old = snapshot(
        app("READ_SMS-", "READ_CALL_LOG+", package=WECHAT, signer="a1", installer="com.x.store"),
        app("ACCESS_FINE_LOCATION+", package=ALIPAY),
        app(package="org.example.gone"),
    )
    new = snapshot(
        app(
            "READ_SMS+", "READ_CALL_LOG- USER_SET",
            package=WECHAT, signer="b2", version=2, special=["accessibility"],
        ),
        app("ACCESS_FINE_LOCATION+", "ACCESS_BACKGROUND_LOCATION+ USER_SET", package=ALIPAY),
        app(package="org.example.new"),
        day=3,
    )  # fmt: skip
    return build_comparison(old, new, (), Wording("en", catalogue))


def _show(view: CompareView, store: Store, old: int, new: int, catalogue: Catalogue) -> Comparison:
    view.show_checks(phone_checks(store))
    view.old.choose(old)
    view.new.choose(new)
    found = comparison(store, old, new, catalogue)
    view.show_comparison(found)
    return found


def test_rows_say_what_was_what_is_and_why(catalogue: Catalogue) -> None:
    rows = {(row.change.package, row.change.name): row for row in _all_kinds(catalogue).rows}
    read = rows[WECHAT, "android.permission.READ_SMS"]
    told = (read.what, read.before.words, read.after.words, read.tone)
    assert told == ("Read text messages", "asks first", "allowed", "red")
    assert read.why == "app update 1.0 → 2.0"
    lost = rows[WECHAT, "android.permission.READ_CALL_LOG"]
    assert (lost.after.words, lost.tone) == ("refused", "green")
    assert lost.why == "taken away on the phone"
    special = rows[WECHAT, "accessibility"]
    assert (special.before.words, special.after.words) == ("no access", "allowed")
    assert rows["org.example.new", "app"].before.words == "not installed"
    assert rows["org.example.gone", "app"].after.words == "not installed"
    widened = rows[ALIPAY, "android.permission.ACCESS_FINE_LOCATION"]
    assert (widened.before.words, widened.after.words) == (
        "only while in use", "allowed all the time",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("calls", {"android.permission.READ_CALL_LOG"}),
        ("messages", {"android.permission.READ_SMS", "accessibility"}),
        ("silent", {"android.permission.READ_SMS", "accessibility"}),
        ("lost", {"android.permission.READ_CALL_LOG"}),
        ("special", {"accessibility"}),
        ("apps", {"app"}),
        ("updates", {"version"}),
        ("origin", {"signer", "installer"}),
    ],
)
def test_each_filter_lets_its_changes_through(
    view: CompareView, catalogue: Catalogue, kind: str, names: set[str]
) -> None:
    found = _all_kinds(catalogue)
    view.model.set_rows(found.rows)
    view.choose_filter(kind)
    shown = [view.model.row_at(n).change for n in range(view.model.rowCount())]
    assert {change.name for change in shown} == names
    assert len(shown) == found.counts[kind]


def test_no_change_is_without_a_filter_of_its_own(catalogue: Catalogue, view: CompareView) -> None:
    rows = _all_kinds(catalogue).rows
    view.model.set_rows(rows)
    seen = set()
    for kind in FILTERS[1:]:
        view.model.set_filter("", kind)
        seen |= {id(view.model.row_at(n)) for n in range(view.model.rowCount())}
    assert seen == {id(row) for row in rows}


def test_any_two_checks_can_be_chosen(
    view: CompareView, store: Store, catalogue: Catalogue, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.compare_asked) as asked:
        view.show_checks(phone_checks(store))
    assert asked.args == [4, 5]
    assert view.new.box.count() == 5
    with qtbot.waitSignal(view.compare_asked) as asked:
        QTest.keyClick(view.old.box, Qt.Key.Key_End)
        view.old.box.activated.emit(view.old.box.currentIndex())
    assert asked.args == [1, 5]
    late = comparison(store, 2, 3, catalogue)
    view.show_comparison(late)
    assert view.model.rowCount() == 0
    view.show_comparison(comparison(store, 1, 5, catalogue))
    changes = [view.model.row_at(n).change for n in range(view.model.rowCount())]
    assert {change.package for change in changes} == {ALIPAY, WECHAT}


def test_a_change_is_told_between_the_neighbouring_checks_that_bound_it(
    store: Store, catalogue: Catalogue
) -> None:
    found = comparison(store, 1, 5, catalogue)
    checks = store.snapshots(KEY)
    histories = {row.key: store.app_history(KEY, *row.key) for row in found.rows}
    near = with_bounds(found, Bounds(checks, (0, 4), catalogue), histories)
    times = [info.taken_at for info in checks]
    bounds = {(row.change.package, row.change.name): row.between for row in near.rows}
    assert bounds[ALIPAY, "android.permission.READ_SMS"] == (times[2], times[3])
    assert bounds[WECHAT, "version"] == (times[2], times[3])
    far = comparison(store, 1, 4, catalogue)
    near = with_bounds(far, Bounds(checks, (0, 3), catalogue), histories)
    location = {row.between for row in near.rows if row.change.group == "location"}
    # What one check could not tell in between does not make the change a later one.
    assert location == {(times[0], times[1])}


def test_what_only_one_check_read_is_said(
    view: CompareView, store: Store, catalogue: Catalogue
) -> None:
    found = _show(view, store, 2, 3, catalogue)
    assert found.unread == (Part.SHARED_USERS,)
    assert "the permissions that system apps share" in texts(view)


def test_checks_of_two_phones_are_called_that(
    view: CompareView, store: Store, catalogue: Catalogue
) -> None:
    other = snapshot(app("READ_SMS+", package="org.example.child"), day=40)
    child = Phone("SERIAL2", "Maker", "Small")
    info = store.save(replace(other, info=replace(other.info, phone=child)))
    phones = phone_checks(store)
    second = replace(phones[0], key="SERIAL2", checks=(info,), pinned=None)
    view.show_checks((*phones, second))
    assert "Maker Small" in view.checks.text(5)
    view.old.choose(5)
    view.new.choose(info.id)
    assert info.id is not None
    view.show_comparison(comparison(store, 5, info.id, catalogue))
    assert "checks of two phones" in texts(view)
    view.choose_filter("apps")
    assert view.model.rowCount() == 3


def test_sorting_and_order_by_kind_of_access(view: CompareView, catalogue: Catalogue) -> None:
    view.model.set_rows(_all_kinds(catalogue).rows)

    def column(number: int) -> list[str]:
        model = view.model
        return [model.cell(model.row_at(n), number) for n in range(model.rowCount())]

    view.model.sort(0, Qt.SortOrder.DescendingOrder)
    assert column(0) == sorted(column(0), key=str.lower, reverse=True)
    view.model.sort(-1)
    QTest.mouseClick(view.orders["access"], Qt.MouseButton.LeftButton)
    groups = [view.model.row_at(n).change.group for n in range(view.model.rowCount())]
    assert groups[0] == "calls"
    assert groups == sorted(groups, key=lambda g: view.model._places[g])
    header = view.table.horizontalHeader()
    assert header.logicalIndex(0) == 1
    QTest.mouseClick(view.orders["app"], Qt.MouseButton.LeftButton)
    assert header.logicalIndex(0) == 0


def test_chosen_rows_are_copied_as_text(
    view: CompareView, store: Store, catalogue: Catalogue
) -> None:
    _show(view, store, 1, 5, catalogue)
    view.table.setFocus()
    view.table.selectAll()
    QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["App", "Package", "What"]
    assert len(lines) == 1 + view.model.rowCount()
    assert {line.count("\t") for line in lines} == {6}
    told = next(line for line in lines if "READ_SMS" in line or "Read text messages" in line)
    assert "Alipay\t" + ALIPAY in told
    assert "asks first → allowed" in told or "refused → allowed" in told
    assert "Alipay can now read your text messages." in told


def test_the_chosen_row_is_told_as_a_sentence_and_leads_on(
    view: CompareView, store: Store, catalogue: Catalogue, qtbot: QtBot
) -> None:
    _show(view, store, 1, 5, catalogue)
    assert view.sentence.text() == "Alipay can now read your text messages."
    assert "Between the checks of " in view.reason.text()
    with qtbot.waitSignal(view.history_asked) as asked:
        QTest.mouseClick(view.history, Qt.MouseButton.LeftButton)
    assert asked.args == [0, ALIPAY]
    with qtbot.waitSignal(view.app_asked) as asked:
        QTest.mouseClick(view.show_app, Qt.MouseButton.LeftButton)
    assert asked.args == [0, ALIPAY]


def test_a_check_can_get_a_title(view: CompareView, store: Store, qtbot: QtBot) -> None:
    view.show_checks(phone_checks(store))
    assert view.new.fill_menu()
    (action,) = (a for a in view.new.menu.actions() if a.text() == "Give it a title…")
    action.trigger()
    dialog = view.new.title_dialog
    assert dialog is not None
    dialog.setTextValue(" the repair shop ")
    with qtbot.waitSignal(view.new.title_given) as given:
        dialog.accept()
    assert given.args == [5, "the repair shop"]
    store.set_note(5, "a note")
    store.set_title(5, "the repair shop")
    view.show_checks(phone_checks(store))
    assert view.checks.text(0).endswith("latest · the repair shop")


def test_a_check_can_get_a_note(view: CompareView, store: Store, qtbot: QtBot) -> None:
    view.show_checks(phone_checks(store))
    assert view.new.fill_menu()
    (action,) = (a for a in view.new.menu.actions() if a.text() == "Add a note…")
    action.trigger()
    dialog = view.new.note_dialog
    assert dialog is not None
    dialog.setTextValue("after the repair")
    with qtbot.waitSignal(view.new.note_given) as given:
        dialog.accept()
    assert given.args == [5, "after the repair"]
    store.set_note(5, "after the repair")
    view.show_checks(phone_checks(store))
    assert view.checks.text(0).endswith("latest · after the repair")


def test_deleting_a_check_asks_first(view: CompareView, store: Store, qtbot: QtBot) -> None:
    view.show_checks(phone_checks(store))
    for answer in ("no", "yes"):
        view.new.fill_menu()
        view.new.menu.actions()[-1].trigger()
        box = view.new.question
        assert box is not None
        assert "All other checks stay as they are." in box.informativeText()
        if answer == "no":
            with qtbot.assertNotEmitted(view.new.delete_asked):
                QTest.keyClick(box, Qt.Key.Key_Return)
        else:
            with qtbot.waitSignal(view.new.delete_asked) as asked:
                QTest.mouseClick(box.yes, Qt.MouseButton.LeftButton)
            assert asked.args == [5]


def test_the_reference_can_be_chosen_and_let_go(
    view: CompareView, store: Store, qtbot: QtBot
) -> None:
    for wanted in (True, False):
        view.show_checks(phone_checks(store))
        view.old.choose(2)
        view.old.fill_menu()
        with qtbot.waitSignal(view.old.pin_asked) as asked:
            view.old.menu.actions()[0].trigger()
        assert asked.args == [2, wanted]
        store.pin(2)


@pytest.mark.parametrize(
    ("width", "language"), [(752, "en"), (1072, "en"), (752, "zh-CN"), (1072, "zh-CN")]
)
def test_nothing_is_wider_than_the_page(
    ui: Ui, store: Store, qtbot: QtBot, width: int, language: str
) -> None:
    catalogue = ui.catalogue
    view = CompareView(replace(ui, wording=Wording(language, catalogue)))
    qtbot.addWidget(view)
    view.resize(width, 600)
    view.show()
    _show(view, store, 1, 5, catalogue)
    QApplication.processEvents()
    assert view.minimumSizeHint().width() <= width
    assert view.table.columnWidth(0) >= 80
    assert view.table.horizontalHeader().length() <= view.table.viewport().width()
    assert not view.table.isColumnHidden(SEEN)


def test_text_from_the_phone_is_never_markup(view: CompareView, catalogue: Catalogue) -> None:
    bold = "com.<b>bold</b>"
    old = snapshot(app("READ_SMS-", package=bold))
    new = snapshot(app("READ_SMS+", package=bold), day=1)
    view.model.set_rows(build_comparison(old, new, (), Wording("en", catalogue)).rows)
    view._settle()
    for each in view.findChildren(QLabel):
        assert each.textFormat() is Qt.TextFormat.PlainText
