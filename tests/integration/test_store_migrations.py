"""One way to the schema: from nothing, from an older file, and never back."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from db import migrate
from db.backups import listed
from db.engine import Database
from db.errors import DamagedError, NewerError, NotADatabaseError
from db.migrations import HEAD
from db.store import Store
from db.tables import metadata
from tests.threads import at_once
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"

def upgrade():
    with op.batch_alter_table("snapshot", recreate="always") as batch:
        batch.add_column(sa.Column("colour", sa.Text))
    with op.batch_alter_table("inventory", recreate="always") as batch:
        batch.add_column(sa.Column("colour", sa.Text))
    {more}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of today's schema that holds one check."""
    path = tmp_path / "history.sqlite"
    with Store.open(path) as store:
        store.save(sample_snapshot([sample_app(n) for n in range(5)]))
    return path


@pytest.fixture
def scripts(tmp_path: Path) -> Callable[[str], Path]:
    """Today's migrations and one more, which rebuilds two tables that others refer to."""

    def write(more: str = "") -> Path:
        folder = tmp_path / "100% later"
        shutil.copytree(migrate.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        script = folder / "versions" / "r_next.py"
        script.write_text(NEXT.format(head=HEAD, more=more), encoding="utf-8")
        return folder

    return write


def upgrade(path: Path, scripts: Path) -> None:
    database = Database.open(path, create=False)
    try:
        migrate.upgrade(database, scripts=scripts, head="next")
    finally:
        database.close()


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as raw:
        (found,) = raw.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found)


def backups(path: Path) -> list[Path]:
    return [one.path for one in listed(path)]


def test_the_migrations_lead_to_the_tables(file: Path, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    plain = create_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    metadata.create_all(plain)
    plain.dispose()
    assert schema(file) == schema(tmp_path / "plain.sqlite")


def schema(path: Path) -> set[tuple[str, ...]]:
    """Each table's and index's own text, with the order of a table's parts left out."""
    with closing(sqlite3.connect(path)) as raw:
        texts = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL").fetchall()
    return {
        tuple(sorted(" ".join(part.split()) for part in re.split(r",(?![^()]*\))", _inside(text))))
        for name, text in texts
        if name != "alembic_version" and not name.startswith("sqlite_")
    }


def _inside(text: str) -> str:
    """``CREATE TABLE a (b, c) STRICT`` as ``b, c, CREATE TABLE a STRICT``."""
    head, _, rest = text.partition("(")
    inside, _, tail = rest.rpartition(")")
    return f"{inside},{head}{tail}"


def test_the_known_revision_is_the_last_one() -> None:
    assert ScriptDirectory(str(migrate.SCRIPTS)).get_heads() == [HEAD]


def test_every_table_is_strict(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw:
        tables = raw.execute("SELECT name, strict FROM pragma_table_list WHERE type='table'")
        lax = {name for name, strict in tables if not strict and not name.startswith("sqlite_")}
    assert lax == {"alembic_version"}


def test_a_file_of_this_schema_opens_without_alembic(file: Path) -> None:
    program = (
        "import sys; from db.store import Store; Store.open(sys.argv[1]).close();"
        "print(any(name.split('.')[0] == 'alembic' for name in sys.modules))"
    )
    root = Path(migrate.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program, file], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_an_older_file_is_migrated_and_keeps_its_rows(
    file: Path, scripts: Callable[[str], Path]
) -> None:
    upgrade(file, scripts(""))
    assert revision(file) == "next"
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("SELECT count(*) FROM inventory_app").fetchone() == (5,)
        assert raw.execute("SELECT count(*) FROM snapshot").fetchone() == (1,)


def test_the_file_as_it_was_stays_beside_it(file: Path, scripts: Callable[[str], Path]) -> None:
    reader = sqlite3.connect(file)  # keeps what was written last in the -wal file
    with Store.open(file) as store:
        newest = store.save(sample_snapshot([sample_app(9)]))
        upgrade(file, scripts(""))
    reader.close()
    (copy,) = backups(file)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert revision(copy) == HEAD
    with Store.open(copy) as store:
        assert store.snapshots()[-1] == newest


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ('raise RuntimeError("half way")', RuntimeError),
        ('op.execute("DELETE FROM app_state")', DamagedError),
    ],
)
def test_a_migration_that_fails_changes_nothing(
    file: Path, scripts: Callable[[str], Path], more: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        upgrade(file, scripts(more))
    assert revision(file) == HEAD
    assert backups(file) == []
    with Store.open(file) as store:
        assert store.load(1).apps == tuple(sample_app(n) for n in range(5))


def test_a_newer_file_is_refused_and_left_alone(file: Path, scripts: Callable[[str], Path]) -> None:
    upgrade(file, scripts(""))
    before = file.read_bytes()
    with pytest.raises(NewerError):
        Store.open(file)
    assert file.read_bytes() == before
    assert len(backups(file)) == 1


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(NotADatabaseError):
        Store.open(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite"
    path.touch()
    with Store.open(path) as store:
        assert store.snapshots() == []
    assert backups(path) == []


def test_many_threads_open_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"

    def open_and_save(number: int) -> None:
        with Store.open(path) as store:
            store.save(sample_snapshot([sample_app(number)], at=NOON))

    assert at_once(open_and_save) == []
    with Store.open(path) as store:
        assert len(store.snapshots(PHONE.key)) == 8
    assert backups(path) == []


def test_one_of_many_migrates_an_older_file(file: Path, scripts: Callable[[str], Path]) -> None:
    folder = scripts("")
    assert at_once(lambda _: upgrade(file, folder)) == []
    assert revision(file) == "next"
    assert len(backups(file)) == 1
