"""Every promise of the threat model is held by a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text("utf-8")


def test_every_test_that_it_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)
    assert len(named) > 15
    for file, test in named:
        code = (ROOT / file).read_text("utf-8")
        assert not test or f"def {test}(" in code, f"{file}::{test}"


def test_every_promise_names_one() -> None:
    _, _, table = TEXT.partition("## What is promised")
    rows = [line for line in table.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    assert len(rows) > 10
    assert [row for row in rows[2:] if "`tests/" not in row] == []


def test_it_is_led_to() -> None:
    assert "docs/threat-model.md" in (ROOT / "SECURITY.md").read_text("utf-8")
