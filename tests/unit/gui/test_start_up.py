"""What has to wait until the window is painted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SLOW = ("sqlalchemy", "alembic", "adbutils", "requests", "PIL")
#: What a check is made of: some 40 dataclasses and enumerations, half a millisecond each.
OF_CHECKS = ("audit.model", "audit.entries", "audit.findings", "device.adb", "gui.models.rows")


def test_the_window_is_painted_before_adb_sql_and_checks_are_imported(
    tmp_path: Path,
) -> None:
    code = f"""
import sys
from gui.app import Options, Program, make_application
application = make_application()
program = Program(application, Options(database={str(tmp_path / "checks.sqlite")!r}))
program.window.show()
application.processEvents()
assert program.window.isVisible()
print(*(name for name in {SLOW + OF_CHECKS!r} if name in sys.modules))
program.window.close()
"""
    assert said_by(code).split() == []


def test_the_window_is_drawn_alike_whatever_style_the_desktop_asks_for() -> None:
    code = "from gui.app import make_application; print(make_application().style().name())"
    assert said_by(code, QT_STYLE_OVERRIDE="windows") == "fusion\n"


def said_by(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
