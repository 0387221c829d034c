"""The terminal's commands as a person runs them: processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Terminal:
    """Runs the command with a database of its own against the tests' adb server."""

    def __init__(self, folder: Path, port: int) -> None:
        self.database = folder / "history.sqlite"
        self.environment = os.environ | {
            "ANDROID_ADB_SERVER_PORT": str(port),
            "PYTHONPATH": str(ROOT),
            "PERMISSION_CHECKUP_DATABASE": str(self.database),
            "LANG": "C.UTF-8",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", *arguments],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=90)
        assert "Traceback" not in errors
        return process.returncode, output, errors

    def json(self, *arguments: str, code: int = 0) -> Any:
        status, output, errors = self.run(*arguments, "--json")
        assert status == code, errors
        return json.loads(output)

    def refused(self, *arguments: str, code: int) -> str:
        """Runs what must fail with one sentence, and answers it."""
        status, output, errors = self.run(*arguments)
        assert (status, output) == (code, "")
        assert errors.count("\n") == 1
        return errors.strip()
