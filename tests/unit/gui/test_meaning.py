"""“What does this mean?” beside each kind of access, answered in the person's language."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.theme import Theme
from gui.ui import Ui
from gui.views.app_details import AppDetails
from gui.views.compare import CompareView
from gui.widgets.basics import column
from gui.widgets.finding_card import FindingCard
from gui.widgets.meaning import MeaningButton, MeaningDialog
from tests.unit.gui.shown import build, shown, story, texts

KEYS = Catalogue.load().access_keys
SMS = "android.permission.READ_SMS"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_each_kind_of_access_is_explained(
    key: str, language: str, qtbot: QtBot, catalogue: Catalogue
) -> None:
    ui = Ui(Wording(language, catalogue), Theme())
    dialog = MeaningDialog(ui, key)
    qtbot.addWidget(dialog)
    dialog.show()
    told = texts(dialog)
    for text in (catalogue.access_explain, catalogue.access_normal, catalogue.access_ask):
        assert text(key, language) in told
    assert "android.permission" not in told
    assert dialog.technical.isHidden()


def test_what_an_app_asks_for_is_explained_and_androids_names_are_a_click_away(
    qtbot: QtBot, ui: Ui
) -> None:
    dialog = MeaningDialog(ui, "messages", [SMS, "notification_listener", "vendor.UNKNOWN"])
    qtbot.addWidget(dialog)
    dialog.show()
    told = texts(dialog)
    assert (ui.wording.explain(SMS) or "none") in told
    assert "It can read every notification, text messages among them." in told
    assert SMS not in told
    toggle = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Technical names")
    QTest.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert dialog.technical.isVisible()
    assert SMS in dialog.technical.toPlainText()
    assert "vendor.UNKNOWN" in dialog.technical.toPlainText()


def names(widget: QWidget) -> list[str]:
    return [one.accessibleName() for one in widget.findChildren(MeaningButton)]


def test_cards_and_details_have_the_question_beside_each_kind_of_access(
    qtbot: QtBot, ui: Ui, catalogue: Catalogue
) -> None:
    found = shown(*story(), catalogue)
    wechat = next(row for row in found.rows if row.label == "WeChat")
    page = QWidget()
    qtbot.addWidget(page)
    box = column()
    page.setLayout(box)
    card = FindingCard(ui, [f for f in found.highlights if f.label == "WeChat"], wechat)
    details = AppDetails(ui)
    details.show_app(wechat, found.info)
    for part in (card, details):
        box.addWidget(part)
    page.show()
    build(page)
    assert names(card) == ["What does this mean: Calls"]
    assert {"What does this mean: Calls", "What does this mean: Location"} <= set(names(details))
    QTest.mouseClick(card.findChildren(MeaningButton)[0], Qt.MouseButton.LeftButton)
    (dialog,) = page.findChildren(MeaningDialog)
    assert any("call" in label.text().lower() for label in dialog.findChildren(QLabel))
    dialog.accept()


def test_the_question_is_hidden_where_there_is_nothing_to_explain(qtbot: QtBot, ui: Ui) -> None:
    view = CompareView(ui)
    qtbot.addWidget(view)
    view.show()
    view.details.show()
    assert not view.meaning.isVisible()
    view.meaning.set_about("location")
    assert view.meaning.isVisible()
    assert view.meaning.accessibleName() == "What does this mean: Location"
    view.meaning.set_about(None)
    assert not view.meaning.isVisible()
