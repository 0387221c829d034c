"""The window's composition root: builds every part and hands it on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.crashes import CrashFile
from gui.faults import Faults
from gui.report import redacted, report, words_of_computer, words_of_phone
from gui.services import Services
from gui.sources import DemoSource, OwnSource
from gui.theme import Mode, Theme, system_mode
from gui.ui import Ui
from gui.window import Window

#: What broke down last time can wait until the window stands there.
_AFTER_PAINT_MS = 400


@dataclass(frozen=True, slots=True)
class Options:
    """What the window was asked for.

    Attributes:
        database: path or SQLAlchemy URL; None for the usual place.
        demo: start with the demo phone plugged in.
        language: ``en`` or ``zh-CN``; None for the system's.
        theme: ``light`` or ``dark``; None for the system's.
    """

    database: str | None = None
    demo: bool = False
    language: str | None = None
    theme: str | None = None


class Program(QObject):
    """All parts of a running window; ``stop`` ends every thread of theirs."""

    def __init__(self, application: QApplication, options: Options) -> None:
        super().__init__()
        self._options = options
        language = options.language or system_language()
        self._translate_qt(application, language)
        self.theme = Theme(Mode(options.theme) if options.theme else system_mode(), self)
        if options.theme is None:
            application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.ui = Ui(Wording(language, Catalogue.load()), self.theme)
        application.setWindowIcon(self.theme.icon("app", "accent", 64))
        self.services = Services(self.ui.wording, self._source_maker(), self)
        self.window = Window(self.ui, self.services)
        self.theme.apply(application)

    def _source_maker(self) -> Callable[[bool], OwnSource]:
        catalogue, options = self.ui.catalogue, self._options

        def make(demo: bool) -> OwnSource:
            # A database that was named belongs to what the program was started with.
            database = options.database if demo == options.demo else None
            return DemoSource(catalogue, database) if demo else OwnSource(catalogue, database)

        return make

    def start(self) -> None:
        """Shows the window; phones and saved checks follow once it is painted."""
        self.window.show()
        QTimer.singleShot(0, self, self._open)

    def _open(self) -> None:
        self.services.open(demo=self._options.demo)

    def _follow_system(self) -> None:
        self.theme.set_mode(system_mode())

    def _translate_qt(self, application: QApplication, language: str) -> None:
        """Qt's own words, in its standard dialogs and menus."""
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(QLocale(language), "qtbase", "_", folder):
            application.installTranslator(translator)

    def stop(self) -> None:
        self.services.stop()


def system_language() -> str:
    """``zh-CN`` where the system speaks Chinese, else English."""
    chinese = QLocale.system().language() is QLocale.Language.Chinese
    return "zh-CN" if chinese else "en"


def make_application() -> QApplication:
    application = QApplication.instance() or QApplication(sys.argv[:1])
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


def _run(application: QApplication, options: Options, crash_file: CrashFile | None) -> int:
    program = Program(application, options)
    faults = Faults(
        lambda: program.ui, lambda: words_of_phone(program.services), crash_file, program
    )
    faults.install()
    program.start()
    QTimer.singleShot(_AFTER_PAINT_MS, faults, faults.offer_crashes)
    try:
        return application.exec()
    finally:
        program.stop()
        faults.remove()
