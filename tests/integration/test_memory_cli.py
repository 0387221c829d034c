"""Titles, phones that are two, and tidying up, from the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from db.store import Store
from device.demo_phone import StoryPhone
from tests.phones import AdbServer
from tests.terminal import Terminal
from tests.unit.db.evidence import answers
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

LONG_AGO = NOON - timedelta(days=900)  # a Thursday
KEY = PHONE.key


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


@pytest.fixture
def daily(terminal: Terminal) -> Terminal:
    """Ten daily checks of one phone, long ago."""
    with Store.open(terminal.database) as store:
        for day in range(10):
            shot = sample_snapshot([sample_app(1)], at=LONG_AGO + timedelta(days=day))
            store.save(replace(shot, raw=answers(0)))
    return terminal


def ids(terminal: Terminal) -> list[int]:
    return [check["id"] for check in terminal.json("snapshots")]


def test_one_phone_at_two_addresses_is_one(terminal: Terminal, adb_server: AdbServer) -> None:
    """Over Wi-Fi a phone has another address each time; it says its serial number itself."""
    with StoryPhone() as first, StoryPhone(2) as second:
        for phone in (first, second):
            adb_server.connect(phone.address)
            adb_server.wait_for(phone.address, "device")
        terminal.json("check", "--serial", first.address)
        found = terminal.json("check", "--serial", second.address, code=10)
        for phone in (first, second):
            adb_server.forget(phone.address)
    assert found["compared_with"] == 1
    (phone_document,) = terminal.json("phones")
    assert (phone_document["key"], phone_document["checks"]) == ("DEMO0001", 2)


def test_a_title_is_shown_and_can_be_taken_away(daily: Terminal) -> None:
    assert daily.run("rename", "2", "  before the\nrepair ")[0] == 0
    assert [check["title"] for check in daily.json("snapshots")][:3] == [
        None,
        "before the repair",
        None,
    ]
    assert "before the repair" in daily.run("snapshots")[1]
    assert daily.run("rename", "2", "")[0] == 0
    assert daily.json("snapshots")[1]["title"] is None
    assert daily.json("verify")["whole"]
    assert "99" in daily.refused("rename", "99", "x", code=5)


def test_a_title_is_a_personal_detail_of_exports(daily: Terminal, tmp_path: Path) -> None:
    daily.run("rename", "10", "the shop in Example Street")
    for name, more in (("plain", ()), ("kept", ("--with-personal-details",))):
        for kind in ("csv", "json", "html"):
            path = str(tmp_path / f"{name}.{kind}")
            daily.json("export", "snapshot", "--format", kind, "--output", path, *more)
    kept = {path.name for path in tmp_path.glob("*.*") if b"Example Street" in path.read_bytes()}
    assert {"kept.json", "kept.html"} <= kept
    assert not {name for name in kept if name.startswith("plain")}


def test_some_checks_become_a_phone_of_their_own(daily: Terminal) -> None:
    found = daily.json("phones", "split", "9", "10", "--name", "妈妈的手机")
    assert [(one["key"], one["name"], one["checks"]) for one in found] == [
        (KEY, None, 8),
        (f"{KEY}#2", "妈妈的手机", 2),
    ]
    assert [one["keys"] for one in found] == [[], [f"{KEY}#2", KEY]]
    assert daily.json("verify")["whole"]
    (merged,) = daily.json("phones", "merge", f"{KEY}#2", KEY)
    assert (merged["key"], merged["checks"], merged["keys"]) == (KEY, 10, [KEY, f"{KEY}#2"])
    assert daily.json("verify")["whole"]


def test_a_split_that_makes_no_sense_is_refused(daily: Terminal) -> None:
    assert "some of the checks" in daily.refused(
        "phones", "split", *map(str, range(1, 11)), "--lang", "en", code=5
    )
    daily.refused("phones", "split", "1", "99", code=5)
    for words in (("split",), ("split", "one"), ("merge", KEY), ("name", KEY, "a", "b")):
        assert daily.run("phones", *words)[0] == 2
    assert len(daily.json("phones")) == 1


class TestTidying:
    def test_without_a_choice_everything_stays(self, daily: Terminal) -> None:
        status, output, _ = daily.run("tidy", "--yes", "--lang", "en")
        assert (status, output) == (0, "All checks are kept. Say --keep-days N to keep fewer.\n")
        assert len(ids(daily)) == 10

    def test_what_would_go_is_listed_first_and_nothing_goes(self, daily: Terminal) -> None:
        found = daily.json("tidy", "--keep-days", "30", "--dry-run")
        assert found["deleted"] == [2, 3, 5, 6, 7, 8, 9]
        assert found["dry_run"]
        output = daily.run("tidy", "--keep-days", "30", "--dry-run", "--lang", "en")[1]
        assert output.startswith("7 checks need not be kept:\n")
        assert "--yes" in daily.run("tidy", "--keep-days", "30", "--lang", "en")[2]
        assert daily.run("tidy", "--keep-days", "30")[0] == 2
        assert len(ids(daily)) == 10
        assert daily.json("tidy", "--yes")["keep_days"] is None

    def test_what_was_agreed_to_goes_and_the_choice_is_remembered(self, daily: Terminal) -> None:
        daily.run("note", "5", "keep this one")
        found = daily.json("tidy", "--keep-days", "30", "--then", "monthly", "--yes")
        assert found["deleted"] == [2, 3, 4, 6, 7, 8, 9]
        assert ids(daily) == [1, 5, 10]
        assert daily.json("verify")["whole"]
        again = daily.json("tidy", "--dry-run")
        assert (again["keep_days"], again["then"], again["deleted"]) == (30, "monthly", [])
        assert daily.json("tidy", "--keep-all", "--yes")["keep_days"] is None

    def test_raw_answers_alone(self, daily: Terminal) -> None:
        found = daily.json("tidy", "--raw-older-than", "30", "--yes")
        assert (found["deleted"], found["raw_dropped"]) == ([], list(range(2, 10)))
        assert len(ids(daily)) == 10
        assert daily.json("verify")["whole"]

    @pytest.mark.parametrize("days", ["0", "-3", "many", "99999999999"])
    def test_days_that_are_none(self, daily: Terminal, days: str) -> None:
        assert daily.run("tidy", "--keep-days", days, "--yes")[0] == 2
        assert len(ids(daily)) == 10
