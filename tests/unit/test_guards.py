"""The guards of the test suite, each seen to catch what it is there for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LEFT_BEHIND = {
    "thread": """
        import threading
        def test_it():
            stop = threading.Event()
            threading.Thread(target=stop.wait, args=(20,), name="forgotten", daemon=True).start()
        """,
    "QTimer": """
        from PySide6.QtCore import QTimer
        def test_it(qapp):
            timer = QTimer(qapp)
            timer.start(10_000)
        """,
    "QThread": """
        from PySide6.QtCore import QThread
        def test_it(qapp):
            thread = QThread(qapp)
            thread.start()
        """,
    "QPropertyAnimation": """
        from PySide6.QtCore import QPropertyAnimation
        def test_it(qapp):
            animation = QPropertyAnimation(qapp, b"objectName", qapp)
            animation.setDuration(10_000)
            animation.start()
        """,
    "QThreadPool": """
        import time
        from PySide6.QtCore import QThreadPool
        def test_it(qapp):
            QThreadPool.globalInstance().start(lambda: time.sleep(4))
        """,
}


def run_suite(folder: Path, test: str) -> subprocess.CompletedProcess[str]:
    """Runs one test file under the project's settings and guards, in a process of its own."""
    tests = folder / "tests"
    tests.mkdir()
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    for name in ("__init__.py", "guards.py"):
        (tests / name).write_text((ROOT / "tests" / name).read_text())
    (tests / "conftest.py").write_text('pytest_plugins = ["tests.guards"]\n')
    lines = test.splitlines()
    (tests / "test_it.py").write_text("\n".join(line.removeprefix(" " * 8) for line in lines))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_it.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_what_is_left_running_fails_its_test(tmp_path: Path, what: str) -> None:
    result = run_suite(tmp_path, LEFT_BEHIND[what])

    assert result.returncode == 1, result.stdout + result.stderr
    assert "left running after the test" in result.stdout
    assert what in result.stdout


def test_what_ended_in_time_passes(tmp_path: Path) -> None:
    result = run_suite(
        tmp_path,
        """
        import threading
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QWidget
        def test_it(qtbot):
            window = QWidget()
            qtbot.addWidget(window)
            QTimer(window).start(10_000)
            threading.Thread(target=lambda: None).start()
        """,
    )

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import PySide6.QtCore as q\ndef test_it(qapp):\n    q.qWarning('planted')\n",
        "import warnings\ndef test_it():\n    warnings.warn('planted')\n",
    ],
    ids=["Qt", "Python"],
)
def test_a_warning_fails_its_test(tmp_path: Path, code: str) -> None:
    result = run_suite(tmp_path, code)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "planted" in result.stdout


def test_a_test_has_a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp().resolve()
    places = [name for name in os.environ if name in {"HOME", "TMPDIR"} or name.startswith("XDG_")]

    assert {"HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"} <= set(places)
    for name in places:
        if name.startswith("XDG_") and not name.endswith(("_HOME", "RUNTIME_DIR")):
            continue
        assert Path(os.environ[name]).is_relative_to(base), name
