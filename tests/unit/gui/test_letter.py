"""The cover letter on paper: one sheet, whatever stands in it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from audit.letter import Letter
from gui import letter as paper
from tests.unit.audit.test_letter import LANGUAGES, hostile, letter

needs_poppler = pytest.mark.skipif(not shutil.which("pdfinfo"), reason="pdfinfo is not installed")


def pages(path: Path) -> int:
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))


def text(path: Path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(told.split())


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_is_one_sheet_with_all_that_it_says(
    qtbot: QtBot, tmp_path: Path, language: str
) -> None:
    made = letter(hostile(), language)
    paper.write(made, tmp_path / "a.pdf")
    assert pages(tmp_path / "a.pdf") == 1
    told = text(tmp_path / "a.pdf")
    assert made.more is not None
    for expected in (made.more, made.blanks[-1], *made.checklist, dict(made.facts).popitem()[1]):
        assert "".join(expected.split()) in told


@needs_poppler
def test_a_letter_of_any_length_is_one_sheet(qtbot: QtBot, tmp_path: Path) -> None:
    made: Letter = letter(hostile())
    paper.write(replace(made, found=made.found * 40), tmp_path / "a.pdf")
    assert pages(tmp_path / "a.pdf") == 1
    assert made.blanks[-1].split()[0] in text(tmp_path / "a.pdf")
