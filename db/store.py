"""The store: snapshots in; snapshots, histories, uses and marks out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Update, exists, select, update

from audit.model import (
    Action,
    App,
    AppCode,
    AppName,
    Deed,
    Part,
    RawAnswer,
    Snapshot,
    SnapshotInfo,
    Use,
)
from audit.progress import Cancel, Report
from db import (
    app_code,
    backups,
    deeds,
    forgetting,
    history,
    marks,
    merging,
    migrate,
    names,
    phones,
    raw,
    reading,
    retention,
    saving,
    sealing,
    server,
    splitting,
    sweeping,
    tables,
    verifying,
)
from db.choices import Choices
from db.engine import Database
from db.errors import (
    CancelledError,
    NoSuchPhoneError,
    NoSuchSnapshotError,
    NotSplittableError,
)
from db.place import default_path
from db.records import (
    AppRun,
    Deletion,
    Finding,
    Mark,
    PhoneRecord,
    Retention,
    Tidying,
    Verification,
)
from resources.version import version

__all__ = [
    "AppRun",
    "Deletion",
    "Finding",
    "Mark",
    "PhoneRecord",
    "Retention",
    "Store",
    "Tidying",
    "Verification",
    "default_path",
]


class Store:
    """Where snapshots are kept; usable from several threads and processes at once.

    Every method is one transaction and raises an error of ``db.errors`` when the database cannot
    be used; nothing is changed then. "Previous", "oldest first" and "last" go by the order in which
    the checks of a phone were made, which a computer's wrong clock does not change.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._timeline: history.Timeline | None = None
        self.choices = Choices(database)
        self.backups = backups.Backups(database)

    @classmethod
    def open(
        cls, place: str | Path, *, create: bool = True, passphrase: str | None = None
    ) -> Store:
        """Opens the store, brought to this program's schema.

        Args:
            place: path of an SQLite file, or a SQLAlchemy URL (anything with ``://``).
            create: make the file and its folder where they are missing; else ``MissingError``.
            passphrase: of a file that is encrypted, or is to be once it is made.
        """
        database = Database.open(place, create=create, passphrase=passphrase)
        try:
            migrate.upgrade(database, empty=create or database.path is not None)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def shown(self) -> str:
        """The store's place as a person may read it: a password in a URL is left out."""
        return self._database.shown

    @property
    def encrypted(self) -> bool | None:
        """Whether its file is; None: it is on a server."""
        return self._database.key is not None if self._database.path else None

    def clock_ahead(self) -> timedelta:
        """By how much this computer's clock is ahead of the server's; nothing for a file."""
        if self._database.path is not None:
            return timedelta()
        with self._database.read() as connection:
            return datetime.now(UTC) - server.clock(connection)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Checks.

    def save(self, snapshot: Snapshot) -> SnapshotInfo:
        """Saves whole or not at all; the answer carries the ``id`` and the number of apps.

        Raises ValueError when the snapshot lists an app of one user twice.
        """
        return self._database.once(lambda connection: saving.save(connection, snapshot, version()))

    def load(self, snapshot_id: int) -> Snapshot:
        """The snapshot without its uses, which are in the ledger: ``uses``, ``last_uses``."""
        with self._database.read() as connection:
            row = self._row(connection, snapshot_id)
            apps = reading.apps(connection, row.inventory_id)
            return Snapshot(reading.info(row), app_code.known_of(connection, row.phone_id, apps))

    def info(self, snapshot_id: int) -> SnapshotInfo:
        with self._database.read() as connection:
            return reading.info(self._row(connection, snapshot_id))

    def before(self, info: SnapshotInfo, *, knowing: Collection[Part] = ()) -> SnapshotInfo | None:
        """The check of the same phone before ``info``; None when it is the first.

        With ``knowing``, the last one before it in which all these parts were read.
        """
        if info.id is None:
            raise ValueError("a snapshot that was not saved has no previous one")
        with self._database.read() as connection:
            return reading.before(connection, self._row(connection, info.id), knowing)

    def snapshots(
        self, phone_key: str | None = None, *, rereads: bool = False
    ) -> list[SnapshotInfo]:
        """The checks of one phone or of all, oldest first; second readings only when asked for."""
        with self._database.read() as connection:
            return reading.infos(connection, phone_key, rereads=rereads)

    def last_two(self, phone_key: str) -> tuple[SnapshotInfo, SnapshotInfo] | None:
        """The check before the last and the last one; None when there are fewer than two."""
        with self._database.read() as connection:
            return reading.last_two(connection, phone_key)

    def set_note(self, snapshot_id: int, note: str | None) -> None:
        with self._recording("note") as connection:
            self._change(connection, snapshot_id, update(tables.snapshot).values(note=note))

    def set_title(self, snapshot_id: int, title: str | None) -> None:
        with self._recording("rename") as connection:
            self._change(connection, snapshot_id, update(tables.snapshot).values(title=title))

    def delete(self, snapshot_id: int) -> None:
        """Forgets a check with its second readings, and a phone with all when it was its only one.

        Uses that the check told of stay while the phone has other checks.
        """
        with self._database.write() as connection:
            row = self._row(connection, snapshot_id)
            table = tables.snapshot.c
            again = connection.scalars(select(table.id).where(table.reread_of == snapshot_id))
            numbers = [snapshot_id, *again]
            before = sealing.kept_by_hand(connection) | sealing.of_checks(connection, numbers)
            others = (table.phone_id == row.phone_id) & table.id.not_in(numbers)
            last = connection.scalar(select(table.id).where(others).limit(1)) is None
            if last:
                before |= sealing.of_uses(connection, row.phone_id)
            sweeping.forget(connection, numbers)
            after = sealing.kept_by_hand(connection)
            sealing.append(connection, "delete", sealing.difference(before, after))

    def retention(self) -> Retention:
        """What the person chose to keep the last time."""
        with self._database.read() as connection:
            return retention.chosen(connection)

    def superfluous(self, wanted: Retention, now: datetime) -> Tidying:
        """What need not be kept by that choice; nothing is deleted."""
        with self._database.read() as connection:
            return retention.superfluous(connection, wanted, now)

    def tidy(self, wanted: Retention, found: Tidying, now: datetime) -> Tidying:
        """Remembers the choice and deletes what was ``found``, if it still need not be kept."""
        with self._database.write() as connection:
            still = retention.superfluous(connection, wanted, now)
            done = Tidying(
                tuple(number for number in found.checks if number in still.checks),
                tuple(number for number in found.raw if number in still.raw),
            )
            with self.backups.kept("tidy") if done != Tidying() else nullcontext():
                retention.tidy(connection, wanted, done)
            return done

    # The reference to compare with.

    def pin(self, snapshot_id: int) -> None:
        """Makes this check its phone's reference, in place of any other."""
        table = tables.snapshot
        with self._recording("pin") as connection:
            phone_id = self._row(connection, snapshot_id).phone_id
            same_phone = update(table).where(table.c.phone_id == phone_id)
            connection.execute(same_phone.where(table.c.pinned).values(pinned=False))
            self._change(connection, snapshot_id, update(table).values(pinned=True))

    def unpin(self, snapshot_id: int) -> None:
        with self._recording("unpin") as connection:
            self._change(connection, snapshot_id, update(tables.snapshot).values(pinned=False))

    def pinned(self, phone_key: str) -> SnapshotInfo | None:
        """The phone's reference, where one was chosen."""
        with self._database.read() as connection:
            return reading.pinned(connection, phone_key)

    # Phones.

    def phones(self) -> list[PhoneRecord]:
        """The phones that have checks, by key."""
        with self._database.read() as connection:
            return reading.phones(connection)

    def has_several_phones(self) -> bool:
        """Whether more than one phone has checks."""
        checked = exists().where(tables.snapshot.c.phone_id == tables.phone.c.id)
        query = select(tables.phone.c.id).where(checked).limit(2)
        with self._database.read() as connection:
            return len(connection.execute(query).all()) > 1

    def latest_phone_key(self) -> str | None:
        """The phone whose check was saved last."""
        query = (
            select(tables.phone.c.key)
            .join_from(tables.snapshot, tables.phone)
            .order_by(tables.snapshot.c.id.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            key: str | None = connection.scalar(query)
            return key

    def key_of(self, phone_key: str) -> str | None:
        """The phone that a check under ``phone_key`` joins; None: a new one."""
        with self._database.read() as connection:
            found = phones.joined_by(connection, phone_key)
            query = select(tables.phone.c.key).where(tables.phone.c.id == found)
            key: str | None = connection.scalar(query)
            return key

    def name_phone(self, phone_key: str, name: str | None) -> None:
        with self._recording("name-phone") as connection:
            table = tables.phone
            number = self._phone_id(connection, phone_key)
            connection.execute(update(table).where(table.c.id == number).values(name=name))

    def merge_phones(self, phone_key: str, into_key: str) -> None:
        """Makes the checks of one phone checks of another: they were the same phone all along.

        Later checks under the first one's key join the other. Raises ``NoSuchPhoneError``.
        """
        with self._recording("merge", checks=True) as connection:
            source, target = (self._phone_id(connection, key) for key in (phone_key, into_key))
            if source != target:
                with self.backups.kept("merge"):
                    merging.merge(connection, source, target)

    def split_phone(self, snapshot_ids: Iterable[int], name: str | None = None) -> str:
        """Makes some checks of a phone, with their second readings, a phone of their own.

        A later check joins the one of the two that has the newest check under its key. Returns the
        new phone's key. Raises ``NotSplittableError`` for all checks of a phone, or of several.
        """
        wanted = list(snapshot_ids)
        with self._recording("split", checks=True) as connection:
            sources = {self._row(connection, number).phone_id for number in wanted}
            numbers = splitting.family(connection, wanted)
            table = tables.snapshot.c
            left = select(table.id).where(table.phone_id.in_(sources), table.reread_of.is_(None))
            if len(sources) != 1 or numbers.issuperset(connection.scalars(left)):
                raise NotSplittableError(self._database.shown)
            with self.backups.kept("split"):
                return splitting.split(connection, sources.pop(), numbers, name)

    def delete_phone(self, phone_key: str) -> bool:
        """Forgets a phone and leaves no trace of it in the file, nor in the backups beside it.

        Every backup beside the store is deleted; of what is left of the store there is a new one.
        False where another program reads the file at this moment: its ``-wal`` file still tells,
        until that program closes it. Raises ``NoSuchPhoneError``.
        """
        with self._database.write() as connection:
            forgetting.forget(connection, self._phone_id(connection, phone_key))
        return forgetting.wipe(self._database)

    # Evidence.

    def raw(self, snapshot_id: int) -> list[RawAnswer]:
        """The phone's answers as they were kept; empty where they were not, or were dropped.

        Raises ``DamagedError`` for an answer that is not what was saved.
        """
        with self._database.read() as connection:
            self._row(connection, snapshot_id)
            return raw.load(connection, snapshot_id)

    def asked(self, snapshot_id: int) -> list[str]:
        """What the phone was asked for, in order; empty where its answers were not kept."""
        with self._database.read() as connection:
            row = self._row(connection, snapshot_id)
            return raw.asked(connection, row.reread_of or snapshot_id)

    def raw_size(self) -> int:
        """Bytes that all kept answers take."""
        with self._database.read() as connection:
            return raw.size(connection)

    def raw_sizes(self, phone_key: str) -> dict[int, int]:
        """By check of the phone how many bytes it answered, where that is kept."""
        with self._database.read() as connection:
            return raw.sizes(connection, phone_key)

    def drop_raw(self, snapshot_ids: Iterable[int] | None = None) -> list[int]:
        """Forgets the raw answers of these checks (None: of all); returns those that had some."""
        with self._database.write() as connection:
            wanted = None if snapshot_ids is None else list(snapshot_ids)
            for number in wanted or ():
                self._row(connection, number)
            had = list(raw.listed(connection, wanted))
            raw.drop(connection, had)
            sealing.append(connection, "drop-raw", {f"raw {number}": None for number in had})
            return had

    def is_sound(self, cancel: Cancel) -> bool:
        """Whether the file itself is whole: every page and row, but no digest.

        Raises ``CancelledError`` once ``cancel`` is set.
        """
        try:
            with self._database.read() as connection, verifying.stoppable(connection, cancel):
                return not any(verifying.of_file(connection))
        except verifying.Stopped as stopped:
            raise CancelledError(self._database.shown) from stopped

    def verify(self, report: Report = lambda _: None, cancel: Cancel | None = None) -> Verification:
        """Recomputes every digest of the store, and says what is not as it was saved.

        ``report`` hears how many of the lists of apps and raw answers are done, at most a hundred
        times. Raises ``CancelledError`` once ``cancel`` is set.
        """
        try:
            with self._database.read() as connection:
                return verifying.verify(connection, report, cancel or Cancel())
        except verifying.Stopped as stopped:
            raise CancelledError(self._database.shown) from stopped

    def record(self) -> list[str]:
        """The entries of the record, as they stand: see ``db.sealing``."""
        table = tables.record.c
        with self._database.read() as connection:
            return list(connection.scalars(select(table.body).order_by(table.number)))

    # Comparing and looking back.

    def changed_apps(self, old_id: int, new_id: int) -> tuple[list[App], list[App]]:
        """The apps of each check that the other does not have in exactly that condition."""
        with self._database.read() as connection:
            old, new = self._row(connection, old_id), self._row(connection, new_id)
            return _differing(connection, old, new), _differing(connection, new, old)

    def app_history(self, phone_key: str, user: int, package: str) -> list[AppRun]:
        """What all checks of the phone, oldest first, say about one app.

        Empty for an app or a phone that was never seen.
        """
        with self._database.read() as connection:
            runs, self._timeline = history.app_history(
                connection, phone_key, user, package, self._timeline
            )
            return runs

    def app_histories(
        self, phone_key: str, user: int | None = None, package: str | None = None
    ) -> Iterator[tuple[int, str, list[AppRun]]]:
        """``app_history`` of every app, by user and package; one app at a time in memory."""
        with self._database.read() as connection:
            yield from history.app_histories(connection, phone_key, user, package)

    def uses(
        self, phone_key: str, user: int, package: str, since: datetime | None = None
    ) -> list[Use]:
        """The recorded uses of one app from ``since`` on, oldest first."""
        with self._database.read() as connection:
            return history.uses(connection, phone_key, user, package, since)

    def app_uses(
        self, phone_key: str, user: int | None = None, package: str | None = None
    ) -> Iterator[tuple[int, str, list[Use]]]:
        """``uses`` of every app that has some, by user and package; one app at a time in memory."""
        with self._database.read() as connection:
            yield from history.app_uses(connection, phone_key, user, package)

    def last_uses(self, snapshot_id: int) -> list[Use]:
        """Of each kind of use by each app of the phone, the last one up to that check."""
        with self._database.read() as connection:
            row = self._row(connection, snapshot_id)
            return history.last_uses(connection, row.phone_id, row.taken_at)

    # What apps call themselves.

    def save_names(self, phone_key: str, found: Collection[AppName]) -> None:
        """Remembers names and icons of apps; raises ``NoSuchPhoneError``."""
        with self._database.write() as connection:
            names.save(connection, self._phone_id(connection, phone_key), found)

    def names(self, phone_key: str | None = None, *, icons: bool = False) -> list[AppName]:
        """What is known of a phone's apps, or of all; by package, with their icons if wanted."""
        with self._database.read() as connection:
            return names.known(connection, phone_key, icons=icons)

    # What apps are made of.

    def save_code(self, phone_key: str, found: AppCode) -> None:
        """Remembers what an app's code is made of; raises ``NoSuchPhoneError``."""
        with self._database.write() as connection:
            app_code.save(connection, self._phone_id(connection, phone_key), found)

    def with_code(self, phone_key: str, apps: Iterable[App]) -> tuple[App, ...]:
        """Apps of a check that was just read, with their code where it is known."""
        with self._database.read() as connection:
            return app_code.known_of(connection, self._phone_id(connection, phone_key), apps)

    # What a person expected.

    def mark(self, phone_key: str, expected: Mark) -> None:
        """Remembers a finding as expected, in place of an earlier mark of the same finding.

        Raises ``NoSuchPhoneError`` for a phone that has no checks.
        """
        with self._recording("mark") as connection:
            marks.add(connection, self._database.shown, phone_key, expected)

    def unmark(self, phone_key: str, user: int, package: str, what: str) -> None:
        with self._recording("unmark") as connection:
            marks.remove(connection, phone_key, user, package, what)

    def marks(self, phone_key: str) -> list[Mark]:
        """What was marked as expected on one phone, by package, user and finding."""
        with self._database.read() as connection:
            return marks.of_phone(connection, phone_key)

    # What was changed on the phone.

    def save_deed(self, phone_key: str, deed: Deed) -> Deed:
        """Adds it, or what has become of one that has an ``id``; the answer carries it.

        Raises ``NoSuchPhoneError`` for a phone that has no checks.
        """
        with self._recording("act") as connection:
            number = deeds.save(connection, self._phone_id(connection, phone_key), deed)
            return replace(deed, id=number)

    def deeds(self, phone_key: str) -> list[Deed]:
        """All that was tried on a phone, oldest first."""
        with self._database.read() as connection:
            return deeds.of_phone(connection, phone_key)

    def looked_after(self, info: SnapshotInfo) -> bool:
        """Whether the check was made to see what came of a change on the person's word."""
        with self._database.read() as connection:
            return deeds.looked_after(connection, info.id)

    def demo_life(self) -> tuple[int, list[Action]]:
        """How often the demo phone was checked for news, and all that was changed on it."""
        infos = [info for info in self.snapshots() if info.source == "demo"]
        keys = dict.fromkeys(info.key for info in infos)
        done = [deed for key in keys for deed in self.deeds(key)]
        looks = {deed.checked_by for deed in done}
        return sum(info.id not in looks for info in infos), [deed.action for deed in done]

    @contextmanager
    def _recording(self, did: str, *, checks: bool = False) -> Iterator[Connection]:
        """A transaction that changes what a person can change, and records it."""
        with (
            self._database.write() as connection,
            sealing.recording(connection, did, checks=checks),
        ):
            yield connection

    def _phone_id(self, connection: Connection, phone_key: str) -> int:
        table = tables.phone.c
        found: int | None = connection.scalar(select(table.id).where(table.key == phone_key))
        if found is None:
            raise NoSuchPhoneError(self._database.shown, phone_key)
        return found

    def _row(self, connection: Connection, snapshot_id: int) -> Any:
        query = reading.CHECKS.where(tables.snapshot.c.id == snapshot_id)
        row = connection.execute(query).first()
        if row is None:
            raise NoSuchSnapshotError(self._database.shown, snapshot_id)
        return row

    def _change(self, connection: Connection, snapshot_id: int, statement: Update) -> None:
        changed = connection.execute(statement.where(tables.snapshot.c.id == snapshot_id))
        if not changed.rowcount:
            raise NoSuchSnapshotError(self._database.shown, snapshot_id)


def _differing(connection: Connection, row: Any, other: Any) -> list[App]:
    if row.inventory_id == other.inventory_id:
        return []
    apps = reading.apps(connection, row.inventory_id, without=other.inventory_id)
    return list(app_code.known_of(connection, row.phone_id, apps))
