"""The demo phone at the real adb server, driven with the real adb program."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.demo_phone import Answer, Authorization, DemoPhone, Faults, StoryPhone
from tests.phones import AdbServer

ROOT = Path(__file__).parents[2]
BIG = b"0123456789abcdef" * 64 * 1024 * 10  # 10 MiB


def answers(command: str) -> Answer:
    return {
        "true": Answer(),
        "fail": Answer(b"out\n", b"err\n", 7),
        "big": Answer(BIG),
        "lines": Answer(b"one\ntwo\n", b"bad\n"),
    }[command]


@pytest.fixture
def plugged(adb_server: AdbServer) -> Iterator[_Plugger]:
    plugger = _Plugger(adb_server)
    yield plugger
    plugger.unplug_all()


class _Plugger:
    """Plugs phones into the server, and out again after the test."""

    def __init__(self, server: AdbServer) -> None:
        self._server = server
        self._phones: list[DemoPhone] = []

    def __call__(self, phone: DemoPhone, state: str = "device") -> str:
        phone.start()
        self._phones.append(phone)
        self._server.connect(phone.address)
        self._server.wait_for(phone.address, state)
        return phone.address

    def unplug_all(self) -> None:
        for phone in self._phones:
            self._server.forget(phone.address)
            phone.stop()


def test_it_is_a_device_with_a_model(adb_server: AdbServer, demo_phone: StoryPhone) -> None:
    listed = adb_server.run("devices", "-l").stdout.decode()
    assert f"{demo_phone.address}" in listed
    assert "model:Demo_phone__Mi_13_" in listed
    assert "device:fuxi" in listed


def test_it_answers_and_keeps_a_log_of_what_was_asked(
    adb_server: AdbServer, demo_phone: StoryPhone
) -> None:
    done = adb_server.run("-s", demo_phone.address, "shell", "getprop ro.serialno; date +%s")
    assert done.stdout == b"DEMO0001\n1789387800\n"
    assert demo_phone.commands == ["getprop ro.serialno; date +%s"]
    assert demo_phone.services[0].startswith("shell,v2,")


def test_the_state_can_change_while_it_is_plugged_in(
    adb_server: AdbServer, demo_phone: StoryPhone
) -> None:
    asked = ("-s", demo_phone.address, "shell", "dumpsys package com.baidu.searchbox")
    before = adb_server.run(*asked).stdout
    demo_phone.state = 2
    after = adb_server.run(*asked).stdout
    assert b"versionName=13.12.0.11\n" in before
    assert b"versionName=13.20.0.12\n" in after


def test_shell_v2_keeps_exit_code_and_errors_apart(
    adb_server: AdbServer, plugged: _Plugger
) -> None:
    serial = plugged(DemoPhone(answers))
    done = adb_server.run("-s", serial, "shell", "fail")
    assert (done.stdout, done.stderr, done.returncode) == (b"out\n", b"err\n", 7)


def test_exec_gives_the_bare_output(adb_server: AdbServer, plugged: _Plugger) -> None:
    serial = plugged(DemoPhone(answers))
    done = adb_server.run("-s", serial, "exec-out", "lines")
    assert done.stdout == b"one\ntwo\n"


def test_ten_megabytes_arrive_whole(adb_server: AdbServer, plugged: _Plugger) -> None:
    serial = plugged(DemoPhone(answers))
    done = adb_server.run("-s", serial, "shell", "big")
    assert hashlib.sha256(done.stdout).digest() == hashlib.sha256(BIG).digest()


def test_an_old_phone_has_a_terminal_and_no_exit_code(
    adb_server: AdbServer, plugged: _Plugger
) -> None:
    serial = plugged(DemoPhone(answers, features=("cmd",)))
    done = adb_server.run("-s", serial, "shell", "lines")
    assert done.stdout == b"one\r\ntwo\r\nbad\r\n"
    assert adb_server.run("-s", serial, "shell", "fail").returncode == 0


def test_several_commands_at_once(adb_server: AdbServer, plugged: _Plugger) -> None:
    serial = plugged(DemoPhone(answers))
    outputs: dict[str, bytes] = {}

    def ask(command: str) -> None:
        outputs[command] = adb_server.run("-s", serial, "shell", command).stdout

    asking = [threading.Thread(target=ask, args=(one,)) for one in ("big", "lines", "fail")]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert outputs == {"big": BIG, "lines": b"one\ntwo\n", "fail": b"out\n"}


def test_unauthorized_until_the_person_agrees(adb_server: AdbServer, plugged: _Plugger) -> None:
    phone = DemoPhone(answers, authorization=Authorization.ASK)
    serial = plugged(phone, "unauthorized")
    refused = adb_server.run("-s", serial, "shell", "true")
    assert b"unauthorized" in refused.stderr
    phone.authorize()
    adb_server.wait_for(serial, "device")
    assert adb_server.run("-s", serial, "shell", "true").returncode == 0


def test_it_can_agree_by_itself(adb_server: AdbServer, plugged: _Plugger) -> None:
    phone = DemoPhone(answers, authorization=Authorization.ASK, authorize_after=0.3)
    serial = plugged(phone, "unauthorized")
    adb_server.wait_for(serial, "device")


def test_it_can_refuse(adb_server: AdbServer, plugged: _Plugger) -> None:
    serial = plugged(DemoPhone(answers, authorization=Authorization.REFUSE), "unauthorized")
    assert b"unauthorized" in adb_server.run("-s", serial, "shell", "true").stderr


@pytest.mark.parametrize("state", ["recovery", "sideload", "rescue", "bootloader"])
def test_the_banner_says_how_it_was_started(
    adb_server: AdbServer, plugged: _Plugger, state: str
) -> None:
    serial = plugged(DemoPhone(answers, state=state), state)
    assert adb_server.states()[serial] == state


def test_unplugged_in_the_middle(adb_server: AdbServer, plugged: _Plugger) -> None:
    serial = plugged(DemoPhone(answers, faults=(Faults("big", drop_after=300_000),)))
    done = adb_server.run("-s", serial, "shell", "big")
    assert done.stdout == BIG[:300_000]
    assert done.returncode != 0


def test_a_moment_without_its_cable(adb_server: AdbServer, plugged: _Plugger) -> None:
    phone = DemoPhone(answers)
    serial = plugged(phone)
    phone.drop_connections()
    adb_server.wait_for(serial, "offline")
    adb_server.wait_for(serial, "device")
    assert adb_server.run("-s", serial, "shell", "true").returncode == 0


def test_unplugged_for_good(adb_server: AdbServer, plugged: _Plugger) -> None:
    phone = DemoPhone(answers)
    serial = plugged(phone)
    phone.stop()
    adb_server.wait_for(serial, "offline")
    assert adb_server.run("-s", serial, "shell", "true").returncode != 0


def test_a_phone_that_does_not_answer_is_offline(adb_server: AdbServer) -> None:
    phone = DemoPhone(answers, authorization=Authorization.MUTE)
    phone.start()
    connecting = threading.Thread(target=adb_server.connect, args=(phone.address,))
    connecting.start()
    try:
        adb_server.wait_for(phone.address, "offline")
    finally:
        adb_server.forget(phone.address)
        phone.stop()
        connecting.join()


def test_a_command_that_hangs_does_not_stop_the_others(
    adb_server: AdbServer, plugged: _Plugger
) -> None:
    serial = plugged(DemoPhone(answers, faults=(Faults("big", hang_after=1000),)))
    command = [str(adb_server.adb), "-P", str(adb_server.port), "-s", serial, "shell", "big"]
    with subprocess.Popen(
        command, env=adb_server.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as hanging:
        assert hanging.stdout is not None
        assert hanging.stdout.read(1000) == BIG[:1000]
        assert adb_server.run("-s", serial, "shell", "true").returncode == 0
        assert hanging.poll() is None
        hanging.kill()


def test_a_slow_phone_still_tells_all(adb_server: AdbServer, plugged: _Plugger) -> None:
    faults = (Faults("lines", bytes_per_second=40, latency=0.01),)
    serial = plugged(DemoPhone(answers, faults=faults))
    assert adb_server.run("-s", serial, "shell", "lines").stdout == b"one\ntwo\n"


def test_no_port_where_adb_looks_for_emulators() -> None:
    with pytest.raises(ValueError, match="5555"):
        DemoPhone(answers, port=5555)


def test_it_runs_by_hand(adb_server: AdbServer) -> None:
    command = [sys.executable, "-m", "device.demo_phone", "--state", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        adb_server.connect(address)
        adb_server.wait_for(address, "device")
        told = adb_server.run("-s", address, "shell", "dumpsys package com.baidu.searchbox").stdout
        adb_server.forget(address)
        process.terminate()
    assert b"versionName=13.20.0.12" in told


def test_cut_short_without_a_word(adb_server: AdbServer, plugged: _Plugger) -> None:
    serial = plugged(DemoPhone(answers, faults=(Faults("big", cut_after=70_001),)))
    done = adb_server.run("-s", serial, "shell", "big")
    assert (done.stdout, done.returncode) == (BIG[:70_001], 0)


def test_what_is_no_shell_is_refused_and_logged(adb_server: AdbServer, plugged: _Plugger) -> None:
    phone = DemoPhone(answers)
    serial = plugged(phone)
    assert adb_server.run("-s", serial, "pull", "/sdcard/x", "x").returncode != 0
    assert phone.services == ["sync:"]
    assert phone.commands == []


def test_a_mistake_in_the_answers_comes_to_light(adb_server: AdbServer) -> None:
    phone = DemoPhone(answers)
    phone.start()
    adb_server.connect(phone.address)
    adb_server.wait_for(phone.address, "device")
    assert adb_server.run("-s", phone.address, "shell", "unheard of").returncode != 0
    adb_server.disconnect(phone.address)
    with pytest.raises(KeyError, match="unheard of"):
        phone.stop()
