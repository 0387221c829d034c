"""How long MVT's parsers take for a text, in an environment of its own.

    python -m venv /tmp/mvt && /tmp/mvt/bin/pip install mvt
    export MVT_PYTHON=/tmp/mvt/bin/python

Without ``MVT_PYTHON`` the rows beside MVT are left out.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

_PROGRAM = """
import sys, time
from mvt.android.artifacts.{module} import {name}
text = open(sys.argv[1], encoding="utf-8").read()
best = float("inf")
for _ in range(5):
    reader = {name}()
    start = time.process_time()
    reader.{call}
    best = min(best, time.process_time() - start)
print(best if reader.results else "nothing")
"""
PACKAGES = {
    "module": "dumpsys_packages",
    "name": "DumpsysPackagesArtifact",
    "call": "parse(text)",
}
APPOPS = {"module": "dumpsys_appops", "name": "DumpsysAppopsArtifact", "call": "parse(text)"}


def beside(what: dict[str, str], text: bytes, ours: float) -> str:
    """A line about MVT: its best of five, processor time, and how many times ours that is."""
    python = os.environ.get("MVT_PYTHON")
    if not python:
        return "MVT: left out, MVT_PYTHON does not name a Python that has it"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dump.txt"
        file.write_bytes(text)
        command = [python, "-c", _PROGRAM.format(**what), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    said = done.stdout.split()[-1]
    if said == "nothing":
        return "MVT: found nothing in it"
    seconds = float(said)
    speed = len(text) / 1e6 / seconds
    return (
        f"MVT: {seconds * 1000:.0f} ms, {speed:.1f} MB/s; that is {seconds / ours:.1f} times ours"
    )
