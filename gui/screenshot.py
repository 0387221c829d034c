"""A picture of the window, rendered without a display: ``python -m gui.screenshot --demo``.

Nothing is staged: the demo phone is checked twice through a real adb server into a database that
is thrown away.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import Options, Program, make_application
from gui.pages import OVERVIEW, PICTURED
from gui.preferences import TEXT_SIZE, TEXT_SIZES
from gui.tokens import Mode
from gui.widgets.gradual import Gradually
from resources.loader import LANGUAGES

_PATIENCE_MS = 120_000


class Wait(QObject):
    """Runs the event loop until something is told, or trouble, or time is over."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program
        self._loop = QEventLoop()
        self.error: str | None = None
        services = program.services
        services.failed.connect(self._on_error)
        services.trouble.connect(self._on_error)
        services.shown_changed.connect(self._on_shown)
        sys.excepthook = self._on_fault

    def for_check(self) -> None:
        """Returns once a check is shown; raises RuntimeError when that fails."""
        timer = QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(self._on_late)
        timer.start(_PATIENCE_MS)
        if self.error is None:
            self._loop.exec()
        timer.stop()
        if self.error is not None:
            raise RuntimeError(self.error)

    def _on_shown(self, shown: object) -> None:
        if shown is not None:
            self._loop.quit()

    def _on_error(self, error: Exception | None) -> None:
        if error is not None:
            self.error = self._program.ui.wording.error(error)
            self._loop.quit()

    def _on_fault(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        sys.__excepthook__(kind, error, trace)
        self.error = str(error)
        self._loop.quit()

    def _on_late(self) -> None:
        self.error = "the check took too long"
        self._loop.quit()


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The demo shall have an adb server of its own, not one with the person's phones.
    for name in ("ANDROID_ADB_SERVER_PORT", "ANDROID_ADB_SERVER_ADDRESS"):
        os.environ.pop(name, None)
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "demo.sqlite")
        asked = Options(database, True, options.lang, options.theme, Path(folder) / "window.ini")
        program = Program(application, asked)
        try:
            _take(application, program, options)
        except RuntimeError as error:
            print(f"No picture: {error}", file=sys.stderr)  # noqa: T201
            return 1
        finally:
            program.stop()
    return 0


def _take(application: QApplication, program: Program, options: argparse.Namespace) -> None:
    program.preferences.choose(TEXT_SIZE, str(options.text_size))
    application.processEvents()
    window, services = program.window, program.services
    wait = Wait(program)
    program.start()
    wait.for_check()
    for _ in range(options.checks - 1):
        services.check()
        wait.for_check()
    width, height = (int(number) for number in options.size.split("x"))
    window.resize(width, height)
    window.open_page(options.page)
    while services.busy or any(work.busy for work in window.findChildren(Gradually)):
        application.processEvents()
    # Layouts settle over a few rounds of the event loop.
    for _ in range(5):
        application.processEvents()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(options.output)):
        raise RuntimeError(f"{options.output} cannot be written")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gui.screenshot", description=__doc__)
    parser.add_argument("--demo", action="store_true", required=True, help="of the demo phone")
    parser.add_argument("--page", choices=PICTURED, default=OVERVIEW)
    parser.add_argument("--theme", choices=tuple(Mode), default=Mode.LIGHT)
    parser.add_argument("--text-size", type=int, choices=TEXT_SIZES, default=TEXT_SIZES[0])
    parser.add_argument("--lang", choices=LANGUAGES, default="en")
    parser.add_argument("--size", default="1280x800", metavar="WxH")
    parser.add_argument("--checks", type=int, default=2, choices=(1, 2, 3, 4))
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.png")
    return parser


if __name__ == "__main__":
    sys.exit(main())
