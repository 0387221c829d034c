"""The page of settings: what is chosen there is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.preferences import LANGUAGE, Preferences
from gui.tokens import Mode
from gui.ui import Ui
from gui.views.settings import SettingsView
from gui.widgets.choice import Choice


@pytest.fixture
def view(ui: Ui, qtbot: QtBot) -> SettingsView:
    made = SettingsView(ui)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show_place("/home/someone/checks.sqlite", encrypted=None)
    made.show()
    return made


def _choose(choice: Choice, value: str) -> None:
    number = choice.findData(value)
    choice.setCurrentIndex(number)
    choice.activated.emit(number)


def test_choices_reach_the_preferences(view: SettingsView, ui: Ui) -> None:
    _choose(view.language, "zh-CN")
    _choose(view.theme, Mode.CONTRAST_LIGHT)
    _choose(view.text_size, "175")
    view.keep.setFocus()
    QTest.keyClick(view.keep, Qt.Key.Key_Space)
    kept = Preferences(ui.preferences.path)
    assert (kept.language, kept.theme, kept.text_size) == ("zh-CN", Mode.CONTRAST_LIGHT, 175)
    assert not kept.keep_answers
    _choose(view.language, "")
    assert ui.preferences.language is None


def test_what_was_chosen_before_is_shown(ui: Ui, qtbot: QtBot) -> None:
    ui.preferences.choose(LANGUAGE, "zh-CN")
    made = SettingsView(ui)
    qtbot.addWidget(made)
    assert made.language.currentText() == "简体中文"
    assert made.theme.currentData() == ""


def test_another_file_for_the_checks(view: SettingsView, ui: Ui, tmp_path: Path) -> None:
    assert "/home/someone/checks.sqlite" in view.place.text()
    assert not view.usual.isVisible()
    QTest.mouseClick(view.other, Qt.MouseButton.LeftButton)
    assert view.dialog is not None
    view.dialog.setOption(view.dialog.Option.DontUseNativeDialog)
    view.dialog.setDirectory(str(tmp_path))
    name = view.dialog.findChild(QLineEdit)
    assert name is not None
    name.setText("elsewhere")
    view.dialog.accept()
    assert ui.preferences.database == str(tmp_path / "elsewhere.sqlite")
    view.show_place(ui.preferences.database, encrypted=None)
    QTest.mouseClick(view.usual, Qt.MouseButton.LeftButton)
    assert ui.preferences.database is None


def test_settings_are_forgotten_only_after_a_yes(view: SettingsView, ui: Ui) -> None:
    _choose(view.text_size, "150")
    for answer, left in (("Keep them", 150), ("Forget them", 100)):
        QTest.mouseClick(view.reset, Qt.MouseButton.LeftButton)
        assert view.question is not None
        buttons = view.question.findChildren(QPushButton)
        QTest.mouseClick(
            next(one for one in buttons if one.text() == answer), Qt.MouseButton.LeftButton
        )
        assert ui.preferences.text_size == left
    assert view.text_size.currentData() == "100"


def test_a_folder_that_cannot_be_written_is_told(ui: Ui, qtbot: QtBot) -> None:
    ui.preferences.path.mkdir(parents=True)
    made = SettingsView(ui)
    qtbot.addWidget(made)
    assert not made.unkept.isHidden()
    assert str(ui.preferences.path) in made.unkept.text()


def test_a_database_at_a_url_has_no_folder_to_open(view: SettingsView) -> None:
    view.show_place("postgresql://host/checks", encrypted=None)
    assert not view.open_folder.isVisible()
