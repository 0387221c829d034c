"""What can go wrong with the store, each as one class; ``audit.wording`` makes the sentence."""

from __future__ import annotations


class StoreError(Exception):
    """The database cannot be used: exit code 5. Nothing in it was changed.

    ``code`` names the sentence a person gets; ``path`` is the database's place.
    """

    code = "store-error"

    def __init__(self, path: str, detail: str = "") -> None:
        super().__init__(f"{path}: {detail}" if detail else path)
        self.path = path
        self.values = {"path": path, "detail": detail}


class NotADatabaseError(StoreError):
    code = "not-a-database"


class PassphraseNeededError(StoreError):
    """The file is encrypted, and no passphrase was given."""

    code = "passphrase-needed"


class WrongPassphraseError(StoreError):
    """That passphrase does not open the file, or what it begins with is damaged."""

    code = "wrong-passphrase"


class NoCipherError(StoreError):
    """The extra ``encrypted`` is not installed."""

    code = "no-cipher"


class ReadOnlyError(StoreError):
    code = "store-read-only"


class NewerError(StoreError):
    code = "store-newer"


class LockedError(StoreError):
    code = "store-locked"


class DiskFullError(StoreError):
    code = "store-disk-full"


class DamagedError(StoreError):
    code = "store-damaged"


class NoSuchSnapshotError(StoreError):
    """There is no snapshot of that number; ``values`` has ``id``."""

    code = "no-such-snapshot"

    def __init__(self, path: str, snapshot_id: int) -> None:
        super().__init__(path, f"no snapshot {snapshot_id}")
        self.values["id"] = str(snapshot_id)


class NoRawError(StoreError):
    """The phone's raw answers of that check were not kept, or dropped; ``values`` has ``id``."""

    code = "no-raw"

    def __init__(self, path: str, snapshot_id: int) -> None:
        super().__init__(path, f"no raw answers of {snapshot_id}")
        self.values["id"] = str(snapshot_id)


class MissingError(StoreError):
    """There is no database at that place, and none was to be made."""

    code = "store-missing"


class NotAFileError(StoreError):
    """The place is a folder or a device."""

    code = "store-not-a-file"


class NoFileError(StoreError):
    """The store is on a server: it cannot be copied as a file."""

    code = "store-on-server"


class ServerGoneError(StoreError):
    """The server cannot be reached, or the connection to it broke."""

    code = "store-unreachable"


class UnsureError(ServerGoneError):
    """The connection broke at the very end: only the server knows whether all was saved."""

    code = "store-unsure"


class LoginError(StoreError):
    """The server does not let this user in."""

    code = "store-login"


class NoDatabaseError(StoreError):
    """The server has no database of that name."""

    code = "store-no-database"


class NoEncryptionError(StoreError):
    """The server does not speak TLS."""

    code = "store-no-encryption"


class WrongServerError(StoreError):
    """The server's certificate is not that of the server that was asked for, or not trusted."""

    code = "store-wrong-server"


class NoDriverError(StoreError):
    """What speaks to servers is not installed."""

    code = "store-no-driver"


class NotEmptyError(StoreError):
    """There is something at the place that a store was to be copied to."""

    code = "store-not-empty"


class BadCopyError(StoreError):
    """What arrived is not what was saved, so nothing was copied."""

    code = "bad-copy"


class NoBackupError(StoreError):
    """There is no file at that place to restore."""

    code = "no-backup"


class BadBackupError(StoreError):
    """Something in the backup is not as it was saved, so nothing was restored."""

    code = "bad-backup"


class NoSuchPhoneError(StoreError):
    """No check of that phone is kept; ``values`` has ``key``."""

    code = "no-such-phone"

    def __init__(self, path: str, phone_key: str) -> None:
        super().__init__(path, f"no phone {phone_key}")
        self.values["key"] = phone_key


class NotSplittableError(StoreError):
    """Those are not some, but not all, of the checks of one phone."""

    code = "not-splittable"


class NoSnapshotsError(StoreError):
    """No check is kept yet, or none of the phone that was named."""

    code = "no-snapshots"


class OnlyOneSnapshotError(StoreError):
    """There is nothing to compare the only check with."""

    code = "only-one-snapshot"


class CancelledError(StoreError):
    """The person cancelled."""

    code = "store-cancelled"
