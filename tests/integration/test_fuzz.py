"""Readers against bytes that were found to be interesting, and against new ones for a moment."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"


def test_every_target_has_a_corpus() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "file", sorted(CORPUS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_what_once_broke_a_reader_does_no_more(file: Path) -> None:
    data = file.read_bytes()
    target = TARGETS[file.parent.name]
    for part in (data, data[: len(data) // 2], data[len(data) // 3 :], b""):
        target(part)


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is for Linux and some Pythons")
@pytest.mark.parametrize("target", TARGETS)
def test_a_reader_stands_some_new_bytes(target: str, tmp_path: Path) -> None:
    # The same ones each time: who looks for others runs tools/fuzz.
    command = [sys.executable, "-m", "tests.fuzz", "--runs", "300", target]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path)}
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
