"""Random phones written as Android writes them come back as they were; broken ones never crash.

``HYPOTHESIS_EXAMPLES=20000 pytest tests/unit/device/parsers/test_round_trips.py`` tries more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.model import User, UserKind
from device.parsers.accessibility import parse_accessibility
from device.parsers.appops import parse_appops, uses
from device.parsers.appops_history import parse_history
from device.parsers.assemble import build_apps
from device.parsers.battery import parse_battery
from device.parsers.clock import parse_clock
from device.parsers.components import parse_components
from device.parsers.device_policy import parse_device_policy
from device.parsers.lines import text_lines
from device.parsers.notifications import parse_notifications
from device.parsers.package_dump import parse_packages
from device.parsers.package_records import Grant
from device.parsers.properties import (
    parse_getprop,
    phone_from_properties,
    zone_from_properties,
)
from device.parsers.roles import parse_roles
from device.parsers.settings import parse_settings
from device.parsers.users import parse_users

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "60"))
many = settings(
    max_examples=EXAMPLES,
    derandomize="HYPOTHESIS_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")

WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
NAMES = st.builds(".".join, st.lists(WORDS, min_size=2, max_size=4))
OPS = st.from_regex(r"[A-Z][A-Z_]{0,12}[A-Z]", fullmatch=True)
FLAGS = st.lists(
    st.sampled_from(["USER_SET", "USER_FIXED", "SYSTEM_FIXED", "ONE_TIME"]), unique=True
)
MODES = st.sampled_from(["allow", "ignore", "deny", "default", "foreground"])
# An app's own text: anything without a line's end.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), min_size=1, max_size=12
).filter(lambda text: text != "null")


@dataclass(frozen=True)
class WrittenUser:
    id: int
    installed: bool
    runtime: tuple[Grant, ...]


@dataclass(frozen=True)
class WrittenApp:
    name: str
    app_id: int
    version: tuple[str, int]
    target: int
    install: tuple[str, ...]
    users: tuple[WrittenUser, ...]


def grants() -> st.SearchStrategy[tuple[Grant, ...]]:
    one = st.builds(Grant, NAMES, st.booleans(), FLAGS.map(tuple))
    return st.lists(one, max_size=4, unique_by=lambda grant: grant.name).map(tuple)


@st.composite
def phones(draw: st.DrawFn) -> tuple[WrittenApp, ...]:
    ids = (0, *draw(st.lists(st.integers(10, 999), max_size=2, unique=True)))
    users = st.tuples(
        *(st.builds(WrittenUser, st.just(id_), st.booleans(), grants()) for id_ in ids)
    )
    app = st.builds(
        WrittenApp,
        NAMES,
        st.integers(1000, 19_999),
        st.tuples(TEXTS, st.integers(0, 2**31 - 1)),
        st.integers(1, 36),
        st.lists(NAMES, max_size=3, unique=True).map(tuple),
        users,
    )
    return tuple(draw(st.lists(app, min_size=1, max_size=5, unique_by=lambda app: app.name)))


def written(apps: Sequence[WrittenApp]) -> bytes:
    """As Android 14 prints ``dumpsys package packages``."""
    lines = ["Packages:"]
    for app in apps:
        lines += [
            f"  Package [{app.name}] (1a2b3c):",
            f"    appId={app.app_id}",
            f"    versionCode={app.version[1]} minSdk=24 targetSdk={app.target}",
            f"    versionName={app.version[0]}",
            "    flags=[ HAS_CODE ]",
            "    install permissions:",
            *(f"      {name}: granted=true" for name in app.install),
        ]
        for user in app.users:
            installed = str(user.installed).lower()
            lines.append(f"    User {user.id}: ceDataInode=1 installed={installed} enabled=0")
            lines.append("      runtime permissions:")
            for grant in user.runtime:
                state = f"{grant.name}: granted={str(grant.granted).lower()}"
                lines.append(f"        {state}, flags=[ {'|'.join(grant.flags)}]")
    return "".join(f"{line}\n" for line in lines).encode()


@many
@given(phones(), st.integers(1, 64))
def test_packages_come_back_as_they_were(apps: tuple[WrittenApp, ...], piece: int) -> None:
    text = written(apps)
    dump = parse_packages(text[start : start + piece] for start in range(0, len(text), piece))
    assert (dump.unknown_lines, dump.truncated, dump.unreadable) == (0, False, ())
    found = tuple(
        WrittenApp(
            one.name,
            one.app_id or 0,
            (one.version_name or "", one.version_code or 0),
            one.target_sdk or 0,
            tuple(grant.name for grant in one.install),
            tuple(WrittenUser(u.id, bool(u.installed), u.runtime) for u in one.users),
        )
        for one in dump.packages
    )
    assert found == apps
    made = {(app.user, app.package) for app in build_apps(dump, None, None, ZONE)}
    assert made == {(u.id, app.name) for app in apps for u in app.users if u.installed}


@many
@given(st.dictionaries(st.integers(1000, 1_019_999), st.dictionaries(OPS, MODES, min_size=1)))
def test_modes_of_app_ops_come_back_as_they_were(modes: dict[int, dict[str, str]]) -> None:
    lines = ["Current AppOps Service state:"]
    for uid, ops in modes.items():
        lines += [f"  Uid {uid}:", *(f"      {op}: mode={mode}" for op, mode in ops.items())]
        lines += [
            "    Package com.example:",
            *(f"      {op} ({mode}):" for op, mode in ops.items()),
        ]
    dump = parse_appops(lines, NOON, ZONE)
    assert dump.uid_modes == modes
    of_packages = {
        uid: {op: record.mode for op, record in ops.items()}
        for (uid, _, _), ops in dump.package_ops.items()
    }
    assert of_packages == modes
    assert (dump.unknown_lines, dump.lost_blocks) == (0, 0)


@many
@given(
    st.dictionaries(WORDS, TEXTS.filter(lambda text: text.strip() != "null"), min_size=1),
    st.dictionaries(NAMES, TEXTS.filter(lambda text: not text.endswith("]"))),
)
def test_settings_and_properties_come_back_as_they_were(
    table: dict[str, str], properties: dict[str, str]
) -> None:
    assert parse_settings(f"{key}={value}" for key, value in table.items()) == table
    text = "\n".join(f"[{key}]: [{value}]" for key, value in properties.items())
    assert parse_getprop(text) == properties


@many
@given(st.dictionaries(st.integers(0, 999), st.tuples(TEXTS, st.booleans()), min_size=1))
def test_users_come_back_as_they_were(users: dict[int, tuple[str, bool]]) -> None:
    lines = ["Users:"]
    for id_, (name, running) in users.items():
        lines.append(f"\tUserInfo{{{id_}:{name}:410}}{' running' * running}")
    found = parse_users("\n".join(lines))
    assert found is not None
    assert {user.id: (user.name, user.running) for user in found} == users
    assert all(isinstance(one, User) and isinstance(one.kind, UserKind) for one in found)


def read_all(data: bytes) -> None:
    """Every parser on the same bytes, and what follows from them."""
    dump = parse_packages([data])
    build_apps(dump, dump, dump, ZONE, dump)
    text = "\n".join(text_lines([data]))
    lines = text.split("\n")
    now = parse_clock(text, ZONE)
    properties = parse_getprop(text)
    phone_from_properties(properties, None)
    zone_from_properties(properties)
    for clock in (now, NOON, None):
        list(uses(parse_appops(lines, clock, ZONE)))
    others: tuple[Callable[[Sequence[str]], object], ...] = (
        parse_settings,
        parse_roles,
        parse_battery,
        parse_components,
        parse_accessibility,
        parse_device_policy,
        parse_notifications,
        lambda some: parse_history(some, ZONE),
    )
    for parse in others:
        parse(lines)
    parse_users(text)


STARTS = (
    "",
    "Current AppOps Service state:\n  Uid u0a1:\n    Package a.b:\n      CAMERA (allow):\n"
    "          Access: [top-s] 2026-11-23 12:00:00.000 (-1d2h3m4s5ms) duration=+5s1ms"
    " proxy[uid=10143, pkg=a.b, attributionTag=x]\n",
    "Discrete accesses:\nUid: 10123\nPackage: a.b\nCAMERA\n"
    "Access [TOP-s] at 2026-11-23 12:00:00.000 for 5 milliseconds\n"
    "UID|PACKAGE_NAME|OP_NAME|ACCESS_TIME|DURATION\n1|a|B|2026-11-23 12:00:00.000|7\n",
    "ROLE MANAGER STATE (dumpsys role):\nuser_states={\nuser_id=0\n"
    "roles=[\n{\nname=a\nholders=b\n}\n]\n}\n",
    "Current Device Policy Manager state:\n  Enabled Device Admins (User 0, x):\n    a.b/.C:\n"
    "  Profile Owner (User 10):\n    admin=ComponentInfo{a.b/a.b.C}\n",
    "    Allowed notification listeners:\n      a/b (user: 0 isPrimary: true)\n",
    "Mon Nov 23 13:12:00 GMT+08:00 2026\n[persist.sys.timezone]: [GMT+08:00]\n",
    "Users:\n\tUserInfo{0:a:c13} running\n",
)


@many
@given(
    st.one_of(phones().map(written), st.sampled_from([start.encode() for start in STARTS])),
    st.lists(
        st.tuples(
            st.integers(0, 4000),
            st.integers(0, 60),
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from([b"9" * 4400, b"-1", b"0001-01-01", b"9999-12-31", b"\n", b"  "]),
            ),
        ),
        max_size=8,
    ),
)
def test_no_parser_raises_on_a_broken_dump(
    text: bytes, breaks: list[tuple[int, int, bytes]]
) -> None:
    for place, length, instead in breaks:
        start = place % (len(text) + 1)
        text = text[:start] + instead + text[start + length :]
    read_all(text)
