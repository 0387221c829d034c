"""The manual: whole in both languages, searchable, opened where it is needed, all of it local."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.models.manual import PAGES, ManualPage, manual, page_about
from gui.pages import CONNECT, HELP, entries
from gui.shortcuts import shortcuts
from gui.theme import Theme
from gui.ui import Ui
from gui.views.help import HelpView
from resources.loader import LANGUAGES, files_in

LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


def shape(page: ManualPage) -> tuple[list[str], list[str]]:
    """Its headings by level, its list items counted among them, and where it leads."""
    lines = [line.split(" ", 1)[0] for line in page.text.splitlines()]
    marks = [re.sub(r"\d+\.", "1.", mark) for mark in lines]
    return [m for m in marks if m in {"#", "##", "-", "1."}], sorted(LINK.findall(page.text))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_the_same_in_every_language(name: str) -> None:
    shapes = [shape(page) for lang in LANGUAGES for page in manual(lang) if page.name == name]
    assert len(shapes) == len(LANGUAGES)
    assert shapes[0][0][0] == "#"
    assert all(one == shapes[0] for one in shapes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_of_the_manual_is_listed_and_every_link_leads_to_one(language: str) -> None:
    assert set(files_in("manual", language)) == {f"{name}.md" for name in PAGES}
    for page in manual(language):
        for target in LINK.findall(page.text):
            assert target.removesuffix(".md") in PAGES, f"{page.name}: {target}"


def test_the_chinese_manual_is_chinese() -> None:
    for page in manual("zh-CN"):
        assert re.search("[\u4e00-\u9fff]", page.title)
        assert "你" not in page.text, page.name
        assert not re.search("[\u4e00-\u9fff][,.;:!?]", page.text), page.name


def test_every_page_of_the_window_is_explained(ui: Ui) -> None:
    """A new page of the window needs resources/manual/LANGUAGE/NAME.md and a line in PAGES."""
    names = {entry.name for entry in entries(ui)} | {CONNECT}
    assert names - set(PAGES) == {HELP}


def test_a_page_without_a_word_in_the_manual_begins_at_its_start() -> None:
    assert page_about("overview") == "overview"
    assert page_about("loading") == "first-check"


@pytest.fixture
def view(ui: Ui, qtbot: QtBot) -> HelpView:
    made = HelpView(ui)
    qtbot.addWidget(made)
    made.show()
    return made


def listed(view: HelpView) -> list[str]:
    items = [view.list.item(number) for number in range(view.list.count())]
    return [item.text() for item in items if not item.isHidden()]


def test_searching_lists_the_pages_that_hold_every_word(view: HelpView) -> None:
    assert len(listed(view)) == len(PAGES) + 1
    QTest.keyClicks(view.search, "sealed digest")
    assert listed(view) == ["Evidence"]
    assert view.text.textCursor().selectedText().lower() == "sealed"
    assert not view.nothing.isVisible()
    view.search.setText("sealed zebra")
    assert listed(view) == []
    assert view.nothing.isVisible()
    view.search.clear()
    assert len(listed(view)) == len(PAGES) + 1


def test_enter_goes_from_place_to_place_and_round_again(view: HelpView) -> None:
    QTest.keyClicks(view.search, "silent")
    places = []
    for _ in range(12):
        places.append(view.text.textCursor().selectionStart())
        QTest.keyClick(view.search, Qt.Key.Key_Return)
    assert len(set(places)) > 1
    assert places.count(places[0]) > 1


def test_a_link_opens_a_page_of_the_manual_and_nothing_else(view: HelpView) -> None:
    view.text.anchorClicked.emit(QUrl("words.md"))
    assert view.list.currentItem().text() == "What the words mean"
    before = view.text.toPlainText()
    for foreign in ("https://example.org/", "file:///etc/passwd", "../en/apps.md", "nothing.md"):
        view.text.anchorClicked.emit(QUrl(foreign))
        assert view.text.toPlainText() == before


def test_the_manual_loads_nothing_from_anywhere(view: HelpView, tmp_path: object) -> None:
    picture = f"{tmp_path}/picture.png"
    QImage(4, 4, QImage.Format.Format_RGB32).save(picture)
    kind = QTextDocument.ResourceType.ImageResource.value
    assert view.text.loadResource(kind, QUrl.fromLocalFile(picture)) is None


def test_the_open_page_is_drawn_anew_when_the_theme_changes(view: HelpView, ui: Ui) -> None:
    view.show_page("words")
    text = view.text.toPlainText()
    ui.theme.changed.emit()
    QApplication.processEvents()
    assert view.text.toPlainText() == text


def test_the_manual_is_in_the_persons_language(qtbot: QtBot, catalogue: Catalogue) -> None:
    made = HelpView(Ui(Wording("zh-CN", catalogue), Theme()))
    qtbot.addWidget(made)
    made.show_page("limits")
    assert made.text.toPlainText().startswith("它看不到什么")


def test_every_shortcut_is_listed(view: HelpView, ui: Ui) -> None:
    view.show_page("keys")
    text = view.text.toPlainText()
    assert text.startswith("Keyboard")
    for one in shortcuts(ui):
        assert one.title in text
        assert one.shown in text
