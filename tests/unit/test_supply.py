"""What the program is made of: all of it pinned, all of it used, nothing used that is not named."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("audit", "cli", "db", "device", "gui", "resources")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
#: No module of theirs is imported: what they are for stands beside them.
DATA = {"tzdata": "zoneinfo"}
#: Run as programs, or plugged into pytest and pip.
PROGRAMS = {
    "ruff",
    "mypy",
    "pytest-timeout",
    "hatchling",
    "editables",
    "pytest-qt",
    "pytest-xdist",
    "import-linter",
}


def named(requirements: list[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def imported(*folders: str) -> set[str]:
    """The top names of all modules that the code in these folders imports."""
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.split(".")[0])
    return found


def distributions(modules: set[str]) -> set[str]:
    """The packages that bring these modules along, but for the project itself."""
    known = metadata.packages_distributions()
    found = {name for module in modules - set(ROOMS) for name in known.get(module, ())}
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


def test_every_dependency_is_used_and_everything_used_is_a_dependency() -> None:
    modules = imported(*ROOMS)
    declared = named(PROJECT["dependencies"])
    used = distributions(modules) | {name for name, module in DATA.items() if module in modules}
    # PySide6 and shiboken6 are one thing in two packages.
    optional = {
        name for names in PROJECT["optional-dependencies"].values() for name in named(names)
    }
    assert declared - used == set()
    assert used - declared - {"shiboken6"} <= optional - named(
        PROJECT["optional-dependencies"]["dev"]
    )


def test_every_tool_of_development_is_used() -> None:
    tools = named(PROJECT["optional-dependencies"]["dev"])
    used = distributions(imported("tests", "benchmarks", "tools"))
    words = "\n".join(
        path.read_text("utf-8")
        for path in [ROOT / "pyproject.toml", ROOT / "CONTRIBUTING.md", *(ROOT / "tools").glob("*")]
        if path.is_file()
    )
    run = {name for name in tools if len(re.findall(rf"\b{name}\b", words, re.IGNORECASE)) > 1}
    assert tools - used - run - PROGRAMS == set()


def licences(*arguments: str) -> str:
    command = [sys.executable, str(ROOT / "tools" / "licences.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_every_part_has_a_licence() -> None:
    lines = licences().splitlines()
    told = {line.split()[0].lower().replace("_", "-") for line in lines}
    assert told >= named(PROJECT["dependencies"]) - set(DATA)
    assert [line for line in lines if len(line[43:].strip()) < 3] == []


def test_every_licence_lets_the_program_be_handed_on() -> None:
    """Alone or in a bundle; the LGPL asks for dynamic linking (docs/release.md)."""
    free = re.compile(
        r"Apache|MIT|BSD|PSF|MPL-2\.0|ISC|LGPL|Unlicense|[Zz]lib|Python Software Foundation"
    )
    lines = [line for line in licences().splitlines() if not free.search(line[43:])]
    assert lines == []


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(licences("--sbom"))
    return found


def test_the_bill_of_materials_names_every_package_as_it_is_pinned(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    pinned = [one for one in bill["components"] if "purl" in one]
    assert {one["name"].lower() for one in pinned} >= named(PROJECT["dependencies"])
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for one in pinned:
        assert f"{one['name']}=={one['version']}" in lock
        assert one["purl"] == f"pkg:pypi/{one['name'].lower()}@{one['version']}"
        assert one["properties"]
        assert all(entry["value"] in lock for entry in one["properties"])
    assert not {one["name"] for one in pinned} & {"pytest", "mypy", "ruff"}


def test_everything_in_the_lock_has_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[\w.-]+==\S+", block), block
        assert "--hash=sha256:" in block, block
