"""What holds for every test: a home of its own, and nothing left running behind it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

# Before anything makes a QApplication; a person may still choose another platform to watch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

GRACE_SECONDS = 2.0
"""How long a thread that was told to end may take to do so after its test."""

# What a developer's shell may set and a test must not depend on.
_FOREIGN_VARIABLES = (
    "ADBUTILS_ADB_PATH",
    "ANDROID_ADB_SERVER_ADDRESS",
    "ANDROID_SERIAL",
    "ANDROID_VENDOR_KEYS",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "PERMISSION_CHECKUP_DATABASE",
    "PGHOST",
    "PGHOSTADDR",
    "PGPASSFILE",
    "PGPASSWORD",
    "PGPORT",
    "PGSERVICE",
    "PGSSLMODE",
    "PGUSER",
    "PERMISSION_CHECKUP_NEW_PASSPHRASE",
    "PERMISSION_CHECKUP_PASSPHRASE",
    "QT_SCALE_FACTOR",
    "QT_STYLE_OVERRIDE",
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _move_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    for variable, folder in {
        "HOME": ".",
        "USERPROFILE": ".",
        "XDG_CACHE_HOME": ".cache",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_RUNTIME_DIR": ".run",
        "XDG_STATE_HOME": ".local/state",
        "TMPDIR": ".tmp",
    }.items():
        place = (home / folder).resolve()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        patch.setenv(variable, str(place))
    patch.setattr(tempfile, "tempdir", str(home / ".tmp"))


@pytest.fixture(scope="session", autouse=True)
def session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home for what lives longer than a test, such as an adb server with its key.

    The adb port is free and nobody's, so that a test which forgets to choose one can never meet
    the server of the person who runs the tests.
    """
    # A shell's background job ignores Ctrl-C, and so would the programs that tests interrupt.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # And "nohup" has them ignore the end of their terminal.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with pytest.MonkeyPatch.context() as patch:
        for variable in _FOREIGN_VARIABLES:
            patch.delenv(variable, raising=False)
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        patch.setenv("ANDROID_ADB_SERVER_PORT", str(_free_port()))
        _move_home(patch, tmp_path_factory.mktemp("session-home"))
        yield


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails a test after which a thread, a QThread, a QTimer or pool work is still going."""
    before = set(threading.enumerate())
    yield
    left = [*_threads_left(before), *_qt_left()]
    if left:
        pytest.fail("left running after the test: " + ", ".join(left))


@pytest.fixture(autouse=True)
def own_home(
    nothing_left_behind: None,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Gives every test a home, settings, caches and temporary files of its own."""
    _move_home(monkeypatch, tmp_path_factory.mktemp("home"))


def _threads_left(before: Iterable[threading.Thread]) -> list[str]:
    started = set(threading.enumerate()).difference(before)
    for thread in started:
        thread.join(GRACE_SECONDS)
    return [f"thread {thread.name!r}" for thread in started if thread.is_alive()]


def _qt_left() -> list[str]:
    """Names what Qt still runs, and stops it, so that only the test at fault fails."""
    if "PySide6.QtCore" not in sys.modules:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool

    application = QCoreApplication.instance()
    if application is None:
        return []
    # Painting a PDF makes one that has no widgets; later tests of widgets would find it.
    if not application.inherits("QApplication"):
        application.shutdown()
        return ["a QGuiApplication: ask for the fixture qapp"]
    # Outside an event loop nobody else carries out deleteLater().
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [name for wrapper in _wrappers() if (name := _stop(wrapper))]
    if not QThreadPool.globalInstance().waitForDone(int(GRACE_SECONDS * 1000)):
        left.append("work in the global QThreadPool")
    return left


def _wrappers() -> list[QObject]:
    """Every Qt object that Python knows and that still exists."""
    from PySide6.QtCore import QObject
    from shiboken6 import Shiboken

    return [one for one in Shiboken.getAllValidWrappers() if isinstance(one, QObject)]


def _stop(wrapper: QObject) -> str | None:
    """Stops a timer, an animation or a thread that runs; returns its name, else None."""
    from PySide6.QtCore import QAbstractAnimation, QThread, QTimer

    match wrapper:
        case QTimer() if wrapper.isActive():
            wrapper.stop()
        case QAbstractAnimation() if wrapper.state() is QAbstractAnimation.State.Running:
            wrapper.stop()
        case QThread() if wrapper.isRunning() and not wrapper.isCurrentThread():
            wrapper.quit()
            wrapper.wait(int(GRACE_SECONDS * 1000))
        case _:
            return None
    return f"{type(wrapper).__name__} {wrapper.objectName()!r} of {wrapper.parent()!r}"
