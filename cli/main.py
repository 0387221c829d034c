"""The terminal's door: its language, its exit codes, and the way to the window."""

from __future__ import annotations

import argparse
import gc
import locale
import os
import signal
import sys
from collections.abc import Sequence

from cli.arguments import mistake, parser
from cli.words import chosen_language, speaking
from resources.loader import translations

INTERRUPTED = 130


def system_language() -> str:
    """``zh-CN`` where the system speaks Chinese, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh-CN" if value.lower().startswith("zh") else "en"
    return "zh-CN" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def _understood(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; a wrong command line, or ``--help``, ends the program here."""
    language = chosen_language(arguments) or system_language()
    words = translations(language)
    with speaking(words):
        top = parser(words.gettext)
        options = top.parse_args(arguments)
        options.lang = language
        if wrong := mistake(options, words.gettext):
            top.error(wrong)
    return options


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the answer is the exit code of the contract."""
    for stream in (sys.stdout, sys.stderr):
        # A name from the phone may hold what the terminal's encoding lacks (and lone surrogates).
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    given = sys.argv[1:] if arguments is None else arguments
    options = _understood(given)
    if options.command is None:
        return _open_window(options, chosen_language(given))
    from cli import commands  # noqa: PLC0415 -- "--help" needs none of it

    try:
        return commands.run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us had enough ("| head"); the interpreter must not try to flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _open_window(options: argparse.Namespace, language: str | None) -> int:
    """Without a ``language`` the window speaks the one that was chosen in it."""
    # Looking for garbage took a quarter of the time to the first paint; the window takes it up.
    gc.disable()
    from gui.app import Options, main  # noqa: PLC0415 -- the one door from here to the window

    return main(
        Options(
            database=getattr(options, "database", None)
            or os.environ.get("PERMISSION_CHECKUP_DATABASE"),
            demo=getattr(options, "demo", False),
            language=language,
            hidden=getattr(options, "hidden", False),
        )
    )


def script() -> None:
    """The entry point of the installed command."""
    # Whoever ends it otherwise than with Ctrl-C shall not find an adb server left either.
    for name in ("SIGTERM", "SIGHUP"):
        one = getattr(signal, name, None)  # Windows has no SIGHUP
        if one is not None and signal.getsignal(one) is signal.SIG_DFL:
            signal.signal(one, signal.default_int_handler)
    sys.exit(run())


if __name__ == "__main__":
    script()
