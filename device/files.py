"""Saved answers in place of a phone: bug reports, androidqf's folders, recorded commands."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from device.commands import Command
from device.errors import (
    CancelledError,
    DeviceError,
    NotAnsweredError,
    NotAReportError,
    UnreadableError,
)
from device.parsers.properties import parse_getprop, zone_from_properties
from device.sections import (
    Section,
    command_of_content,
    command_of_file,
    find_sections,
    is_report,
)
from device.texts import Entry, find_entries, read_text

LARGEST_SMALL_ANSWER = 16 * 1024 * 1024
_MOST_GUESSES = 200

# Who else tells what a command would.
_SUBSTITUTES = {
    "dumpsys package packages": "dumpsys package",
    "dumpsys package shared-users": "dumpsys package",
    "dumpsys package permissions": "dumpsys package",
    "dumpsys deviceidle whitelist": "dumpsys deviceidle",
    "pm list users": "dumpsys user",
}
_DUMP_NAME = re.compile(r"dumpsys(_all)?\.(txt|log|md)")
_REPORT_NAME = re.compile(r"(bugreport|dumpstate).*\.(txt|log)")
_SETTING = re.compile(
    rb"_id:\S+ name:(\S+) (?:pkg:\S+ )?value:(.*?)(?: default:.*)?(?: tag:.*)?\r*", re.DOTALL
)
_SETTINGS_TITLE = re.compile(rb"([A-Z]+) SETTINGS \(user (\d+)\)\s*")


class FileAnswers:
    """Answers out of saved texts (see ``device.answers.Answers``); made by ``open_answers``."""

    source = "files"
    serial: str | None = None
    sent: Sequence[str] = ()

    def __init__(self, sections: Mapping[str, Section], date: str | None = None) -> None:
        self._sections = sections
        self._date = date
        self._cancelled = threading.Event()

    @property
    def commands(self) -> frozenset[str]:
        """The names of the commands whose answers are there, in their own form or another."""
        return frozenset(self._sections)

    def taken_at(self) -> datetime | None:
        properties = self._sections.get("getprop")
        if self._date is None or properties is None:
            return None
        zone = zone_from_properties(
            parse_getprop(_collect(properties.pieces()).decode("utf-8", "replace"))
        )
        if zone is None:
            return None
        try:
            local = datetime.fromisoformat(self._date).replace(tzinfo=zone)
        except ValueError:
            return None
        return local.astimezone(UTC)

    def answer(self, command: Command) -> Iterator[bytes]:
        first = True
        for piece in self._pieces(command):
            if self._cancelled.is_set():
                raise CancelledError
            if first and piece.lstrip().startswith(b"Can't find service"):
                raise NotAnsweredError(command=command.name)
            first = False
            yield piece

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        answers: dict[Command, bytes | DeviceError] = {}
        for command in asked:
            try:
                answers[command] = _collect(self.answer(command))
            except CancelledError:
                raise
            except DeviceError as error:
                answers[command] = error
        return answers

    def cancel(self) -> None:
        self._cancelled.set()

    def _pieces(self, command: Command) -> Iterator[bytes]:
        name = command.name
        section = self._sections.get(name) or self._sections.get(_SUBSTITUTES.get(name, ""))
        if section is not None:
            return section.pieces()
        settings = self._sections.get("dumpsys settings")
        if settings is not None and name.startswith("settings list secure "):
            return _secure_settings(settings, int(name.rpartition(" ")[2]), name)
        raise NotAnsweredError(command=name)


def open_answers(path: Path) -> FileAnswers:
    """Finds the answers in a bug report, a folder or zip of androidqf, recorded answers, or a file.

    Raises NotAReportError; its ``values["reason"]`` is as for ``texts.find_entries``, or
    ``nothing-known`` where there are texts, but none that we can read.
    """
    sections: dict[str, Section] = {}
    date = None
    entries = [entry for entry in find_entries(path) if not entry.name.startswith("FS/")]
    for name, entry in _in_order(entries):
        text = read_text(entry)
        if text is None:
            continue
        if is_report(text):
            found, when = find_sections(text)
            date = date or when
        else:
            command = name or command_of_content(text.head)
            found = {} if command is None else {command: Section(text)}
        sections = {**found, **sections}
    if not sections:
        raise NotAReportError(str(path), path=str(path), reason="nothing-known")
    return FileAnswers(sections, date)


def _in_order(entries: Sequence[Entry]) -> Iterator[tuple[str | None, Entry]]:
    """The entries worth reading, surest first, with the command that they are named after."""
    named = [(command_of_file(entry.base), entry) for entry in entries]
    yield from ((command, entry) for command, entry in named if command is not None)
    rest = [entry for command, entry in named if command is None]
    dumps = [entry for entry in rest if _DUMP_NAME.fullmatch(entry.base)]
    main = _named_by_main_entry(rest)
    reports = [entry for entry in rest if _REPORT_NAME.fullmatch(entry.base) or entry in main]
    # One bug report only: two may be of two phones.
    best = sorted(reports, key=lambda entry: (entry in main, entry.size), reverse=True)[:1]
    yield from ((None, entry) for entry in dumps + best)
    if len(entries) <= _MOST_GUESSES:
        yield from ((None, entry) for entry in rest if entry not in dumps + reports)


def _named_by_main_entry(entries: Sequence[Entry]) -> list[Entry]:
    """What ``main_entry.txt`` of a bug report's zip says is the report itself."""
    for entry in entries:
        if entry.base == "main_entry.txt" and (text := read_text(entry)) is not None:
            name = text.head.decode("utf-8", "replace").strip()
            return [entry for entry in entries if entry.name.rpartition("/")[2] == name]
    return []


def _secure_settings(dump: Section, user: int, name: str) -> Iterator[bytes]:
    """``name=value`` lines of one user out of ``dumpsys settings``, as bug reports have it."""
    inside = seen = False
    for line in _lines(dump.pieces()):
        title = _SETTINGS_TITLE.fullmatch(line)
        if title is not None:
            inside = title[1] == b"SECURE" and int(title[2]) == user
            seen = seen or inside
        elif inside and (match := _SETTING.fullmatch(line)):
            yield b"%b=%b\n" % (match[1], match[2])
    if not seen:
        raise NotAnsweredError(command=name)


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    yield rest


def _collect(pieces: Iterator[bytes]) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > LARGEST_SMALL_ANSWER:
            raise UnreadableError("endless answer")
    return bytes(whole)
