"""What the store hands out beside the shared model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.model import App, Phone, SnapshotInfo


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A phone that was checked.

    Attributes:
        key: names it; ``audit.model.Phone.key`` of its checks, unless merged or split by hand.
        name: what the person calls it, where they gave it a name.
        phone: its facts at the last check.
        checks: how many of its checks are kept.
        last: when the last of them was taken.
        keys: the keys under which later checks join this phone.
    """

    key: str
    name: str | None
    phone: Phone
    checks: int
    last: datetime
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """Which checks the person wants to keep; applied only when they ask for it.

    Attributes:
        keep_days: every check of so many days is kept; None: all are.
        rhythm: of older ones one is kept ``weekly`` or ``monthly``.
        raw_days: the phone's raw answers are kept so long; None: as long as their check.
    """

    keep_days: int | None = None
    rhythm: str = "weekly"
    raw_days: int | None = None


@dataclass(frozen=True, slots=True)
class Tidying:
    """The checks that go, and those of which only the raw answers go; by number."""

    checks: tuple[int, ...] = ()
    raw: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AppRun:
    """Consecutive checks that found one app in the same condition.

    ``app`` is None where the checks did not list it: it was gone, or what would tell was not read;
    ``first.parts`` and ``first.users`` say which. They, ``first.phone`` and the users whom the
    phone hid are the same in the whole run.
    """

    app: App | None
    first: SnapshotInfo
    last: SnapshotInfo


@dataclass(frozen=True, slots=True)
class Mark:
    """ "I expected this": a finding that is not raised again until it changes.

    Attributes:
        what: the finding's name, such as a permission; the caller's own words.
        after: the state that was expected; another state is a new finding.
    """

    user: int
    package: str
    what: str
    after: str | None
    note: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the store is not as it was saved; ``audit.digest`` makes the sentence.

    ``code`` names the sentence, ``values`` fills its placeholders.
    """

    code: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deletion:
    """A check was deleted on purpose; not ``whole``: only its raw answers were."""

    snapshot_id: int
    at: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing all digests found.

    Attributes:
        records: how many entries the record has.
        checks: how many checks stand in the store by the record.
        head: digest of the last entry. Who noted it down can prove that nothing before was changed.
        findings: empty for a store that is as it was written.
    """

    records: int
    checks: int
    head: str | None
    deleted: tuple[Deletion, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the store beside it.

    Attributes:
        why: what it was made before, such as ``merge`` or ``revision-0002``; or ``by-hand``.
    """

    path: Path
    at: datetime
    why: str
