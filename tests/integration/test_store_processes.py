"""Several writers at once, writers that are killed, and disks that are full."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from audit.model import Part
from db.store import Store
from tests.unit.db import workers
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

ROOT = Path(__file__).parents[2]

#: How often a process is killed; hundreds of times take minutes.
KILLS = int(os.environ.get("PERMISSION_CHECKUP_KILLS", "40"))

posix = pytest.mark.skipif(os.name != "posix", reason="kills and limits processes as POSIX does")


def run(job: str, *arguments: object) -> str:
    process = workers.start(job, *arguments)
    output, trouble = process.communicate()
    assert process.returncode == 0, trouble
    return output.strip()


def test_processes_that_save_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "history.sqlite"
    processes = [workers.start("save", path, writer, 6) for writer in range(4)]
    ends = [(process.communicate()[1], process.returncode) for process in processes]
    assert ends == [("", 0)] * 4
    assert [workers.verify(path, writer) for writer in range(4)] == [6] * 4


def test_threads_share_one_store(tmp_path: Path) -> None:
    failures: list[BaseException] = []
    with Store.open(tmp_path / "history.sqlite") as store:

        def save_and_read(writer: int) -> None:
            try:
                for number in range(6):
                    info = store.save(workers.snapshot_of(writer, number))
                    assert info.id is not None
                    assert store.load(info.id).info == info
                    before = store.before(info)
                    assert (before is None) == (number == 0)
            except BaseException as error:  # noqa: BLE001
                failures.append(error)

        threads = [threading.Thread(target=save_and_read, args=(writer,)) for writer in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len(store.snapshots()) == 24
    for writer in range(4):
        assert workers.verify(tmp_path / "history.sqlite", writer) == 6


def test_two_threads_that_check_one_phone_get_two_places(tmp_path: Path) -> None:
    with Store.open(tmp_path / "history.sqlite") as store:
        both = threading.Barrier(2)

        def save(number: int) -> None:
            both.wait()
            store.save(sample_snapshot([sample_app(number)], failed=(Part.APPOPS,)))

        threads = [threading.Thread(target=save, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        last = store.last_two(PHONE.key)
        assert last is not None
        assert {info.taken_at for info in last} == {NOON}


@posix
def test_a_writer_that_is_killed_leaves_every_finished_check_whole(tmp_path: Path) -> None:
    in_the_middle = int(run("crash", tmp_path / "history.sqlite", KILLS, 1))
    assert in_the_middle > 0


@posix
def test_an_export_that_is_killed_leaves_the_file_before_or_after_it(tmp_path: Path) -> None:
    in_the_middle = int(run("crash_export", tmp_path, KILLS, 3))
    assert in_the_middle > 0


@posix
@pytest.mark.parametrize(
    "job", ["crash_migrate", "crash_wipe", "crash_merge", "crash_restore", "crash_convert"]
)
def test_a_risky_job_that_is_killed_is_done_or_not_begun(tmp_path: Path, job: str) -> None:
    in_the_middle = int(run(job, tmp_path, KILLS // 4, 4))
    assert in_the_middle > 0


@posix
def test_a_new_file_whose_maker_was_killed_can_be_opened(tmp_path: Path) -> None:
    unfinished = int(run("crash_new", tmp_path, 20, 2))
    assert unfinished > 0


@posix
def test_a_limit_on_files_is_a_full_disk(tmp_path: Path) -> None:
    assert run("limit", tmp_path / "history.sqlite") == "store-disk-full"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a small tmpfs")
def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk; the limit on files is tested all the same")
    try:
        assert run("fill", disk / "history.sqlite").split() == ["store-disk-full"] * 3
    finally:
        subprocess.run(["umount", str(disk)], check=True)
