"""What a person says of apps from the terminal: their kinds, and lists that named them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.store import Store
from device.demo_phone import StoryPhone
from tests.phones import AdbServer
from tests.terminal import Terminal

BAIDU = "com.baidu.searchbox"
LIST = {
    "lists": [{"key": "mine", "en": "Mine", "date": "2025-01-31", "source": "https://example.org"}],
    "named": [{"package": BAIDU, "list": "mine"}],
}


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


def test_a_kind_that_a_person_set_counts_until_it_is_taken_back(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")

    def told() -> tuple[object, list[str]]:
        apps = {app["package"]: app for app in terminal.json("apps")["apps"]}
        found = apps[BAIDU]
        number = found["kind"] and (found["kind"]["number"], found["kind"]["by"])
        return number, [one["access"] for one in found["beyond"]]

    assert told() == ((32, "catalogue"), ["location"])
    assert terminal.json("kind", BAIDU, "1")["by"] == "person"
    assert told() == ((1, "person"), [])
    assert terminal.json("kind", BAIDU, "--none")["kind"] is None
    assert told() == (None, [])
    assert terminal.json("kind", BAIDU, "--undo")["kind"]["number"] == 32
    assert told() == ((32, "catalogue"), ["location"])
    assert terminal.json("verify")["whole"]


def test_kinds_are_listed(terminal: Terminal) -> None:
    assert len(terminal.json("kind")) == 39
    code, out, _ = terminal.run("kind", "--lang", "zh-CN")
    assert code == 0
    assert "32  浏览器: 无" in out


def test_an_unknown_kind_is_one_sentence(terminal: Terminal) -> None:
    assert "1 to 39" in terminal.refused("kind", BAIDU, "40", "--lang", "en", code=2)


def test_an_imported_list_is_kept_and_can_be_taken_away(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(LIST), encoding="utf-8-sig")
    before = terminal.json("named", "--import", str(file))
    assert before["imported"] == ["mine.json"]
    again = terminal.json("named", "--import", str(file))
    assert again == before
    assert {"jiangsu-2017", "mine"} <= {
        one["list"] for one in again["named"] if one["package"] == BAIDU
    }
    assert terminal.json("named", "--forget", "mine.json")["imported"] == []
    assert "mine.json" in terminal.refused("named", "--forget", "mine.json", code=2)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", None])
def test_a_bad_file_loses_nothing(
    terminal: Terminal, tmp_path: Path, content: bytes | None
) -> None:
    good = tmp_path / "mine.json"
    good.write_text(json.dumps(LIST), encoding="utf-8")
    terminal.json("named", "--import", str(good))
    if content is None:
        good.unlink()
    else:
        good.write_bytes(content)
    terminal.refused("named", "--import", str(good), code=2)
    with Store.open(terminal.database, create=False) as store:
        assert json.loads(store.choices.lists()["mine.json"]) == LIST
