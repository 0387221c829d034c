from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.export.text import is_formula, is_hidden, visible, without_formulas
from tests.unit.export.samples import HIDDEN


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 1.2.3", "plain 1.2.3"),
        ("微信 é 🙂", "微信 é 🙂"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\tb\r\n", "a⟨U+0009⟩b⟨U+000D⟩⟨U+000A⟩"),
        ("\x7f\ud800", "⟨U+007F⟩⟨U+D800⟩"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("全角\u3000空格\u00a0", "全角\u3000空格\u00a0"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_its_number(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_stays_hidden(text: str) -> None:
    shown = visible(text)
    assert not any(map(is_hidden, shown))
    assert HIDDEN.isdisjoint(shown)
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", " =1", "\t=1", "＝1", "a;=1", "a; @b"])
def test_what_a_spreadsheet_would_calculate_is_quoted(text: str) -> None:
    assert is_formula(text)
    assert not is_formula(without_formulas(text))
    assert without_formulas(text).replace("'", "") == text


@pytest.mark.parametrize("text", ["", "1.2-3", "a=b", "com.example+x", "'=1", "微信"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert without_formulas(text) == text
