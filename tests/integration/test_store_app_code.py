"""What apps are made of, in the store: part of every check that found the same version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from audit.model import App, AppCode
from db.errors import NoSuchPhoneError
from db.store import Store
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

FIRST = sample_app(0)
UPDATED = replace(FIRST, version_code=(FIRST.version_code or 0) + 1)
CODE = AppCode(FIRST.package, FIRST.stamp, ("com.igexin.sdk", "org.example"))


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        opened.save(sample_snapshot([FIRST, sample_app(1)]))
        yield opened


def code_of(apps: tuple[App, ...] | list[App], package: str = FIRST.package) -> object:
    return next(app.code for app in apps if app.package == package)


def test_code_comes_back_with_the_checks_of_that_version(store: Store) -> None:
    later = store.save(sample_snapshot([UPDATED], at=NOON + timedelta(days=1)))
    assert code_of(store.load(1).apps) is None
    store.save_code(PHONE.key, CODE)
    assert code_of(store.load(1).apps) == CODE.packages
    assert code_of(store.load(1).apps, sample_app(1).package) is None
    assert later.id is not None
    assert code_of(store.load(later.id).apps) is None
    store.save_code(PHONE.key, replace(CODE, stamp=UPDATED.stamp, packages=()))
    old, new = store.changed_apps(1, later.id)
    assert (code_of(old), code_of(new)) == (CODE.packages, ())


def test_a_second_look_takes_the_place_of_the_first(store: Store) -> None:
    store.save_code(PHONE.key, CODE)
    store.save_code(PHONE.key, replace(CODE, packages=("org.other",)))
    assert code_of(store.with_code(PHONE.key, [FIRST])) == ("org.other",)


def test_code_goes_with_the_last_check_that_knows_its_app(store: Store) -> None:
    store.save_code(PHONE.key, CODE)
    store.save(sample_snapshot([sample_app(1)], at=NOON + timedelta(days=1)))
    store.delete(1)
    assert code_of(store.with_code(PHONE.key, [FIRST])) is None


def test_code_is_no_part_of_the_sealed_record(store: Store) -> None:
    before = store.record()
    store.save_code(PHONE.key, CODE)
    assert store.record() == before
    assert store.verify().findings == ()
    # Nor of a check that is saved: the same app is the same entry, with code or without.
    again = store.save(sample_snapshot([replace(FIRST, code=("x.y",)), sample_app(1)]))
    assert again.id is not None
    assert store.changed_apps(1, again.id) == ([], [])


def test_a_phone_that_is_split_off_keeps_what_is_known(store: Store) -> None:
    later = store.save(sample_snapshot([FIRST], at=NOON + timedelta(days=1)))
    store.save_code(PHONE.key, CODE)
    assert later.id is not None
    key = store.split_phone([later.id])
    assert code_of(store.load(later.id).apps) == CODE.packages
    store.merge_phones(key, PHONE.key)
    assert code_of(store.load(later.id).apps) == CODE.packages


def test_a_phone_without_checks_has_no_apps_to_look_into(store: Store) -> None:
    with pytest.raises(NoSuchPhoneError):
        store.save_code("another phone", CODE)
