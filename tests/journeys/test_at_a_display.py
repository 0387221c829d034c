"""Runs ``display_journey.py`` at an X server of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def display() -> Iterator[str]:
    """The name of an empty display; Xvfb chooses a number that is free."""
    program = shutil.which("Xvfb")
    if program is None:
        reason = "Xvfb is not installed; on Debian: apt-get install xvfb"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    reader, writer = os.pipe()
    command = [program, "-displayfd", str(writer), "-screen", "0", "1600x1200x24", "-nolisten"]
    process = subprocess.Popen([*command, "tcp"], pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as numbers:
        number = numbers.readline().strip()
    try:
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(20)


def test_the_whole_journey_at_a_real_display(display: str, tmp_path: Path) -> None:
    journey = Path(__file__).with_name("display_journey.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(journey)]
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        [*command, f"--basetemp={tmp_path / 'journey'}"],
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
