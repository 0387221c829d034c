"""A program that ended in the middle: what is known of it waits here until the next start.

While it runs, each program holds a file of its own, locked. Python's fault handler writes into it
when the interpreter itself breaks down, ``gui.faults`` when an exception is nobody's. A program
that ends as it should takes the file away; one that was killed leaves a file without a report.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from platformdirs import user_state_dir
from PySide6.QtCore import QLockFile

#: A report is for people: whatever is longer repeats itself.
_LONGEST = 60_000


def folder() -> Path:
    return Path(user_state_dir("permission-checkup", appauthor=False)) / "crashes"


class CrashFile:
    """The file of this running program."""

    def __init__(self, file: TextIO, path: Path, lock: QLockFile) -> None:
        self._file = file
        self._path = path
        self._lock = lock
        self._described = ""

    @classmethod
    def begin(cls) -> CrashFile | None:
        """Watches from now on; None where nothing can be written: no reason not to start."""
        try:
            folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            path = folder() / f"{os.getpid()}.txt"
            file = open(path, "w", encoding="utf-8", opener=_private)  # noqa: SIM115
        except OSError:
            return None
        lock = _lock(path)
        lock.tryLock(0)
        faulthandler.enable(file)
        return cls(file, path, lock)

    def describe(self, lines: str) -> None:
        """Writes what ran where; not at the start, since a first paint should not wait for it."""
        self._described = f"{lines}\n\n"
        self._write(self._described)

    def write(self, report: str) -> None:
        """Keeps a report until ``answered``: the program may not live long enough to show it."""
        self._write(report)

    def answered(self) -> None:
        """The person saw the report."""
        os.ftruncate(self._file.fileno(), 0)
        self._file.seek(0)
        self._write(self._described)

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()

    def end(self) -> None:
        """The program ends as it should."""
        faulthandler.disable()
        self._file.close()
        self._path.unlink(missing_ok=True)
        self._lock.unlock()


class Crash:
    """What another program left behind; held by nobody else while this one looks at it."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        self._path = path
        self._lock = lock
        with path.open(encoding="utf-8", errors="replace") as file:
            self.report = file.read(_LONGEST).strip()

    @property
    def tells(self) -> bool:
        """False where a program was killed, or the computer switched off: nothing broke."""
        return any(
            sign in self.report for sign in ("Fatal Python error", "Windows fatal", "Traceback")
        )

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
        self._lock.unlock()

    def keep(self) -> None:
        self._lock.unlock()


def crashes() -> Iterator[Crash]:
    """Reports of programs that run no more, one by one; what tells nothing is taken away."""
    for path in sorted(folder().glob("*.txt")):
        lock = _lock(path)
        if not lock.tryLock(0):
            continue  # it runs
        if not path.exists():  # it ended just now
            lock.unlock()
            continue
        crash = Crash(path, lock)
        if crash.tells:
            yield crash
        else:
            crash.remove()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)  # only a program that is gone leaves a stale one, whatever its age
    return lock
