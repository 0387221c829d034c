"""A sample of ``tools/faults``: whatever the phone does, a check tells nothing that is not so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device.adb import AdbServer as OurServer
from device.demo_phone import StoryPhone
from tests.faults.bench import Bench, Came, Trial
from tests.faults.catalogue import sample, swapped, trials
from tests.phones import AdbServer

SLOW = {"200 MB", "one byte a second", "silent from then on"}


@contextmanager
def bench(server: AdbServer, folder: Path, sdk: int) -> Iterator[Bench]:
    with StoryPhone(sdk=sdk) as phone:
        try:
            yield Bench(OurServer(port=server.port), phone, folder)
        finally:
            server.forget(phone.address)


@pytest.mark.parametrize("sdk", [34, 23])
def test_no_fault_of_the_phone_costs_or_invents_anything(
    adb_server: AdbServer, tmp_path: Path, sdk: int
) -> None:
    with bench(adb_server, tmp_path, sdk) as tried:
        every = list(trials(tried, drops=60, hangs=10))
        quick = sample([one for one in every if one.kind not in SLOW], 32, seed=sdk)
        slow = sample([one for one in every if one.kind in SLOW - {"200 MB"}], 2, seed=sdk)
        broken = {
            f"{one.kind}: {one.label}": result.why
            for one in (*quick, *slow)
            if (result := tried.run(one)).came is Came.BROKEN
        }
    assert broken == {}


def test_the_answer_about_permissions_is_none_about_shared_users(
    adb_server: AdbServer, tmp_path: Path
) -> None:
    label = "dumpsys package shared-users answered with dumpsys package permission android"
    with bench(adb_server, tmp_path, 34) as tried:
        wrong = [one for one in swapped(tried) if one.label.startswith(label)]
        assert [tried.run(one).came for one in wrong] == [Came.INCOMPLETE]


def test_the_bench_sees_a_false_change_and_a_silent_loss(
    adb_server: AdbServer, tmp_path: Path
) -> None:
    """An app left out, and a use left out: what no fault may come to."""

    def without_an_app(line: str, output: bytes) -> bytes:
        if line != "dumpsys package packages":
            return output
        start = output.index(b"  Package [com.tencent.mm]")
        return output[:start] + output[output.index(b"\n  Package [", start) + 1 :]

    def without_uses(line: str, output: bytes) -> bytes:
        return b"Discrete accesses:\n" if "--history" in line else output

    with bench(adb_server, tmp_path, 34) as tried:
        removed = tried.run(Trial("", "", change=without_an_app))
        silent = tried.run(Trial("", "", change=without_uses))
    assert removed.came is Came.BROKEN
    assert "false changes" in removed.why
    assert silent.came is Came.BROKEN
    assert "not a word of it" in silent.why
