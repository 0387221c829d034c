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
