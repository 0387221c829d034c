"""What ``dumpsys appops`` says, as data, and its conversion into the shared model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from audit.model import Op, Use

USER_RANGE = 100_000  # uids per user: uid = user * 100000 + app id
FIRST_ISOLATED_APP_ID = 90_000
_UIDS = 2**31  # a uid is a Java int

MODES = ("allow", "ignore", "deny", "default", "foreground", "ask")
"""Modes by number. Android 6 to 8 print numbers; 5 is MIUI's own."""


class Access(NamedTuple):
    """One ``Access:``, ``Reject:`` or running line; Android keeps the last one per state and flags.

    A named tuple and not a dataclass: a big dump has 50,000 of them, and a frozen dataclass takes
    four times as long to make.

    Attributes:
        at: UTC; ``None`` where neither the phone's clock nor its time zone was known.
        state: process state as printed (``top``, ``fgsvc``, ``cch`` ...); Android 9 and later.
        on_behalf: ``s`` self, ``tp``/``up`` as a proxy, ``tpd``/``upd`` through one; 10 and later.
        precision: seconds by which ``at`` may be off.
    """

    rejected: bool
    at: datetime | None
    state: str | None = None
    on_behalf: str | None = None
    duration_ms: int | None = None
    attribution: str | None = None
    proxy_package: str | None = None
    proxy_uid: int | None = None
    proxy_tag: str | None = None
    running: bool = False
    precision: int = 0


class OpRecord(NamedTuple):
    """One op of one package. ``switch_op`` is the op whose mode Android really asks for."""

    mode: str | None
    switch_op: str | None = None
    switch_mode: str | None = None
    accesses: tuple[Access, ...] = ()


@dataclass(frozen=True, slots=True)
class AppOpsDump:
    """The whole of ``dumpsys appops``.

    Attributes:
        header_seen: False when the text is no app-op dump at all.
        uid_modes: ``{uid: {op: mode}}``; only what differs from the op's default is printed.
        package_ops: ``{(uid, user, package): {op: record}}``.
        isolated_uids: uids of sandboxed processes, which belong to no app.
        unknown_lines: lines inside a uid's block that fit no known form; ``samples`` has the first.
        lost_blocks: blocks of a uid that cannot be one: which app they are of is not known.
        access_lines_seen: lines that state an access, refusal or running op, in any form.
        truncated: dumpsys itself gave up on the service ("DUMP TIMEOUT").
        refused: the service would not tell ("Permission Denial").
    """

    header_seen: bool
    uid_modes: dict[int, dict[str, str]] = field(default_factory=dict)
    package_ops: dict[tuple[int, int, str], dict[str, OpRecord]] = field(default_factory=dict)
    isolated_uids: frozenset[int] = frozenset()
    unknown_lines: int = 0
    samples: tuple[str, ...] = ()
    lost_blocks: int = 0
    access_lines_seen: int = 0
    access_lines_parsed: int = 0
    truncated: bool = False
    refused: bool = False


def uid_number(text: str) -> int | None:
    """``1000``, ``u0a123``, ``u10s1000``, ``u0i1``, ``u0ai9000`` as a number; ``None`` if neither.

    The letters are those of Android's ``UserHandle.formatUid``.
    """
    if len(text) > 20:
        return None
    if text.isdecimal():
        return int(text) if int(text) < _UIDS else None
    user, letter, number = _uid_parts(text)
    first = _FIRST_APP_IDS.get(letter)
    if first is None or not (user.isdecimal() and number.isdecimal()):
        return None
    uid = int(user) * USER_RANGE + first + int(number)
    return uid if uid < _UIDS else None


_FIRST_APP_IDS = {"a": 10_000, "s": 0, "i": 99_000, "ai": FIRST_ISOLATED_APP_ID}


def _uid_parts(text: str) -> tuple[str, str, str]:
    if not text.startswith("u"):
        return "", "", ""
    user = text[1:].rstrip("0123456789")
    letter = user.lstrip("0123456789")
    return user[: len(user) - len(letter)], letter, text[1 + len(user) :]


def is_isolated(uid: int) -> bool:
    return uid % USER_RANGE >= FIRST_ISOLATED_APP_ID


def uses(dump: AppOpsDump) -> Iterator[Use]:
    """Every recorded access and refusal whose time is known."""
    for (_uid, user, package), ops in dump.package_ops.items():
        for op, record in ops.items():
            for access in record.accesses:
                if access.at is not None:
                    yield _use(user, package, op, access, access.at)


def _use(user: int, package: str, op: str, access: Access, at: datetime) -> Use:
    return Use(
        user=user,
        package=package,
        op=op,
        at=at,
        rejected=access.rejected,
        state=access.state,
        on_behalf=access.on_behalf,
        duration_ms=access.duration_ms,
        attribution=access.attribution,
        proxy=access.proxy_package,
        running=access.running,
        precision=access.precision,
    )


def ops_of(dump: AppOpsDump, uid: int, package: str) -> tuple[Op, ...]:
    """The ops of one app, sorted by name: its own and those of its uid.

    Where an op stands for another (``FINE_LOCATION (deny / switch COARSE_LOCATION=allow)``), the
    modes are those of the other one: Android asks only for that.
    """
    uid_modes = dump.uid_modes.get(uid, {})
    records = dump.package_ops.get((uid, uid // USER_RANGE, package), {})
    return tuple(
        _op(name, records.get(name), uid_modes)
        for name in sorted(records.keys() | uid_modes.keys())
    )


def _op(name: str, record: OpRecord | None, uid_modes: dict[str, str]) -> Op:
    if record is None:
        return Op(name, None, uid_modes[name])
    if record.switch_op is None:
        return Op(name, record.mode, uid_modes.get(name))
    return Op(name, record.switch_mode, uid_modes.get(record.switch_op))
