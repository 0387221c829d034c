"""What is asked of the saved checks and said of them: each runs in the store's own thread.

A change answers with what takes it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from audit.bounds import Bounds
from audit.checkup import differing
from audit.company_sums import company_sums
from audit.fleet import fleet
from audit.ledger import summaries
from audit.model import Change, Deed
from audit.progress import Cancel, Report
from audit.wording import Wording
from db.errors import CancelledError
from db.records import Retention, Tidying
from gui.models.companies import CompanyRow, company_row
from gui.models.comparison import Comparison, build_comparison, with_bounds
from gui.models.fleet_table import FleetRow, fleet_rows
from gui.models.saved_checks import PhoneChecks

if TYPE_CHECKING:
    from db.store import Store
    from gui.models.rows import Shown

StoreChange = Callable[["Store"], None]

#: Looking for where every change happened reads an app's history each. Other questions come in
#: between so many of them.
_APPS_AT_ONCE = 10


def put_back(name: str, before: str | None) -> StoreChange:
    def change(store: Store) -> None:
        if before is None:
            store.choices.forget_list(name)
        else:
            store.choices.add_list(name, before)

    return change


def phones(store: Store, *, first: str | None, answers: bool = False) -> tuple[PhoneChecks, ...]:
    found = []
    for record in store.phones():
        pinned, listed = store.pinned(record.key), store.snapshots(record.key, rereads=True)
        found.append(
            PhoneChecks(
                record.key,
                record.name,
                tuple(info for info in listed if info.reread_of is None),
                pinned.id if pinned else None,
                record.keys,
                store.raw_sizes(record.key) if answers else {},
                tuple(info for info in listed if info.reread_of is not None),
            )
        )
    return tuple(sorted(found, key=lambda phone: phone.key != first))


def pin(store: Store, *, check_id: int, pinned: bool) -> StoreChange:
    before = store.pinned(store.info(check_id).key)
    (store.pin if pinned else store.unpin)(check_id)
    number = before.id if before else None
    return lambda store: store.unpin(check_id) if number is None else store.pin(number)


def rename(store: Store, *, check_id: int, title: str | None) -> StoreChange:
    before = store.info(check_id).title
    store.set_title(check_id, title)
    return lambda store: store.set_title(check_id, before)


def name_phone(store: Store, *, key: str, name: str | None) -> StoreChange:
    before = next((phone.name for phone in store.phones() if phone.key == key), None)
    store.name_phone(key, name)
    return lambda store: store.name_phone(key, before)


def merge(store: Store, *, key: str, into: str) -> StoreChange:
    name = next((phone.name for phone in store.phones() if phone.key == key), None)
    checks = [info.id for info in store.snapshots(key) if info.id is not None]
    store.merge_phones(key, into)
    return partial(split_again, check_ids=checks, name=name)


def split_again(store: Store, *, check_ids: Sequence[int], name: str | None) -> None:
    store.split_phone(check_ids, name)


def split(store: Store, *, check_ids: tuple[int, ...], name: str | None) -> StoreChange:
    source = store.info(check_ids[0]).key
    key = store.split_phone(check_ids, name)
    return lambda store: store.merge_phones(key, source)


def tidy(store: Store, *, wanted: Retention, found: Tidying) -> None:
    store.tidy(wanted, found, datetime.now(UTC))


def delete(store: Store, *, check_ids: tuple[int, ...]) -> None:
    for number in check_ids:
        store.delete(number)


def forget_phone(store: Store, *, key: str) -> None:
    store.delete_phone(key)


def superfluous(store: Store, *, wanted: Retention | None) -> tuple[Retention, Tidying]:
    chosen = wanted or store.retention()
    return chosen, store.superfluous(chosen, datetime.now(UTC))


def compared(store: Store, *, old_id: int, new_id: int, wording: Wording) -> Comparison:
    old, new = differing(store, old_id, new_id)
    return build_comparison(old, new, store.marks(new.info.key), wording)


def sought(
    store: Store, *, found: Comparison, wording: Wording
) -> tuple[Comparison, Bounds, list[tuple[int, str]]] | None:
    """None where no check lies between the two."""
    checks = store.snapshots(found.new.key)
    places = [n for n, info in enumerate(checks) if info.id in {found.old.id, found.new.id}]
    if len(places) < 2 or places[1] - places[0] == 1:
        return None
    bounds = Bounds(checks, (places[0], places[1]), wording.catalogue)
    return found, bounds, list(dict.fromkeys(row.key for row in found.rows))


def bounded(
    store: Store, *, found: Comparison, bounds: Bounds, apps: list[tuple[int, str]]
) -> tuple[Comparison, Bounds, list[tuple[int, str]]]:
    now, left = apps[:_APPS_AT_ONCE], apps[_APPS_AT_ONCE:]
    key = found.new.key
    histories = {(user, package): store.app_history(key, user, package) for user, package in now}
    return with_bounds(found, bounds, histories), bounds, left


def use_sentences(
    store: Store, *, key: str, user: int, package: str, wording: Wording
) -> tuple[str, ...]:
    found = summaries(store.uses(key, user, package), wording.catalogue)
    return tuple(wording.uses(each) for each in found)


def asked(store: Store, *, number: int) -> tuple[str, ...]:
    return tuple(store.asked(number))


def deeds(store: Store, *, key: str, user: int, package: str) -> tuple[Deed, ...]:
    found = (deed for deed in store.deeds(key) if deed.action.package == package)
    return tuple(deed for deed in found if deed.action.user == user)


def side_by_side(
    store: Store, _report: Report, cancel: Cancel, preinstalled: bool, wording: Wording
) -> tuple[FleetRow, ...]:
    def go_on() -> None:
        if cancel.is_set():
            raise CancelledError(store.shown)

    found = fleet(store, wording.catalogue, preinstalled=preinstalled, go_on=go_on)
    return fleet_rows(found, wording)


def companies(store: Store, *, shown: Shown, wording: Wording) -> tuple[CompanyRow, ...]:
    snapshot = shown.checkup.snapshot
    uses = tuple(store.last_uses(snapshot.info.id)) if snapshot.info.id is not None else ()
    found = company_sums(replace(snapshot, uses=uses), shown.checkup.changes, wording.catalogue)
    return tuple(company_row(each, wording) for each in found)


def mark(store: Store, *, key: str | None, changes: Iterable[Change]) -> None:
    from db.store import Mark  # noqa: PLC0415 -- SQLAlchemy takes 0.3 s to import

    now = datetime.now(UTC)
    for change in changes if key else ():
        mark = Mark(change.user, change.package, change.name, change.after, None, now)
        store.mark(key or "", mark)


def unmark(store: Store, *, key: str | None, changes: Iterable[Change]) -> None:
    for change in changes if key else ():
        store.unmark(key or "", change.user, change.package, change.name)
