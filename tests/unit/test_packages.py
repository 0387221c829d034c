"""What is handed to Python people: the wheel and the source archive."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("audit", "cli", "db", "device", "gui", "resources")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
STEM = f"permission_checkup-{VERSION}"


def build(source: Path, into: Path, *, mask: int = 0o022, moment: str | None = None) -> None:
    environment = dict(os.environ)
    if moment is not None:
        environment["SOURCE_DATE_EPOCH"] = moment
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", into],
        cwd=source,
        env=environment,
        umask=mask,
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel and a source archive of this checkout."""
    folder = tmp_path_factory.mktemp("built")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def wheel_names(built: Path) -> list[str]:
    with zipfile.ZipFile(built / f"{STEM}-py3-none-any.whl") as archive:
        return archive.namelist()


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_the_wheel_holds_the_rooms_and_nothing_else(wheel_names: list[str]) -> None:
    top = {name.split("/")[0] for name in wheel_names}

    assert top == {*ROOMS, f"{STEM}.dist-info"}
    assert {f"{room}/py.typed" for room in ROOMS} <= set(wheel_names)


def test_the_wheel_holds_every_resource(wheel_names: list[str]) -> None:
    resources = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "resources").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert resources
    assert resources <= set(wheel_names)


def test_the_source_archive_builds_the_same_bytes_somewhere_else_and_later(
    built: Path, tmp_path: Path
) -> None:
    # Not tarfile: from Python 3.12 on it wants a filter, which 3.11.2 of Debian 12 does not know.
    subprocess.run(["tar", "-xzf", built / f"{STEM}.tar.gz", "-C", tmp_path], check=True)
    source = tmp_path / STEM
    for file in source.rglob("*"):
        os.utime(file, (1, 2_000_000_000))
    build(source, tmp_path / "again", mask=0o077)

    assert digests(tmp_path / "again") == digests(built)


def test_another_moment_of_release_is_in_the_bytes(built: Path, tmp_path: Path) -> None:
    build(ROOT, tmp_path, moment="1800000000")

    assert not set(digests(tmp_path).values()) & set(digests(built).values())


def test_the_wheel_works_from_a_folder_of_its_own(built: Path, tmp_path: Path) -> None:
    """With the dependencies of this environment, and nothing of this checkout."""
    place = tmp_path / "place"
    shutil.unpack_archive(built / f"{STEM}-py3-none-any.whl", place, "zip")
    outside = tmp_path / "outside"
    outside.mkdir()
    program = [sys.executable, "-m", "cli.main", "--lang", "zh-CN", "--database", "x.db", "--demo"]
    told = []
    for code in (0, 10):
        done = subprocess.run(
            [*program, "check"],
            cwd=outside,
            env=os.environ | {"PYTHONPATH": str(place)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        told.append(done.stdout)
    where = subprocess.run(
        [sys.executable, "-c", "import cli, resources; print(cli.__path__, resources.__path__)"],
        cwd=outside,
        env=os.environ | {"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert str(place / "cli") in where.stdout
    assert "位置" in told[1]
