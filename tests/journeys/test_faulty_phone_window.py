"""The window through faults of the phone: a sentence each time, and the next check works."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from device.adb import AdbServer as OurServer
from device.demo_phone import StoryPhone
from gui.app import Options, Program
from gui.models.rows import Shown
from tests.faults.bench import Bench, Trial
from tests.faults.catalogue import sample, trials
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer

PATIENCE_MS = 120_000
#: Minutes of waiting, as the program itself waits; ``tools/faults`` has them.
SLOW = {"200 MB", "one byte a second", "silent from then on"}


class Watched:
    """What a window tells of its checks."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        self.program = program
        self._qtbot = qtbot
        self.outcomes: list[Shown | Exception] = []
        program.services.failed.connect(self.outcomes.append)
        program.services.checked.connect(lambda _serial, shown: self.outcomes.append(shown))

    def check(self) -> Shown | Exception:
        services, wait = self.program.services, self._qtbot.waitUntil
        wait(lambda: any(one.ready for one in services.devices), timeout=PATIENCE_MS)
        self.outcomes.clear()
        services.check()
        wait(lambda: bool(self.outcomes) and not services.checking, timeout=PATIENCE_MS)
        wait(lambda: not services.busy, timeout=PATIENCE_MS)
        return self.outcomes[0]


@pytest.mark.timeout(600)
def test_the_window_lives_through_whatever_the_phone_does(
    adb_server: AdbServer, make_program: MakeProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    with StoryPhone() as phone:
        bench = Bench(OurServer(port=adb_server.port), phone, tmp_path)
        try:
            program = make_program(Options(str(tmp_path / "history.sqlite"), language="en"))
            window = Watched(program, qtbot)
            assert isinstance(window.check(), Shown)
            every = [one for one in trials(bench, drops=60, hangs=4) if one.kind not in SLOW]
            refused = 0
            gone = [one for one in every if one.kind == "unplugged in the middle"]
            for trial in (*gone[:5], *sample(every, 14, seed=20)):
                refused += suffer(bench, window, trial)
                bench.connect()
                after = window.check()
                assert isinstance(after, Shown), trial
                assert after.info.complete, trial
                assert trial.lie or after.checkup.changes == (), trial
            assert refused > 3
        finally:
            adb_server.forget(phone.address)


def suffer(bench: Bench, window: Watched, trial: Trial) -> bool:
    """Whether the check was refused; else it was saved with what it could read."""
    with bench.misbehaving(trial):
        outcome = window.check()
    wording = window.program.ui.wording
    if isinstance(outcome, Exception):
        notice = window.program.window.notices.notice
        assert notice is not None, trial
        assert notice.text.text() == wording.error(outcome)
        assert "Traceback" not in notice.text.text()
        return True
    assert trial.lie or outcome.checkup.changes == (), trial
    assert all(wording.problem(one) for one in outcome.info.problems)
    assert outcome.info.complete or outcome.info.problems, trial
    return False
