"""The set-up: what is locked, what the two commands do, and what stops them."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked() -> dict[str, tuple[str, Marker | None, list[str]]]:
    """What requirements.lock pins: name → version, marker, hashes."""
    pins: dict[str, tuple[str, Marker | None, list[str]]] = {}
    for entry in LOCK.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        parsed = Requirement(requirement)
        version = str(parsed.specifier).removeprefix("==")
        pins[canonicalize_name(parsed.name)] = (version, parsed.marker, hashes)
    return pins


def test_the_lock_names_no_place_to_download_from() -> None:
    assert "://" not in LOCK.read_text(encoding="utf-8")
    assert not re.search(r"^\s*--(?!hash=)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_pin_has_hashes() -> None:
    for name, (_, _, hashes) in locked().items():
        assert hashes, name
        assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in hashes), name


@pytest.mark.parametrize(
    "requirement",
    [
        *PROJECT["build-system"]["requires"],
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
    ],
)
def test_the_lock_satisfies_the_project(requirement: str) -> None:
    wanted = Requirement(requirement)

    assert locked()[canonicalize_name(wanted.name)][0] in wanted.specifier


def test_the_tests_run_with_what_is_locked() -> None:
    different = {
        name: (installed, version)
        for name, (version, marker, _) in locked().items()
        if (marker is None or marker.evaluate())
        and (installed := importlib.metadata.version(name)) != version
    }

    assert different == {}


def test_the_set_up_takes_every_python_that_the_project_takes() -> None:
    low, high = re.findall(r"\(3, (\d+)\)", (ROOT / "tools" / "setup.sh").read_text())
    taken = SpecifierSet(PROJECT["project"]["requires-python"])

    assert [minor for minor in range(30) if f"3.{minor}.1" in taken] == list(
        range(int(low), int(high) + 1)
    )


def test_the_readme_gives_the_two_commands() -> None:
    blocks = re.findall(r"^```\w*\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]

    assert {"tools/demo", "tools/test"} <= set(commands)


def test_ci_calls_the_test_command_of_the_readme(tmp_path: Path) -> None:
    for folder in (".ci", "tools"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    command = tmp_path / "tools" / "test"
    command.write_text('#!/bin/sh\necho "$# arguments in $PWD"\nexit 7\n')
    command.chmod(0o755)

    result = subprocess.run(
        [tmp_path / ".ci" / "run"], cwd="/", capture_output=True, text=True, check=False
    )

    assert result.stdout == f"0 arguments in {tmp_path}\n"
    assert result.returncode == 7


# From here on the real set-up runs, in a copy of the checkout and without apt or network.


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in ("audit", "cli", "db", "device", "gui", "resources", "tools"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture
def ready(checkout: Path) -> Path:
    """A checkout whose environment sees what is installed here, so that nothing is fetched."""
    venv.create(checkout / ".venv", symlinks=True)
    (site,) = (checkout / ".venv").glob("lib/python*/site-packages")
    (site / "installed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return checkout


def set_up(checkout: Path, **more: str) -> subprocess.CompletedProcess[str]:
    programs = checkout.parent / "bin"
    if not programs.exists():
        programs.mkdir()
        for name in ("cat", "cksum", "env", "id", "mkdir", "rm", "sed", "tail", "tr"):
            (programs / name).symlink_to(shutil.which(name) or "")
    environment = {"PATH": str(programs), "HOME": os.environ["HOME"], "PIP_NO_INDEX": "1", **more}
    if "LD_LIBRARY_PATH" in os.environ:  # where the set-up had to unpack Qt's libraries
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return subprocess.run(
        ["/bin/sh", "-euc", '. tools/setup.sh; echo "qt=$qt locale=${LC_ALL:-}"'],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_second_run_installs_nothing(ready: Path) -> None:
    first = set_up(ready)
    second = set_up(ready)

    assert "installing what requirements.lock pins" in first.stderr
    assert first.returncode == 0, first.stderr
    assert (ready / ".venv" / "bin" / "permission-checkup").exists()
    assert second.stderr == ""
    assert second.stdout == "qt=yes locale=C.UTF-8\n"

    with (ready / "requirements.lock").open("a") as lock:
        lock.write("\n")
    assert "installing what requirements.lock pins" in set_up(ready).stderr


def test_a_file_with_another_hash_is_refused(ready: Path) -> None:
    wheels = ready.parent / "wheels"
    wheels.mkdir()
    wheel = wheels / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        archive.writestr(
            "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: x\n"
        )
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    real = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock = ready / "requirements.lock"
    pins = lock.read_text()

    lock.write_text(f"{pins}tiny==1.0 --hash=sha256:{'0' * 64}\n")
    refused = set_up(ready, PIP_FIND_LINKS=str(wheels))
    assert refused.returncode != 0
    assert real in refused.stderr
    assert not (ready / ".venv" / "stamp").exists()

    lock.write_text(f"{pins}tiny==1.0 --hash=sha256:{real}\n")
    taken = set_up(ready, PIP_FIND_LINKS=str(wheels))
    assert taken.returncode == 0, taken.stderr


def test_an_environment_that_was_moved_is_made_anew(ready: Path) -> None:
    assert set_up(ready).returncode == 0
    moved = ready.with_name("elsewhere")
    ready.rename(moved)

    result = set_up(moved)

    assert "Python 3.11 to 3.14 is needed" in result.stderr  # none is on this PATH
    assert "installing" not in result.stderr


def test_a_python_that_is_too_old_is_named(checkout: Path) -> None:
    programs = checkout.parent / "old"
    programs.mkdir()
    old = programs / "python3"
    # Any Python that says no to the question for its version will do.
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    result = set_up(checkout, PATH=f"{programs}:{checkout.parent / 'bin'}")

    assert result.returncode == 1
    assert "Python 3.11 to 3.14 is needed" in result.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("locale", "expected"),
    [({"LANG": "C"}, "C.UTF-8"), ({"LANG": "zh_CN.UTF-8"}, ""), ({"LC_ALL": "C.utf8"}, "C.utf8")],
)
def test_a_locale_without_utf_8_is_replaced(
    ready: Path, locale: dict[str, str], expected: str
) -> None:
    result = set_up(ready, **locale)

    assert result.stdout == f"qt=yes locale={expected}\n", result.stderr


def test_the_scripts_are_executable() -> None:
    for name in ("demo", "test", "lock", "bundle", "deb", "coverage"):
        assert os.access(ROOT / "tools" / name, os.X_OK), name
    for name in (".ci/run", "bundle/macos/dmg", "bundle/appimage/make"):
        assert os.access(ROOT / name, os.X_OK), name
