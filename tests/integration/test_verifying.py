"""Verifying a large store: it says where it stands, and it can be stopped."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from audit.model import RawAnswer
from audit.progress import Cancel, Progress
from db import verifying
from db.engine import Database
from db.errors import CancelledError
from db.store import Store
from tests.unit.db.evidence import filled
from tests.unit.db.samples import NOON, sample_app, sample_snapshot

ROOT = Path(__file__).parents[2]


def test_it_counts_every_list_of_apps_and_every_answer(tmp_path: Path) -> None:
    told: list[Progress] = []
    with filled(tmp_path / "history.sqlite") as store:
        assert store.verify(told.append).findings == ()
    assert {(one.steps, one.what) for one in told} == {(told[0].steps, "verifying")}
    steps = [one.step for one in told]
    assert steps == list(range(told[0].steps + 1))
    assert told[0].steps > 5


def test_it_stops_when_it_is_told_to_and_can_begin_again(tmp_path: Path) -> None:
    cancel = Cancel()
    told: list[Progress] = []

    def report(progress: Progress) -> None:
        told.append(progress)
        if progress.step == 3:
            cancel.set()

    with filled(tmp_path / "history.sqlite") as store:
        with pytest.raises(CancelledError):
            store.verify(report, cancel)
        assert told[-1].step == 3
        assert store.verify().findings == ()


def test_a_single_long_statement_is_stopped_too(tmp_path: Path) -> None:
    Store.open(tmp_path / "history.sqlite").close()
    database = Database.open(tmp_path / "history.sqlite", create=False)
    cancel, over = Cancel(), threading.Event()

    def keep_cancelling() -> None:
        while not over.wait(0.01):
            cancel.set()  # SQLite forgets one that comes before the statement has begun

    thread = threading.Thread(target=keep_cancelling)
    thread.start()
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    try:
        with (
            database.read() as connection,
            pytest.raises(verifying.Stopped),
            verifying.stoppable(connection, cancel),
        ):
            connection.exec_driver_sql(endless)
    finally:
        over.set()
        thread.join()
        database.close()


@contextmanager
def verify_at_a_terminal(path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command with a terminal as its standard error; the number is the other end of it."""
    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"this machine has no terminal to look at: {error}")
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "verify", "--lang", "en", "--database", str(path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.communicate()
        os.close(ours)


needs_terminal = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")


@needs_terminal
def test_a_person_at_a_terminal_sees_it_count(tmp_path: Path) -> None:
    filled(tmp_path / "history.sqlite").close()
    with verify_at_a_terminal(tmp_path / "history.sqlite") as (process, terminal):
        seen = b""
        while b"100 %" not in seen:
            seen += os.read(terminal, 1024)
        assert process.wait(60) == 0
    assert seen.startswith(b"\rVerifying: 0 %\rVerifying: ")


@needs_terminal
def test_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    with Store.open(tmp_path / "history.sqlite") as store:
        for day in range(30):
            shot = sample_snapshot([sample_app(day)])
            large = RawAnswer("dumpsys package packages", b"%d\n" % day * 1_000_000, NOON)
            store.save(replace(shot, raw=(large,)))
    with verify_at_a_terminal(tmp_path / "history.sqlite") as (process, terminal):
        assert b"Verifying" in os.read(terminal, 1024)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    with Store.open(tmp_path / "history.sqlite") as store:
        assert store.verify().findings == ()
