"""The terminal as its users see it: real processes, a real adb server, a real database file."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.catalogue import Catalogue
from device.demo_phone import (
    DUMP_TIMEOUT,
    Answer,
    Authorization,
    DemoPhone,
    Faults,
    Programs,
    StoryPhone,
    phone_spec,
)
from tests.phones import AdbServer
from tests.terminal import Terminal

ROOT = Path(__file__).parents[2]
CALL_LOG = "android.permission.READ_CALL_LOG"
READ_SMS = "android.permission.READ_SMS"
BACKGROUND = "android.permission.ACCESS_BACKGROUND_LOCATION"


@pytest.fixture
def terminal(tmp_path: Path, adb_server: AdbServer) -> Terminal:
    return Terminal(tmp_path, adb_server.port)


@pytest.fixture
def plugged(adb_server: AdbServer) -> Iterator[Any]:
    """Plugs phones in, and out again at the end."""
    phones: list[DemoPhone] = []

    def plug(phone: DemoPhone, state: str = "device") -> DemoPhone:
        phone.start()
        phones.append(phone)
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, state)
        return phone

    yield plug
    for phone in phones:
        adb_server.disconnect(phone.address)
        phone.stop()


def test_two_checks_find_what_was_planted(terminal: Terminal, demo_phone: StoryPhone) -> None:
    first = terminal.json("check")
    assert first["compared_with"] is None
    assert first["highlights"] == first["changes"] == []
    assert first["snapshot"]["complete"]
    assert first["snapshot"]["problems"] == []
    demo_phone.state = 2
    second = terminal.json("check", code=10)
    assert second["compared_with"] == first["snapshot"]["id"]
    found = {(c["package"], c["permission"], c["kind"], c["why"]) for c in second["highlights"]}
    assert ("com.baidu.searchbox", CALL_LOG, "gained", "update") in found
    assert ("com.eg.android.AlipayGphone", READ_SMS, "gained", "user") in found
    assert ("com.tencent.mm", BACKGROUND, "widened", "user") in found
    kinds = {(c["what"], c["kind"]) for c in second["changes"]}
    assert {("app", "installed"), ("app", "removed"), ("version", "updated")} <= kinds
    assert terminal.json("changes", code=10) == second["changes"]
    demo_phone.state = 4
    fourth = terminal.json("check", code=10)  # compared with state 2: state 3 gave access too
    assert {c["severity"] for c in fourth["highlights"]} == {"high"}
    again = terminal.json("check")
    assert again["changes"] == []


def test_nothing_but_allowed_commands_and_few_of_them(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    told = terminal.json("check")["commands"]
    assert len(demo_phone.commands) <= 12
    assert all(service.startswith("shell") for service in demo_phone.services)
    allowed = re.compile(
        r"(getprop|date \+%s|pm list users|settings list --user \d+ secure"
        r"|dumpsys( -t \d+)? (package( (packages|shared-users|permissions|permission [\w. ]+))?"
        r"|package --all-components packages \| grep -E '[^']+'"
        r"|appops( --history --include-discrete 0)?|role|device_policy|accessibility"
        r"|deviceidle whitelist"
        r"|(notification|package --all-components packages) \| grep -E '[^']+'))"
    )
    mark = r";echo @@[0-9a-f]+:\d+:\$\?;?"
    sent = [one for line in demo_phone.commands for one in re.split(mark, line) if one]
    assert all(map(allowed.fullmatch, sent))
    assert told == sent


def test_all_phones_are_checked_at_once(
    terminal: Terminal, demo_phone: StoryPhone, plugged: Any
) -> None:
    properties = {**phone_spec().properties, "ro.serialno": "OTHER2"}
    plugged(DemoPhone(Programs(replace(phone_spec(), properties=properties)).answer))
    first = terminal.json("check", "--all")
    assert len({one["serial"] for one in first}) == len(first) == 2
    assert {one["snapshot"]["phone"]["serial"] for one in first} > {"OTHER2"}
    demo_phone.state = 2
    second = terminal.json("check", "--all", code=10)
    new = {one["serial"]: bool(one["highlights"]) for one in second}
    assert sorted(new.values()) == [False, True]
    assert new[demo_phone.address]
    status, _, errors = terminal.run("check", "--all", "--serial", "OTHER2")
    assert (status, "--serial" in errors) == (2, True)


def test_of_all_phones_one_that_breaks_off_costs_the_others_nothing(
    terminal: Terminal, demo_phone: StoryPhone, plugged: Any
) -> None:
    mute = plugged(DemoPhone(lambda _command: Answer(b"")))
    found = {one["serial"]: one for one in terminal.json("check", "--all", code=4)}
    assert found[demo_phone.address]["snapshot"]["complete"]
    assert found[mute.address]["error"]


def test_documents_follow_the_contract(terminal: Terminal, demo_phone: StoryPhone) -> None:
    checked = terminal.json("check")["snapshot"]
    (listed,) = terminal.json("snapshots")
    assert listed == checked
    assert checked["phone"]["serial"] == "DEMO0001"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", checked["taken_at"])
    assert [(u["id"], u["kind"]) for u in checked["users"]] == [(0, "owner"), (10, "work")]
    document = terminal.json("apps")
    assert document["snapshot"] == checked
    apps = document["apps"]
    assert len(apps) == checked["apps"] > 100
    assert [a["package"] for a in apps] == sorted(a["package"] for a in apps)
    phone = next(a for a in apps if a["package"] == "com.tencent.mm" and a["user"] == 0)
    assert phone["access"]["location"] == "while-in-use"
    ops = {op["name"]: op for app in apps for op in app["ops"]}
    assert ops["MIUIOP(10008)"]["title"] == "Start by itself"
    through = {way["through"] for app in apps for way in app["ways"].get("messages", [])}
    assert {"android.permission.READ_SMS", "role:SMS"} <= through
    names = [p["name"] for p in phone["permissions"]]
    assert names == sorted(names)
    assert list(phone["access"]) == list(Catalogue.load().access_keys)
    (device,) = terminal.json("devices")
    assert device == {
        "serial": demo_phone.address,
        "state": "device",
        "ready": True,
        "manufacturer": "Xiaomi",
        "name": None,
        "model": "Demo phone (Mi 13)",
        "android": "14",
        "needs": None,
        "situation": "ready",
        "steps": [],
    }


def test_the_demo_lives_on_from_check_to_check(terminal: Terminal) -> None:
    codes = [terminal.run("--demo", "check")[0] for _ in range(4)]
    assert codes == [0, 10, 10, 0]
    assert [s["source"] for s in terminal.json("snapshots")] == ["demo"] * 4


def test_what_is_expected_is_told_but_not_raised(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")
    demo_phone.state = 2
    found = terminal.json("check", code=10)["highlights"]
    for change in found:
        name, user = change["permission"], str(change["user"])
        assert terminal.run("expect", change["package"], name, "--user", user)[0] == 0
    told = terminal.json("changes")
    assert sum(change["expected"] for change in told) == len(found)
    terminal.run("expect", "com.baidu.searchbox", "READ_CALL_LOG", "--undo")
    raised = [c for c in terminal.json("changes", code=10) if c["severity"] == "high"]
    assert [c["permission"] for c in raised if not c["expected"]] == [CALL_LOG]


def test_a_pinned_check_is_what_later_ones_are_compared_with(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    first = terminal.json("check")["snapshot"]["id"]
    demo_phone.state = 2
    terminal.json("check", code=10)
    terminal.run("pin", str(first))
    assert terminal.json("check", code=10)["compared_with"] == first
    terminal.run("pin", "--none")
    assert terminal.json("check")["compared_with"] == 3


def test_uses_add_up_over_checks_and_never_double(
    terminal: Terminal, demo_phone: StoryPhone
) -> None:
    terminal.json("check")
    once = terminal.json("uses", "com.tencent.mm")
    terminal.json("check")
    assert terminal.json("uses", "com.tencent.mm") == once
    demo_phone.state = 2
    terminal.json("check", code=10)
    later = {found["name"]: found for found in terminal.json("uses", "com.tencent.mm")}
    assert all(later[found["name"]]["count_at_least"] >= found["count_at_least"] for found in once)
    assert later != {found["name"]: found for found in once}


def test_what_a_person_reads(terminal: Terminal, demo_phone: StoryPhone) -> None:
    status, output, _ = terminal.run("check", "--lang", "en")
    assert (status, "first check of this phone" in output) == (0, True)
    demo_phone.state = 2
    status, output, _ = terminal.run("check", "--lang", "en")
    assert status == 10
    assert "Can now read your call history." in output
    assert "13.12.0.11 → 13.20.0.12" in output


class TestNotReady:
    """Exit code 3, with a sentence that says what to do."""

    def test_no_phone(self, terminal: Terminal) -> None:
        assert "USB debugging" in terminal.refused("check", code=3)
        assert not terminal.database.exists() or terminal.json("snapshots") == []

    def test_two_phones(self, terminal: Terminal, demo_phone: StoryPhone, plugged: Any) -> None:
        other = plugged(StoryPhone())
        sentence = terminal.refused("check", code=3)
        assert demo_phone.address in sentence
        assert other.address in sentence
        assert terminal.json("check", "--serial", other.address)["snapshot"]["id"] == 1

    def test_unknown_serial(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        assert "NOSUCH" in terminal.refused("check", "--serial", "NOSUCH", code=3)

    def test_unauthorized_then_allowed(self, terminal: Terminal, plugged: Any) -> None:
        phone = plugged(StoryPhone(authorization=Authorization.ASK), "unauthorized")
        assert "Allow" in terminal.refused("check", code=3)
        (device,) = terminal.json("devices")
        assert (device["state"], device["ready"]) == ("unauthorized", False)
        assert "Allow" in device["needs"]
        phone.authorize()
        deadline = time.monotonic() + 20
        while terminal.json("devices")[0]["state"] != "device":
            assert time.monotonic() < deadline
        assert terminal.json("check")["snapshot"]["complete"]

    def test_allowed_while_we_wait(self, terminal: Terminal, plugged: Any) -> None:
        phone = plugged(StoryPhone(authorization=Authorization.ASK), "unauthorized")
        process = terminal.start("check", "--wait", "30", "--json")
        assert process.stderr is not None
        assert "Allow" in process.stderr.readline()
        phone.authorize()
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert json.loads(output)["snapshot"]["complete"]

    def test_recovery(self, terminal: Terminal, plugged: Any) -> None:
        plugged(StoryPhone(banner_state="recovery"), "recovery")
        assert "recovery" in terminal.refused("check", code=3)

    def test_no_adb_program(self, terminal: Terminal, tmp_path: Path) -> None:
        terminal.environment["ADBUTILS_ADB_PATH"] = str(tmp_path / "nowhere")
        terminal.environment["ANDROID_ADB_SERVER_PORT"] = "1"
        assert "adb" in terminal.refused("check", code=3)

    def test_a_program_that_is_no_adb_server(self, terminal: Terminal, tmp_path: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "-u", "-c", _WRONG_SERVER], stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            terminal.environment["ANDROID_ADB_SERVER_PORT"] = server.stdout.readline().strip()
            try:
                assert "port" in terminal.refused("check", code=3)
            finally:
                server.terminate()


_WRONG_SERVER = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1])
    while True:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n")
"""


class TestBrokenAnswers:
    """Exit code 4: nothing saved, or an incomplete snapshot that makes no false change."""

    def faulty(self, phone: StoryPhone, fault: Faults) -> None:
        phone.faults = (fault,)

    def test_unplugged_in_the_middle_of_the_apps(
        self, terminal: Terminal, demo_phone: StoryPhone
    ) -> None:
        terminal.json("check")
        demo_phone.faults = (Faults("dumpsys package packages", drop_after=100_000),)
        sentence = terminal.refused("check", code=4)
        assert "cable" in sentence
        assert len(terminal.json("snapshots")) == 1

    def test_a_cut_dump_is_incomplete_and_no_news(
        self, terminal: Terminal, demo_phone: StoryPhone
    ) -> None:
        terminal.json("check")
        demo_phone.faults = (
            Faults("dumpsys (-t 60 )?package packages", cut_after=150_000, append=DUMP_TIMEOUT),
        )
        cut = terminal.json("check", code=4)
        assert not cut["snapshot"]["complete"]
        assert cut["snapshot"]["problems"]
        assert cut["highlights"] == []
        assert [c for c in cut["changes"] if c["kind"] in {"removed", "lost"}] == []
        demo_phone.faults = ()
        demo_phone.state = 2
        whole = terminal.json("check", code=10)
        assert whole["compared_with"] == 1
        assert not [
            c for c in whole["changes"] if c["kind"] == "installed" and c["package"] == "android"
        ]

    @pytest.mark.parametrize(
        "command",
        [
            "dumpsys package shared-users",
            "dumpsys package permissions",
            "dumpsys package permission ",
            "dumpsys appops",
            "pm list users",
            "getprop",
        ],
    )
    def test_a_part_that_breaks_costs_only_itself(
        self, command: str, terminal: Terminal, demo_phone: StoryPhone
    ) -> None:
        whole = terminal.json("check")["snapshot"]
        demo_phone.faults = (Faults(re.escape(command) + "(?!s)", replace=b"gibberish\n"),)
        broken = terminal.run("check", "--json")
        document = json.loads(broken[1])
        assert document["snapshot"]["problems"]
        assert document["highlights"] == []
        assert document["snapshot"]["apps"] == whole["apps"]

    def test_an_empty_answer(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        demo_phone.faults = (Faults("dumpsys package", replace=b""),)
        assert terminal.refused("check", code=4)
        assert terminal.json("snapshots") == []

    def test_carriage_returns_and_invalid_text(
        self, terminal: Terminal, demo_phone: StoryPhone
    ) -> None:
        plain = terminal.json("check")
        demo_phone.faults = (Faults("dumpsys", crlf=True),)
        assert terminal.json("check")["changes"] == []
        demo_phone.faults = (Faults("dumpsys package packages", garble=True),)
        status, output, _ = terminal.run("check", "--json")
        assert status in {0, 4}
        assert json.loads(output)["highlights"] == []
        assert json.loads(output)["snapshot"]["apps"] == plain["snapshot"]["apps"]

    def test_a_dump_of_fifty_megabytes(self, terminal: Terminal, plugged: Any) -> None:
        real = StoryPhone()
        line = b"    vendorKey=" + b"x" * 1000 + b"\n"

        def answer(command: str) -> Answer:
            found = real._answer(command)
            if command != "dumpsys package packages":
                return found
            stdout = found.stdout if isinstance(found.stdout, bytes) else b"".join(found.stdout)
            head, found_at, tail = stdout.partition(b"    codePath=")
            return Answer(head + line * 50_000 + found_at + tail)

        phone = DemoPhone(answer)
        plugged(phone)
        document = terminal.json("check")
        assert document["snapshot"]["apps"] > 100
        assert "50000" in document["snapshot"]["problems"][0]

    def test_interrupted(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        demo_phone.faults = (Faults("dumpsys package packages", hang_after=10_000),)
        process = terminal.start("check")
        deadline = time.monotonic() + 30
        while "dumpsys package packages" not in demo_phone.commands:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in errors


class TestFiles:
    def test_what_is_no_report(self, terminal: Terminal, tmp_path: Path) -> None:
        (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
        (tmp_path / "empty").mkdir()
        for name in ("picture.png", "empty", "nowhere"):
            path = str(tmp_path / name)
            assert path in terminal.refused("check", "--from", path, code=4)

    def test_a_folder_of_recorded_answers(
        self, terminal: Terminal, adb_server: AdbServer, demo_phone: StoryPhone, tmp_path: Path
    ) -> None:
        folder = tmp_path / "answers"
        folder.mkdir()
        for name, command in {
            "dumpsys_package.txt": "dumpsys package",
            "getprop.txt": "getprop",
            "pm_list_users.txt": "pm list users",
            "dumpsys_appops.txt": "dumpsys appops",
        }.items():
            answer = adb_server.run("-s", demo_phone.address, "shell", command)
            (folder / name).write_bytes(answer.stdout)
        live = terminal.json("check")["snapshot"]
        read = terminal.json("check", "--from", str(folder))
        assert read["highlights"] == []
        assert read["snapshot"]["apps"] == live["apps"]
        assert read["snapshot"]["phone"] == live["phone"]
        assert read["snapshot"]["problems"]  # roles, listeners … were not in the folder


class TestDatabase:
    """Exit code 5, and nothing in the database was changed."""

    def test_no_database_yet(self, terminal: Terminal) -> None:
        assert str(terminal.database) in terminal.refused("snapshots", code=5)
        assert not terminal.database.exists()

    def test_not_a_database(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        terminal.database.write_text("shopping list\n" * 100)
        assert str(terminal.database) in terminal.refused("check", code=5)
        assert terminal.database.read_text() == "shopping list\n" * 100

    def test_locked(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        terminal.json("check")
        with sqlite3.connect(terminal.database, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            assert "in use" in terminal.refused("check", code=5)
            other.execute("ROLLBACK")
        assert len(terminal.json("snapshots")) == 1

    def test_newer(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        terminal.json("check")
        with sqlite3.connect(terminal.database) as database:
            database.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
        database.close()
        assert "newer" in terminal.refused("snapshots", code=5)

    def test_full_disk(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        """A limit on the size of files stands for the disk: SQLite is told the same."""
        limit = 'ulimit -f 128; exec "$@"'  # 64 KiB, a fraction of what a first check takes
        done = subprocess.run(
            ["sh", "-c", limit, "sh", sys.executable, "-m", "cli.main", "check"],
            env=terminal.environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert (done.returncode, done.stdout) == (5, "")
        assert "disk is full" in done.stderr
        assert terminal.json("check")["compared_with"] is None

    def test_unknown_snapshot(self, terminal: Terminal, demo_phone: StoryPhone) -> None:
        terminal.json("check")
        assert "77" in terminal.refused("apps", "--snapshot", "77", code=5)
        assert "one saved check" in terminal.refused("changes", code=5)


def test_a_wrong_command_line(terminal: Terminal) -> None:
    assert terminal.run("frobnicate")[0] == 2
    assert terminal.run("changes", "1")[0] == 2


def test_options_before_and_after_the_command(terminal: Terminal, demo_phone: StoryPhone) -> None:
    terminal.json("check")
    elsewhere = terminal.database.with_name("other.sqlite")
    terminal.json("--database", str(elsewhere), "check")
    assert terminal.run("--json", "snapshots")[1] == terminal.run("snapshots", "--json")[1]
    assert elsewhere.stat().st_mode & 0o777 == 0o600


def test_two_checks_at_once_are_both_kept(terminal: Terminal, demo_phone: StoryPhone) -> None:
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda: results.append(terminal.run("check", "--json")[0]))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0, 0]
    assert len(terminal.json("snapshots")) == 2
