"""``dumpsys appops`` of Android 6 to 17: modes per uid and package, and the last accesses.

The grammar is that of ``AppOpsService.dump``. Lines are told apart by their indentation: 2 a uid,
4 a package or a uid's own state, 6 an op, 8 an attribution tag, 10 and more an access.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from functools import partial
from itertools import islice

from device.parsers.appops_model import (
    USER_RANGE,
    Access,
    AppOpsDump,
    OpRecord,
    is_isolated,
    ops_of,
    uid_number,
    uses,
)
from device.parsers.appops_phrases import (
    access_tail,
    mode_word,
    name_or_none,
    record,
    state_and_flags,
)
from device.parsers.appops_times import AGE_PRECISION, DumpClock, duration, milliseconds
from device.parsers.known import Known, nothing_to_collect

__all__ = ["Access", "AppOpsDump", "OpRecord", "ops_of", "parse_appops", "uid_number", "uses"]

_HEADER = "Current AppOps Service state:"
_CONTINUED = " " * 18
_EMUI_HEADER = ("needSyncPriv:", "true :", "false :")

# One search through many lines is twice as fast as a match for each. It finds every line, the usual
# accesses taken apart; other forms of an access take the way of _access. An alternative with
# nothing, "(...|)", costs half of what "(...)?" does.
_LINES = re.compile(
    r" {10}((?:Access|Reject): \[[^]\n]+)\] ?(.{23}) "
    r"\(-([\dd]*h|)(\d{1,2})m\d{1,2}s\d{1,3}ms\)"
    r"(?: duration=\+([\ddhm]*s|)(\d{1,3})ms|)( .*|)\n|.*\n",
    re.ASCII,
)
_AT_ONCE = 500  # lines
_UID_STATES = (
    "    state=",
    "    pendingState",
    "    capability=",
    "    pendingCapability",
    "    appWidgetVisible=",
    "    pendingAppWidgetVisible",
    "    startNesting=",
    "    foregroundOps:",
    "    hasForegroundWatchers=",
)
_new_access = tuple.__new__  # half the time of the named tuple's own
_SAMPLES = 10


def parse_appops(lines: Iterable[str], now: datetime | None, zone: tzinfo | None) -> AppOpsDump:
    """Reads a whole dump; text before and after it is skipped.

    Args:
        now: the phone's clock (aware) when it wrote the dump.
        zone: the phone's time zone, for local times without ``now``.

    Never raises on any text: what fits no form is counted.
    """
    reader = _Reader(DumpClock(now, zone))
    rest = iter(lines)
    with nothing_to_collect():
        if reader.find_header(rest):
            reader.read(rest)
    return reader.result()


class _Reader:
    """The state between two lines: in which uid, package, op and attribution we are."""

    def __init__(self, clock: DumpClock) -> None:
        self._clock = clock
        self._header_seen = self._refused = self._truncated = self._done = False
        self._uid_modes: dict[int, dict[str, str]] = {}
        self._package_ops: dict[tuple[int, int, str], dict[str, OpRecord]] = {}
        self._isolated: set[int] = set()
        self._unknown = self._lost = self._seen = self._parsed = 0
        self._samples: list[str] = []
        self._uid: int | None = None
        self._ops: dict[str, OpRecord] | None = None
        self._op: str | None = None
        self._record = OpRecord(None)
        self._accesses: list[Access] = []
        self._attribution: str | None = None
        self._rejected = False
        self._steps = Known(self._step)
        self._kinds = Known(_kind)
        self._tails = Known(access_tail)

    def find_header(self, lines: Iterable[str]) -> bool:
        for line in lines:
            if line.rstrip() == _HEADER:
                self._header_seen = True
                return True
            if line.startswith("Permission Denial"):
                self._refused = True
            elif line.startswith("*** SERVICE "):
                self._truncated = True
        return False

    def read(self, lines: Iterable[str]) -> None:
        """``lines`` are without their ends."""
        rest = iter(lines)
        while not self._done and (batch := list(islice(rest, _AT_ONCE))):
            self._read(batch)
        self._close_op()

    def _read(self, lines: list[str]) -> None:
        steps, kinds, tails, clock = self._steps, self._kinds, self._tails, self._clock
        quickly, seconds = clock.quickly, clock.seconds
        found = _LINES.findall("\n".join(lines) + "\n")
        usual = 0
        for line, parts in zip(lines, found, strict=True):
            key, local, hours, minutes, lasted, millis, tail = parts
            if not key:
                steps[line]()
                if self._done:
                    break
                continue
            try:
                at = quickly(local, hours, minutes)
                length, package, uid, tag = tails[tail]
                if millis:
                    length = seconds[lasted] * 1000 + int(millis)
            except (ValueError, KeyError, OverflowError):
                at = None
            if at is None or self._op is None:
                self._access(line, 18, rejected=key[0] == "R")
                continue
            usual += 1
            rejected, state, on_behalf = kinds[key]
            access = (
                rejected,
                at,
                state,
                on_behalf,
                length,
                self._attribution,
                package,
                uid,
                tag,
                False,
                0,
            )
            self._accesses.append(_new_access(Access, access))
        self._seen += usual
        self._parsed += usual

    def result(self) -> AppOpsDump:
        return AppOpsDump(
            header_seen=self._header_seen,
            uid_modes=self._uid_modes,
            package_ops=self._package_ops,
            isolated_uids=frozenset(self._isolated),
            unknown_lines=self._unknown,
            samples=tuple(self._samples),
            lost_blocks=self._lost,
            access_lines_seen=self._seen,
            access_lines_parsed=self._parsed,
            truncated=self._truncated,
            refused=self._refused,
        )

    def _step(self, line: str) -> Callable[[], None]:
        """What to do at this line; the same text always means the same step."""
        body = line.strip()
        if not body:
            return _nothing
        if not line.startswith("  "):
            return partial(self._column_zero, line)
        if line.startswith(" " * 10):
            return self._detail(line, body)
        kinds = (self._block, self._package_or_state, self._op_line, self._tag)
        return kinds[(len(line) - len(line.lstrip(" "))) // 2 - 1](line, body)

    def _column_zero(self, line: str) -> None:
        if line.startswith("*** SERVICE "):
            self._truncated = True
        elif line.startswith(("DUMP OF SERVICE ", _HEADER)) or " was the duration of " in line:
            self._done = True
        elif line.startswith("-----"):
            self._leave()
        # EMUI 5 breaks a package's header over three lines: "true needSyncPriv:", "false :".
        elif not line.rstrip().endswith(_EMUI_HEADER):
            self._count_unknown(line)

    def _block(self, line: str, body: str) -> Callable[[], None]:
        if body.startswith("Uid ") and body.endswith(":"):
            uid = uid_number(body[4:-1])
            if uid is not None:
                return partial(self._enter_uid, uid)
            return partial(self._lost_block, line)
        # After the last uid stand restrictions and policies, before the first one watchers.
        return self._leave

    def _package_or_state(self, line: str, body: str) -> Callable[[], None]:
        if body.startswith("Package "):
            name = body[8:].split(" ", 1)[0].rstrip(":")
            if name:
                return partial(self._enter_package, name)
        elif line.startswith(_UID_STATES):
            return _nothing
        return partial(self._count_unknown, line)

    def _op_line(self, line: str, body: str) -> Callable[[], None]:
        name, found, rest = body.partition(": mode=")
        if found and name:
            return partial(self._mode_line, line, name, rest)
        if body.endswith("):"):
            name, found, modes = body[:-2].partition(" (")
            if found and name:
                return partial(self._open_op, line, name, record(modes))
        if body.endswith((": WATCHER", ": SILENT")):
            return _nothing
        return partial(self._count_unknown, line)

    def _tag(self, line: str, body: str) -> Callable[[], None]:
        if body == "]":
            return partial(self._set_attribution, None)
        if body.endswith("=["):
            return partial(self._set_attribution, name_or_none(body[:-2]))
        return partial(self._count_unknown, line)

    def _detail(self, line: str, body: str) -> Callable[[], None]:
        if body.startswith("Running start at: "):
            return partial(self._running, line, body[18:])
        if body.startswith("duration="):
            return partial(self._duration, line, body[9:])
        if body.startswith("startNesting="):
            return _nothing
        if line.startswith(_CONTINUED) and "= " in body:
            # Android 9 names "Access:" once and lists the further states below it.
            return lambda: self._access(line, 18, rejected=self._rejected)
        if line.lstrip(" ").startswith(("Access: ", "Reject: ")):
            return partial(self._access, line, line.index(": ") + 2, rejected=body[0] == "R")
        return partial(self._count_unknown, line)

    def _enter_uid(self, uid: int) -> None:
        self._leave()
        self._uid = uid
        if is_isolated(uid):
            self._isolated.add(uid)

    def _lost_block(self, line: str) -> None:
        self._leave()
        self._lost += 1
        self._note_unknown(line)

    def _leave(self) -> None:
        self._close_op()
        self._uid = self._ops = None

    def _enter_package(self, name: str) -> None:
        if self._uid is None:
            return
        self._close_op()
        key = (self._uid, self._uid // USER_RANGE, name)
        self._ops = self._package_ops.setdefault(key, {})

    def _mode_line(self, line: str, name: str, rest: str) -> None:
        """Of a uid in all versions, of a package in Android 6 to 8."""
        if self._uid is None:
            return
        if self._ops is None:
            self._uid_modes.setdefault(self._uid, {})[name] = mode_word(rest.strip())
            return
        mode, *facts = rest.split("; ")
        self._open_op(line, name, OpRecord(mode_word(mode.removesuffix(" (running)").strip())))
        if facts:
            self._old_facts(line, facts)

    def _old_facts(self, line: str, facts: list[str]) -> None:
        """``time=+1h2m ago (running)``, ``rejectTime=+3m ago``, ``duration=+2s``."""
        length = next((fact[9:] for fact in facts if fact.startswith("duration=")), None)
        for fact in facts:
            key, _, text = fact.partition("=")
            if key not in {"time", "rejectTime"}:
                continue
            self._seen += 1
            running = text.endswith(" (running)")
            age = duration(text.removesuffix(" (running)").removesuffix(" ago"))
            if age is None:
                self._note_unknown(line)
                continue
            self._parsed += 1
            self._accesses.append(
                Access(
                    rejected=key == "rejectTime",
                    at=self._clock.before_now(-age),
                    duration_ms=milliseconds(length) if length and key == "time" else None,
                    running=running,
                    precision=AGE_PRECISION,
                )
            )

    def _open_op(self, line: str, name: str, record: OpRecord) -> None:
        if self._uid is None:
            return
        if self._accesses:
            self._close_op()
        if self._ops is None:
            self._note_unknown(line)
            return
        self._op, self._attribution = name, None
        # Should an op stand twice in one package, the first mode counts, and all accesses.
        self._record = self._ops.setdefault(name, record)

    def _close_op(self) -> None:
        if self._accesses and self._op is not None and self._ops is not None:
            old = self._record
            self._ops[self._op] = OpRecord(
                old.mode, old.switch_op, old.switch_mode, (*old.accesses, *self._accesses)
            )
        if self._accesses:
            self._accesses = []
        self._op = self._attribution = None

    def _set_attribution(self, tag: str | None) -> None:
        self._attribution = tag

    def _access(self, line: str, start: int, *, rejected: bool) -> None:
        """``[bg-s] DATE (-AGE)`` since Android 10, ``bg    = DATE (-AGE)`` in Android 9."""
        if self._uid is None:
            return
        self._seen += 1
        self._rejected = rejected
        key_end = line.find("]" if line.startswith("[", start) else "=", start)
        date_end = line.find(" (", key_end)
        age_end = line.find(")", date_end)
        time = None
        if self._op is not None and 0 < key_end < date_end < age_end:
            local = line[key_end + 1 : date_end].lstrip()
            time = self._clock.at(local, line[date_end + 2 : age_end])
        if time is None:
            self._note_unknown(line)
            return
        self._parsed += 1
        at, precision = time
        state, on_behalf = state_and_flags(line[start:key_end])
        length, package, uid, tag = access_tail(line[age_end + 1 :])
        attribution = self._attribution
        access = (rejected, at, state, on_behalf, length, attribution, package, uid, tag)
        self._accesses.append(Access(*access, precision=precision))

    def _running(self, line: str, text: str) -> None:
        if self._uid is None:
            return
        self._seen += 1
        age = duration(text)
        if age is None or self._op is None:
            self._note_unknown(line)
            return
        self._parsed += 1
        self._accesses.append(
            Access(
                rejected=False,
                at=self._clock.before_now(-age),
                attribution=self._attribution,
                running=True,
                precision=AGE_PRECISION,
            )
        )

    def _duration(self, line: str, text: str) -> None:
        """Android 9 prints one duration for the op: that of its latest access."""
        if self._uid is None:
            return
        length = milliseconds(text)
        allowed = [
            (a.at is not None and a.at.timestamp(), n)
            for n, a in enumerate(self._accesses)
            if not a.rejected
        ]
        if length is None or not allowed:
            self._note_unknown(line)
            return
        number = max(allowed)[1]
        self._accesses[number] = self._accesses[number]._replace(duration_ms=length)

    def _count_unknown(self, line: str) -> None:
        if self._uid is not None:
            self._note_unknown(line)

    def _note_unknown(self, line: str) -> None:
        self._unknown += 1
        if len(self._samples) < _SAMPLES:
            self._samples.append(line[:200])


def _kind(key: str) -> tuple[bool, str | None, str | None]:
    """``Reject: [bg-s``: whether it was refused, the state and the flags."""
    return key[0] == "R", *state_and_flags(key[9:])


def _nothing() -> None:
    """A line that is known and says nothing we keep."""
