"""The weekly sheet: what it tells of a real store, and that one page of paper always holds it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.model import App, Part, Use
from audit.weekly import Section, Sheet, sheet
from audit.wording import Wording
from db.records import Mark
from db.store import Store
from gui import weekly
from gui.ui import Ui
from gui.views.weekly_dialog import WeeklyDialog
from tests.builders import NOON, app, snapshot
from tests.unit.gui.saved import KEY
from tests.unit.gui.shown import ALIPAY, WECHAT

CAMERA_APP = "com.example.camera"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "checks.sqlite") as made:
        yield made


@pytest.fixture
def english(catalogue: Catalogue) -> Wording:
    return Wording("en", catalogue)


def before() -> tuple[App, App]:
    return app("READ_CALL_LOG-", package=WECHAT), app("READ_SMS+ USER_SET", package=ALIPAY)


def after() -> tuple[App, App, App]:
    return (
        app("READ_CALL_LOG+ USER_SET", package=WECHAT),
        app("READ_SMS- USER_SET", package=ALIPAY),
        app("CAMERA+ USER_SET", package=CAMERA_APP),
    )


def used(package: str, op: str, day: float, *, rejected: bool = False) -> Use:
    return Use(0, package, op, NOON + timedelta(days=day), rejected=rejected)


def told(store: Store, wording: Wording) -> Sheet:
    found = sheet(store, KEY, wording)
    assert found is not None
    return found


def test_a_week_is_told_as_what_came_what_went_and_what_was_used(
    store: Store, english: Wording
) -> None:
    store.save(snapshot(*before()))
    uses = (
        used(WECHAT, "CAMERA", 6),
        used(WECHAT, "CAMERA", 5),
        used(ALIPAY, "RECORD_AUDIO", 6, rejected=True),
        used(ALIPAY, "FINE_LOCATION", -3),
        used(CAMERA_APP, "CAMERA", 6.5),
    )
    store.save(replace(snapshot(*after(), day=7), uses=uses))
    gained, lost, apps, last = told(store, english).sections
    assert gained.lines == ("WeChat: Can now read your call history.",)
    assert lost.lines == ("Alipay: Messages",)
    assert apps.lines == (f"New: {CAMERA_APP}",)
    assert [line.split(",")[0] for line in last.lines] == [
        f"{CAMERA_APP}: Camera",
        "WeChat: Camera",
    ]
    assert "29 November 2026" in last.lines[1]


def test_the_questions_begin_with_what_happened_and_are_three(
    store: Store, english: Wording
) -> None:
    store.save(snapshot(*before()))
    quiet = told(store, english)
    assert len(quiet.questions) == 3
    store.save(snapshot(*after(), day=7))
    asked = told(store, english).questions
    assert len(asked) == 3
    assert asked[0].startswith("WeChat can now use this: Calls.")
    assert asked[1].startswith(f"{CAMERA_APP} is new.")


def test_the_week_is_compared_with_the_last_check_before_it(store: Store, english: Wording) -> None:
    for day, apps in ((-20, before()[:1]), (-8, before()), (-3, before()), (0, after())):
        store.save(snapshot(*apps, day=day))
    found = told(store, english)
    assert found.about[1] == "16 November 2026 to 23 November 2026"
    assert found.about[2] == "Compared with the check of 15 November 2026."
    earlier = sheet(store, KEY, english, NOON - timedelta(days=7.5))
    assert earlier is not None
    assert earlier.about[2] == "Compared with the check of 3 November 2026."
    assert sheet(store, KEY, english, NOON - timedelta(days=30)) is None


def test_what_nobody_can_know_is_not_told_as_nothing(store: Store, english: Wording) -> None:
    store.save(snapshot(*before(), unread=[Part.APPOPS]))
    found = told(store, english)
    assert found.about[2] == "This is the first check: the next one will say what is new."
    gained, _lost, _apps, last = found.sections
    assert gained.empty == "Not known: there is nothing to compare with."
    assert last.empty == "This was not read, so it is unknown."
    assert found.note.startswith("Not everything could be read.")
    late = sheet(store, KEY, english, NOON + timedelta(days=30))
    assert late is not None
    assert late.about[2].startswith("Nobody checked the phone in this time")


def test_what_was_expected_is_not_told(store: Store, english: Wording) -> None:
    store.save(snapshot(*before()))
    store.save(snapshot(*after(), day=7))
    name = "android.permission.READ_CALL_LOG"
    store.mark(KEY, Mark(0, WECHAT, name, "allowed", None, NOON))
    assert told(store, english).sections[0].lines == ()


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
