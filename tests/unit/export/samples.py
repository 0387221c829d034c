"""Exports for the tests of the formats: text as bad as a phone can send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.export.about import About, Scope
from audit.export.contents import changes_export, history_export, snapshot_export
from audit.export.table import Cell, Column, Export, Table
from audit.export.uses import uses_export
from audit.history import lanes
from audit.model import App, Part, Problem, Snapshot, Use, User, UserKind
from audit.wording import Wording
from db.records import AppRun
from tests.builders import NOON, app, snapshot

HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "1;=1+1",
    "＝1+1",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</td></table>&amp;\"'",
    "user\u202egpj.exe\u2066\u2069",
    "bell\x07nul\x00esc\x1b[31mdel\x7f",
    "two\nlines\u2028three",
    "lone \ud800 surrogate",
    "blank\u3164\u200b\ufeff\u00ad",
    "微信，支付宝 “用”",
    "a" * 40_000,
)
#: What no file may hold outside JSON's escapes.
HIDDEN = set("\u202e\u2066\u2069\x07\x00\x1b\x7f\u2028\ud800\u3164\u200b\u00ad\t")


def hostile_export(rows: int = 0, *, language: str = "zh-CN") -> Export:
    """One row per hostile text; ``rows`` harmless ones after them."""
    columns = (
        Column("text", "文字", 40),
        Column("number", "数", 8),
        Column("flag", "是否", 8),
        Column("at", "时间 (UTC)", 19),
        Column("more", "更多", 20, on_paper=False),
    )
    cells: list[tuple[Cell, ...]] = [
        (text, number, number % 2 == 0, NOON, None) for number, text in enumerate(HOSTILE)
    ]
    cells += [(f"com.example.app{number}", 10**18, None, None, "x") for number in range(rows)]
    table = Table(
        title="权限历史 <b>=1</b>",
        language=language,
        facts=(("手机", "=cmd|' /C calc'!A0 \u202e<i>"),),
        notes=("时间 <u>UTC</u>",),
        columns=columns,
        rows=iter(cells),
        yes_no=("是", "否"),
    )
    items = ({"text": text} for text in HOSTILE)
    return Export(table, {"format": "test", "personal_details": False}, "items", items)


def about(scope: Scope | None = None, *, kept: bool = False, language: str = "en") -> About:
    wording = Wording(language, Catalogue.load())
    made_at = datetime(2026, 12, 1, tzinfo=UTC)
    return About(wording, scope or Scope(), kept, "Lin's phone", made_at)


#: Every personal detail of ``checks`` and of ``about``.
PERSONAL = ("SERIAL1", "maker/phone:14/A", "Lin", "before the repair", "lin@example.org")


def checks() -> tuple[Snapshot, Snapshot]:
    """Two checks with every kind of personal detail in them."""
    sample = (("count", "3"), ("sample", "lin@example.org"))
    problems = [Problem("unknown-lines", Part.PACKAGES, sample)]
    old = snapshot(
        app("READ_SMS-", "CAMERA+", package="com.tencent.mm"),
        app(package="com.example.bare"),
        problems=problems,
    )
    new = snapshot(
        app("READ_SMS+ USER_SET", "CAMERA+", package="com.tencent.mm", version=2),
        app(
            "ACCESS_FINE_LOCATION+",
            user=10,
            ops=["CAMERA=ignore"],
            special=["notification_listener"],
        ),
        app(package="com.example.bare"),
        problems=problems,
        day=1,
    )
    users = (User(0, "Lin", UserKind.OWNER), User(10, "Work of Lin", UserKind.WORK))
    old, new = (
        replace(one, info=replace(one.info, id=number, users=users, note="before the repair"))
        for number, one in enumerate((old, new), 1)
    )
    return old, replace(new, uses=(USES[0],))


#: Of two apps: a day apart, with a use that was refused and one that another app asked for.
USES = (
    Use(0, "com.tencent.mm", "CAMERA", NOON, state="cch"),
    Use(0, "com.tencent.mm", "READ_SMS", NOON, rejected=True),
    Use(0, "com.tencent.mm", "READ_SMS", NOON + timedelta(days=1), state="top"),
    Use(10, "com.example.app", "FINE_LOCATION", NOON, on_behalf="tpd", proxy="com.tencent.mm"),
)


def export_of(what: str, found: About) -> Export:
    """``history``, ``changes``, ``snapshot`` or ``uses`` of ``checks``."""
    old, new = checks()
    catalogue = found.wording.catalogue
    if what == "changes":
        return changes_export(old.info, new.info, compare(old, new, catalogue), found)
    if what == "snapshot":
        return snapshot_export(new, found)
    if what == "uses":
        wechat = (0, "com.tencent.mm", USES[:3])
        return uses_export((wechat, (10, "com.example.app", USES[3:])), old.info, new.info, found)
    names = sorted({(app.user, app.package) for one in (old, new) for app in one.apps})
    made = (lane for name in names for lane in lanes(_runs(name, old, new), catalogue))
    return history_export(made, old.info, new.info, found)


def _runs(name: tuple[int, str], *found: Snapshot) -> list[AppRun]:
    def of(one: Snapshot) -> App | None:
        return next((app for app in one.apps if (app.user, app.package) == name), None)

    return [AppRun(of(one), one.info, one.info) for one in found]
