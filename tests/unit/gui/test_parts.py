"""About lists every part with its licence, as the lock file names what is installed."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from gui.models.parts import Part, parts

ROOT = Path(__file__).parents[3]


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> set[str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return {key(match[1]) for line in lines if (match := re.match(r"([\w.-]+)==", line))}


def needed_to_run() -> set[str]:
    """What is needed without the tools of development, by what pyproject and each part say."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    found: set[str] = set()
    while wanted:
        requirement = wanted.pop()
        name = key(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])
        if name in found or name not in locked() or "extra ==" in requirement:
            continue
        found.add(name)
        if ";" not in requirement or name in {key(d.name) for d in metadata.distributions()}:
            wanted += metadata.requires(name) or []
    return found


def test_every_part_that_the_lock_installs_to_run_is_listed() -> None:
    listed = {key(part.name) for part in parts()}
    installed = {key(one.name) for one in metadata.distributions()}
    assert len(needed_to_run()) > 15
    assert needed_to_run() & installed <= listed


def test_each_part_names_its_licence_and_shows_its_text() -> None:
    found = parts()
    assert [part.name for part in found if not part.licence] == []
    assert [part.name for part in found if len(part.text) < 30] == []
    assert [part.name for part in found if not part.version] == ["adb (Android Debug Bridge)"]


def test_what_was_added_to_the_program_is_listed_too() -> None:
    listed = {key(part.name) for part in parts()}
    wanted = {"sqlcipher3", "sqlcipher", "openssl", "keyring", "psycopg", "psycopg-binary"}
    assert wanted <= listed


def test_the_tools_of_development_are_no_parts() -> None:
    assert not {key(part.name) for part in parts()} & {"pytest", "mypy", "ruff", "hypothesis"}


def test_the_program_comes_first_and_qt_is_told_with_both_its_licences() -> None:
    found = parts()
    assert found[0].name == "permission-checkup"
    by_name: dict[str, Part] = {part.name: part for part in found}
    for name in ("Qt", "shiboken6"):
        assert "LESSER GENERAL PUBLIC LICENSE" in by_name[name].text
        assert "GNU GENERAL PUBLIC LICENSE\n" in by_name[name].text
