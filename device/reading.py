"""Asking for the parts of a check, and keeping book of what was read and what was not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from audit.model import App, Part, PartState, Problem, User, UserKind
from device.answers import Answers
from device.commands import Command, patient
from device.errors import (
    CancelledError,
    CommandFailedError,
    CommandTimeoutError,
    DeviceError,
    DisconnectedError,
    NotAnsweredError,
    NotReadyError,
)
from device.parsers.appops import AppOpsDump
from device.parsers.known_blocks import KnownBlocks
from device.parsers.lines import text_lines
from device.parsers.package_dump import parse_packages
from device.parsers.package_records import PackageDump, PackageRecord

_T = TypeVar("_T")


class Reading:
    """What has been read so far: ``parts`` says how each went, ``problems`` what to tell."""

    def __init__(self, answers: Answers, known: KnownBlocks) -> None:
        self._answers = answers
        self._known = known
        # A phone that is slow once is slow again: asking everything twice helps nobody.
        self._retried = False
        self.parts: dict[Part, PartState] = {}
        self.problems: list[Problem] = []

    def note(self, code: str, part: Part | None = None, **values: str) -> None:
        found = Problem(code, part, tuple(sorted(values.items())))
        if found not in self.problems:
            self.problems.append(found)

    def read(self, part: Part) -> None:
        """Marks ``part`` as read, unless something of it failed before."""
        self.parts.setdefault(part, PartState.READ)

    def absent(self, part: Part) -> None:
        """This phone or these files never had it: told, but no failure."""
        if part not in self.parts:
            self.parts[part] = PartState.ABSENT
            self.note("absent", part)

    def failed(self, part: Part, code: str, **values: str) -> None:
        self.parts[part] = PartState.FAILED
        self.note(code, part, **values)

    def fail(self, part: Part, error: DeviceError) -> None:
        """Books what kept ``part`` from being read; a cancelled check goes no further."""
        match error:
            case CancelledError():
                raise error
            case NotAnsweredError():
                self.absent(part)
            case CommandTimeoutError():
                self.failed(part, "timeout", seconds=error.values.get("seconds", "?"))
            case DisconnectedError() | NotReadyError():
                self.failed(part, "disconnected")
            case CommandFailedError():
                self.failed(part, "refused", detail=error.detail)
            case _:
                self.failed(part, "unreadable", detail=error.detail)

    def ask(
        self, part: Part, command: Command, parse: Callable[[Iterator[bytes]], _T | None]
    ) -> _T | None:
        """One question; ``parse`` gives None for an answer that it does not know."""
        try:
            found = parse(self._answers.answer(command))
        except DeviceError as error:
            self.fail(part, error)
            return None
        if found is None:
            self.failed(part, "unknown-format")
        else:
            self.read(part)
        return found

    def packages(self, command: Command, patience: bool) -> PackageDump:
        """Reads a package dump; asks once more with more time if Android's own ran out."""
        dump = parse_packages(self._answers.answer(command), self._known)
        if dump.truncated and patience and not self._retried:
            self._retried = True
            again = parse_packages(self._answers.answer(patient(command)), self._known)
            # A phone that does not know the option answers nothing of use.
            if len(again.packages) >= len(dump.packages) and again.sections >= dump.sections:
                return again
        return dump

    def judge_packages(self, part: Part, dump: PackageDump, section: str | None) -> None:
        """Books a package dump: cut, refused, without the section it should have, or read."""
        if dump.missing_service:
            self.absent(part)
        elif dump.refused:
            self.failed(part, "refused", detail="Permission Denial")
        elif dump.truncated:
            self.failed(part, "cut")
        elif section is not None and section not in dump.sections:
            # A file may hold the dump of a single app; a phone has every section.
            if self._answers.source == "files" and dump.sections:
                self.absent(part)
            else:
                self.failed(part, "unknown-format")
        elif dump.unreadable:
            sample = f"Package [{dump.unreadable[0]}]"
            self.failed(part, "unknown-lines", count=str(len(dump.unreadable)), sample=sample)
        elif part is Part.REQUESTED and dump.packages and not any(map(_requests, dump.packages)):
            self.absent(part)
        else:
            self.read(part)
        if dump.unknown_lines:
            self._unknown(part, dump.unknown_lines, dump.unknown_samples)
        if part is Part.PACKAGES and dump.without_users:
            # Whoever has them: to leave them out silently would look as if they were removed.
            self.failed(part, "no-users", packages=", ".join(dump.without_users[:20]))

    def lists_all_apps(self, dump: PackageDump, asked: Set[str]) -> bool:
        """False for the answer about the permissions that were ``asked`` for.

        It leaves out every app without one of them, and all other requests. Files hold what they
        hold.
        """
        if self._answers.source == "files":
            return True
        requests = [names for names in map(_requests, dump.packages) if names]
        return not requests or not all(asked >= set(names) for names in requests)

    def judge_appops(self, dump: AppOpsDump) -> None:
        if dump.refused:
            self.failed(Part.APPOPS, "refused", detail="Permission Denial")
        elif dump.truncated:
            self.failed(Part.APPOPS, "cut")
        elif not dump.header_seen or not (dump.uid_modes or dump.package_ops):
            self.failed(Part.APPOPS, "unknown-format")
        if dump.unknown_lines:
            self._unknown(Part.APPOPS, dump.unknown_lines, dump.samples)
            if dump.lost_blocks:
                self.parts[Part.APPOPS] = PartState.FAILED

    def _unknown(self, part: Part, count: int, samples: Sequence[str]) -> None:
        sample = samples[0].strip()[:80] if samples else ""
        self.note("unknown-lines", part, count=str(count), sample=sample)

    def several(self, asked: Sequence[Command]) -> SmallAnswers:
        return SmallAnswers(self, self._answers.several(asked))


@dataclass(frozen=True, slots=True)
class SmallAnswers:
    """The answers of one trip that asked for several short lists."""

    reading: Reading
    answers: Mapping[Command, bytes | DeviceError]

    def read(
        self,
        part: Part | None,
        command: Command,
        parse: Callable[[Iterable[str]], _T | None],
        user: int | None = None,
    ) -> _T | None:
        """Parses one; ``part`` None: nothing depends on it. ``user``: whose list it is."""
        answer = self.answers[command]
        found = None if isinstance(answer, DeviceError) else parse(text_lines([answer]))
        if part is None:
            return found
        # Work profiles and Samsung's Secure Folder forbid the shell to look, in one way or another.
        refused = found is None and not isinstance(answer, DisconnectedError | CommandTimeoutError)
        if user and refused:
            self.reading.note("user-unread", part, user=str(user))
        elif isinstance(answer, DeviceError):
            self.reading.fail(part, answer)
        elif found is None and not answer.strip():
            self.reading.failed(part, "empty")
        elif found is None:
            self.reading.failed(part, "unknown-format")
        else:
            self.reading.read(part)
        return found


def unknown_users(apps: Iterable[App]) -> tuple[User, ...]:
    """The users that apps stand for, where the phone did not list them."""
    return tuple(
        User(number, None, UserKind.OWNER if number == 0 else UserKind.OTHER)
        for number in sorted({app.user for app in apps})
    )


def _requests(record: PackageRecord) -> tuple[str, ...]:
    return record.requested or ()
