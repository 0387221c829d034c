"""What does not grow with the number of phones: a save, and the questions for the list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from db.store import Store
from tests.unit.db.samples import NOON, PHONE, sample_app, sample_snapshot

APPS = [sample_app(number) for number in range(30)]
_Listener = Callable[..., None]


@contextmanager
def listening(name: str, listener: _Listener) -> Iterator[None]:
    event.listen(Engine, name, listener)
    try:
        yield
    finally:
        event.remove(Engine, name, listener)


def save(store: Store, phone: int, *, version: int) -> None:
    changed = [sample_app(0, version=version), *APPS[1:]]
    facts = type(PHONE)(f"phone-{phone}")
    store.save(sample_snapshot(changed, at=NOON + timedelta(days=version), phone=facts))


def rows_read(work: Callable[[], None]) -> int:
    """What a server sends."""
    rows = 0

    def add(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal rows
        rows += cursor.rowcount if statement.startswith("SELECT") else 0

    with listening("after_cursor_execute", add):
        work()
    return rows


def steps_taken(work: Callable[[], None]) -> int:
    """What SQLite does, in steps of its virtual machine."""
    steps = count()

    def watch(connection: Any, *_: Any) -> None:
        connection.connection.driver_connection.set_progress_handler(lambda: next(steps) < 0, 1)

    with listening("before_cursor_execute", watch):
        work()
    return next(steps)


def cost(place: str | Path, measure: Callable[[Callable[[], None]], int], others: int) -> int:
    """Of one more check of a phone, beside so many ``others``."""
    with Store.open(place) as store:
        for phone in range(others + 1):
            save(store, phone, version=1)
        return measure(lambda: save(store, 0, version=2))


def test_a_file(tmp_path: Path) -> None:
    few, many = (cost(tmp_path / f"{others}.sqlite", steps_taken, others) for others in (1, 12))
    assert 1000 < many < few * 1.05


def test_a_server(shared_store: str) -> None:
    few = cost(shared_store, rows_read, 1)
    with Store.open(shared_store) as store:
        for phone in range(2, 13):
            save(store, phone, version=1)
        many = rows_read(lambda: save(store, 0, version=3))
    assert 30 < many <= few + 1  # the entry of version 2


def test_the_list_of_phones_asks_as_much_for_many_as_for_two(place: str | Path) -> None:
    def questions(store: Store) -> int:
        asked: list[str] = []
        with listening("before_cursor_execute", lambda *of: asked.append(of[2])):
            store.phones()
        return len(asked)

    with Store.open(place) as store:
        for phone in range(2):
            save(store, phone, version=1)
        few = questions(store)
        for phone in range(2, 6):
            save(store, phone, version=1)
        assert len(store.phones()) == 6
        assert 0 < questions(store) == few
