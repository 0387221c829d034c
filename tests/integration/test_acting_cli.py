"""Taking access away from the terminal: shown first, done, looked at again, undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from device.demo_phone import DemoPhone, Programs, StoryPhone, phone_spec
from tests.phones import AdbServer
from tests.terminal import Terminal

WECHAT = "com.tencent.mm"
PRECISE = "android.permission.ACCESS_FINE_LOCATION"
ROUGH = "android.permission.ACCESS_COARSE_LOCATION"


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


def location(terminal: Terminal) -> str:
    apps = terminal.json("apps")["apps"]
    (app,) = (one for one in apps if (one["user"], one["package"]) == (0, WECHAT))
    state: str = app["access"]["location"]
    return state


def test_access_is_shown_taken_away_and_given_back(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")
    before = location(terminal)
    assert before in {"while-in-use", "allowed"}

    shown = terminal.json("take-away", WECHAT, "location", "--dry-run")
    lines = [f"pm revoke --user 0 {WECHAT} {name}" for name in (ROUGH, PRECISE)]
    assert shown["commands"] == lines
    assert demo_phone.written == []

    status, output, errors = terminal.run("take-away", WECHAT, "location", "--lang", "en")
    assert (status, demo_phone.written) == (2, [])
    assert "--yes" in errors
    assert "no longer know where you are" in output

    taken = terminal.json("take-away", WECHAT, PRECISE, "--yes")
    assert [(one["command"], one["held"]) for one in taken["actions"]] == [
        (line, True) for line in lines
    ]
    assert location(terminal) in {"denied", "ask"}
    assert taken["snapshot"] == taken["actions"][0]["checked_by"]

    given = terminal.json("give-back", "1", "2", "--yes")
    assert [(one["undoes"], one["held"]) for one in given["actions"]] == [(2, True), (1, True)]
    assert location(terminal) == before
    assert len(terminal.json("actions")) == 4
    assert terminal.json("verify")["whole"]


def test_what_the_phone_refuses_is_explained(terminal: Terminal, adb_server: AdbServer) -> None:
    spec = phone_spec()
    properties = {**spec.properties, "persist.security.adbinput": "0"}
    closed = replace(spec, properties=properties)
    with DemoPhone(Programs(closed).answer) as phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        terminal.json("check")
        status, output, _ = terminal.run("take-away", WECHAT, "camera", "--yes", "--lang", "en")
        assert status == 4
        assert "USB debugging (Security settings)" in output
        (tried,) = terminal.json("actions")
        assert (tried["held"], "REVOKE_RUNTIME_PERMISSIONS" in tried["refusal"]) == (False, True)
        adb_server.forget(phone.address)


def test_what_cannot_be_done_is_said_before(terminal: Terminal, demo_phone: StoryPhone) -> None:
    terminal.json("check")
    found = terminal.json("take-away", "com.android.phone", "calls", "--dry-run")
    assert found["commands"] == []
    assert {one["code"] for one in found["obstacles"]} >= {"system-fixed"}
    missing = terminal.refused("take-away", "com.example.none", "calls", "--yes", code=2)
    assert "com.example.none" in missing
    assert "7" in terminal.refused("give-back", "7", "--yes", code=2)


def test_a_phone_that_was_never_checked_is_not_touched(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.refused("take-away", WECHAT, "calls", "--yes", code=5)
    assert demo_phone.written == []


def test_a_page_is_opened_on_the_phone(terminal: Terminal, demo_phone: StoryPhone) -> None:
    opened = terminal.json("open", WECHAT)
    assert opened["opened"]
    assert opened["commands"][-1].endswith(f"APPLICATION_DETAILS_SETTINGS -d package:{WECHAT}")
    assert terminal.json("open")["opened"]
    assert "x;reboot" in terminal.refused("open", "x;reboot", code=2)
    assert all("reboot" not in line for line in demo_phone.services)


def test_the_demo_remembers_what_was_done_to_it(terminal: Terminal) -> None:
    terminal.json("check", "--demo")
    terminal.json("take-away", WECHAT, "camera", "--yes", "--demo")
    checked = terminal.json("check", "--demo", code=10)
    assert all((one["package"], one["group"]) != (WECHAT, "camera") for one in checked["changes"])
