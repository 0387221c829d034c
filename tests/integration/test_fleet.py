"""Many phones side by side: read from adb servers and bug reports, compared, exported."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from audit.catalogue import Catalogue
from audit.fleet import Fleet, fleet
from audit.model import Part, Phone, State
from db.store import Store
from device.demo_phone import DemoPhone, Programs, StoryPhone, phone_spec
from tests.builders import app, snapshot
from tests.phones import AdbServer
from tests.terminal import Terminal

ANN, BOB = Phone("ANN", "Maker", "One", "14", 34), Phone("BOB", "Maker", "Two", "13", 33)
CAMERA, OTHER = "com.example.camera", "com.example.other"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Ann's camera app was updated on day 1 and given the camera on day 2; Bob's never was."""
    with Store.open(tmp_path / "history.sqlite") as opened:
        plain = app("READ_SMS-", package=OTHER)
        for day, version, camera in ((0, 1, "CAMERA-"), (1, 2, "CAMERA-"), (2, 2, "CAMERA+")):
            wanted = app(camera, "READ_SMS-", package=CAMERA, version=version)
            opened.save(snapshot(wanted, plain, day=day, phone=ANN))
        mine = app("CAMERA-", package=CAMERA, version=1)
        built_in = app("CAMERA+", package="com.android.camera", system=True)
        opened.save(snapshot(mine, built_in, day=5, phone=BOB, sdk=33))
        opened.name_phone("ANN", "Ann's phone")
        yield opened


def compared(store: Store, **options: object) -> Fleet:
    return fleet(store, Catalogue.load(), **options)  # type: ignore[arg-type]


class TestComparing:
    def test_which_version_was_given_what_on_which_phone_since_when(self, store: Store) -> None:
        found = compared(store)
        camera, other = found.apps
        assert (camera.package, other.package) == (CAMERA, OTHER)
        ann, bob = camera.installs
        assert [found.phones[one.phone].key for one in (ann, bob)] == ["ANN", "BOB"]
        assert (ann.app.version, ann.since.id, ann.last.id) == ("2.0", 2, 3)
        assert (bob.app.version, bob.since.id, bob.last.id) == ("1.0", 4, 4)
        held = {key: (one.state, one.since.id) for key, one in ann.grants.items()}
        assert held == {"camera": (State.WHILE_IN_USE, 3), "messages": (State.ASK, 1)}
        assert {key: one.state for key, one in bob.grants.items()} == {"camera": State.ASK}

    def test_the_sums_of_an_app(self, store: Store) -> None:
        camera = compared(store).apps[0]
        sums = {
            key: (one.state, one.asked, one.given, one.unknown)
            for key, one in camera.access.items()
        }
        assert sums == {"camera": (State.WHILE_IN_USE, 2, 1, 0), "messages": (State.ASK, 1, 0, 0)}

    def test_what_was_not_read_is_not_known_and_not_gone(self, store: Store) -> None:
        store.save(snapshot(day=6, phone=BOB, sdk=33, unread=list(Part)))
        camera = compared(store).apps[0]
        bob = camera.installs[1]
        assert (bob.app.version, bob.last.id) == ("1.0", 5)
        assert bob.grants["camera"].state is None
        assert camera.access["camera"].unknown == 1
        store.save(snapshot(day=7, phone=ANN, unread=list(Part)))
        assert compared(store).apps[0].access["camera"].state is None

    def test_an_app_that_is_gone_is_not_there(self, store: Store) -> None:
        store.save(snapshot(day=6, phone=BOB, sdk=33))
        assert len(compared(store).apps[0].installs) == 1

    def test_what_came_with_the_phone_only_on_request(self, store: Store) -> None:
        packages = [one.package for one in compared(store, preinstalled=True).apps]
        assert packages == ["com.android.camera", CAMERA, OTHER]
        (only,) = compared(store, package=OTHER).apps
        assert only.package == OTHER

    def test_it_can_be_ended_before_the_next_app(self, store: Store) -> None:
        seen: list[int] = []

        def go_on() -> None:
            seen.append(1)
            if len(seen) == 2:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            compared(store, go_on=go_on)
        assert len(seen) == 2


class TestTerminal:
    @pytest.fixture
    def terminal(self, tmp_path: Path, adb_server: AdbServer) -> Terminal:
        return Terminal(tmp_path, adb_server.port)

    def test_phones_of_several_servers_at_once(
        self,
        terminal: Terminal,
        demo_phone: StoryPhone,
        adb_server: AdbServer,
        other_adb_server: AdbServer,
    ) -> None:
        properties = {**phone_spec().properties, "ro.serialno": "OTHER2"}
        with DemoPhone(Programs(replace(phone_spec(), properties=properties)).answer) as phone:
            other_adb_server.connect(phone.address)
            other_adb_server.wait_for(phone.address, "device")
            ports = adb_server.port, other_adb_server.port, 9  # nobody answers at the last
            servers = [word for port in ports for word in ("--adb", f"127.0.0.1:{port}")]
            found = terminal.json("fleet", *servers, "--app", "com.tencent.mm", code=4)
            other_adb_server.forget(phone.address)
        assert [one["phone"]["serial"] for one in found["phones"]] == ["DEMO0001", "OTHER2"]
        assert [one["source"] for one in found["failed"]] == ["127.0.0.1:9"]
        assert len(found["checks"]) == 2
        (wechat,) = found["apps"]
        assert {one["phone"] for one in wechat["installs"]} == {1, 2}

    def test_a_folder_of_bug_reports(self, terminal: Terminal, tmp_path: Path) -> None:
        folder = tmp_path / "reports"
        folder.mkdir()
        for number in range(3):
            (folder / f"bugreport-{number}.txt").write_bytes(report(f"PHONE{number}"))
        (folder / ".hidden").write_text("nothing")
        first = terminal.json("fleet", str(folder))
        assert (len(first["checks"]), first["known"], first["failed"]) == (3, 0, [])
        (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
        again = terminal.json("fleet", str(folder), code=4)
        assert (again["checks"], again["known"]) == ([], 3)
        assert [one["source"] for one in again["failed"]] == ["picture.png"]
        assert len(again["phones"]) == 3
        code, output, _ = terminal.run("fleet", "--stored")
        assert code == 0
        assert "given to 3 of 3" in output

    def test_exports(self, store: Store, terminal: Terminal, tmp_path: Path) -> None:
        for what in ("fleet", "matrix"):
            for kind in ("csv", "json"):
                path = str(tmp_path / f"{what}.{kind}")
                terminal.json("export", what, "--format", kind, "--output", path)
        with (tmp_path / "fleet.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 5
        last = [row for row in rows if row["package"] == CAMERA and row["phone"] == "1. Maker One"]
        assert {(row["group"], row["given"], row["since_snapshot"]) for row in last} == {
            ("camera", "yes", "3"),
            ("messages", "no", "1"),
        }
        with (tmp_path / "matrix.csv").open(encoding="utf-8-sig", newline="") as file:
            matrix = {row["package"]: row for row in csv.DictReader(file)}
        assert matrix[CAMERA]["camera"] == "only while in use 1/2"
        assert matrix[OTHER]["camera"] == ""
        for name in ("fleet", "matrix"):
            text = (tmp_path / f"{name}.json").read_text(encoding="utf-8")
            assert "Ann" not in text
            assert "ANN" not in text
            assert json.loads(text)["format"] == f"permission-checkup/{name}"

    def test_bad_words_and_an_empty_store_are_one_sentence(
        self, terminal: Terminal, tmp_path: Path
    ) -> None:
        assert "no-such" in terminal.refused("fleet", str(tmp_path / "no-such"), code=2)
        assert "nonsense" in terminal.refused("fleet", "--adb", "nonsense", code=2)
        terminal.refused("fleet", "--stored", code=5)


def report(serial: str) -> bytes:
    """A bug report of the demo phone under another serial number."""
    spec = phone_spec()
    programs = Programs(replace(spec, properties={**spec.properties, "ro.serialno": serial}))

    def said(command: str) -> bytes:
        told = programs.answer(command).stdout
        return told if isinstance(told, bytes) else b"".join(told)

    services = b"".join(
        b"-" * 79 + b"\nDUMP OF SERVICE %b:\n" % name.encode() + said(f"dumpsys {name}")
        for name in ("package", "appops", "user", "role")
    )
    return (
        b"=" * 56 + b"\n== dumpstate: 2026-11-20 09:58:31\n" + b"=" * 56 + b"\n"
        b"------ SYSTEM PROPERTIES (getprop) ------\n" + said("getprop") + services
    )
