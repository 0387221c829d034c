"""What a person need not keep any more, by their own choice.

The first and the last check of a phone and those that are pinned or have a title or a note are kept
whole. A check and its second readings stay or go together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from audit.model import PartState
from db import codec, raw, sealing, sweeping, tables
from db.batches import batches
from db.records import Retention, Tidying

_LONGEST = 36_500  # days that a date can be counted back
_PERIODS: dict[str, Callable[[datetime], tuple[int, ...]]] = {
    "weekly": lambda at: tuple(at.isocalendar())[:2],
    "monthly": lambda at: (at.year, at.month),
}


def chosen(connection: Connection) -> Retention:
    """The choice of last time; all is kept where there was none."""
    table = tables.retention.c
    row = connection.execute(select(table.keep_days, table.rhythm, table.raw_days)).first()
    return Retention(*row) if row else Retention()


def superfluous(connection: Connection, wanted: Retention, now: datetime) -> Tidying:
    """What that choice leaves over."""
    answered = set(connection.scalars(select(tables.raw_answer.c.snapshot_id).distinct()))
    checks: list[int] = []
    answers: list[int] = []
    for rows in _by_phone(connection):
        spared = _spared(rows)
        going = _going(rows, wanted, now) - spared
        checks += [row.id for row in rows if _first(row) in going]
        if wanted.raw_days is not None:
            old = [row for row in rows if row.ordered_at < _start(now, wanted.raw_days)]
            rest = [row.id for row in old if _first(row) not in going | spared]
            answers += [number for number in rest if number in answered]
    return Tidying(tuple(sorted(checks)), tuple(sorted(answers)))


def tidy(connection: Connection, wanted: Retention, found: Tidying) -> None:
    """Remembers the choice, and forgets what was found."""
    before = sealing.kept_by_hand(connection)
    for some in batches(found.checks):
        before |= sealing.of_checks(connection, some)
    if chosen(connection) != wanted:
        table = tables.retention
        connection.execute(delete(table))
        values = (1, wanted.keep_days, wanted.rhythm, wanted.raw_days)
        connection.execute(insert(table).values(values))
    sweeping.forget(connection, found.checks)
    raw.drop(connection, found.raw)
    changes = sealing.difference(before, sealing.kept_by_hand(connection))
    dropped = {f"raw {number}": None for number in found.raw}
    sealing.append(connection, "tidy", changes | dropped)


def _by_phone(connection: Connection) -> Iterator[list[Any]]:
    """The checks of each phone, in order."""
    table = tables.snapshot.c
    query = select(
        table.id, table.phone_id, table.ordered_at, table.parts, table.reread_of,
        table.pinned, table.title, table.note,
    )  # fmt: skip
    rows = connection.execute(query.order_by(table.phone_id, table.ordered_at)).all()
    for _, group in groupby(rows, attrgetter("phone_id")):
        yield list(group)


def _first(row: Any) -> int:
    """The check that this is, or is a second reading of."""
    number: int = row.id if row.reread_of is None else row.reread_of
    return number


def _spared(rows: Collection[Any]) -> set[int]:
    ends = [row.id for row in rows if row.reread_of is None]
    by_hand = {_first(row) for row in rows if row.pinned or row.title or row.note}
    return by_hand.union(ends[:1], ends[-1:])


def _going(rows: Iterable[Any], wanted: Retention, now: datetime) -> set[int]:
    """The checks that are older than all are kept, but for the best of each week or month."""
    if wanted.keep_days is None:
        return set()
    period_of = _PERIODS[wanted.rhythm]
    best: dict[tuple[int, ...], Any] = {}
    for row in rows:
        if row.reread_of is None:
            period = period_of(codec.moment(row.ordered_at))
            best[period] = max(best.get(period, row), row, key=_worth)
    kept = {row.id for row in best.values()}
    start = _start(now, wanted.keep_days)
    return {row.id for row in rows if row.ordered_at < start and row.reread_of is None} - kept


def _worth(row: Any) -> tuple[bool, int]:
    """A whole check is worth more than one that broke off, then a later one more."""
    whole = PartState.FAILED not in codec.decode_parts(row.parts).values()
    return whole, row.ordered_at


def _start(now: datetime, days: int) -> int:
    return codec.micros(now - timedelta(days=min(days, _LONGEST)))
