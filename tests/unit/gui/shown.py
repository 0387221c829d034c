"""Checks as the window shows them, from snapshots written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from audit.catalogue import Catalogue
from audit.changes import compare
from audit.checkup import Checkup
from audit.model import App, Snapshot
from audit.wording import Wording
from gui.models.rows import Shown, build_shown
from gui.views.app_details import AppDetails
from gui.widgets.beforehand import Beforehand
from gui.widgets.gradual import Gradually
from tests.builders import app, snapshot

WECHAT, ALIPAY, NEWCOMER = "com.tencent.mm", "com.eg.android.AlipayGphone", "org.example.newcomer"


_Found = TypeVar("_Found", bound=QWidget)


def build(widget: QWidget) -> None:
    """Until everything in it stands, and Qt has shown what was added just now."""
    QApplication.processEvents()
    while any(one.busy for one in widget.findChildren(Gradually)):
        QApplication.processEvents()
    QApplication.processEvents()


def beforehand(details: AppDetails) -> Beforehand:
    build(details)
    assert details.beforehand is not None
    return details.beforehand


def visible(widget: QWidget, kind: type[_Found]) -> list[_Found]:
    """All parts of a kind that can be seen."""
    build(widget)
    return [one for one in widget.findChildren(kind) if one.isVisibleTo(widget)]


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in visible(widget, QLabel))


def first(new: Snapshot, catalogue: Catalogue) -> Shown:
    return build_shown(Checkup(new, None, ()), Wording("en", catalogue))


def shown(old: Snapshot, new: Snapshot, catalogue: Catalogue, language: str = "en") -> Shown:
    found = Checkup(new, old.info, compare(old, new, catalogue))
    return build_shown(found, Wording(language, catalogue))


def story() -> tuple[Snapshot, Snapshot]:
    """WeChat gains the call history and keeps location in use; Alipay loses the camera."""
    store = "com.android.vending"
    location = "ACCESS_FINE_LOCATION+"
    old = snapshot(
        app("READ_CALL_LOG-", location, package=WECHAT, installer=store),
        app("CAMERA+", "READ_SMS- USER_SET", package=ALIPAY, installer=store),
        app("CAMERA-", package="com.android.camera2", system=True),
    )
    new = snapshot(
        app("READ_CALL_LOG+ USER_SET", location, package=WECHAT, installer=store),
        app("CAMERA- USER_SET", "READ_SMS- USER_SET", package=ALIPAY, installer=store),
        app("CAMERA-", package="com.android.camera2", system=True),
        app("READ_CONTACTS+ USER_SET", package=NEWCOMER),
        day=7,
    )
    return old, new


def unread_shared() -> App:
    """An app whose grants stand with its shared uid, which was not read."""
    return replace(app(package="com.android.phone", system=True), shared_user="android.uid.phone")
