"""What argparse itself says, in the person's language."""

from __future__ import annotations

import argparse
import contextlib
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from gettext import NullTranslations
from typing import Any, NoReturn

from resources.loader import LANGUAGES

Gettext = Callable[[str], str]


def chosen_language(arguments: Sequence[str]) -> str | None:
    """What ``--lang`` names, also where the rest of the command line is wrong or asks for help."""
    looking = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    looking.add_argument("--lang")
    with contextlib.suppress(argparse.ArgumentError):
        named: str | None = looking.parse_known_args(list(arguments))[0].lang
        return named if named in LANGUAGES else None
    return None


@contextlib.contextmanager
def speaking(words: NullTranslations) -> Iterator[None]:
    """While inside, argparse says its own words in that language.

    It asks for them through two names of its module (Python 3.11 to 3.14), and through the files of
    ``gettext``, which this program does not have: its texts are read from ``.po``.
    """
    names = {"_": words.gettext, "ngettext": words.ngettext}
    before = {name: getattr(argparse, name) for name in names}
    for name, translate in names.items():
        setattr(argparse, name, translate)
    try:
        yield
    finally:
        for name, translate in before.items():
            setattr(argparse, name, translate)


class Parser(argparse.ArgumentParser):
    """Says a mistake as one sentence, and where help is."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


class Version(argparse.Action):
    """Prints which version this is, and stops; argparse's own wants it before anybody asked."""

    def __init__(self, option_strings: Sequence[str], dest: str, **more: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **more)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from resources.version import PROGRAM, version  # noqa: PLC0415 -- slow to import

        print(PROGRAM, version() or "(not installed)")
        parser.exit()


class Formatter(argparse.HelpFormatter):
    """Breaks lines by how wide they look: a Chinese character takes two places and has no blank."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in wrapped(text, width - len(indent)))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` places; breaks at blanks, and around Chinese characters."""
    lines, line = [], ""
    for piece in _pieces(" ".join(text.split())):
        if line and _width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """What must not be torn apart: a word with the blank after it, a wide sign with its comma."""
    piece = ""
    for character in text:
        wide = _places(character) == 2
        closing = character in "，。：；！？、）”"
        if piece and not closing and (wide or piece[-1] == " " or _places(piece[-1]) == 2):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _places(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _width(text: str) -> int:
    return sum(_places(character) for character in text)


def of_argparse(_: Gettext, ngettext: Callable[[str, str, int], str]) -> tuple[str, ...]:
    """The words of argparse that a person can meet; written down so that they are translated."""
    return (
        _("usage: "),
        _("positional arguments"),
        _("options"),
        _("show this help message and exit"),
        _("argument %(argument_name)s: %(message)s"),
        _("unrecognized arguments: %s"),
        _("ambiguous option: %(option)s could match %(matches)s"),
        _("invalid choice: %(value)r (choose from %(choices)s)"),
        _("expected one argument"),
        _("expected at most one argument"),
        _("expected at least one argument"),
        ngettext("expected %s argument", "expected %s arguments", 2),
        _("invalid %(type)s value: %(value)r"),
        _("the following arguments are required: %s"),
        _("one of the arguments %s is required"),
        _("not allowed with argument %s"),
        _("ignored explicit argument %r"),
    )
