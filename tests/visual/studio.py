"""Takes the pictures: every stage is one program, dressed in one look after the other."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.app import Options, Program, make_application
from gui.preferences import DATABASE, LANGUAGE, THEME
from gui.widgets.gradual import Gradually
from tests.visual.looks import LARGE, Look
from tests.visual.scenes import Scene, Stage

#: Where the settings say that the checks are; nothing is read there.
_PLACE = "/home/alex/.local/share/permission-checkup/checks.sqlite"
_TURN_MS = 10
_MOST_TURNS = 12_000


class Studio:
    """Needs the current folder to be empty and its own: a path in a picture would change it."""

    def __init__(self) -> None:
        self._application = make_application()
        self._application.setCursorFlashTime(0)

    def take(
        self, scenes: Iterable[Scene], looks: Sequence[Look], contrasts: Sequence[Look]
    ) -> Iterator[tuple[str, QImage]]:
        """Every picture with its name, in the order of the stages."""
        in_order = sorted(scenes, key=lambda scene: scene.stage)
        with ExitStack() as programs:
            program: Program | None = None
            for stage, group in groupby(in_order, key=lambda scene: scene.stage):
                there = list(group)
                if program is None or stage <= Stage.ONE or not program.services.demo:
                    programs.close()
                    program = self._open(stage, programs)
                self._check(program, stage)
                for look in (*looks, *contrasts):
                    wanted = [one for one in there if _wears(one, look, contrasts)]
                    if wanted:
                        self._dress(program, look)
                    for scene in wanted:
                        yield f"{scene.name}-{look.name}", self._picture(program, scene)

    def _open(self, stage: Stage, programs: ExitStack) -> Program:
        demo = stage >= Stage.ONE
        folder = Path(stage.name.lower())
        folder.mkdir()
        database = folder / "checks.sqlite"
        if stage is Stage.BROKEN:
            database.write_bytes(b"nothing that SQLite could read " * 100)
        if demo:
            os.environ.pop("ANDROID_ADB_SERVER_PORT", None)
        else:
            _choose_port()
        program = Program(
            self._application,
            Options(str(database), demo=demo, preferences=(folder / "window.ini").absolute()),
        )
        programs.callback(program.deleteLater)
        programs.callback(program.stop)
        programs.callback(_close, program)
        program.preferences.remember(DATABASE, _PLACE)
        program.start()
        self._settle(program)
        return program

    def _check(self, program: Program, stage: Stage) -> None:
        """Until there are as many checks as the stage has; the demo's first starts by itself."""
        services = program.services
        if stage < Stage.ONE:
            return
        self._until(lambda: services.shown is not None)
        while (services.shown.info.id or 0) < stage if services.shown else True:
            services.check()
            self._settle(program)
        if stage == Stage.FIVE:
            services.ask(lambda store: store.split_phone([1]), lambda _key: services.refresh())
            self._settle(program)

    def _dress(self, program: Program, look: Look) -> None:
        program.preferences.choose(LANGUAGE, look.language)
        program.preferences.choose(THEME, look.theme)
        self._until(lambda: program.ui.wording.language == look.language)
        self._until(lambda: program.theme.mode is look.theme)
        program.window.resize(*look.size)
        self._settle(program)

    def _picture(self, program: Program, scene: Scene) -> QImage:
        scene.show(program)
        self._settle(program)
        if middle := program.window.centralWidget():
            middle.setFocus()  # no ring around what was looked at before
        dialogs = [one for one in QApplication.topLevelWidgets() if _is_open_dialog(one)]
        image = (dialogs[-1] if dialogs else program.window).grab().toImage()
        for one in dialogs:
            one.close()
        self._settle(program)
        return image

    def _settle(self, program: Program) -> None:
        """Until nothing is worked on and the layouts came to rest."""
        self._until(lambda: not _busy(program))
        for _ in range(5):
            QApplication.processEvents()

    def _until(self, done: Callable[[], bool]) -> None:
        for _ in range(_MOST_TURNS):
            if done():
                return
            QTest.qWait(_TURN_MS)
        raise TimeoutError("the window never came to rest")


def _close(program: Program) -> None:
    program.window.close()


def _wears(scene: Scene, look: Look, contrasts: Sequence[Look]) -> bool:
    if look in contrasts:
        return scene.contrast
    return look.size == LARGE or not scene.dialog


def _busy(program: Program) -> bool:
    pages: QObject = program.window
    return program.services.busy or any(one.busy for one in pages.findChildren(Gradually))


def _is_open_dialog(widget: QWidget) -> bool:
    return isinstance(widget, QDialog) and widget.isVisible()


def _choose_port() -> None:
    """Nobody's, for the adb server that the program starts next, and ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ["ANDROID_ADB_SERVER_PORT"] = str(probe.getsockname()[1])
