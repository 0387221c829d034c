"""A few rounds of the long life that ``benchmarks.long_run`` lives for an hour."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.long_run import Figures, Life, growth
from device.demo_phone import StoryPhone
from gui.app import Options
from tests.journeys.conftest import MakeProgram
from tests.phones import AdbServer


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts by /proc")
def test_handles_threads_and_widgets_stay_as_many(
    make_program: MakeProgram, adb_server: AdbServer, tmp_path: Path
) -> None:
    with StoryPhone() as phone:
        program = make_program(Options(str(tmp_path / "history.sqlite")))
        life = Life(program, adb_server, phone)
        lived = [life.round(number) for number in range(8)]
        adb_server.forget(phone.address)
    grown = growth(lived)
    assert grown["handles"] <= 0
    assert grown["threads"] <= 0
    assert grown["widgets"] < 50
    assert lived[-1].zombies == 0


def test_what_grows_is_seen() -> None:
    flat = [Figures(100, 20, 9, 700, 0)] * 8
    assert set(growth(flat).values()) == {0}
    leaking = [Figures(100 + 4 * n, 20 + n, 9, 700, 0) for n in range(8)]
    assert growth(leaking)["megabytes"] == 8
    assert growth(leaking)["handles"] == 2
