"""Where the store lies by default."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from db.store import default_path


def test_the_demo_has_a_store_of_its_own() -> None:
    own, demo = default_path(), default_path(demo=True)
    assert (own.name, demo.name) == ("history.sqlite", "demo.sqlite")
    assert own.parent == demo.parent


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG folders")
def test_it_lies_in_the_users_data_folder() -> None:
    folder = Path(os.environ["XDG_DATA_HOME"]) / "permission-checkup"
    assert default_path() == folder / "history.sqlite"
