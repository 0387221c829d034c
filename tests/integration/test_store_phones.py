"""Phones of the store that are one, or two: what a person says of them outlasts the next check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from audit.model import AppIcon, AppName, Phone, Snapshot, SnapshotInfo, Use
from db.engine import Database
from db.errors import NoSuchPhoneError, NoSuchSnapshotError, NotSplittableError
from db.records import Mark
from db.store import Store
from tests.unit.db.evidence import DAY, answers
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

#: The same phone after an update that no longer tells the serial number.
HIDDEN = replace(PHONE, serial=None, android="15", sdk=35)
OTHER = Phone("OTHER", "Google", "Pixel 8", "15", 35)
APPS = [sample_app(n) for n in range(3)]


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        yield opened


def checked(store: Store, day: int, phone: Phone = PHONE, *uses: Use) -> int:
    return saved(store, sample_snapshot(APPS, at=NOON + day * DAY, phone=phone, uses=uses)).id or 0


def saved(store: Store, shot: Snapshot) -> SnapshotInfo:
    return store.save(replace(shot, raw=answers(0)))


def numbers(store: Store, key: str) -> list[int | None]:
    return [info.id for info in store.snapshots(key)]


def keys(store: Store) -> dict[str, tuple[str, ...]]:
    return {phone.key: phone.keys for phone in store.phones()}


def test_a_new_android_or_a_factory_reset_makes_no_new_phone(store: Store) -> None:
    checked(store, 0)
    updated = replace(PHONE, android="15", sdk=35, fingerprint="samsung/15", security_patch="2026")
    info = saved(store, sample_snapshot([], at=NOON + DAY, phone=updated))
    assert info.key == PHONE.key
    assert list(keys(store)) == [PHONE.key]


def test_after_a_merge_later_checks_under_the_old_key_join_the_merged_phone(store: Store) -> None:
    first = checked(store, 0)
    assert not store.has_several_phones()
    hidden = checked(store, 1, HIDDEN)
    assert store.has_several_phones()
    store.merge_phones(HIDDEN.key, PHONE.key)
    assert not store.has_several_phones()
    assert keys(store) == {PHONE.key: (PHONE.key, HIDDEN.key)}
    later = checked(store, 2, HIDDEN)
    assert numbers(store, PHONE.key) == [first, hidden, later]
    assert store.info(later).key == PHONE.key
    assert store.key_of(HIDDEN.key) == PHONE.key
    assert store.key_of("nobody") is None
    store.delete(hidden)
    store.delete(later)
    assert store.save(sample_snapshot(phone=HIDDEN)).key == PHONE.key
    assert store.verify().findings == ()


def test_a_phone_merged_twice_takes_all_its_keys_along(store: Store) -> None:
    checked(store, 0)
    checked(store, 1, HIDDEN)
    checked(store, 2, OTHER)
    store.merge_phones(HIDDEN.key, PHONE.key)
    store.merge_phones(PHONE.key, OTHER.key)
    assert keys(store) == {OTHER.key: (OTHER.key, PHONE.key, HIDDEN.key)}
    for phone in (PHONE, HIDDEN, OTHER):
        assert store.info(checked(store, 3, phone)).key == OTHER.key


def test_with_its_last_check_a_phone_loses_its_keys(store: Store) -> None:
    only = checked(store, 0)
    gone = checked(store, 1, HIDDEN)
    store.merge_phones(HIDDEN.key, PHONE.key)
    for number in (only, gone):
        store.delete(number)
    assert store.info(checked(store, 2, HIDDEN)).key == HIDDEN.key
    assert store.verify().findings == ()


class TestSplitting:
    def test_a_merge_is_undone(self, store: Store) -> None:
        mine = [checked(store, 0), checked(store, 2)]
        theirs = [checked(store, 1, HIDDEN), checked(store, 3, HIDDEN)]
        before = [store.load(number) for number in (*mine, *theirs)]
        store.merge_phones(HIDDEN.key, PHONE.key)
        assert store.split_phone(theirs, "妈妈的手机") == HIDDEN.key
        assert keys(store) == {PHONE.key: (PHONE.key,), HIDDEN.key: (HIDDEN.key,)}
        assert (numbers(store, PHONE.key), numbers(store, HIDDEN.key)) == (mine, theirs)
        assert [store.load(number) for number in (*mine, *theirs)] == before
        assert store.info(checked(store, 4, HIDDEN)).key == HIDDEN.key
        assert store.verify().findings == ()
        assert store.record()[-2].count("\nplace ") == 2

    def test_later_checks_join_the_one_with_the_newest_check(self, store: Store) -> None:
        """Two tablets under one key: a maker gave them all the same serial number."""
        old, new = [checked(store, day) for day in range(2)], [checked(store, 2)]
        second = store.split_phone(new)
        assert second == f"{PHONE.key}#2"
        assert keys(store) == {PHONE.key: (), second: (second, PHONE.key)}
        assert store.info(checked(store, 3)).key == second
        third = store.split_phone(old[:1])
        assert third == f"{PHONE.key}#3"
        assert keys(store)[third] == (third,)
        assert store.info(checked(store, 4)).key == second
        store.merge_phones(second, PHONE.key)
        assert keys(store) == {PHONE.key: (PHONE.key, second), third: (third,)}
        assert store.info(checked(store, 5)).key == PHONE.key
        assert store.verify().findings == ()

    def test_each_keeps_its_history_its_answers_and_its_reference(self, store: Store) -> None:
        numbers = [checked(store, day) for day in range(2)]
        changed = [sample_app(0, granted=False), *APPS[1:]]
        last = saved(store, sample_snapshot(changed, at=NOON + 2 * DAY)).id or 0
        again = sample_snapshot(changed, at=NOON + 2 * DAY, source="reread")
        reread = store.save(replace(again, info=replace(again.info, reread_of=last))).id
        store.pin(last)
        key = store.split_phone([last])
        assert [info.id for info in store.snapshots(key, rereads=True)] == [last, reread]
        assert [len(store.app_history(k, 0, APPS[0].package)) for k in (PHONE.key, key)] == [1, 1]
        assert store.app_history(key, 0, APPS[0].package)[0].app == changed[0]
        assert store.raw(last) == list(answers(0))
        assert (store.pinned(PHONE.key), store.pinned(key)) == (None, store.info(last))
        store.delete(last)
        assert [info.id for info in store.snapshots(rereads=True)] == numbers
        assert store.verify().findings == ()

    def test_a_use_goes_with_the_check_that_told_of_it(self, store: Store) -> None:
        package = APPS[0].package
        started = Use(0, package, "CAMERA", NOON, duration_ms=10, running=True)
        ended = replace(started, duration_ms=500, running=False)
        other = Use(0, package, "RECORD_AUDIO", NOON + DAY)
        checked(store, 0, PHONE, started)
        last = checked(store, 1, PHONE, ended, other)
        key = store.split_phone([last])
        assert store.uses(PHONE.key, 0, package) == [started]
        assert store.uses(key, 0, package) == [ended, other]
        assert store.verify().findings == ()
        store.merge_phones(key, PHONE.key)
        assert store.uses(PHONE.key, 0, package) == [ended, other]
        assert store.verify().findings == ()

    def test_what_was_expected_is_so_for_both(self, store: Store) -> None:
        checked(store, 0)
        last = checked(store, 1)
        mark = Mark(0, APPS[0].package, "x", "allowed", "I did it", NOON)
        unseen = replace(mark, package="com.example.unseen")
        store.mark(PHONE.key, mark)
        store.mark(PHONE.key, unseen)
        key = store.split_phone([last])
        assert store.marks(PHONE.key) == [mark, unseen]
        assert store.marks(key) == [mark]
        store.merge_phones(key, PHONE.key)
        assert store.marks(PHONE.key) == [mark, unseen]
        assert store.verify().findings == ()

    def test_the_names_of_apps_are_known_to_both_and_survive_a_merge(self, store: Store) -> None:
        checked(store, 0)
        last = checked(store, 1)
        name = AppName(APPS[0].package, "1 2", {"": "An app", "zh": "应用"}, AppIcon("png", b"x"))
        store.save_names(PHONE.key, [name])
        key = store.split_phone([last])
        for phone in (PHONE.key, key):
            assert store.names(phone, icons=True) == [name]
        newer = replace(name, stamp="3 4")
        store.save_names(key, [newer])
        store.merge_phones(PHONE.key, key)
        assert store.names(key, icons=True) == [newer]

    def test_only_some_checks_of_one_phone(self, store: Store) -> None:
        first, second, other = checked(store, 0), checked(store, 1), checked(store, 0, OTHER)
        for wrong in ([first, second], [first, other], [other], []):
            with pytest.raises(NotSplittableError):
                store.split_phone(wrong)
        with pytest.raises(NoSuchSnapshotError):
            store.split_phone([first, 99])
        with pytest.raises(NoSuchPhoneError):
            store.name_phone("nobody", "a name")
        assert len(store.record()) == 3

    def test_a_changed_alias_is_found(self, store: Store, place: str | Path) -> None:
        checked(store, 0)
        checked(store, 1)
        store.split_phone([2])
        database = Database.open(place, create=False)
        with database.write() as raw:
            raw.execute(text("UPDATE alias SET phone_id = 1"))
        database.close()
        assert [finding.code for finding in store.verify().findings] == ["alias-changed"]
