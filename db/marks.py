"""What a person marked as expected."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from db import codec, tables
from db.apps import app_ids
from db.errors import NoSuchPhoneError
from db.records import Mark


def add(connection: Connection, shown: str, phone_key: str, expected: Mark) -> None:
    phone_id = connection.scalar(select(tables.phone.c.id).where(tables.phone.c.key == phone_key))
    if phone_id is None:
        raise NoSuchPhoneError(shown, phone_key)
    wanted = (expected.user, expected.package)
    app_id = app_ids(connection, phone_id, [wanted])[wanted]
    remove(connection, phone_key, expected.user, expected.package, expected.what)
    connection.execute(
        insert(tables.mark).values(
            app_id=app_id,
            what=expected.what,
            after=expected.after,
            note=expected.note,
            created_at=codec.micros(expected.created_at),
        )
    )


def remove(connection: Connection, phone_key: str, user: int, package: str, what: str) -> None:
    app = tables.app.c
    apps = (
        select(app.id)
        .join_from(tables.app, tables.phone)
        .where(tables.phone.c.key == phone_key, app.user == user, app.package == package)
    )
    table = tables.mark
    connection.execute(delete(table).where(table.c.app_id.in_(apps), table.c.what == what))


def of_phone(connection: Connection, phone_key: str) -> list[Mark]:
    app, mark = tables.app.c, tables.mark.c
    query = (
        select(app.user, app.package, mark.what, mark.after, mark.note, mark.created_at)
        .join_from(tables.mark, tables.app)
        .join(tables.phone)
        .where(tables.phone.c.key == phone_key)
        .order_by(app.package, app.user, mark.what)
    )
    return [
        Mark(user, package, what, after, note, codec.moment(created))
        for user, package, what, after, note, created in connection.execute(query)
    ]
