"""Snapshots for the store's tests: small ones by hand, arbitrary ones by Hypothesis."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from audit.model import (
    App,
    GrantKind,
    Op,
    Part,
    PartState,
    Permission,
    Phone,
    Problem,
    Snapshot,
    SnapshotInfo,
    Use,
    User,
    UserKind,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHONE = Phone("R58M1234567", "samsung", "SM-G991B", "14", 34)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def sample_app(number: int, *, version: int = 1, granted: bool = True, user: int = 0) -> App:
    return App(
        user,
        f"com.example.app{number:04}",
        version_name=f"1.{version}",
        version_code=version,
        target_sdk=34,
        uid=10_000 + number,
        installer="com.android.vending",
        first_installed=NOON - timedelta(days=100 + number),
        last_updated=NOON - timedelta(days=10, seconds=number),
        permissions=tuple(
            Permission(
                f"android.permission.{name}",
                GrantKind.RUNTIME,
                granted or place > 0,
                ("USER_SET", "USER_SENSITIVE_WHEN_GRANTED"),
                requested=True,
            )
            for place, name in enumerate(("ACCESS_FINE_LOCATION", "CAMERA", "READ_SMS"))
        ),
        ops=(Op("CAMERA", "ignore"), Op("FINE_LOCATION", None, "foreground")),
        special=("notification_listener",) if number % 7 == 0 else (),
    )


def sample_snapshot(
    apps: typing.Iterable[App] = (),
    *,
    at: datetime = NOON,
    phone: Phone = PHONE,
    uses: tuple[Use, ...] = (),
    failed: tuple[Part, ...] = (),
    source: str = "phone",
) -> Snapshot:
    parts = dict.fromkeys(Part, PartState.READ) | dict.fromkeys(failed, PartState.FAILED)
    listed = tuple(sorted(apps, key=lambda app: (app.package, app.user)))
    info = SnapshotInfo(
        phone,
        at,
        users=(User(0, "Owner", UserKind.OWNER, running=True),),
        app_count=len(listed),
        parts=parts,
        problems=tuple(Problem("timeout", part, (("seconds", "60"),)) for part in failed),
        source=source,
    )
    return Snapshot(info, listed, uses)


def anything(kind: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Arbitrary values of a model's type, every field of it filled, later added ones too."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        filled = {field.name: anything(hints[field.name]) for field in fields(kind)}
        return st.builds(kind, **(filled | given))
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return st.one_of([anything(argument) for argument in arguments])
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(anything(arguments[0]), max_size=4).map(tuple)
    if origin is tuple:
        return st.tuples(*map(anything, arguments))
    if origin is dict:
        return st.dictionaries(*map(anything, arguments), max_size=4)
    return _plain(kind)


def _plain(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    known: dict[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        datetime: st.datetimes(timezones=st.just(UTC)),
        int: st.integers(-(2**31), 2**31 - 1),
        str: TEXT,
        types.NoneType: st.none(),
    }
    return known[kind]


def any_snapshot() -> st.SearchStrategy[Snapshot]:
    """As the scanner makes them: apps sorted, each once; as many as are counted."""
    # Code is looked into later, and kept apart.
    app = anything(App, code=st.none())
    apps = st.lists(app, max_size=5, unique_by=lambda app: (app.package, app.user))
    infos = anything(SnapshotInfo, id=st.none(), source=st.sampled_from(["phone", "files", "demo"]))
    return st.builds(_as_scanned, infos, apps)


def _as_scanned(info: SnapshotInfo, apps: list[App]) -> Snapshot:
    listed = sorted(apps, key=lambda app: (app.package, app.user))
    return Snapshot(replace(info, app_count=len(listed)), tuple(listed))
