"""One database in several hands at once, and one that is damaged, as the window meets them."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from functools import partial
from pathlib import Path

from pytestqt.qtbot import QtBot

from db.store import Store
from device.demo_phone import StoryPhone
from gui.app import Options, Program
from gui.pages import PHONES
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer
from tests.terminal import Terminal
from tests.unit.db.samples import sample_app, sample_snapshot

PATIENCE_MS = 60_000


def ready(program: Program) -> bool:
    return any(device.ready for device in program.services.devices)


def ended(process: subprocess.Popen[str], windows: list[Program]) -> bool:
    return process.poll() is not None and not any(one.services.checking for one in windows)


def test_two_windows_and_a_terminal_lose_no_check_of_each_other(
    make_program: MakeProgram,
    adb_server: AdbServer,
    demo_phone: StoryPhone,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    terminal = Terminal(tmp_path, adb_server.port)
    terminal.json("check")
    windows = [make_program(Options(str(terminal.database))) for _ in range(2)]
    qtbot.waitUntil(lambda: all(map(ready, windows)), timeout=PATIENCE_MS)
    for _ in range(2):
        process = terminal.start("check", "--json")
        for program in windows:
            program.services.check()
        qtbot.waitUntil(partial(ended, process, windows), timeout=PATIENCE_MS)
        assert process.communicate()[1] == ""
        assert process.returncode == 0
    with Store.open(terminal.database) as store:
        checks = store.snapshots()
        assert len(checks) == 7
        assert all(info.complete for info in checks)
        assert len({info.taken_at for info in checks}) == 7
        assert store.verify().findings == ()
    assert all(one.window.notices.notice is None for one in windows)


def test_a_damaged_file_is_told_of_once_it_is_open(
    make_program: MakeProgram, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "history.sqlite"
    with Store.open(path) as store:
        store.save(sample_snapshot([sample_app(n) for n in range(20)]))
        store.save(sample_snapshot([sample_app(1)]))
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM app_details WHERE id = 8")
        raw.commit()
    program = make_program(Options(str(path), language="en"))
    notices = program.window.notices
    qtbot.waitUntil(lambda: notices.notice is not None, timeout=PATIENCE_MS)
    assert notices.notice is not None
    assert "damaged" in notices.notice.text.text()
    notices.act()
    assert program.window.page == PHONES
    told = program.window.pages.phones.told
    qtbot.waitUntil(lambda: "Rows of the table" in told.text(), timeout=PATIENCE_MS)


def test_a_whole_file_is_no_news(make_program: MakeProgram, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with Store.open(path) as store:
        store.save(sample_snapshot([sample_app(1)]))
    program = make_program(Options(str(path)))
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=PATIENCE_MS)
    heard: list[bool] = []
    program.soundness.damaged.connect(lambda: heard.append(True))
    program.soundness.look()
    qtbot.waitUntil(lambda: not program.services.busy, timeout=PATIENCE_MS)
    assert heard == []
    assert program.window.notices.notice is None
