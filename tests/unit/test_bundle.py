"""What turns the program into packages: that it stays true, without making them."""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import PySide6
import pytest

from cli.arguments import described
from resources.loader import translations

ROOT = Path(__file__).parents[2]
LINUX = ROOT / "bundle" / "linux"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "bundle" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (shutil.which("ld") and shutil.which("nm")), reason="needs binutils")
def test_the_smaller_icu_sorts_and_dates_as_the_whole_one(tmp_path: Path) -> None:
    whole = next((Path(PySide6.__file__).parent / "Qt" / "lib").glob("libicudata.so.*"))
    small = tmp_path / whole.name
    load("icu").slim(whole, small)
    program = """
from functools import cmp_to_key
from PySide6.QtCore import QCollator, QDateTime, QLocale
for name in ("zh_CN", "en_GB"):
    locale = QLocale(name)
    order = QCollator(locale)
    print(sorted(["张", "李", "阿", "b", "A", "é", "f", "微信"], key=cmp_to_key(order.compare)))
    print(locale.toString(QDateTime(2026, 1, 2, 3, 4, 5), QLocale.FormatType.LongFormat))
print([line.split()[-1] for line in open("/proc/self/maps") if "icudata" in line][0])
"""

    def told(**more: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | more,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    *before, loaded_before = told()
    *after, loaded = told(LD_PRELOAD=str(small))

    assert (loaded_before, loaded) == (str(whole), str(small))
    assert after == before
    assert small.stat().st_size < whole.stat().st_size / 2


def test_what_is_no_data_of_icu_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no data file of ICU"):
        list(load("icu").items(bytes(64)))


def test_the_builders_folder_is_taken_out_of_libraries(tmp_path: Path) -> None:
    library = tmp_path / "deep" / "x.so.1"
    library.parent.mkdir()
    library.write_bytes(b"ELF\0/home/me/lib\0rest\0/home/me/lib64\0")

    assert load("runpath").clean(tmp_path, "/home/me/lib") == 1
    assert library.read_bytes() == b"ELF\0$ORIGIN\0\0\0\0\0\0rest\0/home/me/lib64\0"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    return load("pages")


def test_the_man_page_has_every_command_and_every_exit_code(pages: ModuleType) -> None:
    page = pages.man()
    for name in described(translations("en").gettext):
        assert re.search(rf"^\.SS {re.escape(pages.escaped(name))}\b", page, re.MULTILINE), name
    codes = [code for code, _ in pages.exit_codes()]
    assert {"0", "2", "3", "4", "5", "10"} <= set(codes)
    assert re.findall(r"^\.B (\d+)$", page, re.MULTILINE) == codes


def completions(script: Path, *words: str) -> set[str]:
    command = (
        f'. "{script}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _permission_checkup; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", command, "bash", "permission-checkup", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_commands_options_and_their_values(
    pages: ModuleType, tmp_path: Path
) -> None:
    script = tmp_path / "completion"
    script.write_text(pages.bash())
    verbs = set(described(translations("en").gettext))

    assert verbs <= completions(script, "")
    assert completions(script, "che") == {"check"}
    assert completions(script, "--demo", "check", "--no") == {"--no-raw"}
    assert completions(script, "export", "--format", "") == {"csv", "xlsx", "json", "html", "pdf"}
    assert {"history", "uses"} <= completions(script, "export", "")


def test_the_menu_entry_and_the_metadata_name_the_same_program() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(LINUX / "permission-checkup.desktop", "utf-8")
    menu = entry["Desktop Entry"]
    about = ET.parse(LINUX / "permission-checkup.metainfo.xml")  # noqa: S314 -- our own file

    assert menu["Exec"] == about.findtext("provides/binary") == "permission-checkup"
    assert menu["Name"] == about.findtext("name")
    assert menu["Name[zh_CN]"] == about.findall("name")[1].text
    assert about.findtext("launchable") == "permission-checkup.desktop"
    assert about.findtext("project_license") == "Apache-2.0"
    # A release's number and day are put in when a package is made: the version has one place.
    release = about.find("releases/release")
    assert release is not None
    assert release.attrib == {"version": "@VERSION@", "date": "@DATE@"}


def test_every_recipe_starts_the_folder_that_the_specification_makes() -> None:
    made = re.search(
        r'COLLECT\([^)]*name="([\w-]+)"', (ROOT / "bundle/permission-checkup.spec").read_text()
    )
    assert made is not None
    for recipe in ("tools/deb", "bundle/windows/setup.iss", "bundle/appimage/make"):
        text = (ROOT / recipe).read_text().replace("\\", "/")
        assert f"build/bundle/{made[1]}" in text, recipe
