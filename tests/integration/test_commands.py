"""Commands through the real adb server: whole answers, and every way in which one can fail."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from audit.progress import Cancel
from device import commands
from device.adb import AdbServer, Device
from device.commands import Command
from device.demo_phone.answer import Answer, Faults
from device.demo_phone.shell import Shell
from device.demo_phone.wire import FEATURES, DemoPhone
from device.errors import (
    CancelledError,
    CommandFailedError,
    CommandTimeoutError,
    DeviceError,
    DisconnectedError,
    NotAnsweredError,
)
from device.transport import PIECE, PhoneAnswers

NEW, OLD = FEATURES, ("cmd",)
LARGE = b"".join(b"  line %07d of a large dump\n" % number for number in range(300_000))
MARK = re.compile(r";echo @@[0-9a-f]{16}:0:\$\?$")


ANSWERS = {
    "dumpsys package packages": Answer(LARGE),
    "dumpsys appops": Answer(b"no line end"),
    "dumpsys role": Answer(stderr=b"Can't find service: role\n"),
    # Some phones have no stderr apart from the rest.
    "dumpsys device_policy": Answer(b"Can't find service: device_policy\n"),
    "dumpsys notification": Answer(b"  Notification listeners:\n      a secret\n"),
    "dumpsys accessibility": Answer(b"state of accessibility\n"),
    "dumpsys deviceidle whitelist": Answer(b"user,com.example,10123\n"),
    "pm list users": Answer(stderr=b"\nError: java.lang.SecurityException: no\n", exit_code=255),
    "date +%s": Answer(),
    "settings list --user 10 secure": Answer(b"a=\xff\xfe\r\nb=@@0123456789abcdef:0:0\n"),
}
UNKNOWN = Answer(stderr=b"/system/bin/sh: inaccessible or not found\n", exit_code=127)


@pytest.fixture(scope="module")
def server() -> Iterator[AdbServer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = AdbServer(port=probe.getsockname()[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADB_MDNS_AUTO_CONNECT", "0")
        server.ensure_running()
    yield server
    server.stop_own()


Plug = Callable[..., tuple[DemoPhone, PhoneAnswers]]


@pytest.fixture
def plug_in(server: AdbServer) -> Iterator[Plug]:
    with ExitStack() as stack:

        def plug(
            features: tuple[str, ...] = NEW, *faults: Faults
        ) -> tuple[DemoPhone, PhoneAnswers]:
            shell = Shell(lambda words: ANSWERS.get(" ".join(words), UNKNOWN))
            phone = stack.enter_context(DemoPhone(shell.run, features=features, faults=faults))
            server.connect(phone.address)
            device = server.wait_until_ready(phone.address, 10, Cancel())
            return phone, PhoneAnswers(server, device)

        yield plug


def whole(answers: PhoneAnswers, command: Command) -> bytes:
    return b"".join(answers.answer(command))


def command_of(answer: bytes | DeviceError) -> str | None:
    return None if isinstance(answer, bytes) else answer.values.get("command")


BOTH = pytest.mark.parametrize("features", [NEW, OLD], ids=["shell-v2", "exec"])


@BOTH
def test_a_large_answer_arrives_whole_and_in_pieces(
    plug_in: Plug, features: tuple[str, ...]
) -> None:
    _, answers = plug_in(features)
    pieces = list(answers.answer(commands.packages()))
    assert max(map(len, pieces)) <= PIECE
    assert b"".join(pieces) == LARGE


@BOTH
def test_answers_are_untouched_and_may_be_empty(plug_in: Plug, features: tuple[str, ...]) -> None:
    _, answers = plug_in(features)
    assert whole(answers, commands.appops()) == b"no line end"
    assert whole(answers, commands.date()) == b""
    expected = b"a=\xff\xfe\r\nb=@@0123456789abcdef:0:0\n"
    assert whole(answers, commands.secure_settings(10)) == expected


@BOTH
def test_what_the_phone_never_had_is_told_from_what_failed(
    plug_in: Plug, features: tuple[str, ...]
) -> None:
    _, answers = plug_in(features)
    for missing in (commands.device_policy(), commands.getprop()):
        with pytest.raises(NotAnsweredError):
            whole(answers, missing)
    with pytest.raises(CommandFailedError) as caught:
        whole(answers, commands.list_users())
    assert caught.value.values["command"] == "pm list users"
    assert caught.value.values["status"] == "255"


def test_what_stands_on_stderr_is_heard_where_it_is_apart(plug_in: Plug) -> None:
    _, answers = plug_in()
    with pytest.raises(NotAnsweredError):
        whole(answers, commands.roles())
    with pytest.raises(CommandFailedError, match=r"java\.lang\.SecurityException"):
        whole(answers, commands.list_users())


@BOTH
@pytest.mark.parametrize("after", [0, 10, 3_000_000])
def test_a_phone_unplugged_in_the_middle_is_an_error(
    plug_in: Plug, features: tuple[str, ...], after: int
) -> None:
    _, answers = plug_in(features, Faults("packages", drop_after=after))
    with pytest.raises(DisconnectedError):
        whole(answers, commands.packages())


def test_an_old_phones_answer_without_its_end_is_an_error(plug_in: Plug) -> None:
    """Nothing else tells it from a whole one there: no exit status, no error."""
    _, answers = plug_in(OLD, Faults("packages", cut_after=500_000))
    with pytest.raises(DisconnectedError):
        whole(answers, commands.packages())


@BOTH
def test_a_command_that_hangs_ends_in_time(plug_in: Plug, features: tuple[str, ...]) -> None:
    _, answers = plug_in(features, Faults("packages", hang_after=100_000))
    command = replace(commands.packages(), idle_timeout=0.3)
    with pytest.raises(CommandTimeoutError) as caught:
        whole(answers, command)
    assert caught.value.values["command"] == command.name
    assert whole(answers, commands.appops()) == b"no line end"


def test_a_command_that_trickles_on_ends_in_time(plug_in: Plug) -> None:
    _, answers = plug_in(NEW, Faults("packages", bytes_per_second=20_000))
    command = replace(commands.packages(), timeout=0.5)
    with pytest.raises(CommandTimeoutError):
        whole(answers, command)


@BOTH
def test_cancel_wakes_a_blocked_read_and_holds(plug_in: Plug, features: tuple[str, ...]) -> None:
    _, answers = plug_in(features, Faults("packages", hang_after=100_000))
    pieces = answers.answer(commands.packages())
    next(pieces)
    timer = threading.Timer(0.1, answers.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        list(pieces)
    timer.join()
    with pytest.raises(CancelledError):
        whole(answers, commands.date())
    with pytest.raises(CancelledError):
        answers.several([commands.date()])


def test_an_answer_that_nobody_reads_to_the_end_is_let_go(plug_in: Plug) -> None:
    _, answers = plug_in()
    pieces = answers.answer(commands.packages())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # it is a generator
    assert whole(answers, commands.appops()) == b"no line end"


@BOTH
def test_several_commands_take_one_trip_and_fail_each_for_itself(
    plug_in: Plug, features: tuple[str, ...]
) -> None:
    phone, answers = plug_in(features)
    asked = [
        commands.accessibility(),
        commands.roles(),
        commands.secure_settings(10),
        commands.list_users(),
        commands.battery_exemptions(),
    ]
    got = answers.several(asked)
    assert got[asked[0]] == b"state of accessibility\n"
    assert got[asked[2]] == b"a=\xff\xfe\r\nb=@@0123456789abcdef:0:0\n"
    assert isinstance(got[asked[3]], CommandFailedError)
    assert got[asked[4]] == b"user,com.example,10123\n"
    assert len(phone.commands) == 1
    assert answers.several([]) == {}


def test_a_service_that_is_missing_in_a_chain_is_known_by_its_name(plug_in: Plug) -> None:
    _, answers = plug_in()
    got = answers.several([commands.roles(), commands.accessibility()])
    assert isinstance(got[commands.roles()], NotAnsweredError)
    assert got[commands.accessibility()] == b"state of accessibility\n"


def test_one_that_hangs_in_a_chain_costs_itself_only(plug_in: Plug) -> None:
    asked = [
        replace(command, idle_timeout=0.5)
        for command in (commands.accessibility(), commands.appops(), commands.battery_exemptions())
    ]
    # The first trip has all three in it and hangs in the second one's answer.
    hang = Faults(
        "accessibility", hang_after=len("state of accessibility\n@@0123456789abcdef:0:0\n")
    )
    phone, answers = plug_in(NEW, hang)
    got = answers.several(asked)
    assert got[asked[0]] == b"state of accessibility\n"
    assert isinstance(got[asked[1]], CommandTimeoutError)
    assert command_of(got[asked[1]]) == "dumpsys appops"
    assert got[asked[2]] == b"user,com.example,10123\n"
    assert len(phone.commands) == 2


def test_a_phone_that_went_costs_all_that_was_left_of_a_chain(plug_in: Plug) -> None:
    asked = [commands.accessibility(), commands.appops(), commands.battery_exemptions()]
    phone, answers = plug_in(NEW, Faults("accessibility", drop_after=60))
    got = answers.several(asked)
    assert got[asked[0]] == b"state of accessibility\n"
    assert isinstance(got[asked[1]], DisconnectedError)
    assert isinstance(got[asked[2]], DisconnectedError)
    assert command_of(got[asked[2]]) == "dumpsys deviceidle whitelist"
    assert len(phone.commands) == 1


def test_a_phone_that_left_before_is_a_broken_check(plug_in: Plug, server: AdbServer) -> None:
    phone, answers = plug_in()
    server.disconnect(phone.address)
    with pytest.raises(DisconnectedError):
        whole(answers, commands.date())


@BOTH
def test_nothing_but_allowed_commands_reaches_the_phone(
    plug_in: Plug, features: tuple[str, ...]
) -> None:
    phone, answers = plug_in(features)
    bad = Command("getprop", "getprop;reboot")
    with pytest.raises(ValueError, match="not an allowed command"):
        whole(answers, bad)
    with pytest.raises(ValueError, match="not an allowed command"):
        answers.several([commands.date(), bad])
    assert phone.services == []
    asked = [commands.notification_listeners(), commands.date(), commands.secure_settings(10)]
    assert whole(answers, asked[0]) == b"  Notification listeners:\n"
    for command in asked[1:]:
        whole(answers, command)
    answers.several(asked)
    assert len(phone.services) == 4
    for service, line in zip(phone.services, phone.commands, strict=True):
        assert service.startswith("shell,v2,raw:" if features is NEW else "exec:")
        commands.check(line if features is NEW else MARK.sub("", line))


def test_a_server_that_goes_while_it_is_told_the_command_is_a_broken_check() -> None:
    """It hangs up between accepting the phone and hearing the command."""

    def serve(listener: socket.socket) -> None:
        phone, _ = listener.accept()
        phone.recv(4096)
        phone.sendall(b"OKAY")
        features, _ = listener.accept()
        features.recv(4096)
        phone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        phone.close()  # with a reset: whoever sends then is told at once
        features.sendall(b"OKAY0008shell_v2")
        features.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        server = AdbServer(port=listener.getsockname()[1])
        answers = PhoneAnswers(server, Device("x", "device", transport_id=1))
        with pytest.raises(DisconnectedError):
            whole(answers, commands.getprop())
        thread.join()
