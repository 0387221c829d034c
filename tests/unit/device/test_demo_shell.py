"""The demo phone's little shell and its faults."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from device.demo_phone.answer import PIECE, Answer, Faults
from device.demo_phone.shell import Shell


def program(words: Sequence[str]) -> Answer:
    match list(words):
        case ["list"]:
            return Answer(b"apple\nBanana\ncherry\n")
        case ["fail"]:
            return Answer(b"half\n", b"broken\n", 3)
        case ["say", *rest]:
            return Answer("|".join(rest).encode())
        case _:
            return Answer(stderr=b"no such program\n", exit_code=127)


@pytest.mark.parametrize(
    ("line", "out", "errors", "code"),
    [
        ("list", b"apple\nBanana\ncherry\n", b"", 0),
        ("fail", b"half\n", b"broken\n", 3),
        ("fail; echo end:$?", b"half\nend:3\n", b"broken\n", 0),
        (
            "list;echo @@1:0:$?;fail;echo @@1:1:$?",
            b"apple\nBanana\ncherry\n@@1:0:0\nhalf\n@@1:1:3\n",
            b"broken\n",
            0,
        ),
        ("fail 2>/dev/null", b"half\n", b"", 3),
        ("fail 2>&1", b"half\nbroken\n", b"", 3),
        ("fail >/dev/null", b"", b"broken\n", 3),
        ("fail && echo never", b"half\n", b"broken\n", 3),
        ("fail || echo instead", b"half\ninstead\n", b"broken\n", 0),
        ("list && echo then", b"apple\nBanana\ncherry\nthen\n", b"", 0),
        ("list | grep an", b"Banana\n", b"", 0),
        ("list | grep -E '^(a|c)'", b"apple\ncherry\n", b"", 0),
        ("list | grep -vi b", b"apple\ncherry\n", b"", 0),
        ("list | grep -F a.p", b"", b"", 1),
        ("list | grep -c a", b"2\n", b"", 0),
        ("list | grep -z a", b"", b"grep: Unknown option 'z'\n", 2),
        ("say 'a b' \"c;d\" e\\ f", b"a b|c;d|e f", b"", 0),
        ("echo '$?' \"$?\"", b"$? 0\n", b"", 0),
        ("", b"", b"", 0),
        ("nonsense", b"", b"no such program\n", 127),
        ("for x in a; do echo; done (", b"", b"/system/bin/sh: syntax error: unexpected '('\n", 1),
    ],
)
def test_a_line(line: str, out: bytes, errors: bytes, code: int) -> None:
    assert Shell(program).run(line) == Answer(out, errors, code)


def output(faults: Faults, stdout: bytes) -> bytes:
    return b"".join(faults.applied(Answer(stdout)))


def test_no_fault_changes_nothing_and_keeps_pieces_small() -> None:
    stdout = b"x" * (PIECE * 2 + 5)
    pieces = list(Faults().applied(Answer(stdout)))
    assert b"".join(pieces) == stdout
    assert max(map(len, pieces)) == PIECE


def test_pieces_may_come_one_by_one() -> None:
    pieces = Faults(cut_after=5).applied(Answer(part for part in (b"abc", b"def", b"ghi")))
    assert b"".join(pieces) == b"abcde"


@pytest.mark.parametrize(
    ("faults", "wanted"),
    [
        (Faults(replace=b""), b""),
        (Faults(replace=b"other"), b"other"),
        (Faults(append=b"end"), b"one\ntwo\nend"),
        (Faults(crlf=True), b"one\r\ntwo\r\n"),
        (Faults(cut_after=0), b""),
        (Faults(cut_after=5), b"one\nt"),
        (Faults(garble=True), b"one\n\xff\xfe\xc3two\n"),
    ],
)
def test_what_goes_wrong_with_the_output(faults: Faults, wanted: bytes) -> None:
    assert output(faults, b"one\ntwo\n") == wanted


def test_a_fault_concerns_what_it_matches() -> None:
    assert Faults(match="package packages").concern("dumpsys -t 60 package packages")
    assert not Faults(match="^dumpsys appops$").concern("dumpsys package")
    assert Faults().concern("anything")
