"""The phone's own lines behind what is said of an app, held against a plain look at the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from audit.model import App, Op, RawAnswer, Snapshot
from device.demo_phone import StoryPhone
from device.parsers.appops import ops_of, parse_appops
from device.parsers.assemble import build_apps
from device.parsers.lines import text_lines
from device.parsers.package_dump import parse_packages
from device.tracing import Trace, Tracer
from tests.builders import NOON, app
from tests.integration.test_recordings_packages import _RECORDINGS, _needs_recordings
from tests.integration.test_scanner import VERSIONS, read
from tests.phones import AdbServer

TENCENT = "com.tencent.mm"


def raw(command: str, data: bytes) -> RawAnswer:
    return RawAnswer(command, data, NOON)


def stands_there(trace: Trace, answers: Iterable[RawAnswer]) -> bool:
    """Whether each line has that number in the answer, to the byte."""
    data = next(one.data for one in answers if one.command == trace.command)
    lines = [line.rstrip(b"\r").decode() for line in data.split(b"\n")]
    return all(lines[one.number - 1] == one.text for one in trace.lines)


def check_grants(found: App, answers: tuple[RawAnswer, ...], sdk: int | None) -> Iterator[Trace]:
    """Each line is the permission's own, below the headings of the app and of the user."""
    tracer = Tracer(answers, found, sdk)
    for held in found.permissions:
        trace = tracer.grant(held.name)
        assert trace is not None, (found.package, held)
        assert stands_there(trace, answers)
        *above, line = (one.text for one in trace.lines)
        if "  AppOp Permission " in above[-1]:
            assert above[-1] == f"  AppOp Permission {held.name}:"
            assert line.strip() == found.package
            yield trace
            continue
        assert held.name in line
        if held.granted or held.flags:
            grant, _, flags = line.rpartition(f"{held.name}: granted=")[2].partition(", flags=")
            assert grant.startswith(str(held.granted).lower())
            assert set(held.flags) <= set(re.findall(r"\w+", flags))
        blocks = [text for text in above if re.match(r" +(Package|SharedUser) ", text)]
        names = f"[{found.package}]", f"[{found.shared_user}]"
        assert any(name in blocks[-1] for name in names), trace
        users = [text for text in above if re.match(r" +User \d+:", text)]
        assert all(f"User {found.user}:" in text for text in users), trace
        yield trace


def chosen(snapshot: Snapshot) -> list[App]:
    """Apps of every kind: with a shared uid, of another user, with special access, and others."""
    apps = snapshot.apps
    return [
        *[one for one in apps if one.shared_user][:1],
        *[one for one in apps if one.user][:2],
        *[one for one in apps if one.special][::12],
        *apps[::60],
    ]


@pytest.mark.parametrize("sdk", VERSIONS)
def test_every_statement_has_its_lines_on_every_android(adb_server: AdbServer, sdk: int) -> None:
    with StoryPhone(2, sdk=sdk) as phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        try:
            snapshot = read(adb_server, phone)
        finally:
            adb_server.disconnect(phone.address)
    for found in chosen(snapshot):
        assert len(list(check_grants(found, snapshot.raw, sdk))) == len(found.permissions)
        tracer = Tracer(snapshot.raw, found, sdk)
        for op in found.ops:
            check_op(tracer, found, op, snapshot.raw)
        for name in found.special:
            trace = tracer.special(name)
            assert trace is not None, (found.package, name)
            assert stands_there(trace, snapshot.raw)
            if trace.command not in {"dumpsys appops"} and "package" not in trace.command:
                assert found.package in trace.lines[-1].text


def check_op(tracer: Tracer, found: App, op: Op, answers: Iterable[RawAnswer]) -> None:
    for mode, of_uid in ((op.mode, False), (op.uid_mode, True)):
        trace = tracer.mode(op.name, of_uid=of_uid)
        assert (trace is None) is (mode is None), (found.package, op)
        if trace is not None:
            assert stands_there(trace, answers)
            *above, line = (one.text for one in trace.lines)
            assert line.strip().startswith((f"{op.name} (", f"{op.name}: "))
            package = f"    Package {found.package}:"
            assert (package in above) is not of_uid
            assert sum(text.startswith("  Uid ") for text in above) == 1


def test_a_role_is_told_with_its_name(adb_server: AdbServer) -> None:
    with StoryPhone() as phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        try:
            snapshot = read(adb_server, phone)
        finally:
            adb_server.disconnect(phone.address)
    found = next(one for one in snapshot.apps if "role:SMS" in one.special)
    trace = Tracer(snapshot.raw, found, 34).special("role:SMS")
    assert trace is not None
    assert trace.command == "dumpsys role"
    texts = [one.text.strip() for one in trace.lines]
    assert "name=android.app.role.SMS" in texts
    assert "user_id=0" in texts
    assert texts[-1] == f"holders={found.package}"


PACKAGES = b"""Packages:
  Package [com.example.other] (1):
    User 0: installed=true
      runtime permissions:
        android.permission.READ_SMS: granted=true
  Package [com.example.app] (2):
    userId=10123
    requested permissions:
      android.permission.READ_SMS
      android.permission.CAMERA
    User 0: installed=true
      runtime permissions:
        android.permission.READ_SMS: granted=false
    User 10: installed=true
      runtime permissions:
        android.permission.READ_SMS: granted=true

Hidden system packages:
  Package [com.example.app] (3):
    User 10: installed=true
      runtime permissions:
        android.permission.READ_SMS: granted=true
"""


def at(trace: Trace | None) -> list[int]:
    return [] if trace is None else [line.number for line in trace.lines]


@pytest.mark.parametrize(("user", "grant", "line"), [(0, "READ_SMS-", 13), (10, "READ_SMS+", 16)])
def test_another_users_line_is_never_taken_for_it(user: int, grant: str, line: int) -> None:
    found = app(grant, user=user)
    trace = Tracer([raw("dumpsys package packages", PACKAGES)], found, 34).grant(
        "android.permission.READ_SMS"
    )
    assert at(trace) == [1, 6, line - 2, line - 1, line]


def test_what_is_merely_requested_is_traced_to_the_request() -> None:
    tracer = Tracer([raw("dumpsys package packages", PACKAGES)], app("CAMERA?"), 34)
    assert at(tracer.grant("android.permission.CAMERA")) == [1, 6, 8, 10]


def test_a_hidden_copy_or_another_value_is_no_proof() -> None:
    hidden = PACKAGES[PACKAGES.index(b"Hidden") :]
    name = "android.permission.READ_SMS"
    assert (
        Tracer([raw("dumpsys package", hidden)], app("READ_SMS+", user=10), 34).grant(name) is None
    )
    flagged = app("READ_SMS+ USER_SET", user=10)
    assert Tracer([raw("dumpsys package", PACKAGES)], flagged, 34).grant(name) is None
    assert Tracer([], flagged, 34).grant(name) is None


def test_an_indented_answer_is_found_too() -> None:
    """One tool moves the whole answer to the right: then no block begins where blocks begin."""
    moved = b"".join(b"  " + line + b"\n" for line in PACKAGES.splitlines())
    tracer = Tracer([raw("dumpsys package", moved)], app("READ_SMS+", user=10), 34)
    assert at(tracer.grant("android.permission.READ_SMS"))[-1] == 16


APPOPS = b"""Current AppOps Service state:
  Uid u0a123:
    state=cch
      CAMERA: mode=foreground
    Package com.example.other:
      CAMERA (ignore):
    Package com.example.app:
      CAMERA (allow):
        null=[
        ]
  Uid u10a123:
      CAMERA: mode=ignore
    Package com.example.app:
      CAMERA (ignore):
"""


def test_an_apps_mode_its_uids_and_those_of_others_are_told_apart() -> None:
    answers = [raw("dumpsys appops", APPOPS)]
    first = Tracer(answers, app(ops=["CAMERA=allow", "uid:CAMERA=foreground"]), 34)
    assert at(first.mode("CAMERA", of_uid=False)) == [1, 2, 7, 8]
    assert at(first.mode("CAMERA", of_uid=True)) == [1, 2, 4]
    second = Tracer(answers, app(user=10, ops=["CAMERA=ignore", "uid:CAMERA=ignore"]), 34)
    assert at(second.mode("CAMERA", of_uid=False)) == [1, 11, 13, 14]
    assert at(second.mode("CAMERA", of_uid=True)) == [1, 11, 12]
    assert first.fact("absent", "CAMERA") is None


@cache
def recorded_apps(path: Path) -> tuple[App, ...]:
    apps = build_apps(parse_packages([path.read_bytes()]), None, None, None)
    most = sorted(apps, key=lambda one: len(one.permissions))
    return tuple({id(one): one for one in (*apps[::150], *most[-1:])}.values())


@pytest.mark.parametrize(
    "path",
    _RECORDINGS or [pytest.param(Path(), marks=_needs_recordings)],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_real_answers(path: Path) -> None:
    text = "\n".join(text_lines([path.read_bytes()])).encode()
    answers = (raw("dumpsys package", text),)
    for recorded in recorded_apps(path):
        found = replace(recorded, permissions=recorded.permissions[::8])
        assert len(list(check_grants(found, answers, None))) == len(found.permissions)


_APPOPS = [path for path in _RECORDINGS if b"Current AppOps Service state:" in path.read_bytes()]


@pytest.mark.parametrize(
    "path",
    _APPOPS or [pytest.param(Path(), marks=_needs_recordings)],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_real_app_ops(path: Path) -> None:
    text = "\n".join(text_lines([path.read_bytes()])).encode()
    dump = parse_appops(text.decode().split("\n"), None, None)
    for uid, _user, package in list(dump.package_ops)[::80]:
        found = replace(app(package=package), uid=uid, ops=ops_of(dump, uid, package))
        tracer = Tracer((raw("dumpsys appops", text),), found, None)
        for op in found.ops:
            if op.mode is not None:
                trace = tracer.mode(op.name, of_uid=False)
                assert trace is not None, (package, op)
                assert op.name in trace.lines[-1].text
