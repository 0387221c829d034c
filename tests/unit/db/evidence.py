"""A store with a row of every kind, for the tests of the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.model import Action, ActionKind, Deed, Phone, RawAnswer, Use
from db.records import Mark, Retention, Tidying
from db.store import Store
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

DAY = timedelta(days=1)
PACKAGES = "dumpsys package packages"
APPOPS = "dumpsys appops"


def package_dump(versions: dict[int, int], turn: int = 0, apps: int = 60) -> bytes:
    """The form of Android's own dump; ``turn`` changes what every restart changes."""
    return b"Packages:\n" + b"".join(
        b"  Package [com.example.app%04d] (%07x):\n    versionCode=%d\n%b\n"
        % (n, 0xABCDE + 7919 * n + turn, versions.get(n, 1), b"    line of %d\n" % n * 40)
        for n in range(apps)
    )


def appops_dump(day: int) -> bytes:
    return b"Current AppOps state:\n" + b"".join(
        b"  Uid u0a%d:\n    Package com.example.app%04d:\n      CAMERA (allow):\n"
        b"        Access: [top-s] 2026-11-22 10:00:00.000 (-%dd2h0m0s%dms)\n" % (n, n, day, n)
        for n in range(200)
    )


def answers(day: int, **changed: bytes) -> tuple[RawAnswer, ...]:
    at = NOON + day * DAY
    return (
        RawAnswer("date", b"%d\n" % (1_795_000_000 + day), at),
        RawAnswer(PACKAGES, changed.get("packages", package_dump({})), at),
        RawAnswer(APPOPS, appops_dump(day), at),
        RawAnswer("dumpsys role", b"", at, missing="not-answered"),
    )


def filled(path: Path) -> Store:
    """Six checks of two phones: one deleted, one without its answers, one read a second time.

    A phone was split and merged again, and the choice of what to keep left nothing over.
    """
    store = Store.open(path)
    apps = [sample_app(n) for n in range(4)]
    running = Use(0, apps[0].package, "CAMERA", NOON, duration_ms=10, running=True)
    ended = replace(running, duration_ms=9000, running=False)
    other = Use(0, apps[1].package, "FINE_LOCATION", NOON, state="bg", proxy="com.example.maps")
    still = replace(other, op="RECORD_AUDIO", running=True)
    for day in range(4):
        listed = [*apps, sample_app(10 + day)]
        uses = (running, other) if day == 0 else (ended, still)
        shot = sample_snapshot(listed, at=NOON + day * DAY, uses=uses)
        store.save(replace(shot, raw=answers(day)))
    second = Phone("SECOND", "Google", "Pixel 8", "15", 35)
    store.save(sample_snapshot(apps[:2], at=NOON, phone=second, uses=(other,)))
    again = sample_snapshot(apps, at=NOON + DAY, source="reread")
    store.save(replace(again, info=replace(again.info, reread_of=2)))
    store.delete(1)
    store.drop_raw([3])
    store.set_note(2, "before the repair")
    store.set_title(2, "the repair shop")
    store.pin(4)
    store.merge_phones(store.split_phone([4]), PHONE.key)
    store.name_phone(PHONE.key, "妈妈的手机")
    store.mark(PHONE.key, Mark(0, apps[0].package, "READ_SMS", "allowed", "my own", NOON))
    store.mark(PHONE.key, Mark(0, "com.example.unseen", "role:SMS", None, None, NOON))
    op = Action(ActionKind.SET_OP, 0, apps[0].package, "overlay", "SYSTEM_ALERT_WINDOW", "ignore")
    tried = store.save_deed(PHONE.key, Deed(op, NOON, undoes=7))
    store.save_deed(PHONE.key, replace(tried, refusal="no", held=False, checked_by=4))
    store.tidy(Retention(3650, "monthly"), Tidying(), NOON)
    return store
