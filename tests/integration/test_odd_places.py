"""Folders and files of any name that the system takes: all that is written can be read again."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from PySide6.QtWidgets import QApplication

from cli.main import run
from db.conversion import is_locked
from db.store import Store
from gui.views import export_dialog
from tests.unit.db import workers
from tests.unit.db.samples import sample_app

ODD = {
    "blanks": "  two  words ",
    "quotes": 'it\'s "so" `called`',
    "chinese": "妈妈的手机 检查",
    "signs": "100% #1 ?x=1&y [a]{b}*;$HOME",
    "newline": "one\ntwo\x1b[31m",
    "bidi": "\u202egnp.\u2066exe",
    "bytes": os.fsdecode(b"caf\xe9 \xff\xfe"),
    "dots": "...",
    "dash": "--yes",
    "backslash": "a\\b",
    "url": "file:x?mode=ro",
}


@pytest.fixture(params=ODD, ids=str)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name = ODD[request.param]
    folder = tmp_path / name
    try:
        folder.mkdir()
    except OSError:  # this system takes no such name
        pytest.skip("no such name here")
    path = folder / f"{name}.sqlite"
    workers.save(path, 0, 2)
    return path


@pytest.fixture
def tell(file: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command on that database; answers what it printed, which steers no terminal."""

    def told(*arguments: str) -> str:
        code = run([*arguments, "--database", str(file)])
        output, errors = capsys.readouterr()
        assert code == 0, errors
        assert (output + errors).replace("\n", "").isprintable()
        return output

    return told


def test_a_store_lives_there(file: Path, tell: Callable[..., str]) -> None:
    assert len(json.loads(tell("snapshots", "--json"))) == 2
    tell("backup")
    copy = file.with_name("a copy.backup")
    tell("backup", "--output", str(copy))
    tell("restore")
    (backup,) = json.loads(tell("restore", "--json"))
    assert Path(backup["file"]).is_file()
    tell("delete", "2", "--yes")
    tell("restore", str(copy), "--yes")
    assert json.loads(tell("verify", "--json"))["whole"]
    assert workers.verify(file, 0) == 2


def test_its_exports_do(file: Path, tell: Callable[..., str], qapp: QApplication) -> None:
    for what, kind in (("history", "csv"), ("snapshot", "xlsx"), ("uses", "json")):
        target = file.with_name(f"{file.stem}.{kind}")
        tell("export", what, "--format", kind, "--output", str(target))
        assert target.stat().st_size > 100
    target = file.with_name(f"{file.stem}.zip")
    tell("complaint", sample_app(0).package, "--output", str(target))
    assert target.stat().st_size > 1000


def test_it_can_be_encrypted_there(
    file: Path, tell: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERMISSION_CHECKUP_NEW_PASSPHRASE", "p")
    tell("encrypt", "--remove-plain")
    assert is_locked(file)
    monkeypatch.setenv("PERMISSION_CHECKUP_PASSPHRASE", "p")
    tell("backup")
    tell("decrypt", "--yes")
    assert workers.verify(file, 0) == 2


def test_a_url_names_it_too(file: Path) -> None:
    if os.fsencode(file) != str(file).encode(errors="replace"):
        pytest.skip("a URL is text")
    with Store.open(f"sqlite:///{quote(os.fsencode(file))}", create=False) as store:
        assert len(store.snapshots()) == 2


HOSTILE = {
    "separators": "../../etc/passwd\\..\\x",
    "reserved": "CON",
    "long": "com." + "x" * 300,
    "bidi": "com.\u202eexe\u200b.app",
    "dots": "...hidden",
    "dash": "-rf",
    "newline": "com\n.app\r\0",
    "drive": "C:\\x:stream",
    "surrogate": "com.\udce9",
}


@pytest.mark.parametrize("package", HOSTILE.values(), ids=HOSTILE)
def test_the_name_that_is_suggested_for_an_export_is_one_that_every_system_takes(
    package: str,
) -> None:
    name = export_dialog.suggested("complaint", package, None) + ".zip"
    assert re.fullmatch(r"permissions-complaint-[A-Za-z0-9_.-]*\.zip", name)
    assert len(name) < 130
    assert ".." not in Path(name).parts
