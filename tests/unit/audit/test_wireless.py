"""Whom wireless debugging lets in."""

from __future__ import annotations

import pytest

from audit.model import Phone
from audit.wireless import warning


@pytest.mark.parametrize(
    ("sdk", "patch", "exposed"),
    [
        (33, "2023-01-05", False),
        (34, "2026-04-05", True),
        (36, "2026-04-30", True),
        (36, "2026-05-01", False),
        (36, "2026-05-05", False),
        (37, "2026-01-01", False),
        (35, None, None),
        (None, "2026-01-01", None),
    ],
)
def test_phones_without_the_update_of_may_2026_are_open(
    sdk: int | None, patch: str | None, exposed: bool | None
) -> None:
    phone = Phone("SERIAL1", sdk=sdk, security_patch=patch)
    assert phone.open_to_others is exposed


def test_the_warning_tells_what_is_known_and_what_is_not() -> None:
    old = warning(Phone("S", sdk=34, security_patch="2025-11-01"), str)
    assert old is not None
    assert "2025-11-01" in old
    unknown = warning(Phone("S", sdk=34), str)
    assert unknown is not None
    assert unknown.startswith("It is not known")
    assert warning(Phone("S", sdk=34, security_patch="2026-06-01"), str) is None
