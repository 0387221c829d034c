"""The record of the store: whatever is changed behind its back is found, in every kind of row."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from audit.model import RawAnswer, Use
from audit.progress import Cancel
from db import backups, verifying
from db.engine import Database
from db.errors import DamagedError, NoSuchPhoneError, NoSuchSnapshotError
from db.records import Mark
from db.store import Store
from tests.unit.db import evidence, old_files
from tests.unit.db.evidence import DAY, PACKAGES, answers, package_dump
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

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
    "record",
    "raw_block",
    "raw_text",
    "raw_answer",
    "alias",
    "retention",
    "deed",
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evidence") / "history.sqlite"
    evidence.filled(path).close()
    return path


@pytest.fixture
def store(place: str | Path) -> Iterator[Store]:
    with Store.open(place) as opened:
        yield opened


class Meddler:
    """Changes a store behind its back, looks whether that is found, and takes it back."""

    def __init__(self, path: Path) -> None:
        self._database = Database.open(path, create=False)
        self.tried = 0
        self.missed: list[object] = []

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        with self._database.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            yield connection
        self._database.close()

    def attempt(self, connection: Connection, sql: str, *values: Any) -> None:
        with connection.begin() as transaction:
            try:
                changed = connection.exec_driver_sql(sql, values).rowcount
            except IntegrityError:
                changed = 0  # the database itself would not have it
            if changed:
                self.tried += 1
                if not verifying.verify(connection, lambda _: None, Cancel()).findings:
                    self.missed.append((sql, values))
            transaction.rollback()


def flips(value: Any) -> list[Any]:
    """Other values of the same type that differ as little as can be."""
    match value:
        case None:
            return [0, "", "x"]
        case int():
            return [value + 1, value ^ (1 << 20), -value - 1]
        case str():
            places = sorted({0, len(value) // 3, len(value) // 2, len(value) - 1} - {-1})
            changed = [value[:n] + chr(ord(value[n]) ^ 1) + value[n + 1 :] for n in places]
            return [*changed, value + " ", value[:-1]] if value else ["x"]
        case bytes():
            places = sorted(
                {0, 1, len(value) // 2, len(value) - 5, len(value) - 1} & {*range(len(value))}
            )
            changed_bytes = [
                value[:n] + bytes([value[n] ^ 1 << bit]) + value[n + 1 :]
                for n in places
                for bit in (0, 5, 7)
            ]
            return [*changed_bytes, value + b"\0", value[:-1]]
    raise TypeError(value)


def keyed(connection: Connection, table: str) -> tuple[list[str], str]:
    """A table's columns, and the condition that names one row of it."""
    info = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
    keys = [column.name for column in info if column.pk]
    return [column.name for column in info], " AND ".join(f"{key} = ?" for key in keys)


@pytest.mark.parametrize("table", TABLES)
def test_any_changed_value_is_found(file: Path, table: str) -> None:
    meddler = Meddler(file)
    with meddler.connected() as connection:
        with connection.begin():
            columns, where = keyed(connection, table)
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").mappings().all()  # noqa: S608
        assert rows
        for row in {0: rows[0], 1: rows[-1], 2: rows[len(rows) // 2]}.values():
            key = [row[part.split(" ")[0]] for part in where.split(" AND ")]
            for column in columns:
                for value in [*flips(row[column]), None]:
                    if value != row[column]:
                        sql = f'UPDATE {table} SET "{column}" = ? WHERE {where}'  # noqa: S608
                        meddler.attempt(connection, sql, value, *key)
    assert meddler.missed == []
    assert meddler.tried > 3 * len(columns)


@pytest.mark.parametrize("table", TABLES)
def test_any_removed_row_is_found(file: Path, table: str) -> None:
    meddler = Meddler(file)
    with meddler.connected() as connection:
        with connection.begin():
            _, where = keyed(connection, table)
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").mappings().all()  # noqa: S608
        for row in rows[:100]:
            key = [row[part.split(" ")[0]] for part in where.split(" AND ")]
            meddler.attempt(connection, f"DELETE FROM {table} WHERE {where}", *key)  # noqa: S608
    assert meddler.missed == []
    assert meddler.tried == min(len(rows), 100)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE snapshot SET ordered_at = ordered_at - 200000000000 WHERE id = 4",
        "UPDATE snapshot SET inventory_id = (SELECT inventory_id FROM snapshot WHERE id = 3)"
        " WHERE id = 2",
        "UPDATE snapshot SET phone_id = 2 WHERE id = 3",
        "INSERT INTO snapshot SELECT 99, phone_id, taken_at, ordered_at + 5, inventory_id,"
        " app_count, phone, users, parts, problems, source, NULL, 0, program_version, NULL, NULL"
        " FROM snapshot WHERE id = 2",
        "INSERT INTO use_event SELECT series_id, at + 1, duration_ms, running, 3, NULL"
        " FROM use_event LIMIT 1",
        "INSERT INTO inventory_app SELECT 1, id FROM app_entry WHERE id NOT IN"
        " (SELECT entry_id FROM inventory_app WHERE inventory_id = 1) LIMIT 1",
        "INSERT INTO mark SELECT 99, app_id, 'camera', NULL, NULL, 1 FROM mark LIMIT 1",
        "INSERT INTO raw_answer SELECT 3, number, command, read_at, text_id, missing"
        " FROM raw_answer WHERE snapshot_id = 2",
        "INSERT INTO record SELECT number + 1, body, digest FROM record"
        " ORDER BY number DESC LIMIT 1",
        "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'record'",
        "UPDATE record SET number = -number",
        "DELETE FROM record",
    ],
)
def test_what_is_added_swapped_or_emptied_is_found(file: Path, sql: str) -> None:
    meddler = Meddler(file)
    with meddler.connected() as connection:
        meddler.attempt(connection, sql)
    assert (meddler.tried, meddler.missed) == (1, [])


def test_a_byte_that_makes_no_text_is_told_and_not_raised(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(file.read_bytes())
    with closing(sqlite3.connect(copy)) as raw:
        raw.execute("UPDATE app_state SET body = CAST(x'5bff5d' AS TEXT) WHERE id = 1")
        raw.execute("UPDATE record SET body = CAST(x'5bff5d' AS TEXT) WHERE number = 2")
        raw.commit()
    with Store.open(copy) as store:
        codes = {finding.code for finding in store.verify().findings}
    assert {"state-changed", "record-changed"} <= codes


def test_an_untouched_store_is_whole_and_says_what_was_deleted(file: Path) -> None:
    with Store.open(file) as store:
        found = store.verify()
        record = store.record()
    assert found.findings == ()
    assert found.checks == 5
    assert [(gone.snapshot_id, gone.whole) for gone in found.deleted] == [(1, True), (3, False)]
    assert found.head == hashlib.sha256(record[-1].encode()).hexdigest()
    assert len(record) == found.records
    for before, after in itertools.pairwise(record):
        assert f"previous {hashlib.sha256(before.encode()).hexdigest()}\n" in after


def test_every_deliberate_change_keeps_the_store_whole(store: Store) -> None:
    shot = sample_snapshot([sample_app(1)], uses=(Use(0, "com.example.app0001", "CAMERA", NOON),))
    first, second = (store.save(replace(shot, raw=answers(0))).id or 0 for _ in range(2))
    mark = Mark(0, "com.example.app0001", "x", None, None, NOON)
    steps: list[Callable[[], object]] = [
        lambda: store.set_note(first, "note"),
        lambda: store.set_note(first, "another"),
        lambda: store.set_title(first, "title"),
        lambda: store.set_title(first, None),
        lambda: store.pin(first),
        lambda: store.pin(second),
        lambda: store.unpin(second),
        lambda: store.name_phone(PHONE.key, "name"),
        lambda: store.mark(PHONE.key, mark),
        lambda: store.mark(PHONE.key, replace(mark, after="allowed")),
        lambda: store.unmark(PHONE.key, 0, "com.example.app0001", "x"),
        lambda: store.drop_raw([first]),
        lambda: store.delete(first),
        lambda: store.delete(second),
        lambda: store.save(shot),
    ]
    for step in steps:
        step()
        assert store.verify().findings == ()
    assert len(store.record()) == 2 + len(steps)


class TestOlderFiles:
    @pytest.fixture
    def old(self, tmp_path: Path) -> Path:
        """A file as the first schema had it, with checks and uses."""
        path = tmp_path / "old.sqlite"
        evidence.filled(tmp_path / "new.sqlite").close()
        old_files.write(tmp_path / "new.sqlite", path, "0001")
        return path

    def test_they_open_and_are_sealed_as_they_are(self, old: Path) -> None:
        with Store.open(old) as store:
            found = store.verify()
            assert (found.checks, found.findings, found.deleted) == (5, (), ())
            assert store.load(2).apps[:4] == tuple(sample_app(n) for n in range(4))
            store.save(sample_snapshot([sample_app(1)], at=NOON + 9 * DAY))
            assert store.verify().findings == ()
            did = [line for body in store.record() for line in body.split("\n") if "did " in line]
            assert did == ["did adopt"] * 6 + ["did save"]
        assert [one.why for one in backups.listed(old)] == ["revision-0001"]


class TestRawAnswers:
    def test_they_come_back_to_the_byte(self, store: Store) -> None:
        kept = answers(0, packages=bytes(range(256)) * 50)
        number = store.save(replace(sample_snapshot(), raw=kept)).id or 0
        assert store.raw(number) == list(kept)
        assert store.raw(store.save(sample_snapshot()).id or 0) == []
        with pytest.raises(NoSuchSnapshotError):
            store.raw(99)

    @settings(
        max_examples=80,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        data=st.lists(
            st.sampled_from(
                [
                    b"\0",
                    b"\n",
                    b"  Package [a] (1234567):\n",
                    b"(-1d2h)",
                    b"{abcdef1 x}",
                    b"x" * 900,
                ]
            ),
            max_size=30,
        ).map(b"".join)
    )
    def test_any_answer_comes_back(self, store: Store, data: bytes) -> None:
        answer = RawAnswer(PACKAGES, data, NOON)
        number = store.save(replace(sample_snapshot(), raw=(answer,))).id or 0
        assert store.raw(number) == [answer]

    def test_a_phone_that_did_not_change_costs_next_to_nothing(self, store: Store) -> None:
        store.save(replace(sample_snapshot(), raw=answers(0)))
        first = store.raw_size()
        for day in range(1, 31):
            # Restarted each day, and every use a day older.
            dump = package_dump({}, turn=day)
            store.save(replace(sample_snapshot(), raw=answers(day, packages=dump)))
        a_day = (store.raw_size() - first) / 30
        whole = sum(len(zlib.compress(answer.data)) for answer in answers(0))
        assert a_day < whole / 3

    def test_one_changed_app_costs_a_few_blocks(self, store: Store) -> None:
        store.save(replace(sample_snapshot(), raw=answers(0)))
        first = store.raw_size()
        store.save(replace(sample_snapshot(), raw=answers(0, packages=package_dump({30: 2}))))
        assert 0 < store.raw_size() - first < first / 10

    def test_dropping_them_leaves_the_checks_and_nothing_else(
        self, store: Store, tmp_path: Path
    ) -> None:
        numbers = [
            store.save(replace(sample_snapshot([sample_app(1)]), raw=answers(day))).id or 0
            for day in range(3)
        ]
        assert store.drop_raw([numbers[0]]) == [numbers[0]]
        assert store.raw(numbers[0]) == []
        assert store.raw(numbers[1]) == list(answers(1))
        assert store.drop_raw([numbers[0]]) == []
        assert store.drop_raw() == numbers[1:]
        assert store.raw_size() == 0
        assert len(store.load(numbers[2]).apps) == 1
        assert store.verify().findings == ()
        with pytest.raises(NoSuchSnapshotError):
            store.drop_raw([99])

    def test_deleting_a_check_takes_its_answers_along(self, store: Store) -> None:
        first, second = (
            store.save(replace(sample_snapshot([sample_app(1)]), raw=answers(day))).id or 0
            for day in range(2)
        )
        before = store.raw_size()
        store.delete(second)
        assert store.raw_size() < before
        assert store.raw(first) == list(answers(0))

    def test_a_damaged_one_is_an_error_and_a_finding(self, store: Store, place: str | Path) -> None:
        number = store.save(replace(sample_snapshot(), raw=answers(0))).id or 0
        with closing(Database.open(place, create=False)) as database, database.write() as raw:
            raw.execute(text("DELETE FROM raw_block WHERE id = 2"))
        with pytest.raises(DamagedError):
            store.raw(number)
        (finding,) = store.verify().findings
        assert (finding.code, finding.values["ids"]) == ("answers-changed", str(number))
        assert store.load(number).apps == ()


def test_a_second_reading_stands_beside_the_first(store: Store) -> None:
    apps = [sample_app(1)]
    first, last = (store.save(sample_snapshot(apps, at=NOON + n * DAY)) for n in range(2))
    shot = sample_snapshot([], at=NOON, source="reread", phone=replace(PHONE, serial=None))
    again = store.save(replace(shot, info=replace(shot.info, reread_of=first.id)))
    assert store.snapshots(PHONE.key) == [first, last]
    assert store.snapshots(PHONE.key, rereads=True) == [first, again, last]
    assert store.last_two(PHONE.key) == (first, last)
    assert store.before(last) == first
    (phone,) = store.phones()
    assert phone.checks == 2
    assert len(store.app_history(PHONE.key, 0, apps[0].package)) == 1
    assert store.verify().findings == ()


class TestMergedPhones:
    WIFI = replace(PHONE, serial="192.168.1.5:5555")

    def test_all_checks_become_those_of_one_phone(self, store: Store) -> None:
        use = Use(0, sample_app(1).package, "CAMERA", NOON, duration_ms=10, running=True)
        apps = [sample_app(n) for n in range(3)]
        by_cable = store.save(sample_snapshot(apps, uses=(use,)))
        over_wifi = store.save(sample_snapshot(apps, phone=self.WIFI, uses=(use,)))
        ended = replace(use, duration_ms=500, running=False)
        changed = [sample_app(0, version=2), *apps[1:]]
        later = sample_snapshot(changed, at=NOON + DAY, phone=self.WIFI, uses=(ended,))
        last = store.save(replace(later, raw=answers(1)))
        mark = Mark(0, apps[0].package, "x", None, None, NOON)
        for key in (PHONE.key, self.WIFI.key):
            store.mark(key, mark)
        for info in (by_cable, last):
            store.pin(info.id or 0)
        store.merge_phones(self.WIFI.key, PHONE.key)
        assert store.verify().findings == ()
        (phone,) = store.phones()
        assert (phone.key, phone.checks) == (PHONE.key, 3)
        assert store.snapshots(PHONE.key) == [by_cable, over_wifi, last]
        assert [store.load(info.id or 0).apps for info in (by_cable, over_wifi, last)] == [
            tuple(apps),
            tuple(apps),
            tuple(changed),
        ]
        assert store.uses(PHONE.key, 0, use.package) == [ended]
        assert store.marks(PHONE.key) == [mark]
        assert store.pinned(PHONE.key) == by_cable
        assert store.raw(last.id or 0) == list(answers(1))
        runs = store.app_history(PHONE.key, 0, apps[0].package)
        assert (runs[0].first, runs[-1].last) == (by_cable, last)
        assert {run.app for run in runs} == {apps[0], changed[0]}
        for info in (by_cable, over_wifi, last):
            store.delete(info.id or 0)
            assert store.verify().findings == ()
        assert store.phones() == []

    def test_with_itself_or_nobody(self, store: Store) -> None:
        store.save(sample_snapshot())
        store.merge_phones(PHONE.key, PHONE.key)
        for pair in ((PHONE.key, "nobody"), ("nobody", PHONE.key)):
            with pytest.raises(NoSuchPhoneError):
                store.merge_phones(*pair)
        assert len(store.record()) == 1
