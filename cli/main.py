"""The terminal: arguments, exit codes, and the one place where errors become sentences."""

from __future__ import annotations

import argparse
import locale
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from resources.loader import LANGUAGES

USAGE_ERROR, NOT_READY, UNREADABLE, STORE = 2, 3, 4, 5
INTERRUPTED = 130
COMMANDS = {
    "devices": "phones that adb sees, and what each still needs",
    "check": "read the phone, save a snapshot, say what is new",
    "snapshots": "the saved snapshots",
    "apps": "every app of a snapshot with what it may do",
    "changes": "compare two snapshots (default: the last two of the phone)",
    "uses": "what an app was recorded to use, over all checks",
    "expect": "mark a finding as expected, so that it is not raised again until it changes",
    "pin": "choose the snapshot that checks are compared with",
}


def parser() -> argparse.ArgumentParser:
    """Options are understood before and after the command's name."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--database", metavar="PATH-or-URL", help="the store of all checks")
    common.add_argument(
        "--from", dest="source", type=Path, metavar="PATH", help="read from files, not a phone"
    )
    common.add_argument("--serial", metavar="S", help="which phone, when there are several")
    common.add_argument("--lang", choices=LANGUAGES, help="default: the system's language")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout")
    common.add_argument("--demo", action="store_true", help="with the built-in demo phone")
    top = argparse.ArgumentParser(
        prog="permission-checkup",
        description="Remembers which apps of an Android phone could use what, and says what is new."
        " Without a command it opens the window.",
        parents=[common],
    )
    verbs = top.add_subparsers(dest="command", metavar="COMMAND")
    found = {
        name: verbs.add_parser(name, help=text, description=text, parents=[common])
        for name, text in COMMANDS.items()
    }
    found["apps"].add_argument("--snapshot", type=int, metavar="ID", help="default: the last one")
    found["changes"].add_argument("old", type=int, nargs="?", metavar="OLD")
    found["changes"].add_argument("new", type=int, nargs="?", metavar="NEW")
    found["uses"].add_argument("package", metavar="PACKAGE")
    found["expect"].add_argument("package", metavar="PACKAGE")
    found["expect"].add_argument("name", metavar="NAME", help="permission or special access")
    found["expect"].add_argument("--note", help="why it is expected")
    found["expect"].add_argument("--undo", action="store_true", help="take the mark away")
    for name in ("uses", "expect"):
        found[name].add_argument("--user", type=int, default=0, metavar="N", help="default: 0")
    which = found["pin"].add_mutually_exclusive_group(required=True)
    which.add_argument("snapshot", type=int, nargs="?", metavar="ID")
    which.add_argument("--none", action="store_true", help="compare with the last check again")
    return top


def system_language() -> str:
    """``zh-CN`` where the system speaks Chinese, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh-CN" if value.lower().startswith("zh") else "en"
    return "zh-CN" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the answer is the exit code of the contract."""
    options = parser().parse_args(arguments)
    options.lang = getattr(options, "lang", None) or system_language()
    if options.command == "changes" and (options.old is None) != (options.new is None):
        parser().error("changes takes two numbers of snapshots, or none")
    if options.command is None:
        return _open_window(options)
    for stream in (sys.stdout, sys.stderr):
        # A name from the phone may hold what the terminal's encoding lacks (and lone surrogates).
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    from cli import commands  # noqa: PLC0415 -- "--help" needs none of it

    try:
        return commands.run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us had enough ("| head"); the interpreter must not try to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _open_window(options: argparse.Namespace) -> int:
    from gui.app import Options, main  # noqa: PLC0415 -- the one door from here to the window

    return main(
        Options(
            database=getattr(options, "database", None)
            or os.environ.get("PERMISSION_CHECKUP_DATABASE"),
            demo=getattr(options, "demo", False),
            language=options.lang,
            theme=None,
        )
    )


def script() -> None:
    """The entry point of the installed command."""
    sys.exit(run())


if __name__ == "__main__":
    script()
