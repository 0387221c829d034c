"""The page of companies: what each can reach, which app opens which door, and what is new."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.company_sums import company_sums
from audit.model import Snapshot, Use
from gui.models.companies import APPS, COMPANY, NEWS, CompanyRow, company_row
from gui.models.rows import TABLE_KEYS, Shown
from gui.ui import Ui
from gui.views.companies import CompaniesView
from tests.builders import app, snapshot
from tests.unit.gui.shown import (
    ALIPAY,
    NEWCOMER,
    WECHAT,
    first,
    shown,
    story,
    texts,
    unread_shared,
    visible,
)


def rows(found: Shown, ui: Ui, *uses: Use) -> tuple[CompanyRow, ...]:
    checked = replace(found.checkup.snapshot, uses=uses)
    sums = company_sums(checked, found.checkup.changes, ui.catalogue)
    return tuple(company_row(each, ui.wording) for each in sums)


@pytest.fixture
def page(qtbot: QtBot, ui: Ui) -> CompaniesView:
    made = CompaniesView(ui)
    qtbot.addWidget(made)
    made.resize(1050, 780)
    made.show()
    return made


def tell(page: CompaniesView, found: Shown, ui: Ui, *uses: Use) -> None:
    page.show_check(found)
    page.show_companies(found.info, rows(found, ui, *uses))


def names(page: CompaniesView) -> list[str]:
    return [page.model.row_at(n).name for n in range(page.model.rowCount())]


def said(page: CompaniesView, name: str, column: int) -> str:
    number = names(page).index(name)
    role = Qt.ItemDataRole.AccessibleTextRole
    return str(page.model.data(page.model.index(number, column), role))


def test_what_is_new_stands_first_and_says_through_which_app(
    page: CompaniesView, ui: Ui, catalogue: Catalogue
) -> None:
    tell(page, shown(*story(), catalogue), ui)
    assert names(page) == ["Tencent", "Company not known", "Alibaba · Ant", "Part of the system"]
    assert said(page, "Tencent", NEWS) == "Since the last check: Calls: WeChat"
    assert said(page, "Company not known", NEWS) == f"Since the last check: Contacts: {NEWCOMER}"
    assert said(page, "Alibaba · Ant", NEWS) == "Since the last check: nothing"
    calls = APPS + 1 + TABLE_KEYS.index("calls")
    assert said(page, "Tencent", calls) == "Calls: allowed, new"
    assert said(page, "Alibaba · Ant", calls) == "Calls: not asked for"


def test_a_door_leads_to_the_app_that_opens_it(
    page: CompaniesView, ui: Ui, catalogue: Catalogue, qtbot: QtBot
) -> None:
    tell(page, shown(*story(), catalogue), ui)
    assert "WeChat can now" in texts(page.details)
    links = {link.accessibleName(): link for link in visible(page.details, QPushButton)}
    link = links["Show WeChat (allowed), Calls"]
    with qtbot.waitSignal(page.app_asked) as asked:
        link.click()
    assert asked.args == [0, WECHAT]


def test_an_unread_access_is_unknown(page: CompaniesView, ui: Ui, catalogue: Catalogue) -> None:
    whole = snapshot(unread_shared())
    parts = {part: state for part, state in whole.info.parts.items() if part != "shared_users"}
    found = first(Snapshot(replace(whole.info, parts=parts), whole.apps), catalogue)
    tell(page, found, ui)
    assert said(page, "Part of the system", APPS + 1) == "Calls: not read"


def test_an_answer_about_another_check_is_not_shown(
    page: CompaniesView, ui: Ui, catalogue: Catalogue
) -> None:
    old, new = story()
    page.show_check(first(new, catalogue))
    stale = first(old, catalogue)
    page.show_companies(stale.info, rows(stale, ui))
    assert page.model.rowCount() == 0


def test_a_company_is_found_by_its_name_and_by_its_apps(
    page: CompaniesView, ui: Ui, catalogue: Catalogue
) -> None:
    tell(page, shown(*story(), catalogue), ui)
    for text, expected in (
        ("tencent", ["Tencent"]),
        (ALIPAY.lower(), ["Alibaba · Ant"]),
        ("wechat", ["Tencent"]),
        ("nobody's", []),
    ):
        page.search.setText(text)
        assert names(page) == expected, text
    assert "No company fits." in texts(page)


def test_the_chosen_company_stays_chosen(page: CompaniesView, ui: Ui, catalogue: Catalogue) -> None:
    old, new = story()
    tell(page, shown(old, new, catalogue), ui)
    page.table.setCurrentIndex(page.model.index(names(page).index("Alibaba · Ant"), 0))
    tell(page, first(new, catalogue), ui)
    assert page.model.row_at(page.table.currentIndex().row()).name == "Alibaba · Ant"
    assert "Alibaba · Ant · 1 app" in texts(page.details)


def test_columns_sort(page: CompaniesView, ui: Ui, catalogue: Catalogue) -> None:
    tell(page, shown(*story(), catalogue), ui)
    page.table.sortByColumn(COMPANY, Qt.SortOrder.AscendingOrder)
    assert names(page) == sorted(names(page), key=str.lower)
    page.table.sortByColumn(APPS + 1, Qt.SortOrder.AscendingOrder)
    assert names(page)[0] == "Tencent"


def test_who_asked_for_whom_is_told(page: CompaniesView, ui: Ui, catalogue: Catalogue) -> None:
    found = shown(*story(), catalogue)
    use = Use(0, WECHAT, "CAMERA", found.info.taken_at, proxy=NEWCOMER)
    tell(page, found, ui, use)
    assert f"{NEWCOMER} was recorded asking on behalf of WeChat." in texts(page.details)


def test_names_from_the_phone_are_plain_text(
    page: CompaniesView, ui: Ui, catalogue: Catalogue
) -> None:
    bold = "org.<b>evil</b>&co"
    tell(page, first(snapshot(app("READ_CALL_LOG+ USER_SET", package=bold)), catalogue), ui)
    (link,) = visible(page.details, QPushButton)
    assert link.text() == "org.<b>evil</b>&&co (allowed)"
