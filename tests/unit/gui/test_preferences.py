"""What was chosen is there at the next start; what is damaged counts as not chosen."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.preferences import DATABASE, KEEP_ANSWERS, LANGUAGE, TEXT_SIZE, THEME, Preferences
from gui.tokens import Mode


@pytest.fixture
def path(qapp: QApplication, tmp_path: Path) -> Path:
    return tmp_path / "window.ini"


def _is_as_on_the_first_day(kept: Preferences) -> bool:
    chosen = kept.language, kept.theme, kept.text_size, kept.keep_answers, kept.database
    return chosen == (None, None, 100, True, None)


def test_choices_are_kept_until_the_next_start(path: Path) -> None:
    first = Preferences(path)
    assert _is_as_on_the_first_day(first)
    first.choose(LANGUAGE, "zh-CN")
    first.choose(THEME, Mode.CONTRAST_DARK)
    first.choose(TEXT_SIZE, "150")
    first.choose(KEEP_ANSWERS, "no")
    first.choose(DATABASE, "/somewhere/我的 checks, old; new.sqlite")
    first.remember_state("window/geometry", QByteArray(b"\x00\x01=\n;,\xff"))
    assert first.kept
    again = Preferences(path)
    assert again.language == "zh-CN"
    assert again.theme is Mode.CONTRAST_DARK
    assert again.text_size == 150
    assert not again.keep_answers
    assert again.database == "/somewhere/我的 checks, old; new.sqlite"
    assert again.recall_state("window/geometry") == QByteArray(b"\x00\x01=\n;,\xff")
    assert path.read_text("utf-8").startswith("[1]")


def test_the_usual_file_is_in_the_person_s_own_folder_for_settings(qapp: QApplication) -> None:
    assert Preferences().path.is_relative_to(os.environ["XDG_CONFIG_HOME"])


def test_what_is_chosen_otherwise_is_told_once(path: Path, qtbot: QtBot) -> None:
    kept = Preferences(path)
    with qtbot.waitSignal(kept.changed) as told:
        kept.choose(LANGUAGE, "en")
    assert told.args == [LANGUAGE]
    with qtbot.assertNotEmitted(kept.changed):
        kept.choose(LANGUAGE, "en")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 500,
        b"[1\nlanguage=zh",
        b"[1]\nlanguage=xx\ntheme=pink\ntext-size=9999\nkeep-answers=,\ndatabase=\n",
        b"[1]\nlanguage=en, zh-CN\ntext-size=-1\ntheme=\xff\xfe\n=\n%%%\n",
        b"[2]\nlanguage=zh-CN\n",
        random.Random(5).randbytes(4000),  # noqa: S311 -- no secret
    ],
)
def test_a_damaged_file_counts_as_no_choice_and_can_be_written_again(
    path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    kept = Preferences(path)
    assert _is_as_on_the_first_day(kept)
    assert kept.recall("apps/filter") == ""
    kept.choose(LANGUAGE, "zh-CN")
    assert kept.kept
    assert Preferences(path).language == "zh-CN"


def test_a_file_that_cannot_be_written_is_told_and_loses_nothing_now(path: Path) -> None:
    path.mkdir()
    kept = Preferences(path)
    kept.choose(LANGUAGE, "zh-CN")
    assert not kept.kept
    assert kept.language == "zh-CN"


def test_reset_forgets_all_but_where_the_checks_are(path: Path, qtbot: QtBot) -> None:
    kept = Preferences(path)
    kept.choose(TEXT_SIZE, "200")
    kept.choose(DATABASE, "/a.sqlite")
    kept.remember("apps/filter", "calls")
    with qtbot.waitSignal(kept.changed) as told:
        kept.reset()
    assert told.args == [TEXT_SIZE]
    assert kept.text_size == 100
    assert kept.recall("apps/filter") == ""
    assert kept.database == "/a.sqlite"
