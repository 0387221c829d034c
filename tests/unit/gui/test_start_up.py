"""What has to wait until the window is painted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SLOW = ("sqlalchemy", "alembic", "adbutils", "requests", "PIL")


def test_the_window_is_painted_before_adb_and_sql_are_imported(tmp_path: Path) -> None:
    code = f"""
import sys
from gui.app import Options, Program, make_application
application = make_application()
program = Program(application, Options(database={str(tmp_path / "checks.sqlite")!r}))
program.window.show()
application.processEvents()
assert program.window.isVisible()
print(*(name for name in {SLOW!r} if name in sys.modules))
program.window.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
