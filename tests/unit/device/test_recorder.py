"""What is kept of a phone's answers, and that it reads the same again."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from audit.catalogue import Catalogue
from audit.model import Snapshot
from audit.progress import Cancel
from device import commands, recorder
from device.commands import Command
from device.demo_phone import phone_spec
from device.demo_phone.render import Programs
from device.errors import CommandTimeoutError, DeviceError, NotAnsweredError
from device.parsers import properties, settings, special
from device.parsers.lines import text_lines
from device.recorder import Playback, Recorder
from device.scanner import Scanner

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = Catalogue.load().names_to_ask()


class DemoAnswers:
    """The demo phone's texts without adb in between; ``broken`` commands time out half way."""

    source = "phone"
    serial: str | None = "127.0.0.1:1"
    sent: Sequence[str] = ()

    def __init__(self, sdk: int = 34, state: int = 1, broken: str = "no such command") -> None:
        self._programs = Programs(phone_spec(state, sdk))
        self._broken = broken

    def taken_at(self) -> datetime | None:
        return None

    def answer(self, command: Command) -> Iterator[bytes]:
        found = self._programs.answer(command.line)
        if found.exit_code or b"Can't find service" in found.stderr:
            raise NotAnsweredError(command=command.name)
        whole = b"".join(found.pieces())
        if command.name.startswith(self._broken):
            yield whole[: len(whole) // 2]
            raise CommandTimeoutError(command=command.name, seconds="60")
        for start in range(0, len(whole), 65536):
            yield whole[start : start + 65536]

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        answers: dict[Command, bytes | DeviceError] = {}
        for command in asked:
            try:
                answers[command] = b"".join(self.answer(command))
            except DeviceError as error:
                answers[command] = error
        return answers

    def cancel(self) -> None:
        pass


def read(answers: DemoAnswers | Playback, source: str | None = None) -> Snapshot:
    return Scanner(answers, NAMES, source).read(lambda _: None, Cancel())


def played(first: Snapshot) -> Snapshot:
    kept = Playback(first.raw, first.info.source, first.info.phone.serial, first.info.taken_at)
    return read(kept, "reread")


@pytest.mark.parametrize("sdk", [23, 26, 29, 31, 34, 36])
def test_kept_answers_read_the_same_again(sdk: int) -> None:
    first = read(DemoAnswers(sdk))
    again = played(first)
    assert again.info == replace(first.info, source="reread")
    assert again.apps == first.apps
    assert again.uses == first.uses
    assert again.raw == tuple(
        replace(one, read_at=two.read_at) for one, two in zip(first.raw, again.raw, strict=True)
    )


@pytest.mark.parametrize("command", ["dumpsys appops", "dumpsys package shared-users", "getprop"])
def test_an_answer_that_broke_off_breaks_off_again(command: str) -> None:
    first = read(DemoAnswers(broken=command))
    broken = [one for one in first.raw if one.missing == "timeout"]
    assert broken
    assert all(one.command.startswith(command) for one in broken)
    again = played(first)
    assert again.info.parts == first.info.parts
    assert again.apps == first.apps


def test_nothing_is_kept_when_it_is_not_wanted() -> None:
    found = Scanner(DemoAnswers(), NAMES, keep_raw=False).read(lambda _: None, Cancel())
    assert found.raw == ()
    assert found.apps == read(DemoAnswers()).apps


def test_an_answer_beyond_the_limit_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "LARGEST", 100_000)
    found = read(DemoAnswers())
    large = {one.command for one in found.raw if one.missing == "too-large"}
    assert "dumpsys package packages" in large
    assert all(one.data == b"" for one in found.raw if one.command in large)
    assert found.info.complete
    assert found.apps == read(DemoAnswers()).apps


def test_of_properties_only_what_is_read_is_kept() -> None:
    """Every key that the parser names is kept, and no other."""
    text = inspect.getsource(properties)
    keys = set(re.findall(r'"((?:ro|persist)\.[a-z._]+)"', text))
    assert len(keys) > 10
    answer = "".join(f"[{key}]: [value of {key}]\n" for key in sorted(keys))
    private = "[gsm.operator.alpha]: [Home]\n[ro.product.device]: [x]\n[net.hostname]: [me]\n"
    kept = recorder._lines_of((private + answer + private).encode(), recorder._PROPERTIES)
    assert kept.decode() == answer
    assert properties.parse_getprop(kept.decode()).keys() == keys


def test_of_settings_only_what_is_read_is_kept() -> None:
    text = inspect.getsource(settings) + inspect.getsource(special)
    keys = set(re.findall(r'settings\.get\("([a-z_]+)"\)', text)) | set(special._DEFAULT_APPS)
    assert len(keys) > 8
    answer = "".join(f"{key}=a.b/.C\n" for key in sorted(keys))
    private = "bluetooth_name=My phone\nandroid_id=123\nassistant_x=1\nlock_pattern=2\n"
    kept = recorder._lines_of((private + answer + private).encode(), recorder._SETTINGS)
    assert kept.decode() == answer


def test_a_refusal_is_kept_and_nothing_else_of_unknown_text() -> None:
    refusal = b"Exception occurred while executing:\njava.lang.SecurityException\n"
    assert settings.parse_settings(text_lines([refusal])) is None
    kept = recorder._lines_of(refusal, recorder._SETTINGS)
    assert settings.parse_settings(text_lines([kept])) is None
    assert kept
    assert recorder._lines_of(b"name=value\n", recorder._SETTINGS) == b""


def test_a_recorder_keeps_what_came_before_the_reader_had_enough() -> None:
    kept = Recorder(DemoAnswers())
    stream = kept.answer(commands.packages())
    first = next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert [one.data for one in kept.kept] == [first]
