"""``dumpsys appops --history`` with the discrete accesses: Android 12 and later.

Android keeps them for a few ops only (location, camera, microphone, calls), about a week long, and
rounds their times. Two forms: nested lines up to 15 (``DiscreteRegistry``), tables from 16 on
(``DiscreteOpsSqlRegistry``, ``AppOpHistoryHelper``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from audit.model import Use
from device.parsers.appops_model import USER_RANGE, uid_number
from device.parsers.appops_times import DumpClock, wall_clock

_MINUTE = 60
_QUARTER = 900  # the window of the table that sums accesses up is not printed

_ACCESS = re.compile(
    r"Access \[([^\]-]*)-?([^\]]*)\] at (\S+ \S+)(?: for (-?\d{1,15}) milliseconds)?"
)
_LENGTH = re.compile(r"[1-9][0-9]{0,17}")
_NAMES = ("Uid: ", "Package: ", "Attribution: ")


@dataclass(frozen=True, slots=True)
class History:
    """The discrete accesses that could be read.

    Attributes:
        header_seen: False where this Android or this text has no discrete accesses.
        lines_seen: lines that state one; ``lines_parsed`` of them could be read.
        refused: the service would not tell.
    """

    uses: tuple[Use, ...]
    header_seen: bool
    lines_seen: int
    lines_parsed: int
    refused: bool


def parse_history(lines: Iterable[str], zone: tzinfo | None) -> History:
    """Reads the discrete accesses; the aggregated sums before them are skipped.

    ``zone`` is the phone's time zone: only local times are printed, so without it there is no use
    that could be placed in time, and ``lines_parsed`` is 0.
    """
    reader = _Reader(DumpClock(None, zone))
    uses = tuple(use for line in lines for use in reader.read(line))
    return History(uses, reader.header_seen, reader.seen, reader.parsed, reader.refused)


class _Reader:
    """The names that the next access line belongs to, or the columns of the running table."""

    def __init__(self, clock: DumpClock) -> None:
        self._clock = clock
        self._names: dict[str, str] = {}
        self._op = ""
        self._columns: list[str] = []
        self.header_seen = self.refused = False
        self.seen = self.parsed = 0

    def read(self, line: str) -> Iterator[Use]:
        text = line.strip()
        if text.startswith("UID|PACKAGE_NAME|"):
            self.header_seen = True
            self._columns = text.split("|")
        elif text.startswith("Discrete accesses:"):
            self.header_seen = True
            self._columns = []
        elif text.startswith("Permission Denial"):
            self.refused = True
        elif self._columns:
            yield from self._row(text)
        elif self.header_seen and text:
            yield from self._nested(text)

    def _nested(self, text: str) -> Iterator[Use]:
        if text.startswith("Access ["):
            self.seen += 1
            use = self._access(text)
            if use is not None:
                self.parsed += 1
                yield use
            return
        for name in _NAMES:
            if text.startswith(name):
                self._names[name] = text[len(name) :]
                return
        self._op = text

    def _access(self, text: str) -> Use | None:
        match = _ACCESS.match(text)
        if match is None:
            return None
        state, flags, time, length = match.groups()
        row = {
            "UID": self._names.get("Uid: ", ""),
            "PACKAGE_NAME": self._names.get("Package: ", ""),
            "OP_NAME": self._op,
            "ATTRIBUTION_TAG": self._names.get("Attribution: ", ""),
            "UID_STATE": state,
            "OP_FLAGS": flags,
            "ACCESS_TIME": time,
            "DURATION": length or "",
        }
        return self._use(row, rejected=False, precision=_MINUTE)

    def _row(self, text: str) -> Iterator[Use]:
        cells = text.split("|")
        if len(cells) != len(self._columns):
            self.seen += "|" in text
            if "|" not in text:
                self._columns = []
            return
        self.seen += 1
        row = dict(zip(self._columns, cells, strict=True))
        summed = "ACCESS_COUNTS" in row
        accessed = not summed or row["ACCESS_COUNTS"] != "0"
        rejected = summed and row.get("REJECT_COUNTS", "0") != "0"
        precision = _QUARTER if summed else _MINUTE
        kinds = [refused for refused, there in ((False, accessed), (True, rejected)) if there]
        uses = [self._use(row, rejected=refused, precision=precision) for refused in kinds]
        self.parsed += None not in uses
        yield from (use for use in uses if use is not None)

    def _use(self, row: dict[str, str], *, rejected: bool, precision: int) -> Use | None:
        uid = uid_number(row["UID"])
        wall = wall_clock(row.get("ACCESS_TIME", ""))
        at = None if wall is None else self._clock.in_zone(wall)
        if uid is None or at is None or not row["PACKAGE_NAME"] or not row["OP_NAME"]:
            return None
        length = row.get("DURATION", "")
        tag = row.get("ATTRIBUTION_TAG", "")
        return Use(
            user=uid // USER_RANGE,
            package=row["PACKAGE_NAME"],
            op=row["OP_NAME"],
            at=at,
            rejected=rejected,
            state=row.get("UID_STATE") or None,
            on_behalf=row.get("OP_FLAGS") or None,
            duration_ms=int(length) if _LENGTH.fullmatch(length) else None,
            attribution=tag if tag not in {"", "null"} else None,
            precision=precision,
        )
