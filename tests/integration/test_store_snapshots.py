"""Checks in a file and on a server: whole, in order, once per content, and gone when deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from audit.model import Part, Phone, Snapshot
from db.engine import Database
from db.errors import NoSuchSnapshotError
from db.store import Store
from tests.unit.db.samples import NOON, PHONE, any_snapshot, sample_app, sample_snapshot

TABLES = (
    "phone",
    "snapshot",
    "inventory",
    "inventory_app",
    "app",
    "app_entry",
    "app_state",
    "app_details",
    "use_series",
    "use_event",
    "mark",
    "raw_block",
    "raw_text",
    "raw_answer",
)
DAY = timedelta(days=1)


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        yield opened


def rows(place: str | Path) -> dict[str, int]:
    database = Database.open(place, create=False)
    try:
        with database.read() as raw:
            query = "SELECT count(*) FROM {}"
            return {name: raw.scalar(text(query.format(name))) or 0 for name in TABLES}
    finally:
        database.close()


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(snapshot=any_snapshot())
def test_a_snapshot_comes_back_as_it_was(store: Store, snapshot: Snapshot) -> None:
    info = store.save(snapshot)
    assert info.id is not None
    assert info == replace(snapshot.info, id=info.id)
    again = store.load(info.id)
    assert again == Snapshot(info, snapshot.apps)
    assert again.info.complete == snapshot.info.complete
    assert store.info(info.id) == info


def test_a_phone_that_did_not_change_costs_one_row(store: Store, place: str | Path) -> None:
    apps = [sample_app(number) for number in range(40)]
    store.save(sample_snapshot(apps))
    before = rows(place)
    store.save(sample_snapshot(reversed(apps), at=NOON + DAY))
    assert rows(place) == before | {"snapshot": 2}


def test_what_changed_is_written_once_and_no_more(store: Store, place: str | Path) -> None:
    apps = [sample_app(number) for number in range(40)]
    store.save(sample_snapshot(apps))
    before = rows(place)
    store.save(sample_snapshot([sample_app(0, version=2), *apps[1:]], at=NOON + DAY))
    store.save(sample_snapshot(apps, at=NOON + 2 * DAY))
    after = rows(place)
    added = {
        table: after[table] - before[table] for table in TABLES if after[table] > before[table]
    }
    assert added == {
        "snapshot": 2,
        "inventory": 1,
        "inventory_app": 40,
        "app_entry": 1,
        "app_details": 1,
    }


def test_an_incomplete_check_keeps_what_failed(store: Store) -> None:
    saved = store.save(sample_snapshot([sample_app(1)], failed=(Part.APPOPS, Part.ROLES)))
    (again,) = store.snapshots()
    assert again == saved
    assert not again.complete
    assert not again.knows(Part.APPOPS)
    assert [problem.part for problem in again.problems] == [Part.APPOPS, Part.ROLES]


def test_an_app_listed_twice_is_refused_and_nothing_is_written(
    store: Store, place: str | Path
) -> None:
    twice = [sample_app(1), sample_app(1, version=2)]
    with pytest.raises(ValueError, match="twice"):
        store.save(sample_snapshot(twice))
    assert set(rows(place).values()) == {0}


def test_before_is_the_check_of_the_same_phone_before(store: Store) -> None:
    other = replace(PHONE, serial="another")
    first = store.save(sample_snapshot([sample_app(1)]))
    store.save(sample_snapshot([sample_app(9)], at=NOON + DAY, phone=other))
    second = store.save(sample_snapshot([sample_app(2)], at=NOON + 2 * DAY))
    assert store.before(first) is None
    assert store.before(second) == first


def test_before_can_look_for_one_that_knows_more(store: Store) -> None:
    first = store.save(sample_snapshot([sample_app(1)]))
    broken = store.save(sample_snapshot(at=NOON + DAY, failed=(Part.PACKAGES,)))
    last = store.save(sample_snapshot([sample_app(1)], at=NOON + 2 * DAY))
    assert store.before(last) == broken
    assert store.before(last, knowing=[Part.PACKAGES]) == first
    assert store.before(broken, knowing=[Part.PACKAGES]) == first
    assert store.before(first, knowing=[Part.PACKAGES]) is None


def test_a_clock_set_back_does_not_change_the_order(store: Store) -> None:
    first = store.save(sample_snapshot([sample_app(1)]))
    back = store.save(sample_snapshot([sample_app(2)], at=NOON - 400 * DAY))
    third = store.save(sample_snapshot([sample_app(3)], at=NOON - 399 * DAY))
    assert store.snapshots(PHONE.key) == [first, back, third]
    assert store.last_two(PHONE.key) == (back, third)
    assert store.before(third) == back
    assert back.taken_at == NOON - 400 * DAY


def test_a_check_read_from_files_stands_at_its_own_time(store: Store) -> None:
    live = store.save(sample_snapshot())
    old = store.save(sample_snapshot(at=NOON - DAY, source="files"))
    same = store.save(sample_snapshot(at=NOON, source="files"))
    same_again = store.save(sample_snapshot(at=NOON, source="files"))
    assert store.snapshots() == [old, live, same, same_again]


def test_a_phone_is_known_again_by_its_key(store: Store) -> None:
    store.save(sample_snapshot())
    updated = replace(PHONE, android="15", sdk=35)
    store.save(sample_snapshot([sample_app(1)], at=NOON + DAY, phone=updated))
    nameless = Phone("127.0.0.1:5555", "Google", "Pixel 8")
    store.save(sample_snapshot(phone=nameless))
    store.name_phone(PHONE.key, "妈妈的手机")
    google, samsung = sorted(store.phones(), key=lambda record: record.phone.model or "")
    assert (samsung.key, samsung.name, samsung.checks) == (PHONE.key, "妈妈的手机", 2)
    assert (samsung.phone, samsung.last) == (updated, NOON + DAY)
    assert (google.phone, google.checks) == (nameless, 1)
    assert store.latest_phone_key() == nameless.key


def test_an_empty_store_has_nothing_to_tell(store: Store) -> None:
    assert store.snapshots() == []
    assert store.snapshots("no such phone") == []
    assert store.phones() == []
    assert store.last_two(PHONE.key) is None
    assert store.latest_phone_key() is None
    assert not store.has_several_phones()
    assert store.pinned(PHONE.key) is None


@pytest.mark.parametrize("method", ["load", "info", "delete", "pin", "unpin"])
def test_a_number_that_is_no_snapshot(store: Store, method: str) -> None:
    with pytest.raises(NoSuchSnapshotError) as caught:
        getattr(store, method)(17)
    assert caught.value.values["id"] == "17"


def test_a_note_is_kept_and_taken_away(store: Store) -> None:
    number = store.save(sample_snapshot()).id
    assert number is not None
    store.set_note(number, "before the update")
    assert store.info(number).note == "before the update"
    store.set_note(number, None)
    assert store.info(number).note is None
    with pytest.raises(NoSuchSnapshotError):
        store.set_note(number + 1, "x")


def test_one_check_of_a_phone_is_the_reference(store: Store) -> None:
    first, second = (store.save(sample_snapshot(at=NOON + n * DAY)) for n in range(2))
    other = store.save(sample_snapshot(phone=replace(PHONE, serial="another")))
    for info in (other, first, second):
        assert info.id is not None
        store.pin(info.id)
    assert store.pinned(PHONE.key) == second
    assert store.pinned("another") == other
    assert second.id is not None
    store.unpin(second.id)
    assert store.pinned(PHONE.key) is None


def test_the_changed_apps_are_those_that_differ(store: Store) -> None:
    apps = [sample_app(number) for number in range(20)]
    new = [sample_app(0, granted=False), sample_app(1, version=2), *apps[3:], sample_app(77)]
    ids = [store.save(sample_snapshot(listed)).id for listed in (apps, new, new)]
    assert None not in ids
    first, second, third = (number or 0 for number in ids)
    assert store.changed_apps(first, second) == (apps[:3], [new[0], new[1], sample_app(77)])
    assert store.changed_apps(second, third) == ([], [])
    with pytest.raises(NoSuchSnapshotError):
        store.changed_apps(first, 99)


def test_the_history_of_an_app_is_told_in_runs(store: Store) -> None:
    steps = [
        [sample_app(2)],
        [sample_app(1), sample_app(2)],
        [sample_app(1), sample_app(2, version=2)],
        [sample_app(1, granted=False), sample_app(2)],
        [sample_app(2)],
    ]
    saved = [store.save(sample_snapshot(apps, at=NOON + n * DAY)) for n, apps in enumerate(steps)]
    saved.append(store.save(sample_snapshot(failed=(Part.PACKAGES,), at=NOON + 9 * DAY)))
    runs = store.app_history(PHONE.key, 0, sample_app(1).package)
    assert [(run.app, run.first, run.last) for run in runs] == [
        (None, saved[0], saved[0]),
        (sample_app(1), saved[1], saved[2]),
        (sample_app(1, granted=False), saved[3], saved[3]),
        (None, saved[4], saved[4]),
        (None, saved[5], saved[5]),
    ]
    assert not runs[-1].first.knows(Part.PACKAGES)
    assert store.app_history(PHONE.key, 10, sample_app(1).package) == []
    assert store.app_history("no such phone", 0, sample_app(1).package) == []


def test_a_history_that_was_read_before_follows_what_happens_since(
    store: Store, place: str | Path
) -> None:
    """The list of checks is read once and kept: a second program must not be missed."""
    app = sample_app(1)
    other = sample_snapshot([app], phone=Phone("OTHER"))

    def told(key: str = PHONE.key) -> list[tuple[int | None, int | None, str | None]]:
        runs = store.app_history(key, app.user, app.package)
        return [(run.first.id, run.last.id, run.last.note) for run in runs]

    store.save(sample_snapshot([app]))
    assert told() == told() == [(1, 1, None)]
    with Store.open(place) as second:
        second.save(sample_snapshot([app], at=NOON + DAY))
        assert told() == [(1, 2, None)]
        second.set_note(2, "before the repair")
        assert told() == [(1, 2, "before the repair")]
        second.save(other)
        assert (told("OTHER"), told()) == ([(3, 3, None)], [(1, 2, "before the repair")])
        second.delete(2)
        assert told() == [(1, 1, None)]


def test_deleting_sweeps_what_only_that_check_had(store: Store, place: str | Path) -> None:
    keep = [sample_app(number) for number in range(10)]
    store.save(sample_snapshot(keep))
    before = rows(place)
    changed = [sample_app(0, version=5, granted=False), *keep[1:], sample_app(55)]
    extra = store.save(sample_snapshot(changed, at=NOON + DAY))
    same = store.save(sample_snapshot(changed, at=NOON + 2 * DAY))
    assert extra.id is not None
    assert same.id is not None
    store.delete(extra.id)
    assert store.load(same.id).apps == tuple(changed)
    store.delete(same.id)
    assert rows(place) == before
    assert [snapshot.app_count for snapshot in store.snapshots()] == [10]


def test_a_deleted_number_is_not_given_again(store: Store, place: str | Path) -> None:
    first = store.save(sample_snapshot([sample_app(1)]))
    assert first.id is not None
    store.delete(first.id)
    assert set(rows(place).values()) == {0}
    assert store.save(sample_snapshot()).id == first.id + 1


def test_only_a_saved_check_has_one_before_it(place: str | Path) -> None:
    with Store.open(place) as store, pytest.raises(ValueError, match="not saved"):
        store.before(sample_snapshot([]).info)
