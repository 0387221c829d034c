"""The model as text for the store, and back.

A state is one JSON array a line, so that equal lines (most of them, from app to app and from check
to check) are written and read once. Trailing values that are the model's defaults are left out, so
that a new field with a default needs no new text for what is stored already. A program that writes
something new here needs a new migration all the same, even an empty one: an older program must
refuse the file rather than misread it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, ParamSpec, TypeVar

from audit.model import (
    App,
    GrantKind,
    Op,
    Part,
    PartState,
    Permission,
    Phone,
    Problem,
    Use,
    User,
    UserKind,
)

_P = ParamSpec("_P")
_T = TypeVar("_T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LINES_KEPT = 32_768  # distinct lines of a few phones; about 10 MB
_TEXTS_KEPT = 256  # of checks, which seldom differ in them

_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


class BadRecordError(ValueError):
    """A stored text is not what this program writes."""


def _reading(decode: Callable[_P, _T]) -> Callable[_P, _T]:
    @functools.wraps(decode)
    def read(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return decode(*args, **kwargs)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadRecordError(f"{decode.__name__}: {error}") from error

    return read


def micros(time: datetime) -> int:
    """Microseconds since 1970 in UTC; raises TypeError for a time without a zone."""
    return (time - _EPOCH) // _MICROSECOND


def moment(number: int) -> datetime:
    """Raises ``BadRecordError`` for what is no time, as a changed bit may leave it."""
    try:
        return _EPOCH + timedelta(microseconds=number)
    except (OverflowError, TypeError) as error:
        raise BadRecordError(f"a time: {error}") from error


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("ascii")).digest()


# What an app may do.


class _Lines(dict[tuple[Any, ...], str]):
    """The line of each tuple of values; forgets all when it has grown too large."""

    def __init__(self, letter: str, defaults: tuple[Any, ...]) -> None:
        super().__init__()
        self._letter = letter
        self._defaults = defaults

    def __missing__(self, values: tuple[Any, ...]) -> str:
        kept = len(values)
        while values[kept - 1] == self._defaults[kept - 1]:
            kept -= 1
        if len(self) >= _LINES_KEPT:
            self.clear()
        line = self[values] = _encode([self._letter, *values[:kept]])
        return line


def _by_order(kind: type[Permission | Op]) -> tuple[Callable[[Any], Any], tuple[Any, ...]]:
    described = fields(kind)
    names = [field.name for field in described]
    return operator.attrgetter(*names), tuple(field.default for field in described)


# A whole phone has some 30,000 permissions, few of them different: hashing the objects themselves
# would take twice as long.
_permission_values, _permission_defaults = _by_order(Permission)
_op_values, _op_defaults = _by_order(Op)
_permission_lines = _Lines("p", _permission_defaults)
_op_lines = _Lines("o", _op_defaults)


def encode_state(app: App) -> str:
    lines = list(map(_permission_lines.__getitem__, map(_permission_values, app.permissions)))
    lines.extend(map(_op_lines.__getitem__, map(_op_values, app.ops)))
    lines.extend(_encode(["s", name]) for name in app.special)
    return "\n".join(lines)


@_reading
def decode_state(body: str) -> tuple[tuple[Permission, ...], tuple[Op, ...], tuple[str, ...]]:
    lines = map(_read_line, body.split("\n") if body else ())
    found: dict[type, tuple[Any, ...]] = {Permission: (), Op: (), str: ()}
    for kind, some in groupby(lines, type):
        found[kind] += tuple(some)
    return found[Permission], found[Op], found[str]


@functools.lru_cache(_LINES_KEPT)
def _read_line(line: str) -> Permission | Op | str:
    letter, name, *rest = _decode(line)
    match letter:
        case "p":
            kind, granted, *more = rest
            if more:
                more[0] = tuple(more[0])
            return Permission(name, GrantKind(kind), granted, *more)
        case "o":
            return Op(name, *rest)
        case "s":
            return str(name)
        case _:
            raise ValueError(f"unknown line {letter!r}")


# What an app is: versions, times, origin. By name, without those at their default.

# ``code`` is no part of a check: see ``db.app_code``.
_STATE = {"user", "package", "permissions", "ops", "special", "code"}
_TIMES = {"first_installed", "last_updated"}
_DETAILS = [(field.name, field.default) for field in fields(App) if field.name not in _STATE]


def encode_details(app: App) -> str:
    details: dict[str, Any] = {}
    for name, default in _DETAILS:
        value = getattr(app, name)
        if value != default:
            details[name] = micros(value) if name in _TIMES else value
    return _encode(details)


@_reading
def decode_app(user: int, package: str, details: str, state: str) -> App:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in _decode(details).items()
    }
    for name in _TIMES & values.keys():
        values[name] = moment(values[name])
    permissions, ops, special = decode_state(state)
    return App(user, package, permissions=permissions, ops=ops, special=special, **values)


# Uses: what a series of them has in common. User, package, time, duration and running stand apart.

_SERIES = ("op", "rejected", "state", "on_behalf", "attribution", "proxy", "precision")
_series_values = operator.attrgetter(*_SERIES)


def encode_series(use: Use) -> str:
    return _series_text(_series_values(use))


@functools.lru_cache(_LINES_KEPT)
def _series_text(values: tuple[Any, ...]) -> str:
    return _encode(values)


@_reading
def decode_series(body: str) -> dict[str, Any]:
    return dict(zip(_SERIES, _decode(body), strict=True))


# The check itself.


def encode_phone(phone: Phone) -> str:
    return _encode(
        {
            field.name: value
            for field in fields(phone)
            if (value := getattr(phone, field.name)) is not None
        }
    )


@functools.lru_cache(_TEXTS_KEPT)
@_reading
def decode_phone(body: str) -> Phone:
    values = _decode(body)
    return Phone(**{"serial": None, **values})


def encode_users(users: Sequence[User]) -> str:
    return _encode([[user.id, user.name, user.kind, user.running] for user in users])


@functools.lru_cache(_TEXTS_KEPT)
@_reading
def decode_users(body: str) -> tuple[User, ...]:
    return tuple(
        User(number, name, UserKind(kind), running) for number, name, kind, running in _decode(body)
    )


def encode_parts(parts: dict[Part, PartState]) -> str:
    return _encode({part.value: parts[part].value for part in sorted(parts)})


def decode_parts(body: str) -> dict[Part, PartState]:
    return dict(_read_parts(body))


@functools.lru_cache(_TEXTS_KEPT)
@_reading
def _read_parts(body: str) -> dict[Part, PartState]:
    return {Part(part): PartState(state) for part, state in _decode(body).items()}


def encode_problems(problems: Sequence[Problem]) -> str:
    return _encode([[problem.code, problem.part, problem.values] for problem in problems])


@functools.lru_cache(_TEXTS_KEPT)
@_reading
def decode_problems(body: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(code, None if part is None else Part(part), tuple((k, v) for k, v in values))
        for code, part, values in _decode(body)
    )
