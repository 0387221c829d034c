"""The window's composition root: builds every part and hands it on."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.background import Background
from gui.crashes import CrashFile
from gui.ending import Ending
from gui.faults import Faults
from gui.preferences import DATABASE, LANGUAGE, TEXT_SIZE, THEME, Preferences
from gui.report import redacted, report, words_of_computer, words_of_phone
from gui.services import Services
from gui.soundness import Soundness
from gui.sources import DemoSource, OwnSource
from gui.theme import Theme, follow_system, system_mode
from gui.tokens import Mode
from gui.tray import Tray
from gui.ui import Ui
from gui.window import Window

#: What broke down last time can wait until the window stands there.
_AFTER_PAINT_MS = 400


@dataclass(frozen=True, slots=True)
class Options:
    """What the window was asked for; None is what the person chose before, else the usual.

    Attributes:
        database: path or SQLAlchemy URL.
        demo: start with the demo phone plugged in.
        language: ``en`` or ``zh-CN``.
        theme: a ``Mode`` of ``gui.tokens``.
        preferences: the file of the person's choices.
        hidden: begin without a window where there is an icon in the notification area.
    """

    database: str | None = None
    demo: bool = False
    language: str | None = None
    theme: str | None = None
    preferences: Path | None = None
    hidden: bool = False


class Program(QObject):
    """All parts of a running window; ``stop`` ends every thread of theirs.

    ``rebuilt`` tells that ``ui`` and ``window`` are others now.
    """

    rebuilt = Signal()

    def __init__(self, application: QApplication, options: Options) -> None:
        super().__init__()
        self._application = application
        self._options = options
        self._translator = QTranslator(self)
        self._opening = QTimer(self, singleShot=True, interval=0)
        self._opening.timeout.connect(self._open)
        self.preferences = Preferences(options.preferences)
        # Later, since it may end the very control in which something was chosen.
        self.preferences.changed.connect(self._on_chosen, Qt.ConnectionType.QueuedConnection)
        self._catalogue = Catalogue.load()
        self.theme = Theme(self._mode(), self, text_size=self.preferences.text_size)
        follow_system(application.styleHints(), self._follow_system)
        self.ui = self._make_ui()
        application.setWindowIcon(self.theme.icon("app", "accent", 64))
        self.services = Services(self.ui.wording, self._make_source, self)
        self.soundness = Soundness(self.services, self)
        self.soundness.damaged.connect(self._on_damaged)
        self.window = Window(self.ui, self.services)
        self.window.restore_place()
        self.services.icons_changed.connect(self._on_icons)
        self.background = Background(self.preferences, self.services, lambda: self.ui, self)
        self.tray = Tray(self.preferences, lambda: self.ui, self)
        self.background.found.connect(self.tray.tell)
        self.tray.window_asked.connect(self.show_window)
        self.tray.check_asked.connect(self.services.check)
        self.theme.apply(application)

    def _on_damaged(self) -> None:
        self.window.tell_damage()

    def _on_icons(self, images: dict[str, QImage]) -> None:
        """Icons come once the findings are shown, so what is on screen is painted again."""
        self.theme.show_app_icons(images)
        for view in self.window.findChildren(QAbstractScrollArea):
            view.viewport().update()

    def _make_ui(self) -> Ui:
        language = self._options.language or self.preferences.language or system_language()
        self._translate_qt(language)
        return Ui(Wording(language, self._catalogue), self.theme, self.preferences)

    def _make_source(self, demo: bool) -> OwnSource:
        # A database that was named belongs to what the program was started with.
        named = self._options.database if demo == self._options.demo else None
        database = named or (None if demo else self.preferences.database)
        kind = DemoSource if demo else OwnSource
        kept = self.preferences
        return kind(self._catalogue, database, lambda: kept.keep_answers, lambda: kept.keep_adb)

    def show_window(self) -> None:
        """Brings it back after it was closed, or to the front."""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def start(self) -> None:
        """Shows the window; phones and saved checks follow once it is painted."""
        if not self._options.hidden or self.tray.icon is None:
            self.window.show()
        self._opening.start()

    def _open(self) -> None:
        self.services.open(demo=self._options.demo)

    # What the person chooses while it runs: it outdoes what the program was started with.

    def _on_chosen(self, name: str) -> None:
        if name == THEME:
            self._options = replace(self._options, theme=None)
            self._follow_system()
        elif name == LANGUAGE:
            self._options = replace(self._options, language=None)
            self._rebuild()
        elif name == TEXT_SIZE:
            self._rebuild()
        elif name == DATABASE:
            self._options = replace(self._options, database=None)
            self.services.open(demo=self.services.demo)

    def _rebuild(self) -> None:
        """Another window, in the words and sizes that hold now, in the place of this one."""
        before = self.window
        before.leave()
        before.hide()
        self.theme.set_text_size(self.preferences.text_size)
        self.ui = self._make_ui()
        self.services.speak(self.ui.wording)
        self.window = Window(self.ui, self.services)
        self.window.take_over(before)
        self.tray.dress()
        before.deleteLater()
        self.theme.apply(self._application)
        self.window.show()
        self.rebuilt.emit()

    def _mode(self) -> Mode:
        asked = self._options.theme
        return Mode(asked) if asked else self.preferences.theme or system_mode()

    def _follow_system(self) -> None:
        self.theme.set_mode(self._mode())

    def _translate_qt(self, language: str) -> None:
        """Qt's own words, in its standard dialogs and menus."""
        self._application.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(QLocale(language), "qtbase", "_", folder):
            self._application.installTranslator(self._translator)

    def stop(self) -> None:
        self._opening.stop()  # else one that ends at once would open all after its end
        self.background.stop()
        self.services.stop()


def system_language() -> str:
    """``zh-CN`` where the system speaks Chinese, else English."""
    chinese = QLocale.system().language() is QLocale.Language.Chinese
    return "zh-CN" if chinese else "en"


def make_application() -> QApplication:
    # Not setStyle(): it returns a QStyle, whose 600 enumerators take 12 ms to make in Python.
    application = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "Fusion"])
    assert isinstance(application, QApplication)  # noqa: S101 -- narrows Qt's own type
    application.setApplicationName("permission-checkup")
    application.setApplicationDisplayName("Permission Checkup")
    application.setDesktopFileName("permission-checkup")
    return application


def main(options: Options) -> int:
    """Opens the window and stays until it is closed."""
    crash_file = CrashFile.begin()
    try:
        code = _run(make_application(), options, crash_file)
    except Exception as error:
        if crash_file is not None:
            crash_file.write(redacted(report(error, error.__traceback__), words_of_computer()))
        raise
    if crash_file is not None:
        crash_file.end()
    return code


def keep(_shown: object = None) -> None:
    """What is there now stays: to look for garbage in it again and again stops the window for
    50 ms and more with a usual phone. What is let go of is still freed at once, but for cycles.
    """
    gc.freeze()
    gc.enable()


def _quit(program: Program) -> None:
    program.window.quit()  # the one that is there by then


def _run(application: QApplication, options: Options, crash_file: CrashFile | None) -> int:
    program = Program(application, options)
    faults = Faults(
        lambda: program.ui, lambda: words_of_phone(program.services), crash_file, program
    )
    faults.install()
    ending = Ending(lambda: _quit(program), program)
    program.start()
    program.services.shown_changed.connect(keep)
    QTimer.singleShot(_AFTER_PAINT_MS, keep)
    QTimer.singleShot(_AFTER_PAINT_MS, faults, faults.offer_crashes)
    try:
        return application.exec()
    finally:
        program.stop()
        ending.remove()
        faults.remove()
