"""The project's own rules: who imports whom, and what no file may say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("audit", "cli", "db", "device", "gui", "resources")
SCRIPTS = Path(sys.executable).parent

# Room, what it must not import, and the contract that says so.
FLOORS = "Four floors"
MODEL_ONLY = "the model only"
FORBIDDEN = [
    ("audit", "device", FLOORS),
    ("audit", "db", FLOORS),
    ("audit", "gui", FLOORS),
    ("audit", "cli", FLOORS),
    ("audit", "PySide6", "Only gui knows Qt"),
    ("audit", "adbutils", "Only device knows adb"),
    ("audit", "sqlalchemy", "Only db knows SQL"),
    ("audit", "platformdirs", "audit knows the standard library"),
    ("audit", "xlsxwriter", "audit knows the standard library"),
    ("device", "db", FLOORS),
    ("device", "gui", FLOORS),
    ("device", "cli", FLOORS),
    ("device", "audit.changes", MODEL_ONLY),
    ("device", "PySide6", "Only gui knows Qt"),
    ("device", "sqlalchemy", "Only db knows SQL"),
    ("db", "device", FLOORS),
    ("db", "gui", FLOORS),
    ("db", "cli", FLOORS),
    ("db", "audit.changes", MODEL_ONLY),
    ("db", "PySide6", "Only gui knows Qt"),
    ("db", "adbutils", "Only device knows adb"),
    ("gui", "cli", FLOORS),
    ("gui", "adbutils", "Only device knows adb"),
    ("gui", "sqlalchemy", "Only db knows SQL"),
    ("cli", "gui", FLOORS),
    ("cli", "PySide6", "Only gui knows Qt"),
    ("resources", "audit", FLOORS),
    ("resources", "PySide6", "Only gui knows Qt"),
]


@pytest.fixture(scope="module")
def planted_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a copy in which every forbidden import was planted."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for room, target, _ in FORBIDDEN:
        module = copy / room / f"planted_{target.replace('.', '_')}.py"
        module.write_text(f"def late():\n    import {target}\n    return {target}\n")
    result = subprocess.run(
        [SCRIPTS / "lint-imports", "--no-cache"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize(("room", "target", "contract"), FORBIDDEN)
def test_a_planted_import_breaks_its_contract(
    planted_report: str, room: str, target: str, contract: str
) -> None:
    broken = planted_report.split("Broken contracts", 1)[1]
    # Each contract's findings stand under its name, which is underlined.
    findings = dict(
        re.findall(r"\n\n(\S[^\n]*)\n-+\n\n(.*?)(?=\n\n\S[^\n]*\n---|\Z)", broken, re.S)
    )
    text = next(found for name, found in findings.items() if contract in name)

    assert re.search(rf"{room}\.planted_{target.replace('.', '_')} -> {re.escape(target)}\b", text)


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def package_sources() -> set[str]:
    """Where this machine's pip and uv take packages from: hosts and folders."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    settings = dict(re.findall(r"^(\S+)='(.*)'$", listing.stdout, re.MULTILINE))
    settings |= {name: value for name, value in os.environ.items() if name.startswith("UV_")}
    places = " ".join(
        value
        for name, value in settings.items()
        if re.search(r"index|find.links|trusted", name, re.IGNORECASE)
    )
    hosts = re.findall(r"(?:[^\s@/]*@)?([\w.-]+\.\w+)(?::\d+)?(?=[/\s]|$)", places)
    folders = re.findall(r"(?:file:/)?(/\w[^\s]+)", re.sub(r"https?://[^\s]*", "", places))
    return {*hosts, *folders}


def test_no_file_says_where_packages_or_this_checkout_are() -> None:
    words = [re.escape(word) for word in {*package_sources(), f"{ROOT}/"}]
    # Written so that this line does not find itself.
    words += [r"py[p]i\.(org|python\.org)", r"python[h]osted\.org", r"https?://[^\s\"']*/simple\b"]
    pattern = re.compile("|".join(words))
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in tracked_files()
        if (match := pattern.search(file.read_bytes().decode("utf-8", "replace")))
    ]

    assert found == []


def test_the_plan_says_why_a_file_is_long() -> None:
    plan = (ROOT / "docs/architecture.md").read_text("utf-8")
    excused = set(re.findall(r"^- `(\S+\.py)`: ", plan.partition("## Long files")[2], re.MULTILINE))
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert {name for name, lines in lengths.items() if lines > 420} <= excused
    assert {name for name in excused if lengths.get(name, 0) <= 400} == set()
