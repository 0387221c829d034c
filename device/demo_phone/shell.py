"""A tiny device shell: enough of one for read-only commands, chained and filtered.

It knows ``;``, ``&&``, ``||``, pipes, quotes, ``$?``, ``echo``, ``grep`` and the redirections that
throw output away. Everything else is a program of the phone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from device.demo_phone.answer import Answer

_TOKEN = re.compile(
    r"""\s*(?:(?P<redirection>2>\s*/dev/null|2>&1|1?>\s*/dev/null|<\s*/dev/null)
      |(?P<operator>\|\||&&|[;|\n])
      |(?P<word>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s;|&<>()'"\\])+))""",
    re.VERBOSE,
)
_PART = re.compile(r"""'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)""", re.DOTALL)

Program = Callable[[Sequence[str]], Answer]


class ShellSyntaxError(ValueError):
    """The line is more than this shell understands."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One command of a line; ``before`` is the operator in front of it."""

    before: str
    words: tuple[str, ...]
    redirections: frozenset[str]


class Shell:
    """Runs command lines with the programs of one phone; ``run`` never raises for a bad line."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def run(self, line: str) -> Answer:
        try:
            steps = _parse(line)
        except ShellSyntaxError as error:
            return Answer(stderr=f"/system/bin/sh: syntax error: {error}\n".encode(), exit_code=1)
        out: list[bytes] = []
        errors: list[bytes] = []
        status = 0
        piped: bytes | None = None
        skipping = False
        for number, step in enumerate(steps):
            if step.before != "|":
                skipping = (step.before == "&&" and status != 0) or (
                    step.before == "||" and status == 0
                )
                piped = None
            if skipping:
                continue
            answer = self._simple([_expand(word, status) for word in step.words], piped)
            status = answer.exit_code
            shown, complaint = _redirected(answer, step.redirections)
            errors.append(complaint)
            piped = shown
            if number + 1 == len(steps) or steps[number + 1].before != "|":
                out.append(shown)
        return Answer(b"".join(out), b"".join(errors), status)

    def _simple(self, words: list[str], piped: bytes | None) -> Answer:
        match words:
            case []:
                return Answer()
            case ["echo", *rest]:
                return Answer((" ".join(rest) + "\n").encode())
            case ["grep", *rest]:
                return _grep(rest, piped or b"")
            case _:
                return self._program(words)


def _parse(line: str) -> list[_Step]:
    steps: list[_Step] = []
    before, words, redirections = ";", list[str](), set[str]()
    position = 0
    text = line.strip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ShellSyntaxError(f"unexpected '{text[position:].strip()[:1]}'")
        position = token.end()
        if token["operator"]:
            if words:
                steps.append(_Step(before, tuple(words), frozenset(redirections)))
            elif token["operator"] not in ";\n":
                raise ShellSyntaxError(f"unexpected '{token['operator']}'")
            before, words, redirections = token["operator"].replace("\n", ";"), [], set()
        elif token["redirection"]:
            redirections.add(token["redirection"].replace(" ", ""))
        else:
            words.append(token["word"])
    if words:
        steps.append(_Step(before, tuple(words), frozenset(redirections)))
    return steps


def _expand(word: str, status: int) -> str:
    text = ""
    for single, double, escaped, plain in _PART.findall(word):
        if double or plain:
            unescaped = re.sub(r'\\(["\\$`])', r"\1", double)
            text += (unescaped or plain).replace("$?", str(status))
        else:
            text += single or escaped
    return text


def _redirected(answer: Answer, redirections: frozenset[str]) -> tuple[bytes, bytes]:
    out, errors = b"".join(answer.pieces()), answer.stderr
    if "2>&1" in redirections:
        out, errors = out + errors, b""
    if "2>/dev/null" in redirections:
        errors = b""
    if redirections & {">/dev/null", "1>/dev/null"}:
        out = b""
    return out, errors


def _grep(arguments: list[str], text: bytes) -> Answer:
    """``grep [-EFivc] PATTERN`` over a pipe; an option that is not known here is refused."""
    options = ""
    while arguments and arguments[0].startswith("-") and len(arguments[0]) > 1:
        options += arguments.pop(0)[1:]
    unknown = options.strip("EFivc")
    if unknown or len(arguments) != 1:
        return Answer(stderr=f"grep: Unknown option '{unknown}'\n".encode(), exit_code=2)
    pattern = re.escape(arguments[0]) if "F" in options else arguments[0]
    wanted = re.compile(pattern.encode(), re.IGNORECASE if "i" in options else 0)
    lines = [
        line
        for line in text.splitlines(keepends=True)
        if (wanted.search(line.rstrip(b"\n")) is None) == ("v" in options)
    ]
    out = f"{len(lines)}\n".encode() if "c" in options else b"".join(lines)
    return Answer(out, exit_code=0 if lines else 1)
