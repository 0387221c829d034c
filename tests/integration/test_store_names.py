"""Names and icons in the store: kept once, as long as a check knows their app."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from audit.model import AppIcon, AppName
from db.engine import Database
from db.errors import NoSuchPhoneError
from db.store import Store
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

ICON = AppIcon("png", b"picture")
FIRST, SECOND = sample_app(0), sample_app(1)
NAMES = [
    AppName(FIRST.package, "1", {"": "First", "zh-CN": "第一"}, ICON),
    AppName(SECOND.package, "2", {}, ICON),
]


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        opened.save(sample_snapshot([FIRST, SECOND]))
        opened.save_names(PHONE.key, NAMES)
        yield opened


def count(place: str | Path, table: str) -> int:
    database = Database.open(place, create=False)
    try:
        with database.read() as raw:
            return raw.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608
    finally:
        database.close()


def test_names_come_back_as_they_were_saved(store: Store) -> None:
    assert store.names(PHONE.key, icons=True) == sorted(NAMES, key=lambda name: name.package)
    assert [name.icon for name in store.names(PHONE.key)] == [None, None]
    assert store.names("another phone") == []
    assert [name.package for name in store.names()] == [n.package for n in store.names(PHONE.key)]


def test_an_icon_that_two_apps_share_is_kept_once(store: Store, place: str | Path) -> None:
    assert count(place, "icon") == 1


def test_a_new_name_takes_the_place_of_the_old_one_and_its_icon(
    store: Store, place: str | Path
) -> None:
    other = AppIcon("svg", b"<svg/>")
    store.save_names(PHONE.key, [replace(name, stamp="3", icon=other) for name in NAMES])
    assert {name.icon for name in store.names(PHONE.key, icons=True)} == {other}
    assert count(place, "icon") == 1


def test_names_go_with_the_last_check_that_knows_their_app(store: Store, place: str | Path) -> None:
    later = store.save(sample_snapshot([FIRST], at=NOON + timedelta(days=1)))
    first = store.snapshots()[0]
    assert first.id is not None
    assert later.id is not None
    assert len(store.names(PHONE.key)) == 2
    store.delete(first.id)
    assert [name.package for name in store.names(PHONE.key)] == [FIRST.package]
    store.delete(later.id)
    assert (count(place, "app_name"), count(place, "icon")) == (0, 0)


def test_names_do_not_touch_the_sealed_record(store: Store) -> None:
    before = store.record()
    store.save_names(PHONE.key, NAMES[:1])
    assert store.record() == before
    assert store.verify().findings == ()


def test_a_phone_without_checks_has_no_names(store: Store) -> None:
    with pytest.raises(NoSuchPhoneError):
        store.save_names("another phone", NAMES)
