"""Stores with a few checks in them, and what the window makes of those."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from audit.catalogue import Catalogue
from audit.model import Part, Snapshot, Use
from audit.wording import Wording
from db.store import Store
from gui.models.comparison import Comparison, build_comparison
from gui.models.saved_checks import PhoneChecks
from tests.builders import NOON, app, snapshot
from tests.unit.gui.shown import ALIPAY, WECHAT

KEY = "SERIAL1"


def life() -> list[Snapshot]:
    """Five checks: WeChat's location widens, is not known on day 14, and is only in use at last."""
    always = "ACCESS_BACKGROUND_LOCATION+"
    fine = "ACCESS_FINE_LOCATION+"
    wechat = app(fine, package=WECHAT)
    shared = replace(wechat, shared_user="com.tencent", permissions=())
    other = app("READ_SMS-", package=ALIPAY)
    return [
        snapshot(wechat, other),
        snapshot(app(fine, always, package=WECHAT), other, day=7),
        snapshot(shared, other, day=14, unread=[Part.SHARED_USERS]),
        snapshot(
            app(fine, always, package=WECHAT, version=2),
            app("READ_SMS+ USER_SET", package=ALIPAY),
            day=21,
        ),
        snapshot(
            app(fine, package=WECHAT, version=2),
            app("READ_SMS+ USER_SET", package=ALIPAY),
            day=28,
        ),
    ]


def use(day: float) -> Use:
    return Use(0, WECHAT, "FINE_LOCATION", NOON + timedelta(days=day), state="bg")


def save_life(store: Store) -> None:
    for number, found in enumerate(life()):
        uses = (use(number * 7 - 1),) if number else ()
        store.save(replace(found, uses=uses))


def phone_checks(store: Store) -> tuple[PhoneChecks, ...]:
    pinned = store.pinned(KEY)
    checks = tuple(store.snapshots(KEY))
    return (PhoneChecks(KEY, None, checks, pinned.id if pinned else None),)


def comparison(store: Store, old: int, new: int, catalogue: Catalogue) -> Comparison:
    wording = Wording("en", catalogue)
    return build_comparison(store.load(old), store.load(new), store.marks(KEY), wording)
