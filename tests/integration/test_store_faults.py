"""Files of every earlier schema, and files in which any byte was flipped."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from audit.model import Snapshot, Use
from db import migrate
from db.backups import listed
from db.errors import DamagedError, StoreError
from db.records import Mark
from db.store import Store
from tests.unit.db import evidence, old_files
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

FLIPS = int(os.environ.get("PERMISSION_CHECKUP_FLIPS", "150"))
EARLIER = [
    script.revision
    for script in ScriptDirectory(str(migrate.SCRIPTS)).walk_revisions()
    if not script.is_head
]


def snapshots() -> list[Snapshot]:
    """What even the first schema can hold."""
    use = Use(0, sample_app(1).package, "CAMERA", NOON)
    return [
        sample_snapshot(
            [sample_app(n, version=day) for n in range(day + 3)],
            at=NOON + timedelta(days=day),
            uses=(replace(use, at=NOON + timedelta(days=day)),),
        )
        for day in range(4)
    ]


@pytest.mark.parametrize("revision", EARLIER)
def test_a_file_of_every_earlier_schema_opens_with_all_that_it_held(
    tmp_path: Path, revision: str
) -> None:
    new, old = tmp_path / "new.sqlite", tmp_path / "old.sqlite"
    with Store.open(new) as store:
        for shot in snapshots():
            store.save(shot)
        store.set_note(2, "a note")
        store.mark(PHONE.key, Mark(0, sample_app(1).package, "CAMERA", None, None, NOON))
        held = [store.load(info.id or 0) for info in store.snapshots()]
        uses, marks = store.uses(PHONE.key, 0, sample_app(1).package), store.marks(PHONE.key)
    old_files.write(new, old, revision)
    with Store.open(old) as store:
        assert [store.load(info.id or 0) for info in store.snapshots()] == held
        assert store.uses(PHONE.key, 0, sample_app(1).package) == uses
        assert store.marks(PHONE.key) == marks
        assert store.verify().findings == ()
        store.save(sample_snapshot([sample_app(5)]))
        assert store.verify().findings == ()
    assert [one.why for one in listed(old)] == [f"revision-{revision}"]
    with closing(sqlite3.connect(listed(old)[0].path)) as raw:
        assert raw.execute("SELECT count(*) FROM snapshot").fetchone() == (4,)


def content(path: Path) -> object:
    """All that a person can be shown; raises ``StoreError`` where something makes no sense."""
    with Store.open(path, create=False) as store:
        checks = store.snapshots(rereads=True)
        return (
            [store.load(info.id or 0) for info in checks],
            [store.raw(info.id or 0) for info in checks],
            [list(store.app_uses(one.key)) for one in store.phones()],
            [(one, store.marks(one.key), store.deeds(one.key)) for one in store.phones()],
            store.retention(),
        )


def test_a_definition_that_is_no_text_any_more_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    evidence.filled(path).close()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"CREATE TABLE snapshot", b"CREATE \xe8ABLE snapshot", 1))
    with pytest.raises(DamagedError), Store.open(path) as store:
        store.snapshots()


def test_bytes_that_became_a_number_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    evidence.filled(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA writable_schema=ON")
        # As a changed bit in a row's header would: a strict table itself takes no number there.
        raw.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'raw_block'"
        )
        raw.commit()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE raw_block SET body = 7")
        raw.commit()
    with Store.open(path) as store, pytest.raises(DamagedError):
        [store.raw(info.id or 0) for info in store.snapshots()]


def test_no_flipped_byte_changes_what_is_shown_without_a_word(tmp_path: Path) -> None:
    original = tmp_path / "history.sqlite"
    evidence.filled(original).close()
    data, before = original.read_bytes(), content(original)
    chance = random.Random(8)  # noqa: S311
    told = {"error": 0, "finding": 0, "nothing": 0}
    for number in range(FLIPS):
        copy = tmp_path / f"{number}.sqlite"
        place = chance.randrange(len(data))
        flipped = data[place] ^ (1 << chance.randrange(8))
        copy.write_bytes(data[:place] + bytes([flipped]) + data[place + 1 :])
        try:
            after = content(copy)
            with Store.open(copy) as store:
                findings = store.verify().findings
        except StoreError:
            told["error"] += 1
            continue
        told["finding" if findings else "nothing"] += 1
        assert findings or after == before, f"byte {place} of {len(data)}"
        copy.unlink()
    assert all(told.values())
