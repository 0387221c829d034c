"""Whatever the phone and the person call things, the window shows it as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as RichText
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from audit.model import AppName, Phone, Snapshot, User, UserKind
from db.store import Store
from gui.app import Options
from gui.pages import APPS, COMPANIES, COMPARE, CONNECT, HISTORY, OVERVIEW, PHONES, SETTINGS
from tests import builders
from tests.journeys.conftest import MakeProgram

EVIL = "<b>A</b>&B <img src='file:///x'>\u202e\u200b\x1b[31m/../\nз"
PHONE = Phone("S/<i>1</i>", "Maker", EVIL, "14", 34, "2026-11-01", "maker/phone:14/A")
USERS = (
    User(0, EVIL, UserKind.OWNER, running=True),
    User(10, EVIL * 2, UserKind.WORK, running=True),
)
PAGES = (OVERVIEW, APPS, COMPARE, HISTORY, COMPANIES, PHONES, CONNECT, SETTINGS)
NAMES = [f"com.evil.<b>&{number}" for number in range(3)] + ["com.long." + "x" * 20_000]


def check(day: int, *granted: str) -> Snapshot:
    apps = [
        builders.app(
            *granted,
            f"com.<u>own</u>.{EVIL}@install+".replace(" ", "").replace("\n", ""),
            package=name,
            user=user,
            version_name=EVIL,
            version_code=day + 1,
            installer=f"com.<s>{user}",
            components=("com.<b>kit",),
        )
        for name in NAMES
        for user in (0, 10)
    ]
    made = builders.snapshot(*apps, day=day)
    info = replace(made.info, phone=PHONE, users=USERS, source="phone")
    return replace(made, info=replace(info, taken_at=info.taken_at - timedelta(days=10)))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "hostile.sqlite"
    with Store.open(path) as store:
        first = store.save(check(0))
        second = store.save(check(1, "READ_SMS+", "ACCESS_FINE_LOCATION+", "READ_CALL_LOG+"))
        assert first.id is not None
        assert second.id is not None
        store.set_note(first.id, EVIL)
        store.set_title(second.id, EVIL)
        labels = [
            AppName(app.package, app.stamp, {"": EVIL + app.package[:20]})
            for app in check(1).apps
            if app.user == 0
        ]
        store.save_names(second.key, labels)
    return path


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_no_page_takes_a_name_for_markup_or_for_a_shortcut(
    make_program: MakeProgram, store: Path, qtbot: QtBot, language: str
) -> None:
    program = make_program(Options(str(store), demo=False, language=language))
    qtbot.waitUntil(lambda: program.services.shown is not None, timeout=60_000)
    wrong: set[str] = set()
    seen = 0
    for page in PAGES:
        program.window.open_page(page)
        qtbot.wait(300)
        for widget in program.window.findChildren(QWidget):
            texts = list(texts_of(widget))
            seen += sum("A</b>" in text or "A&lt;/b&gt;" in text for text, _ in texts)
            wrong |= {
                f"{page}: {type(widget).__name__}: {text[:80]!r}" for text, bad in texts if bad
            }
    assert wrong == set()
    assert seen > 10


def texts_of(widget: QWidget) -> Iterator[tuple[str, bool]]:
    """What a widget shows, and whether Qt would take it for more than text."""
    yield widget.toolTip(), is_markup(widget.toolTip())
    if isinstance(widget, QLabel):
        plain = widget.textFormat() is Qt.TextFormat.PlainText
        yield widget.text(), not plain and RichText.mightBeRichText(widget.text())
    elif isinstance(widget, QAbstractButton):
        yield widget.text(), "</b>&B" in widget.text()
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        columns = model.columnCount() if isinstance(widget, QTableView) else 1
        for row in range(min(model.rowCount(), 20)):
            for column in range(columns):
                index = model.index(row, column)
                tip = index.data(Qt.ItemDataRole.ToolTipRole)
                yield str(index.data() or ""), False
                yield str(tip or ""), is_markup(str(tip or ""))


def is_markup(tip: str) -> bool:
    """A tooltip is rich text by its looks alone; ours then has no tag but the one around it."""
    ours = tip.startswith('<span style="white-space: pre-wrap">') and tip.count("<") == 2
    return RichText.mightBeRichText(tip) and not ours
