"""A week on a phone, for the tests of the weekly sheet."""

from __future__ import annotations

from datetime import timedelta

from audit.model import App, Use
from audit.weekly import Sheet, sheet
from audit.wording import Wording
from db.store import Store
from tests.builders import NOON, app

KEY = "SERIAL1"
WECHAT, ALIPAY = "com.tencent.mm", "com.eg.android.AlipayGphone"
CAMERA_APP = "com.example.camera"


def before() -> tuple[App, App]:
    return app("READ_CALL_LOG-", package=WECHAT), app("READ_SMS+ USER_SET", package=ALIPAY)


def after() -> tuple[App, App, App]:
    return (
        app("READ_CALL_LOG+ USER_SET", package=WECHAT),
        app("READ_SMS- USER_SET", package=ALIPAY),
        app("CAMERA+ USER_SET", package=CAMERA_APP),
    )


def used(package: str, op: str, day: float, *, rejected: bool = False) -> Use:
    return Use(0, package, op, NOON + timedelta(days=day), rejected=rejected)


def told(store: Store, wording: Wording) -> Sheet:
    found = sheet(store, KEY, wording)
    assert found is not None
    return found
