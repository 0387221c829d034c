"""What was changed on phones on the person's word."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from audit.model import Action, ActionKind, Deed
from db import codec, tables


def save(connection: Connection, phone_id: int, deed: Deed) -> int:
    """Adds a deed without an ``id``; writes what has become of one that has one."""
    table = tables.deed
    if deed.id is not None:
        what_became = {
            "refusal": deed.refusal,
            "held": deed.held,
            "checked_by": deed.checked_by,
        }
        connection.execute(update(table).where(table.c.id == deed.id).values(what_became))
        return deed.id
    action = deed.action
    values = {
        "phone_id": phone_id,
        "at": codec.micros(deed.at),
        "kind": action.kind.value,
        "user": action.user,
        "package": action.package,
        "name": action.name,
        "op": action.op,
        "mode": action.mode,
        "was": action.was,
        "whole_uid": action.whole_uid,
        "refusal": deed.refusal,
        "held": deed.held,
        "checked_by": deed.checked_by,
        "undoes": deed.undoes,
    }
    added = connection.execute(insert(table).values(values).returning(table.c.id))
    number: int = added.scalar_one()
    return number


def of_phone(connection: Connection, phone_key: str) -> list[Deed]:
    """All that was tried on a phone, oldest first."""
    table = tables.deed
    query = (
        select(table).join(tables.phone).where(tables.phone.c.key == phone_key).order_by(table.c.id)
    )
    return [_deed(row) for row in connection.execute(query)]


def looked_after(connection: Connection, snapshot_id: int | None) -> bool:
    """Whether a check was made to see what came of deeds."""
    table = tables.deed
    query = select(table.c.id).where(table.c.checked_by == snapshot_id).limit(1)
    return snapshot_id is not None and connection.execute(query).first() is not None


def _deed(row: Any) -> Deed:
    action = Action(
        ActionKind(row.kind),
        row.user,
        row.package,
        row.name,
        row.op,
        row.mode,
        row.was,
        bool(row.whole_uid),
    )
    held = None if row.held is None else bool(row.held)
    at = codec.moment(row.at)
    return Deed(action, at, row.refusal, held, row.checked_by, row.undoes, row.id)
