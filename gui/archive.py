"""What was saved: the checks of all phones, two of them compared, and what the person says of them.

Every method returns at once; answers come as signals. The database is asked in its own thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audit.company_sums import company_sums
from audit.ledger import summaries
from audit.model import Change
from audit.wording import Wording
from gui.models.companies import CompanyRow, company_row
from gui.models.comparison import Comparison, build_comparison, with_bounds
from gui.models.history import access_history, app_history
from gui.models.saved_checks import PhoneChecks
from gui.services import Services

if TYPE_CHECKING:
    from db.store import Store
    from gui.models.rows import Shown

StoreChange = Callable[["Store"], None]

#: Looking for where every change happened reads an app's history each; more than these wait.
_MOST_APPS = 400


class Archive(QObject):
    """Signals:
    checks_changed: tuple of ``PhoneChecks``, the phone of the check that is shown first.
    compared: a ``Comparison``; once more when it is known between which checks changes lie.
    app_told: an ``AppHistory``.
    access_told: an ``AccessHistory``.
    companies_told: the check's ``SnapshotInfo``, and a tuple of ``CompanyRow``.
    uses_told: user and package in a tuple, and sentences about its recorded uses.
    done: what the person just said, in words, and a callable that takes it back.
    """

    checks_changed = Signal(object)
    compared = Signal(object)
    app_told = Signal(object)
    access_told = Signal(object)
    companies_told = Signal(object, object)
    uses_told = Signal(object, object)
    done = Signal(str, object)

    def __init__(self, wording: Wording, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._services = services

    def _key(self) -> str | None:
        shown = self._services.shown
        return shown.info.key if shown else None

    # Checks.

    def list_checks(self) -> None:
        self._services.ask(partial(_phones, first=self._key()), self.checks_changed.emit)

    def compare(self, old_id: int, new_id: int) -> None:
        question = partial(_compared, old_id=old_id, new_id=new_id, wording=self._wording)
        self._services.ask(question, self._on_compared)

    def _on_compared(self, found: Comparison) -> None:
        self.compared.emit(found)
        if found.same_phone and found.rows:
            question = partial(_bounded, found=found, wording=self._wording)
            self._services.ask(question, self.compared.emit)

    # Histories.

    def tell_app(self, user: int, package: str) -> None:
        key = self._key()
        if key is not None:
            question = partial(
                app_history, key=key, user=user, package=package, wording=self._wording
            )
            self._services.ask(question, self.app_told.emit)

    def tell_access(self, access: str) -> None:
        key = self._key()
        if key is not None:
            question = partial(access_history, key=key, access=access, wording=self._wording)
            self._services.ask(question, self.access_told.emit)

    def tell_uses(self, user: int, package: str) -> None:
        key = self._key()
        if key is not None:
            question = partial(_uses, key=key, user=user, package=package, wording=self._wording)
            self._services.ask(question, partial(self.uses_told.emit, (user, package)))

    def tell_companies(self) -> None:
        shown = self._services.shown
        if shown is not None:
            question = partial(_companies, shown=shown, wording=self._wording)
            self._services.ask(question, partial(self.companies_told.emit, shown.info))

    # What the person says.

    def expect(self, changes: Sequence[Change]) -> None:
        """These are no news any more, until they change."""
        mark = partial(_mark, key=self._key(), changes=changes)
        unmark = partial(_unmark, key=self._key(), changes=changes)
        self._answer(mark, self._wording.gettext("Marked as expected."), unmark)

    def unexpect(self, changes: Sequence[Change]) -> None:
        mark = partial(_mark, key=self._key(), changes=changes)
        unmark = partial(_unmark, key=self._key(), changes=changes)
        self._answer(unmark, self._wording.gettext("No longer marked as expected."), mark)

    def note(self, check_id: int, text: str) -> None:
        def change(store: Store) -> StoreChange:
            before = store.info(check_id).note
            store.set_note(check_id, text or None)
            return lambda store: store.set_note(check_id, before)

        self._answer(change, self._wording.gettext("The note was changed."))

    def pin(self, check_id: int, pinned: bool) -> None:
        self._answer(lambda store: (store.pin if pinned else store.unpin)(check_id))

    def delete(self, check_id: int) -> None:
        self._answer(lambda store: store.delete(check_id))

    def _answer(
        self,
        change: Callable[[Store], StoreChange | None],
        told: str = "",
        undo: StoreChange | None = None,
    ) -> None:
        """``told`` says what was done; ``undo``, or what ``change`` returns, takes it back."""
        self._services.ask(change, partial(self._on_answered, told, undo))

    def _on_answered(
        self, told: str, undo: StoreChange | None, returned: StoreChange | None
    ) -> None:
        self._services.refresh()
        takes_back = undo or returned
        if takes_back is not None:
            self.done.emit(told, partial(self._answer, takes_back))


def _phones(store: Store, *, first: str | None) -> tuple[PhoneChecks, ...]:
    found = []
    for record in store.phones():
        pinned = store.pinned(record.key)
        checks = tuple(store.snapshots(record.key))
        found.append(PhoneChecks(record.key, record.name, checks, pinned.id if pinned else None))
    return tuple(sorted(found, key=lambda phone: phone.key != first))


def _compared(store: Store, *, old_id: int, new_id: int, wording: Wording) -> Comparison:
    old, new = store.load(old_id), store.load(new_id)
    return build_comparison(old, new, store.marks(new.info.key), wording)


def _bounded(store: Store, *, found: Comparison, wording: Wording) -> Comparison:
    key = found.new.key
    checks = store.snapshots(key)
    places = [n for n, info in enumerate(checks) if info.id in {found.old.id, found.new.id}]
    if len(places) < 2 or places[1] - places[0] == 1:
        return found  # no check lies between them
    apps = list(dict.fromkeys(row.key for row in found.rows))[:_MOST_APPS]
    histories = {(user, package): store.app_history(key, user, package) for user, package in apps}
    return with_bounds(found, checks, histories, wording)


def _uses(store: Store, *, key: str, user: int, package: str, wording: Wording) -> tuple[str, ...]:
    found = summaries(store.uses(key, user, package), wording.catalogue)
    return tuple(wording.uses(each) for each in found)


def _companies(store: Store, *, shown: Shown, wording: Wording) -> tuple[CompanyRow, ...]:
    snapshot = shown.checkup.snapshot
    uses = tuple(store.last_uses(snapshot.info.id)) if snapshot.info.id is not None else ()
    found = company_sums(replace(snapshot, uses=uses), shown.checkup.changes, wording.catalogue)
    return tuple(company_row(each, wording) for each in found)


def _mark(store: Store, *, key: str | None, changes: Iterable[Change]) -> None:
    from db.store import Mark  # noqa: PLC0415 -- SQLAlchemy takes 0.3 s to import

    now = datetime.now(UTC)
    for change in changes if key else ():
        mark = Mark(change.user, change.package, change.name, change.after, None, now)
        store.mark(key or "", mark)


def _unmark(store: Store, *, key: str | None, changes: Iterable[Change]) -> None:
    for change in changes if key else ():
        store.unmark(key or "", change.user, change.package, change.name)
