"""The units and the cron line of the manual work as they stand there."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.phones import AdbServer
from tests.terminal import ROOT, Terminal

MANUAL = (ROOT / "docs" / "background.md").read_text(encoding="utf-8")
NAME = "permission-checkup"


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", MANUAL, re.M | re.S)


@pytest.fixture
def program(tmp_path: Path, adb_server: AdbServer) -> tuple[Path, dict[str, str]]:
    """The command where the manual has it, and what it needs around it."""
    terminal = Terminal(tmp_path, adb_server.port)
    place = Path(terminal.environment["HOME"]) / ".local" / "bin" / NAME
    place.parent.mkdir(parents=True, exist_ok=True)
    python = ROOT / ".venv" / "bin" / "python"
    interpreter = python if python.exists() else shutil.which("python3")
    place.write_text(f'#!/bin/sh\nexec {interpreter} -m cli.main "$@"\n', encoding="utf-8")
    place.chmod(0o755)
    return place, terminal.environment


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_what_systemd_takes(
    tmp_path: Path, program: tuple[Path, dict[str, str]]
) -> None:
    place, environment = program
    service, timer = _blocks("ini")
    files = [tmp_path / f"{NAME}.service", tmp_path / f"{NAME}.timer"]
    files[0].write_text(service.replace("%h/.local/bin/" + NAME, str(place)), encoding="utf-8")
    files[1].write_text(timer, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *map(str, files)],
        capture_output=True,
        text=True,
        env=environment | {"XDG_RUNTIME_DIR": str(tmp_path)},
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or NAME in line]
    assert said == []


def test_what_the_unit_starts_ends_with_a_code_that_it_takes(
    program: tuple[Path, dict[str, str]],
) -> None:
    place, environment = program
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(_blocks("ini")[0])
    line = unit["Service"]["ExecStart"].replace("%h/.local/bin/" + NAME, str(place))
    done = subprocess.run(line.split(), env=environment, cwd=ROOT, timeout=90, check=False)
    assert done.returncode == 3  # no phone is plugged in
    assert str(done.returncode) in unit["Service"]["SuccessExitStatus"].split()


def test_the_cron_line_is_silent_without_a_phone_and_speaks_when_something_is_wrong(
    program: tuple[Path, dict[str, str]],
) -> None:
    _place, environment = program
    (line,) = _blocks("cron")
    command = line.split(maxsplit=5)[5]

    def run(**more: str) -> str:
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            env=environment | more,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return done.stdout

    assert run() == ""
    assert run(PERMISSION_CHECKUP_DATABASE=str(ROOT / "pyproject.toml")) != ""
