"""A whole check of the demo phone in the words of several Android versions."""

from __future__ import annotations

import pytest

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.model import Part, PartState, Snapshot
from audit.progress import Cancel, Progress
from device.adb import AdbServer as OurServer
from device.adb import choose
from device.demo_phone import DUMP_TIMEOUT, Faults, StoryPhone
from device.errors import CancelledError, CommandTimeoutError
from device.scanner import Scanner
from device.transport import PhoneAnswers
from tests.phones import AdbServer

VERSIONS = [23, 24, 26, 28, 29, 30, 31, 33, 34, 35, 36]
CATALOGUE = Catalogue.load()


def read(server: AdbServer, phone: StoryPhone, cancel: Cancel | None = None) -> Snapshot:
    ours = OurServer(port=server.port)
    answers = PhoneAnswers(ours, choose(ours.devices(), phone.address))
    scanner = Scanner(answers, CATALOGUE.names_to_ask())
    return scanner.read(lambda _: None, cancel or Cancel())


@pytest.mark.parametrize("sdk", VERSIONS)
def test_every_android_is_read_whole_and_compared_alike(adb_server: AdbServer, sdk: int) -> None:
    with StoryPhone(sdk=sdk) as phone:
        adb_server.connect(phone.address)
        adb_server.wait_for(phone.address, "device")
        try:
            first = read(adb_server, phone)
            assert len(phone.commands) <= 12
            phone.state = 2
            second = read(adb_server, phone)
        finally:
            adb_server.disconnect(phone.address)
    assert first.info.complete
    assert [p.code for p in first.info.problems if p.code != "absent"] == []
    assert first.info.phone.sdk == sdk
    gained = {
        (change.package, (change.permission or "").rpartition(".")[2], change.why)
        for change in compare(first, second, CATALOGUE)
        if change.is_highlight
    }
    assert ("com.baidu.searchbox", "READ_CALL_LOG", "update") in gained
    assert ("com.eg.android.AlipayGphone", "READ_SMS", "user") in gained
    # Location "all the time" is a thing of its own since Android 10; before, it always was.
    widened = ("com.tencent.mm", "ACCESS_BACKGROUND_LOCATION", "user") in gained
    assert widened is (sdk >= 29)


def test_a_slow_phone_gets_more_time(adb_server: AdbServer, demo_phone: StoryPhone) -> None:
    demo_phone.faults = (
        Faults("^dumpsys package packages$", cut_after=100_000, append=DUMP_TIMEOUT),
    )
    snapshot = read(adb_server, demo_phone)
    assert "dumpsys -t 60 package packages" in demo_phone.commands
    assert snapshot.info.complete


def test_a_hidden_user_is_named_and_unknown(adb_server: AdbServer, demo_phone: StoryPhone) -> None:
    refusal = b"java.lang.SecurityException: Shell does not have permission to access user 10\n"
    plain = read(adb_server, demo_phone)
    original = demo_phone.answers

    def answer(command: str):  # type: ignore[no-untyped-def]
        found = original(command)
        if "--user 10 secure" not in command:
            return found
        text = b"".join(found.pieces())
        own = b"".join(original("settings list --user 10 secure").pieces())
        assert own in text
        return type(found)(text.replace(own, refusal), found.stderr, found.exit_code)

    demo_phone.answers = answer
    snapshot = read(adb_server, demo_phone)
    assert "10" in {value for p in snapshot.info.problems for _, value in p.values}
    assert [c for c in compare(plain, snapshot, CATALOGUE) if c.user == 10] == []


def test_progress_names_each_part_once(adb_server: AdbServer, demo_phone: StoryPhone) -> None:
    seen: list[Progress] = []
    ours = OurServer(port=adb_server.port)
    answers = PhoneAnswers(ours, choose(ours.devices(), demo_phone.address))
    Scanner(answers, CATALOGUE.names_to_ask()).read(seen.append, Cancel())
    assert [step.step for step in seen] == list(range(len(seen)))
    assert all(step.step < step.steps for step in seen)
    assert len({step.what for step in seen}) == len(seen)


def test_cancel_wakes_a_hanging_read(adb_server: AdbServer, demo_phone: StoryPhone) -> None:
    import threading

    demo_phone.faults = (Faults("dumpsys package packages", hang_after=1000),)
    cancel = Cancel()
    timer = threading.Timer(0.5, cancel.set)
    timer.start()
    with pytest.raises(CancelledError):
        read(adb_server, demo_phone, cancel)
    timer.join()


def test_a_part_that_hangs_is_given_up(
    adb_server: AdbServer, demo_phone: StoryPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from device import commands

    quick = replace(commands.appops(), idle_timeout=0.5)
    monkeypatch.setattr(commands, "appops", lambda: quick)
    demo_phone.faults = (Faults("^dumpsys appops$", hang_after=1000),)
    snapshot = read(adb_server, demo_phone)
    assert snapshot.info.parts[Part.APPOPS] is PartState.FAILED
    assert snapshot.info.parts[Part.ROLES] is PartState.READ
    assert "timeout" in {problem.code for problem in snapshot.info.problems}
    hanging = replace(commands.packages(), idle_timeout=0.5)
    monkeypatch.setattr(commands, "packages", lambda: hanging)
    demo_phone.faults = (Faults("package packages", hang_after=1000),)
    with pytest.raises(CommandTimeoutError):
        read(adb_server, demo_phone)
