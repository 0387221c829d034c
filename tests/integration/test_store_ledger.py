"""The ledger of uses over overlapping checks, and what a person marked as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.model import Use
from db.errors import NoSuchPhoneError
from db.store import Mark, Store
from tests.unit.db.samples import NOON, PHONE, anything, sample_app, sample_snapshot

APP = sample_app(1)
CAMERA = Use(0, APP.package, "CAMERA", NOON, state="top", on_behalf="s", duration_ms=1500)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        yield opened


def save(store: Store, *uses: Use, day: int = 0) -> int:
    at = NOON + timedelta(days=day)
    number = store.save(sample_snapshot([APP], at=at, uses=uses)).id
    assert number is not None
    return number


def uses(store: Store) -> list[Use]:
    return store.uses(PHONE.key, 0, APP.package)


def test_checks_that_overlap_do_not_double_a_use(store: Store) -> None:
    earlier, later = replace(CAMERA, at=NOON - HOUR), replace(CAMERA, at=NOON + HOUR)
    save(store, earlier, CAMERA)
    save(store, CAMERA, later, day=1)
    save(store, earlier, CAMERA, later, day=2)
    assert uses(store) == [earlier, CAMERA, later]
    assert store.uses(PHONE.key, 0, APP.package, since=NOON) == [CAMERA, later]
    assert store.uses(PHONE.key, 10, APP.package) == []
    assert store.uses("no such phone", 0, APP.package) == []


@pytest.mark.parametrize(
    "other",
    [
        {"op": "RECORD_AUDIO"},
        {"rejected": True},
        {"state": None},
        {"state": "bg"},
        {"on_behalf": "tp"},
        {"attribution": "scan"},
        {"proxy": "com.example.other"},
        {"precision": 60},
    ],
)
def test_uses_that_differ_in_kind_are_two(store: Store, other: dict[str, object]) -> None:
    second = replace(CAMERA, **other)  # type: ignore[arg-type]
    save(store, CAMERA, second)
    save(store, second, CAMERA, day=1)
    assert sorted(uses(store), key=repr) == sorted([CAMERA, second], key=repr)


def test_a_running_use_gets_how_long_it_lasted(store: Store) -> None:
    running = replace(CAMERA, running=True, duration_ms=10)
    ended = replace(CAMERA, duration_ms=9000)
    save(store, running)
    save(store, ended, day=1)
    assert uses(store) == [ended]
    # Files read later may tell of an earlier moment.
    save(store, running, day=2)
    assert uses(store) == [ended]


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(listed=st.lists(anything(Use), min_size=1, max_size=6))
def test_every_use_comes_back(store: Store, listed: list[Use]) -> None:
    store.save(sample_snapshot(uses=tuple(listed)))
    told = {(use.user, use.package): store.uses(PHONE.key, use.user, use.package) for use in listed}
    for use in listed:
        same = [replace(one, duration_ms=0, running=False) for one in told[use.user, use.package]]
        assert same.count(replace(use, duration_ms=0, running=False)) == 1


def test_the_last_use_of_each_kind_up_to_a_check(store: Store) -> None:
    microphone = replace(CAMERA, op="RECORD_AUDIO", at=NOON - 2 * HOUR)
    first = save(store, replace(CAMERA, at=NOON - HOUR), CAMERA, microphone)
    later = replace(CAMERA, at=NOON + 5 * HOUR)
    second = save(store, later, day=1)
    store.save(sample_snapshot(phone=replace(PHONE, serial="another"), uses=(CAMERA,)))
    assert store.last_uses(first) == [microphone, CAMERA]
    assert store.last_uses(second) == [microphone, later]


def test_uses_outlive_the_check_that_told_of_them_but_not_the_phone(store: Store) -> None:
    first, second = save(store, CAMERA), save(store, day=1)
    store.delete(first)
    assert uses(store) == [CAMERA]
    store.delete(second)
    assert uses(store) == []


def test_a_mark_replaces_the_earlier_one_of_the_same_finding(store: Store) -> None:
    save(store)
    mark = Mark(0, APP.package, "android.permission.CAMERA", "allowed", "my scanner", NOON)
    other = Mark(10, "com.example.unseen", "role:SMS", None, None, NOON)
    store.mark(PHONE.key, mark)
    store.mark(PHONE.key, other)
    assert store.marks(PHONE.key) == [mark, other]
    stricter = replace(mark, after="while-in-use", created_at=NOON + HOUR)
    store.mark(PHONE.key, stricter)
    assert store.marks(PHONE.key) == [stricter, other]
    store.unmark(PHONE.key, 0, APP.package, "android.permission.CAMERA")
    store.unmark(PHONE.key, 0, APP.package, "android.permission.CAMERA")
    assert store.marks(PHONE.key) == [other]


def test_marks_are_of_one_phone_and_outlive_its_checks(store: Store) -> None:
    mark = Mark(0, "com.example.gone", "app", None, None, NOON)
    with pytest.raises(NoSuchPhoneError):
        store.mark(PHONE.key, mark)
    first = save(store)
    store.mark(PHONE.key, mark)
    save(store, day=1)
    store.delete(first)
    assert store.marks(PHONE.key) == [mark]
    assert store.marks("another") == []
