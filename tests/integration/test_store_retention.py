"""Tidying up: only what the person chose to lose, only when they say so, and nothing by the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.model import Part, Phone, Use
from db.records import Retention, Tidying
from db.store import Store
from tests.unit.db.evidence import DAY, answers
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

APP = sample_app(1)
USE = Use(0, APP.package, "CAMERA", NOON)
#: NOON is a Monday; 40 days later is a Saturday.
NOW = NOON + 40 * DAY
WEEKLY = Retention(7, "weekly")


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        yield opened


def daily(store: Store, days: int = 40, phone: Phone = PHONE) -> list[int]:
    """A check a day, each a minute after noon, the first told of a use."""
    taken = [NOON + n * DAY + timedelta(minutes=1) for n in range(days)]
    shots = [sample_snapshot([APP], at=at, phone=phone) for at in taken]
    shots[0] = replace(shots[0], uses=(USE,))
    return [store.save(replace(shot, raw=answers(0))).id or 0 for shot in shots]


def kept(store: Store) -> list[int]:
    return sorted(info.id or 0 for info in store.snapshots())


def tidy(store: Store, wanted: Retention) -> Tidying:
    return store.tidy(wanted, store.superfluous(wanted, NOW), NOW)


def test_nobody_loses_what_they_did_not_choose_to_lose(store: Store) -> None:
    daily(store)
    assert store.retention() == Retention()
    assert store.superfluous(store.retention(), NOW + 10_000 * DAY) == Tidying()


def test_the_last_days_stay_whole_and_of_older_ones_the_last_of_each_week(store: Store) -> None:
    days = daily(store)
    found = tidy(store, WEEKLY)
    # Numbers are days from 1 on; Sundays are 7, 14, 21, 28; the last seven days begin at 34.
    assert kept(store) == [1, 7, 14, 21, 28, *range(34, 41)]
    assert sorted([*found.checks, *kept(store)]) == days
    assert store.retention() == WEEKLY
    assert tidy(store, WEEKLY) == Tidying()
    assert store.verify().findings == ()
    assert store.record()[-1].count("\nsnapshot ") == len(found.checks)


def test_or_the_last_of_each_month(store: Store) -> None:
    daily(store)
    tidy(store, Retention(7, "monthly"))
    # 23 November is day 1, 30 November day 8; December's last check is day 39.
    assert kept(store) == [1, 8, *range(34, 41)]


def test_what_a_person_marked_stays_and_so_do_first_and_last(store: Store) -> None:
    daily(store)
    store.pin(10)
    store.set_title(11, "before the repair")
    store.set_note(12, "a note")
    wanted = Retention(1, "monthly", raw_days=1)
    found = tidy(store, wanted)
    assert kept(store) == [1, 8, 10, 11, 12, 39, 40]
    assert found.raw == (8, 39)
    for number in (1, 10, 11, 12, 40):
        assert store.raw(number) == list(answers(0))
    assert store.raw(8) == []
    assert store.verify().findings == ()
    gone = {deleted.snapshot_id: deleted.whole for deleted in store.verify().deleted}
    assert gone == {**dict.fromkeys(found.checks, True), 8: False, 39: False}


def test_history_stays_true(store: Store) -> None:
    daily(store, 10)
    revoked = replace(APP, permissions=())
    for n in range(10, 20):
        store.save(sample_snapshot([revoked], at=NOON + n * DAY))
    tidy(store, Retention(1, "weekly"))
    first, second = store.app_history(PHONE.key, 0, APP.package)
    assert (first.app, second.app) == (APP, revoked)
    assert (first.first.id, first.last.id, second.first.id) == (1, 7, 14)
    assert store.uses(PHONE.key, 0, APP.package) == [USE]


def test_of_a_week_a_whole_check_is_worth_more_than_a_later_one_that_broke_off(
    store: Store,
) -> None:
    daily(store, 13)
    store.save(sample_snapshot([APP], at=NOON + 13 * DAY, failed=(Part.APPOPS,)))
    store.save(sample_snapshot([APP], at=NOON + 14 * DAY))
    tidy(store, Retention(1))
    assert kept(store) == [1, 7, 13, 15]


def test_a_second_reading_stays_or_goes_with_the_first(store: Store) -> None:
    daily(store)
    shot = sample_snapshot([APP], source="reread")
    seconds = [
        store.save(replace(shot, info=replace(shot.info, reread_of=number))).id or 0
        for number in (2, 3, 7)
    ]
    store.set_note(seconds[1], "this one")
    found = tidy(store, WEEKLY)
    assert {2, seconds[0]} <= set(found.checks)
    assert not {3, 7, *seconds[1:]} & set(found.checks)


def test_each_phone_for_itself(store: Store) -> None:
    daily(store, 3)
    daily(store, 3, replace(PHONE, serial="OTHER"))
    tidy(store, Retention(1, "monthly"))
    assert kept(store) == [1, 3, 4, 6]


def test_only_what_was_shown_and_still_need_not_be_kept_is_deleted(store: Store) -> None:
    daily(store)
    found = store.superfluous(WEEKLY, NOW)
    store.set_note(found.checks[0], "written while the question was open")
    shown = replace(found, checks=found.checks[:2])
    assert store.tidy(WEEKLY, shown, NOW).checks == found.checks[1:2]
    assert found.checks[0] in kept(store)


def test_a_clock_that_was_wrong_costs_nothing(store: Store) -> None:
    daily(store, 3)
    for n in range(3):
        store.save(sample_snapshot([APP], at=NOON - 20_000 * DAY + n * DAY))
    assert store.superfluous(Retention(39), NOON + 20 * DAY) == Tidying()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.integers(0, 400), min_size=1, max_size=30),
    keep=st.integers(1, 400),
    rhythm=st.sampled_from(["weekly", "monthly"]),
)
def test_whoever_tidies_daily_keeps_as_much_as_whoever_tidies_once(
    tmp_path: Path, days: list[int], keep: int, rhythm: str
) -> None:
    """The last check of a week that is kept today is not superfluous tomorrow."""
    wanted = Retention(keep, rhythm)
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.sqlite"
    with Store.open(path) as store:
        for day in sorted(days):
            store.save(sample_snapshot(at=NOON + day * DAY))
        end = NOON + 400 * DAY
        at_once = set(kept(store)) - set(store.superfluous(wanted, end).checks)
        for day in range(0, 401, 16):
            now = NOON + day * DAY
            store.tidy(wanted, store.superfluous(wanted, now), now)
        store.tidy(wanted, store.superfluous(wanted, end), end)
        assert set(kept(store)) == at_once
