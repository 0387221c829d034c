"""Watches for the PySide6 that loses references to ``None``."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject

CALLS = 1_000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_calls_of_qt_keep_the_references_to_none() -> None:
    """PySide6 6.12.0 drops one per call and so aborts Python 3.11 after some thousand calls."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("a")
    lost = before - sys.getrefcount(None)
    # The interpreter itself may take or give back a few meanwhile.
    assert abs(lost) < CALLS / 10
