"""A person saves what a page shows as a file; each is opened again by a reader that is not ours."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator
from PySide6.QtCore import QDate, QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from db.store import Store
from gui.app import Options, Program
from gui.pages import APPS, COMPANIES, COMPARE, HISTORY, OVERVIEW
from gui.views.export_dialog import ExportDialog
from resources.loader import read_json
from tests.phones import AdbServer
from tests.unit.gui.saved import save_life
from tests.unit.gui.shown import ALIPAY, WECHAT

PATIENCE_MS = 30_000
MakeProgram = Callable[[str], Program]


@pytest.fixture
def make_program(
    adb_server: AdbServer, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[MakeProgram]:
    """The window with five saved checks and no phone."""
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))
    dress = qapp.styleSheet(), qapp.palette(), qapp.font()
    database = tmp_path / "checks.sqlite"
    with Store.open(database) as store:
        save_life(store)
    made: list[Program] = []

    def make(language: str) -> Program:
        made.append(Program(qapp, Options(str(database), language=language)))
        made[-1].start()
        return made[-1]

    yield make
    for program in made:
        program.window.close()
        program.stop()
        program.window.deleteLater()
        program.deleteLater()
    qapp.setStyleSheet(dress[0])
    qapp.setPalette(dress[1])
    qapp.setFont(dress[2])


@pytest.fixture
def program(make_program: MakeProgram, qtbot: QtBot) -> Program:
    return _shown(make_program("en"), qtbot)


def _shown(program: Program, qtbot: QtBot) -> Program:
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=PATIENCE_MS)
    return program


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


def _page(program: Program, page: str, qtbot: QtBot) -> None:
    program.window.open_page(page)
    qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)


def _dialog(program: Program) -> ExportDialog:
    dialog = program.window.pages.exporter.dialog
    assert dialog is not None
    return dialog


def _press_export(program: Program, qtbot: QtBot) -> ExportDialog:
    program.window.activateWindow()
    qtbot.waitUntil(program.window.isActiveWindow, timeout=PATIENCE_MS)
    QTest.keyClick(program.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    return _dialog(program)


def _save(dialog: ExportDialog, path: Path, qtbot: QtBot) -> None:
    """Presses "Save as…", types the path, and waits until it is written or refused."""
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    dialog.files.setDirectory(str(path.parent))
    dialog.files.selectFile(path.name)
    with qtbot.waitSignal(dialog.save_asked, timeout=PATIENCE_MS):
        dialog.files.accept()
    _settled(dialog, qtbot)


def _settled(dialog: ExportDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE_MS)


def _told(dialog: ExportDialog) -> str:
    return dialog.notice.text.text()


class TestEveryPage:
    def test_overview_the_comparison_as_json(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        _page(program, OVERVIEW, qtbot)
        dialog = _press_export(program, qtbot)
        dialog.choose_format("json")
        _save(dialog, folder / "new.json", qtbot)
        document = json.loads((folder / "new.json").read_text("utf-8"))
        Draft202012Validator(read_json("schema", "changes.json")).validate(document)
        assert (document["old"]["id"], document["new"]["id"]) == (4, 5)
        assert {one["package"] for one in document["changes"]} == {WECHAT}
        assert document["new"]["phone"]["serial"] is None
        assert "new.json" in _told(dialog)
        assert "Left out: serial number" in _told(dialog)

    def test_apps_the_check_as_a_workbook(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        _page(program, APPS, qtbot)
        program.window.pages.apps.choose_filter("location")
        dialog = _press_export(program, qtbot)
        dialog.choose_format("xlsx")
        _save(dialog, folder / "apps.xlsx", qtbot)
        book = openpyxl.load_workbook(folder / "apps.xlsx", read_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        assert {row[2] for row in rows[1:]} == {WECHAT}

    def test_app_details_its_history_as_pdf(
        self, make_program: MakeProgram, folder: Path, qtbot: QtBot
    ) -> None:
        program = _shown(make_program("zh-CN"), qtbot)
        _page(program, APPS, qtbot)
        program.window.pages.apps.choose_app(0, WECHAT)
        qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
        program.window.pages.apps.details.ask_export()
        dialog = _dialog(program)
        assert dialog.what.currentData() == "history"
        _save(dialog, folder / "wechat.pdf", qtbot)
        tool = shutil.which("pdftotext")
        if tool is None:
            pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
        command = [tool, str(folder / "wechat.pdf"), "-"]
        text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        assert "微信" in text
        assert ALIPAY not in text

    def test_app_details_a_complaint_pack_that_its_own_verifier_accepts(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        _page(program, APPS, qtbot)
        program.window.pages.apps.choose_app(0, WECHAT)
        qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
        program.window.pages.apps.details.ask_complaint()
        dialog = _dialog(program)
        _save(dialog, folder / "pack.zip", qtbot)
        assert "raw answers" in _told(dialog)  # nobody kept any
        with zipfile.ZipFile(folder / "pack.zip") as pack:
            pack.extractall(folder)
        (inner,) = (one for one in folder.iterdir() if one.is_dir())
        names = {one.name for one in inner.iterdir()}
        assert {"cover.txt", "cover.pdf", "history.csv", "history.json", "record.txt"} <= names
        assert "SERIAL1" not in (inner / "cover.txt").read_text("utf-8")
        command = [sys.executable, "-I", str(inner / "verify.py")]
        subprocess.run(command, check=True, capture_output=True)

    def test_a_complaint_needs_an_app(self, program: Program, qtbot: QtBot) -> None:
        dialog = _press_export(program, qtbot)
        dialog.what.setCurrentIndex(dialog.what.findData("complaint"))
        assert not dialog.group.isEnabled()
        QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
        assert "Choose the app" in _told(dialog)

    @pytest.mark.parametrize("page", [OVERVIEW, APPS, COMPANIES, COMPARE, HISTORY])
    def test_ctrl_e_is_its_button(self, page: str, program: Program, qtbot: QtBot) -> None:
        _page(program, page, qtbot)
        whats = {OVERVIEW: "changes", COMPARE: "changes", HISTORY: "history"}
        dialog = _press_export(program, qtbot)
        assert dialog.request().what == whats.get(page, "snapshot")

    def test_compare_the_two_checks_as_csv(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        _page(program, COMPARE, qtbot)
        compare = program.window.pages.compare
        qtbot.waitUntil(lambda: compare.model.rowCount() > 0, timeout=PATIENCE_MS)
        compare.old.box.setCurrentIndex(compare.checks.find(1))
        compare.old.box.activated.emit(compare.checks.find(1))
        qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
        compare.choose_filter("updates")
        assert _press_export(program, qtbot).request().scope.kind == "updates"
        _dialog(program).reject()
        compare.choose_filter("messages")
        dialog = _press_export(program, qtbot)
        dialog.choose_format("csv")
        _save(dialog, folder / "changes.csv", qtbot)
        text = (folder / "changes.csv").read_bytes().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        assert [(row["package"], row["group"]) for row in rows] == [(ALIPAY, "messages")]

    def test_history_the_time_in_sight_as_a_web_page(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        _page(program, HISTORY, qtbot)
        history = program.window.pages.history
        history.choose_app(0, WECHAT)
        qtbot.waitUntil(lambda: not program.services.asking, timeout=PATIENCE_MS)
        QTest.mouseClick(history.tools["week"], Qt.MouseButton.LeftButton)
        dialog = _press_export(program, qtbot)
        assert dialog.limited.isChecked()
        dialog.choose_format("html")
        _save(dialog, folder / "history.html", qtbot)
        reader = _Words()
        reader.feed((folder / "history.html").read_text("utf-8"))
        text = "\n".join(reader.found)
        assert WECHAT in text
        assert ALIPAY not in text
        assert "Only from" in text


class TestTheChoice:
    def test_any_part_of_it_can_be_changed(self, program: Program, qtbot: QtBot) -> None:
        dialog = _press_export(program, qtbot)
        assert dialog.request().checks == (4, 5)
        dialog.what.setCurrentIndex(dialog.what.findData("uses"))
        dialog.app.setCurrentIndex(dialog.app.findText("WeChat"))
        dialog.group.setCurrentIndex(dialog.group.findData("location"))
        dialog.personal.setChecked(True)
        request = dialog.request()
        assert (request.what, request.checks, request.personal_details) == ("uses", (), True)
        scope = request.scope
        assert (scope.user, scope.package, scope.group) == (0, WECHAT, "location")
        assert not scope.has_period
        dialog.limited.setChecked(True)
        dialog.since.setDate(QDate(2026, 12, 1))
        dialog.until.setDate(QDate(2026, 12, 1))
        scope = dialog.request().scope
        assert scope.since is not None
        assert scope.until is not None
        assert (scope.until - scope.since).total_seconds() == pytest.approx(86_400, abs=3_601)

    def test_days_the_wrong_way_round_are_a_sentence(self, program: Program, qtbot: QtBot) -> None:
        dialog = _press_export(program, qtbot)
        dialog.what.setCurrentIndex(dialog.what.findData("history"))
        dialog.limited.setChecked(True)
        dialog.since.setDate(QDate(2026, 12, 2))
        dialog.until.setDate(QDate(2026, 12, 1))
        QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
        assert "later" in _told(dialog)
        assert not dialog.findChildren(QFileDialog)

    def test_the_next_one_starts_with_the_same_format(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        dialog = _press_export(program, qtbot)
        dialog.choose_format("csv")
        _save(dialog, folder / "x.csv", qtbot)
        dialog.reject()
        assert _press_export(program, qtbot).format == "csv"


class TestTheFile:
    def test_one_that_exists_is_replaced_only_after_a_yes(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        path = folder / "mine.csv"
        path.write_text("mine")
        dialog = _press_export(program, qtbot)
        dialog.choose_format("csv")
        for answer, replaced in (("No", False), ("Yes", True)):
            QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
            dialog.files.setDirectory(str(folder))
            dialog.files.selectFile(path.name)
            QTimer.singleShot(0, _Answer(answer, dialog).give)
            dialog.files.accept()
            if replaced:
                _settled(dialog, qtbot)
            else:
                dialog.files.reject()
            assert (path.read_bytes() != b"mine") is replaced

    def test_what_keeps_it_from_being_written_is_a_sentence(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        dialog = _press_export(program, qtbot)
        QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
        dialog.files.fileSelected.emit(str(folder / "gone" / "x.pdf"))
        dialog.files.reject()
        _settled(dialog, qtbot)
        assert "no folder" in _told(dialog)
        assert dialog.save.isEnabled()
        assert dialog.form.isEnabled()

    def test_cancelled_leaves_nothing(self, program: Program, folder: Path, qtbot: QtBot) -> None:
        dialog = _press_export(program, qtbot)
        gate = threading.Event()
        program.services.work(lambda _store, _report, _cancel: gate.wait(30))
        try:
            QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
            dialog.files.fileSelected.emit(str(folder / "x.pdf"))
            dialog.files.reject()
            assert dialog.running
            assert not dialog.form.isEnabled()
            QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
        finally:
            gate.set()
        _settled(dialog, qtbot)
        assert "Nothing was written" in _told(dialog)
        assert list(folder.iterdir()) == []

    def test_closing_the_dialog_cancels(self, program: Program, folder: Path, qtbot: QtBot) -> None:
        dialog = _press_export(program, qtbot)
        gate = threading.Event()
        program.services.work(lambda _store, _report, _cancel: gate.wait(30))
        try:
            QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
            dialog.files.fileSelected.emit(str(folder / "x.pdf"))
            dialog.files.reject()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        finally:
            gate.set()
        done = threading.Event()
        program.services.work(lambda _store, _report, _cancel: done.set())
        qtbot.waitUntil(done.is_set, timeout=PATIENCE_MS)
        assert list(folder.iterdir()) == []
        assert program.window.pages.exporter.dialog is None

    def test_it_opens_and_shows_where_it_is(
        self, program: Program, folder: Path, qtbot: QtBot
    ) -> None:
        opened = _Opened()
        # PySide6 6.11 takes a str only, whatever its stub says.
        QDesktopServices.setUrlHandler("file", opened, "take")  # type: ignore[arg-type]
        try:
            dialog = _press_export(program, qtbot)
            dialog.choose_format("html")
            _save(dialog, folder / "new.html", qtbot)
            QTest.mouseClick(dialog.open_file, Qt.MouseButton.LeftButton)
            QTest.mouseClick(dialog.open_folder, Qt.MouseButton.LeftButton)
        finally:
            QDesktopServices.unsetUrlHandler("file")
        assert opened.places == [str(folder / "new.html"), str(folder)]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


class _Opened(QObject):
    """Stands for the desktop."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.places.append(url.toLocalFile())


class _Answer(QObject):
    """Answers the question whether a file shall be replaced."""

    def __init__(self, text: str, parent: QObject) -> None:
        super().__init__(parent)
        self._text = text

    def give(self) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(one for one in box.buttons() if self._text in one.text()).click()
