"""What reaches a terminal cannot steer it, and JSON stays the same document."""

from __future__ import annotations

import json

import pytest

from cli.output import plain, print_json

EVIL = "a\x1b[2J\x07\x9b31m\u202eevil\u2066\u200b\x00\r\n\t\u2028\ud800字"


def test_text_has_no_sign_that_steers_a_terminal() -> None:
    shown = plain(EVIL)
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert "字" in shown


def test_json_has_none_either_and_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({EVIL: [EVIL, 1]})
    shown = capsys.readouterr().out
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert "字" in shown
    assert json.loads(shown) == {EVIL: [EVIL, 1]}
