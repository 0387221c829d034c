"""What the terminal tells of companies, on checks of the demo phone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("companies")


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    command = (sys.executable, "-m", "cli.main", "--database", str(folder / "checks.db"))
    done = subprocess.run(
        (*command, "--demo", "--lang", "en", *arguments),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def checked(folder: Path) -> Path:
    assert run(folder, "check")[0] == 0
    assert run(folder, "check")[0] == 10
    return folder


def told(checked: Path, *arguments: str) -> Any:
    code, out, err = run(checked, "companies", "--json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_apps_of_a_company_are_summed_up_over_users(checked: Path) -> None:
    document = told(checked)
    by_key = {each["company"]: each for each in document["companies"]}
    tencent = by_key["tencent"]
    assert {app["user"] for app in tencent["apps"]} == {0, 10}
    packages = {app["package"] for app in tencent["apps"]}
    for group, door in tencent["access"].items():
        assert set(door["through"]) <= packages, group
        states = [app["access"][group] for app in tencent["apps"]]
        assert door["state"] in states or door["state"] is None, group
    # Every app of the check stands under exactly one company.
    apps = [app for each in document["companies"] for app in each["apps"]]
    assert len(apps) == document["snapshot"]["apps"]
    assert document["companies"][-1]["company"] is None


def test_what_is_new_stands_with_the_company(checked: Path) -> None:
    document = told(checked)
    assert document["compared_with"] == 1
    code, out, _ = run(checked, "changes", "--json")
    assert code == 10
    highlights = {
        (change["package"], change["permission"])
        for change in json.loads(out)
        if change["severity"] == "high" and change["what"] != "app"
    }
    new = {
        (change["package"], change["permission"])
        for each in document["companies"]
        for change in each["new"]
    }
    assert highlights
    assert highlights <= new


def test_the_first_check_has_nothing_new(checked: Path) -> None:
    document = told(checked, "--snapshot", "1")
    assert document["compared_with"] is None
    assert all(each["new"] == [] for each in document["companies"])


def test_a_person_reads_which_app_opens_which_door(checked: Path) -> None:
    code, out, err = run(checked, "companies")
    assert (code, err) == (0, "")
    assert "Alibaba · Ant" in out
    assert "Company not known" in out
    assert "Location: " in out


def test_an_unknown_check_is_one_sentence(checked: Path) -> None:
    code, out, err = run(checked, "companies", "--snapshot", "99")
    assert (code, out) == (5, "")
    assert err.count("\n") == 1
    assert "99" in err


def test_a_kit_that_came_with_an_update_is_told(checked: Path) -> None:
    code, out, _ = run(checked, "changes", "--json")
    assert code == 10
    kits = [change for change in json.loads(out) if change["what"] == "sdk"]
    assert {(kit["package"], kit["kind"], kit["after"], kit["why"]) for kit in kits} == {
        ("com.baidu.searchbox", "gained", "getui", "update"),
        ("com.baidu.searchbox", "gained", "pangle", "update"),
    }
    code, out, _ = run(checked, "apps", "--json")
    apps = {app["package"]: app for app in json.loads(out)["apps"] if app["user"] == 0}
    assert "megvii" in {kit["key"] for kit in apps["com.sankuai.meituan"]["sdks"]}
    assert apps["com.eg.android.AlipayGphone"]["sdks"] == []


def test_a_whole_dump_tells_of_some_kits_and_claims_no_more(tmp_path: Path) -> None:
    """As bug reports have it: the tables of what components answer to, then the apps."""
    dump = """\
Service Resolver Table:
  Non-Data Actions:
      com.igexin.sdk.action:
        5d0c9fe com.example.app/com.igexin.sdk.PushService filter 1a2b3c

Packages:
  Package [com.example.app] (a1b2c3):
    userId=10123
    versionCode=1 minSdk=24 targetSdk=34
    versionName=1.0
    User 0: ceDataInode=1 installed=true hidden=false stopped=false enabled=0
  Package [com.example.other] (d4e5f6):
    userId=10124
    versionCode=1 minSdk=24 targetSdk=34
    versionName=1.0
    User 0: ceDataInode=2 installed=true hidden=false stopped=false enabled=0
"""
    (tmp_path / "dumpsys_package.txt").write_text(dump, encoding="utf-8")
    command = (sys.executable, "-m", "cli.main", "--database", str(tmp_path / "checks.db"))

    def told(*arguments: str) -> Any:
        done = subprocess.run(
            (*command, "--json", *arguments), capture_output=True, timeout=100, check=False
        )
        return json.loads(done.stdout)

    told("check", "--from", str(tmp_path))
    kits = {app["package"]: app["sdks"] for app in told("apps")["apps"]}
    assert kits["com.example.other"] is None
    assert [kit["key"] for kit in kits["com.example.app"]] == ["getui"]
