"""Which phone of the store a check joins.

A check joins the phone that has its key (``audit.model.Phone.key``), unless phones were merged or
split by hand: then an ``alias`` says which one checks under that key join. A phone that stops
telling its serial number gets another key and with it becomes another phone; merged once, they
stay one.
"""

from __future__ import annotations

import itertools

from sqlalchemy import Connection, delete, insert, select

from db import tables


def joined_by(connection: Connection, key: str) -> int | None:
    """The phone that a check under ``key`` joins; None: a new one."""
    alias, phone = tables.alias.c, tables.phone.c
    by_hand: int | None = connection.scalar(select(alias.phone_id).where(alias.key == key))
    if by_hand is not None:
        return by_hand
    own: int | None = connection.scalar(select(phone.id).where(phone.key == key))
    return own


def point(connection: Connection, key: str, phone_id: int) -> None:
    """Lets later checks under ``key`` join that phone."""
    alias = tables.alias
    connection.execute(delete(alias).where(alias.c.key == key, alias.c.phone_id != phone_id))
    if joined_by(connection, key) != phone_id:
        connection.execute(insert(alias).values(key=key, phone_id=phone_id))


def keys_to(connection: Connection) -> dict[int, list[str]]:
    """The keys under which later checks join each phone: its own first, unless it joins another."""
    phone = tables.phone.c
    by_hand = {one.key: one.phone_id for one in connection.execute(select(tables.alias))}
    own = {one.id: one.key for one in connection.execute(select(phone.id, phone.key))}
    keys = {
        number: [key] if by_hand.get(key, number) == number else [] for number, key in own.items()
    }
    for key, number in sorted(by_hand.items()):
        if key != own[number]:
            keys[number].append(key)
    return keys


def numbered(connection: Connection, key: str) -> str:
    """A key that no phone has: ``R58M1234567#2``."""
    phone, alias = tables.phone.c.key, tables.alias.c.key
    taken = {*connection.scalars(select(phone)), *connection.scalars(select(alias))}
    return next(one for n in itertools.count(2) if (one := f"{key}#{n}") not in taken)
