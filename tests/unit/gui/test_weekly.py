"""The weekly sheet on paper: one page always holds it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.weekly import Section, Sheet
from audit.wording import Wording
from db.store import Store
from gui import weekly
from gui.ui import Ui
from gui.views.weekly_dialog import WeeklyDialog
from tests.builders import snapshot
from tests.weeks import after, before, told, used


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as made:
        yield made


def hostile(language: str) -> Sheet:
    """Far more than a page holds, names without a blank, characters that steer."""
    endless = "com." + "averylongpackagename" * 40
    lines = tuple(f"{endless}.{number}\u202e\n: 可以读取您的短信" for number in range(400))
    section = Section("New access to calls, messages or location", lines, "")
    return Sheet(
        title="This week on the phone",
        about=(endless, endless, endless),
        sections=(section, section, section, section),
        questions_title="Topics",
        questions=(endless, endless, endless),
        note=endless,
        more="and {n} more",
        language=language,
    )


def paper(path: Path, tool: str, *options: str) -> str:
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not installed (Debian: poppler-utils)")
    command = [program, *options, str(path), *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_one_page_holds_whatever_there_is(tmp_path: Path, language: str, qapp: object) -> None:
    path = tmp_path / "sheet.pdf"
    weekly.write(hostile(language), path)
    assert re.search(r"Pages:\s+1\n", paper(path, "pdfinfo"))
    assert "A4" in paper(path, "pdfinfo")
    text = paper(path, "pdftotext")
    assert "and 39" in text
    assert "\u202e" not in text
    words = re.findall(
        r'yMin="([\d.]+)".*?yMax="([\d.]+)">(.*?)<', paper(path, "pdftotext", "-bbox")
    )
    (topics,) = (float(top) for top, _, word in words if word == "Topics")
    assert max(float(bottom) for _, bottom, word in words if word == "more") <= topics


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_nothing_on_the_sheet_is_smaller_than_18_points_or_off_the_paper(
    tmp_path: Path, language: str, catalogue: Catalogue, store: Store, qapp: object
) -> None:
    store.save(snapshot(*before()))
    uses = tuple(used(f"org.example.app{number}", "CAMERA", 6) for number in range(60))
    store.save(replace(snapshot(*after(), day=7), uses=uses))
    found = told(store, Wording(language, catalogue))
    path = tmp_path / "sheet.pdf"
    weekly.write(found, path)
    boxes = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
        paper(path, "pdftotext", "-bbox"),
    )
    assert len(boxes) > 30
    margin = 15 / 25.4 * 72 - 3
    for left, top, right, bottom in (map(float, box[:4]) for box in boxes):
        assert bottom - top >= 18
        assert left >= margin
        assert right <= 595 - margin
        assert top >= margin
        assert bottom <= 842 - margin
    text = paper(path, "pdftotext").replace("\n", "")
    for line in (found.title, found.questions_title, *found.questions, found.note):
        assert re.sub(r"\s", "", line) in re.sub(r"\s", "", text)


def test_the_dialog_shows_prints_and_saves_the_sheet(
    ui: Ui, store: Store, qtbot: QtBot, tmp_path: Path
) -> None:
    store.save(snapshot(*before()))
    store.save(snapshot(*after(), day=7))
    found = told(store, ui.wording)
    dialog = WeeklyDialog(ui, found)
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    assert "WeChat: Can now read your call history." in dialog.paper.accessibleDescription()
    image = dialog.paper.pixmap().toImage()
    assert len({image.pixel(x, y) for x in range(0, 400, 3) for y in range(0, 700, 3)}) > 20
    dialog.save(str(tmp_path / "none" / "sheet.pdf"))
    assert "There is no folder" in dialog.told.text()
    dialog.save(str(tmp_path / "sheet.pdf"))
    assert "Written" in dialog.told.text()
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    weekly.lay_out(printer)
    dialog.print_on(printer)
    assert dialog.told.text() == "Handed to the printer."
    for name in ("sheet.pdf", "printed.pdf"):
        assert "read your call history" in paper(tmp_path / name, "pdftotext")
        assert re.search(r"Pages:\s+1\n", paper(tmp_path / name, "pdfinfo"))
