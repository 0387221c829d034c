"""The weekly sheet from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.demo_phone import StoryPhone
from tests.phones import AdbServer
from tests.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer, demo_phone: StoryPhone) -> Terminal:
    made = Terminal(tmp_path, adb_server.port)
    made.json("check")
    return made


def test_a_sheet_is_written_and_never_over_another_file_unasked(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "sheet.pdf"
    assert terminal.json("weekly", "--output", str(file)) == {"file": str(file)}
    assert file.read_bytes().startswith(b"%PDF")
    status, _, complaint = terminal.run("weekly", "--output", str(file), "--lang", "zh-CN")
    assert (status, len(complaint.splitlines())) == (2, 1)
    assert "已经存在" in complaint or "已存在" in complaint
    assert terminal.run("weekly", "--output", str(file), "--force")[0] == 0


@pytest.mark.parametrize(
    ("until", "words"),
    [("yesterday", "is no date"), ("2001-01-01", "There is no check from before 2001-01-01.")],
)
def test_a_week_that_cannot_be_told_is_one_sentence(
    terminal: Terminal, tmp_path: Path, until: str, words: str
) -> None:
    file = tmp_path / "sheet.pdf"
    status, output, complaint = terminal.run(
        "weekly", "--until", until, "--output", str(file), "--lang", "en"
    )
    assert (status, output, len(complaint.splitlines())) == (2, "", 1)
    assert words in complaint
    assert not file.exists()


def test_without_a_check_the_database_is_named(tmp_path: Path, adb_server: AdbServer) -> None:
    status, _, complaint = Terminal(tmp_path, adb_server.port).run(
        "weekly", "--output", str(tmp_path / "sheet.pdf")
    )
    assert (status, len(complaint.splitlines())) == (5, 1)
