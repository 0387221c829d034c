"""A whole journey in one process that tells every address which a socket of its was given.

    python -m tests.guarded REPORT FOLDER

The terminal checks the demo phone twice, compares and exports; the window checks it and shows every
page. A child process: the hook stays as long as the interpreter.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

#: What ``sys.addaudithook`` hears of names that are looked up and of data that leaves.
EVENTS = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request",
}  # fmt: skip


def listen(heard: list[list[str]]) -> None:
    """Collects the events with what they were given."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS:
            given = arguments[1] if event.startswith(("socket.connect", "socket.send")) else None
            heard.append([event, repr(given if given is not None else arguments)])

    sys.addaudithook(hook)


def terminal(folder: Path) -> None:
    from cli.main import run

    base = ["--demo", "--database", str(folder / "history.sqlite"), "--lang", "en"]
    assert run([*base, "check"]) == 0
    assert run([*base, "check"]) == 10
    assert run([*base, "changes"]) == 10
    for form in ("html", "csv", "xlsx", "json", "pdf"):
        target = str(folder / f"changes.{form}")
        assert run([*base, "export", "changes", "--format", form, "--output", target]) == 0
    assert run([*base, "backup"]) == 0
    assert run([*base, "verify"]) == 0


def window(folder: Path) -> None:
    from PySide6.QtTest import QTest

    from gui.app import Options, Program, make_application
    from gui.pages import PICTURED

    program = Program(make_application(), Options(str(folder / "window.sqlite"), demo=True))
    program.start()
    give_up = time.monotonic() + 120
    while program.services.shown is None or program.services.busy:
        assert time.monotonic() < give_up
        QTest.qWait(20)
    for page in PICTURED:
        program.window.open_page(page)
        QTest.qWait(50)
    program.window.close()
    program.stop()


def main(report: Path, folder: Path) -> None:
    from gui.app import make_application

    heard: list[list[str]] = []
    listen(heard)
    _application = make_application()  # the export as PDF makes a smaller one, where there is none
    terminal(folder)
    window(folder)
    loaded = sorted(name for name in sys.modules if name.startswith("PySide6."))
    report.write_text(json.dumps({"heard": heard, "loaded": loaded}), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
