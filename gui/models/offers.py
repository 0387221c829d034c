"""What a page offers to be exported: where a person is, as the dialog starts with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.model import SnapshotInfo

COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Offer:
    """The person may choose something else of the same phone.

    Attributes:
        what: ``history``, ``uses``, ``changes``, ``snapshot`` or ``COMPLAINT``; of all phones
            ``fleet`` or ``matrix``.
        new: the check that is shown.
        old: the check that it is compared with, where there is one.
        app: user and package.
        group: an access key.
        kind: of changes, one of ``audit.changes.KINDS``.
        since, until: the time in sight, where that is not all of it.
    """

    what: str
    new: SnapshotInfo
    old: SnapshotInfo | None = None
    app: tuple[int, str] | None = None
    group: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
