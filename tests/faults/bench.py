"""One check of a phone that misbehaves, and what came of it."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.checkup import Checkup, check
from audit.model import Snapshot
from audit.progress import Cancel, Report
from audit.wording import Wording
from db.store import Store
from device.adb import AdbServer, choose
from device.commands import Command
from device.demo_phone import Answer, Faults, StoryPhone
from device.demo_phone.shell import Shell
from device.errors import DeviceError, NoPhoneError, NotReadyError
from device.scanner import Scanner
from device.transport import PhoneAnswers

Change = Callable[[str, bytes], bytes | Iterator[bytes]]
"""Turns a program's command line and true output into what the phone says instead."""

LIMIT = 150.0
"""Seconds after which a check counts as hanging; the longest that is meant to wait takes 40."""


class Came(StrEnum):
    """What came of a check."""

    REFUSED = "refused"  # one sentence, and the database as it was
    INCOMPLETE = "incomplete"  # saved, and marked so
    AS_TOLD = "as told"  # saved with what the phone said, which is possible, and no news
    WHOLE = "whole"  # saved, and the same as without the fault
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault.

    Attributes:
        kind: the row of the table that it counts in.
        label: what tells it from the others of its kind.
        faults: what goes wrong on the wire.
        change: what the phone says in place of what is true.
        believable: whether what it says may be so, as its clock may be wrong.
        lie: whether nobody can tell what it says from the truth: then changes are no mistake.
        idle: seconds without a byte after which a command counts as hanging, if not the program's
            own; ``timeout`` those that it may take.
    """

    kind: str
    label: str
    faults: tuple[Faults, ...] = ()
    change: Change | None = None
    believable: bool = False
    lie: bool = False
    idle: float = 20
    timeout: float = 60


@dataclass(frozen=True, slots=True)
class Result:
    """``why`` says of a broken check what broke, else what a person is told."""

    came: Came
    why: str = ""
    seconds: float = 0.0


class BrokenError(AssertionError):
    """A check that did what none may do."""


class _Hurried(PhoneAnswers):
    """With less patience than the program has."""

    idle = 20.0
    timeout = 60.0

    def _short(self, command: Command) -> Command:
        idle, whole = min(self.idle, command.idle_timeout), min(self.timeout, command.timeout)
        return replace(command, idle_timeout=idle, timeout=whole)

    def answer(self, command: Command) -> Iterator[bytes]:
        return super().answer(self._short(command))

    def several(self, asked: Sequence[Command]) -> Mapping[Command, bytes | DeviceError]:
        short = {command: self._short(command) for command in asked}
        found = super().several(list(short.values()))
        return {command: found[short[command]] for command in asked}


@dataclass(frozen=True, slots=True)
class _Again:
    """A phone that says once more what it said before."""

    snapshot: Snapshot

    def read(self, _report: Report, _cancel: Cancel) -> Snapshot:
        return self.snapshot


class Bench:
    """A phone, a database with one good check of it, and copies of both for each trial.

    Attributes:
        good: the check of the phone without a fault.
    """

    def __init__(self, server: AdbServer, phone: StoryPhone, folder: Path) -> None:
        self._server = server
        self._phone = phone
        self._true = phone.answers
        self._folder = folder
        self._catalogue = Catalogue.load()
        self._wordings = [Wording(language, self._catalogue) for language in ("en", "zh-CN")]
        self._base = folder / "before.sqlite"
        self.connect()
        with Store.open(self._base) as store:
            self.good = self._check(store, Trial("", "")).snapshot
        if not self.good.info.complete:
            raise BrokenError(f"not even the phone as it is can be read: {self.good.info.problems}")
        self.commands = tuple(phone.commands)
        """The line of every trip that a check makes."""

    def sizes(self) -> dict[str, int]:
        """Bytes that each trip's answer has; chains have another mark each time."""
        return {line: len(b"".join(self._true(line).pieces())) for line in self.commands}

    def programs(self) -> dict[str, bytes]:
        """What each single program of the phone answers, by its line."""
        found: dict[str, bytes] = {}

        def note(line: str, output: bytes) -> bytes:
            found[line] = output
            return output

        for line in self.commands:
            _changed(self._true, note)(line)
        return found

    def run(self, trial: Trial) -> Result:
        """Makes the check; one that does not end in time is left behind on its thread."""
        found: list[Result] = []
        started = time.monotonic()
        thread = threading.Thread(target=lambda: found.append(self._judged(trial)), daemon=True)
        thread.start()
        thread.join(LIMIT)
        result = found[0] if found else Result(Came.BROKEN, "it hung")
        return replace(result, seconds=time.monotonic() - started)

    def _judged(self, trial: Trial) -> Result:
        try:
            with self.misbehaving(trial):
                return self._tried(trial)
        except BrokenError as error:
            return Result(Came.BROKEN, str(error))
        except Exception:  # noqa: BLE001 -- whatever it is, it is what the table is there to tell
            return Result(Came.BROKEN, traceback.format_exc(limit=-4))

    @contextmanager
    def misbehaving(self, trial: Trial) -> Iterator[None]:
        """The phone has that fault within."""
        phone = self._phone
        phone.faults = trial.faults
        if trial.change is not None:
            phone.answers = _changed(self._true, trial.change)
        try:
            yield
        finally:
            phone.faults, phone.answers = (), self._true

    def _tried(self, trial: Trial) -> Result:
        path = self._folder / "trial.sqlite"
        shutil.copyfile(self._base, path)
        before = _digest(path)
        self.connect()
        try:
            with Store.open(path) as store:
                try:
                    found = self._check(store, trial)
                except DeviceError as error:
                    refusal: DeviceError | None = error
                else:
                    refusal = None
                    result = self._saved(store, found, trial)
            if refusal is not None:
                if _digest(path) != before:
                    raise BrokenError("it refused, and changed the database")
                return Result(Came.REFUSED, self._sentence(refusal))
            return result
        finally:
            for left in self._folder.glob("trial.sqlite*"):
                left.unlink()

    def _check(self, store: Store, trial: Trial) -> Checkup:
        answers = _Hurried(self._server, choose(self._server.devices(), self._phone.address))
        answers.idle, answers.timeout = trial.idle, trial.timeout
        scanner = Scanner(answers, self._catalogue.names_to_ask())
        return check(scanner, store, self._catalogue, report=lambda _: None, cancel=Cancel())

    def _saved(self, store: Store, found: Checkup, trial: Trial) -> Result:
        """Judges what was saved, and that neither it nor the next good check tells of changes."""
        info = found.snapshot.info
        if found.changes and not trial.lie:
            raise BrokenError(f"{len(found.changes)} false changes: {found.changes[:2]}")
        told = [wording.problem(one) for wording in self._wordings for one in info.problems]
        if not all(told):
            raise BrokenError(f"a problem without a sentence: {info.problems}")
        whole = self._is_whole(found.snapshot)
        silent = info.complete and not info.problems
        if silent and not whole and not (trial.believable or trial.lie):
            raise BrokenError("not what the phone said, and not a word of it")
        if info.id is None or not store.load(info.id).apps:
            raise BrokenError("saved without apps")
        later = replace(self.good.info, taken_at=info.taken_at + timedelta(hours=1))
        again = check(
            _Again(replace(self.good, info=later)),
            store,
            self._catalogue,
            report=lambda _: None,
            cancel=Cancel(),
        )
        straight = compare(store.load(info.id), again.snapshot, self._catalogue)
        if not trial.lie and (again.changes or straight):
            raise BrokenError(f"false changes afterwards: {(*again.changes, *straight)[:2]}")
        came = Came.WHOLE if whole else Came.AS_TOLD
        back = compare(self.good, again.snapshot, self._catalogue)
        if back:
            raise BrokenError(f"not as before after the next good check: {back[:2]}")
        return Result(came if info.complete else Came.INCOMPLETE, "; ".join(told[:1]))

    def _is_whole(self, snapshot: Snapshot) -> bool:
        good = self.good
        return snapshot.apps == good.apps and set(snapshot.uses) == set(good.uses)

    def _sentence(self, error: DeviceError) -> str:
        for wording in self._wordings:
            said = wording.error(error)
            if not said.strip() or "Traceback" in said:
                raise BrokenError(f"no sentence for {error!r}: {said!r}")
        return self._wordings[0].error(error)

    def connect(self) -> None:
        """Plugs the phone in again, as after a fault that unplugged it."""
        address = self._phone.address
        for _ in range(5):
            with suppress(NoPhoneError):
                self._server.disconnect(address)
            # The server may only then notice that the phone went, and let go of it again.
            with suppress(NotReadyError):
                self._server.connect(address)
                self._server.wait_until_ready(address, 4, Cancel())
                return
        raise BrokenError("the phone could not be plugged in again")


def _changed(true: Callable[[str], Answer], change: Change) -> Callable[[str], Answer]:
    """The phone's shell, with what each of its programs says changed."""

    def program(words: Sequence[str]) -> Answer:
        line = " ".join(words)
        answer = true(line)
        said = change(line, b"".join(answer.pieces()))
        return Answer(said if isinstance(said, bytes) else list(said), answer.stderr)

    def run(line: str) -> Answer:
        single = program(line.split()) if not _is_chain(line) else None
        return single or Shell(program).run(line)

    return run


def _is_chain(line: str) -> bool:
    return ";" in line or "|" in line


def _digest(path: Path) -> str:
    """Of all that stands in the database, whatever its file looks like."""
    connection = sqlite3.connect(path)
    try:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
    finally:
        connection.close()
