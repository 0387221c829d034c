"""A file is written whole or not at all, and never over another one unasked."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.export.errors import ExportError, sentence
from audit.export.whole import write_whole


def write(text: str) -> Callable[[Path], None]:
    def write_all(path: Path) -> None:
        path.write_text(text)

    return write_all


def fail(error: BaseException) -> Callable[[Path], None]:
    def write_some(path: Path) -> None:
        path.write_text("half of it")
        raise error

    return write_some


def refused(path: Path, work: Callable[[Path], None], *, force: bool = False) -> str:
    with pytest.raises(ExportError) as caught:
        write_whole(path, work, force=force)
    assert sentence(caught.value, str)
    return caught.value.code


def test_a_new_file_is_its_owners_only(tmp_path: Path) -> None:
    write_whole(tmp_path / "new.csv", write("whole"), force=False)
    assert os.listdir(tmp_path) == ["new.csv"]
    assert (tmp_path / "new.csv").read_text() == "whole"
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_replaced_only_with_force(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("old")
    assert refused(path, write("new")) == "exists"
    assert path.read_text() == "old"
    write_whole(path, write("new"), force=True)
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["old.csv"]


def test_a_file_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "raced.csv"

    def race(part: Path) -> None:
        part.write_text("ours")
        path.write_text("theirs")

    assert refused(path, race) == "exists"
    assert path.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["raced.csv"]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("bug"), OSError(5, "I/O")])
def test_whatever_happens_nothing_is_left_behind(
    tmp_path: Path, error: BaseException, force: bool
) -> None:
    path = tmp_path / "old.csv"
    path.write_text("old")
    with pytest.raises((KeyboardInterrupt, ValueError, ExportError)):
        write_whole(tmp_path / "new.csv", fail(error), force=force)
    with pytest.raises((KeyboardInterrupt, ValueError, ExportError)):
        write_whole(path, fail(error), force=True)
    assert os.listdir(tmp_path) == ["old.csv"]
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk-full"), (errno.EACCES, "read-only"), (errno.EIO, "failed")],
)
def test_the_systems_errors_have_sentences(tmp_path: Path, number: int, code: str) -> None:
    assert refused(tmp_path / "x", fail(OSError(number, os.strerror(number)))) == code


@pytest.mark.parametrize("force", [False, True])
def test_wrong_places(tmp_path: Path, force: bool) -> None:
    (tmp_path / "file").write_text("x")
    assert refused(tmp_path, write("x"), force=force) == "not-a-file"
    assert refused(Path("/dev/null"), write("x"), force=force) == "not-a-file"
    assert refused(tmp_path / "no" / "folder", write("x"), force=force) == "no-folder"
    assert refused(tmp_path / "file" / "x", write("x"), force=force) == "no-folder"
    assert os.listdir(tmp_path) == ["file"]


def test_a_link_is_followed_with_force_and_kept_without(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "dangling").symlink_to("nothing")
    assert refused(tmp_path / "link", write("new")) == "exists"
    assert refused(tmp_path / "dangling", write("new")) in {"exists", "not-a-file"}
    write_whole(tmp_path / "link", write("new"), force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_a_killed_program_left_is_taken_away_once_it_is_old(tmp_path: Path) -> None:
    old, fresh, other = (
        tmp_path / name
        for name in (".permission-checkup-a.part", ".permission-checkup-b.part", ".theirs.part")
    )
    for path in (old, fresh, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    write_whole(tmp_path / "new.csv", write("whole"), force=False)
    assert sorted(os.listdir(tmp_path)) == [fresh.name, other.name, "new.csv"]
