"""Every page looks as it was approved, in both languages and themes, large and small."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.visual import fonts
from tests.visual.comparing import APPROVED
from tests.visual.sheet import compare


@pytest.mark.skipif(
    bool(fonts.missing()) and not os.environ.get("CI"), reason=f"not installed: {fonts.missing()}"
)
@pytest.mark.timeout(600)
def test_every_page_looks_as_it_was_approved(tmp_path: Path) -> None:
    """``tools/pictures`` shows what differs, and with ``--approve`` accepts it."""
    output = tmp_path / "pictures"
    taken = subprocess.run(
        [sys.executable, "-m", "tests.visual.pictures", "--output", str(output)],
        cwd=fonts.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert taken.returncode == 0, taken.stderr
    pictures = sorted(output.glob("*.png"))
    assert [one.name for one in pictures] == sorted(one.name for one in APPROVED.glob("*.png"))
    found = {
        one.stem: said
        for one in pictures
        if (said := compare(one, APPROVED / one.name, output / "differences")[0])
    }
    assert not found, f"see {output / 'index.html'}"
