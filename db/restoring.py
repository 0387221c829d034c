"""A backup that takes the store's place: looked through first, and what was there is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from audit.model import SnapshotInfo
from db import backups, migrate
from db.cipher import Key
from db.conversion import alone
from db.engine import Database, key_of, locate, os_meaning
from db.errors import (
    BadBackupError,
    DamagedError,
    NewerError,
    NoBackupError,
    NoFileError,
    NotADatabaseError,
    WrongPassphraseError,
)
from db.records import Backup
from db.store import Store


@dataclass(frozen=True, slots=True)
class Restorable:
    """A backup in which everything is as it was saved; its copy stands ready beside the store.

    Attributes:
        checks: what it holds, oldest first.
        path: the store.
        backup_key, store_key: what opens the backup, and what stands in the store's place.
    """

    checks: tuple[SnapshotInfo, ...]
    path: Path
    copy: Path
    backup_key: Key | None
    store_key: Key | None

    @property
    def key(self) -> Key | None:
        """Of the copy, which is encrypted where the backup or the store is."""
        return self.store_key or self.backup_key

    def take_place(self) -> Path | None:
        """Makes the store hold what the backup holds, in one step, also where it is open.

        Returns where what the store held is kept; None where there was no store. Raises an error
        of ``db.errors``: nothing was changed then.
        """
        if not self.path.exists():
            backups.set_aside(self.path)
            self.copy.replace(self.path)
            return None
        database = Database(*locate(self.path), key=self.store_key)
        try:
            kept = backups.make(database, "restore")
            with database.translated():
                self._fill()
        except (DamagedError, NotADatabaseError, WrongPassphraseError) as error:
            # The backup opened with that very key, so it is the file that is wrong.
            if isinstance(error, WrongPassphraseError) and self.backup_key != self.store_key:
                raise
            kept = backups.set_aside(self.path)
            self.copy.replace(self.path)
        finally:
            database.close()
        backups.prune(self.path)
        return kept

    def _fill(self) -> None:
        if bool(self.key) == bool(self.store_key):
            backups.copy(self.copy, self.path, (self.key, self.store_key))
            return
        with alone(self.path, None):
            self.copy.replace(self.path)


def backups_of(place: str | Path) -> list[Backup]:
    """The backups beside a store, which may be damaged or gone; oldest first."""
    _, path = locate(place)
    return backups.listed(path) if path else []


@contextmanager
def looked_through(
    place: str | Path, backup: Path, passphrase: str | None = None
) -> Iterator[Restorable]:
    """Copies the backup beside the store, brings the copy to this schema and verifies it whole.

    ``passphrase`` opens what is encrypted of the two. Raises an error of ``db.errors``: neither
    store nor backup is changed then.
    """
    _, path = locate(place)
    if path is None:
        raise NoFileError(str(place))
    if not backup.is_file():
        raise NoBackupError(str(backup))
    copy = path.with_name(f".{path.name}.restoring")
    try:
        found = Restorable((), path, copy, Key.of(backup, passphrase), key_of(path, passphrase))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        backups.remove(copy)
        os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        yield replace(found, checks=_read(backup, found))
    except OSError as error:
        raise os_meaning(error, path) from error
    finally:
        backups.remove(copy)


def _read(backup: Path, found: Restorable) -> tuple[SnapshotInfo, ...]:
    """The checks of a backup, all of it verified. Errors are about it, not about its copy."""
    target = Database(locate(found.copy)[0], found.copy, shown=str(found.path), key=found.key)
    try:
        with target.translated():
            backups.copy(backup, found.copy, (found.backup_key, found.key), still=True)
        migrate.upgrade(target, keep=False, empty=False)
        store = Store(target)
        checks = tuple(store.snapshots())
        findings = store.verify().findings
    except DamagedError as error:
        raise BadBackupError(str(backup), error.values["detail"]) from error
    except (NotADatabaseError, NewerError, WrongPassphraseError) as error:
        raise type(error)(str(backup), error.values["detail"]) from error
    finally:
        target.close()
    if findings:
        raise BadBackupError(str(backup), f"{len(findings)} findings")
    return checks
