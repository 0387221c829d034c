"""Writes the man page, or the completion for bash, from the command line itself.

python bundle/pages.py man|bash >FILE
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cli.arguments import described, parser  # noqa: E402 -- after the path is set
from resources.loader import translations  # noqa: E402
from resources.version import PROGRAM, version  # noqa: E402

_FILES = {"--database", "--from", "--output", "--import"}
_ENVIRONMENT = {
    "PERMISSION_CHECKUP_DATABASE": "The store, as with --database.",
    "ANDROID_SERIAL": "The phone, as with --serial.",
    "ANDROID_ADB_SERVER_PORT": "The port of the adb server.",
    "ADBUTILS_ADB_PATH": "The adb program, in place of the one that comes along.",
}
_BASH = """\
# Completion of permission-checkup for bash, made by bundle/pages.py.
_permission_checkup() {{
    local word verb= options current=${{COMP_WORDS[COMP_CWORD]}}
    local previous=${{COMP_WORDS[COMP_CWORD-1]}}
    case $previous in
{values}
    {files}) compopt -o default; COMPREPLY=(); return ;;
    esac
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in
        {verbs}) verb=$word; break ;;
        esac
    done
    case $verb in
    '') options='{common} {names}' ;;
{cases}
    esac
    COMPREPLY=($(compgen -W "$options" -- "$current"))
}}
complete -F _permission_checkup permission-checkup
"""


def commands(top: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (found,) = (one.choices for one in top._actions if isinstance(one, argparse._SubParsersAction))
    return dict(found)


def options(
    one: argparse.ArgumentParser, but: Iterable[argparse.Action] = ()
) -> list[argparse.Action]:
    """Its options in the order in which they were added; those of ``but`` are left out."""
    known = {action.dest for action in but}
    return [one for one in one._actions if one.option_strings and one.dest not in known]


def exit_codes() -> Iterator[tuple[str, str]]:
    """The table of docs/command-line.md."""
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    part = text.split("## Exit codes\n", 1)[1].split("\n## ", 1)[0]
    yield from re.findall(r"^\| (\d+) \| (.+) \|$", part, re.MULTILINE)


def escaped(text: str) -> str:
    """Plain text as roff, without Markdown's signs for code."""
    plain = text.replace("%%", "%").replace("`", "").replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", plain, flags=re.MULTILINE)


def _described(action: argparse.Action) -> str:
    names = ", ".join(f"\\fB{escaped(name)}\\fR" for name in action.option_strings)
    if action.nargs != 0:
        choices = "|".join(map(str, action.choices or ()))
        value = choices or action.metavar or action.dest.upper()
        names += f" \\fI{escaped(str(value))}\\fR"
    return f".TP\n{names}\n{escaped(action.help or '')}\n"


def man() -> str:
    """The manual page in section 1; its day is that of the release, not of the build."""
    _ = translations("en").gettext
    top = parser(_)
    common = options(top)
    day = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), UTC).date()
    page = [
        f'.TH PERMISSION\\-CHECKUP 1 "{day}" "{PROGRAM} {version()}"\n',
        ".SH NAME\npermission\\-checkup \\- which Android apps could use what, and what is new\n",
        ".SH SYNOPSIS\n.B permission\\-checkup\n[\\fIOPTION\\fR]... [\\fICOMMAND\\fR ...]\n",
        f".SH DESCRIPTION\n{escaped(top.description or '')}\n",
        ".SH OPTIONS\nThese stand before or after a command.\n",
        *map(_described, common),
        ".SH COMMANDS\n",
    ]
    found = commands(top)
    for name, text in described(_).items():
        what = "".join(
            f" \\fI{escaped(str(one.metavar or '|'.join(map(str, one.choices or ()))))}\\fR"
            for one in found[name]._actions
            if not one.option_strings
        )
        page.append(f".SS {escaped(name)}{what}\n{escaped(text)}\n")
        page.extend(map(_described, options(found[name], common)))
    page.append(".SH EXIT STATUS\n")
    page.extend(f".TP\n.B {code}\n{escaped(text)}\n" for code, text in exit_codes())
    page.append(".SH ENVIRONMENT\n")
    page.extend(f".TP\n.B {name}\n{escaped(text)}\n" for name, text in _ENVIRONMENT.items())
    page.append(".SH SEE ALSO\n.BR adb (1)\n")
    return "".join(page)


def _names(actions: Iterable[argparse.Action]) -> str:
    return " ".join(name for action in actions for name in action.option_strings)


def bash() -> str:
    top = parser(translations("en").gettext)
    common, found = options(top), commands(top)
    chosen: dict[str, str] = {}
    cases = []
    for name, verb in found.items():
        own = options(verb, common)
        chosen |= {_names([one]): " ".join(map(str, one.choices)) for one in own if one.choices}
        words = [str(w) for a in verb._actions if not a.option_strings for w in a.choices or ()]
        cases.append(f"    {name}) options='{' '.join([_names([*own, *common]), *words])}' ;;")
    chosen |= {_names([one]): " ".join(map(str, one.choices)) for one in common if one.choices}
    values = "\n".join(
        f"    {name}) COMPREPLY=($(compgen -W '{words}' -- \"$current\")); return ;;"
        for name, words in chosen.items()
    )
    return _BASH.format(
        values=values,
        files="|".join(sorted(_FILES)),
        verbs="|".join(found),
        common=_names(common),
        names=" ".join(found),
        cases="\n".join(cases),
    )


if __name__ == "__main__":
    print({"man": man, "bash": bash}[sys.argv[1]](), end="")
