"""The demo phone's programs for files: what reads an APK where it lies."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence

from device.demo_phone.answer import Answer

FILE_PROGRAMS = frozenset({"stat", "dd", "true"})
#: What each file holds, by path; made when it is asked for.
Files = Mapping[str, Callable[[], bytes]]


def run_on_files(words: Sequence[str], files: Files) -> Answer:
    """``stat -c %s:%n FILES``, ``dd if= bs= skip= count=``, ``true``."""
    match list(words):
        case ["stat", "-c", "%s:%n", *patterns]:
            return _stat(patterns, files)
        case ["dd", *operands]:
            return _dd(operands, files)
        case ["true"]:
            return Answer()
        case _:
            return Answer(stderr=f"{words[0]}: bad usage\n".encode(), exit_code=1)


def _stat(patterns: Sequence[str], files: Files) -> Answer:
    """A pattern that matches nothing is a name like another, of a file that is not there."""
    lines: list[str] = []
    missing: list[str] = []
    for pattern in patterns:
        paths = fnmatch.filter(files, pattern)
        lines += [f"{len(files[path]())}:{path}" for path in paths]
        missing += [] if paths else [f"stat: {pattern}: No such file or directory"]
    out, errors = ("".join(f"{line}\n" for line in each).encode() for each in (lines, missing))
    return Answer(out, errors, 1 if missing else 0)


def _dd(operands: Sequence[str], files: Files) -> Answer:
    given = dict(operand.partition("=")[::2] for operand in operands)
    path = given.get("if", "")
    if path not in files:
        return Answer(stderr=f"dd: {path}: No such file or directory\n".encode(), exit_code=1)
    block, skip, count = (int(given[name]) for name in ("bs", "skip", "count"))
    data = files[path]()[block * skip : block * (skip + count)]
    whole, rest = divmod(len(data), block)
    return Answer(data, f"{whole}+{int(rest > 0)} records in\n".encode())
