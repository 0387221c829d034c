"""What was saved: the checks of all phones, two of them compared, and what the person says of them.

Every method returns at once; answers come as signals. The database is asked in its own thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from audit.bounds import Bounds
from audit.model import App, Change, SnapshotInfo
from audit.named import read_file
from audit.weekly import sheet as weekly_sheet
from audit.wording import Wording
from db.errors import CancelledError
from db.records import Retention, Tidying
from gui import questions
from gui.models.comparison import Comparison
from gui.models.history import access_history, app_history
from gui.questions import StoreChange
from gui.services import Services
from gui.tasks import Task

if TYPE_CHECKING:
    from db.store import Store


class Archive(QObject):
    """Signals:
    checks_changed: tuple of ``PhoneChecks``, the phone of the check that is shown first.
    compared: a ``Comparison``; once more when it is known between which checks changes lie.
    app_told: an ``AppHistory``.
    access_told: an ``AccessHistory``.
    lists_told: the names of the imported files of apps named in public, in a tuple.
    companies_told: the check's ``SnapshotInfo``, and a tuple of ``CompanyRow``.
    phones_told: the same as ``checks_changed``, with what their answers take.
    fleet_told: a tuple of ``FleetRow``.
    tidying_told: a ``Retention``, and the ``Tidying`` that it leaves over.
    verifying: a ``Progress``.
    verified: the ``Verification``; None where it was stopped or failed.
    weekly_told: the ``audit.weekly.Sheet`` of the phone's last week.
    uses_told: user and package in a tuple, and sentences about its recorded uses.
    done: what the person just said, in words, and a callable that takes it back.
    lines_told: user and package in a tuple, and the phone's own lines about it as one text.
    commands_told: a tuple of the commands that the check which is shown was made with.
    deeds_told: user and package in a tuple, and what was done to that app, oldest first.
    """

    checks_changed = Signal(object)
    compared = Signal(object)
    app_told = Signal(object)
    access_told = Signal(object)
    lists_told = Signal(object)
    companies_told = Signal(object, object)
    phones_told = Signal(object)
    fleet_told = Signal(object)
    tidying_told = Signal(object, object)
    verifying = Signal(object)
    verified = Signal(object)
    weekly_told = Signal(object)
    uses_told = Signal(object, object)
    done = Signal(str, object)
    lines_told = Signal(object, object)
    commands_told = Signal(object)
    deeds_told = Signal(object, object)

    def __init__(self, wording: Wording, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._services = services
        self._verifying: Task | None = None
        self._fleet: Task | None = None
        self._compared: tuple[int | None, int | None] | None = None

    def _key(self) -> str | None:
        shown = self._services.shown
        return shown.info.key if shown else None

    # Checks.

    def list_checks(self) -> None:
        self._services.ask(partial(questions.phones, first=self._key()), self.checks_changed.emit)

    def list_phones(self) -> None:
        question = partial(questions.phones, first=self._key(), answers=True)
        self._services.ask(question, self.phones_told.emit)

    def compare(self, old_id: int, new_id: int) -> None:
        question = partial(questions.compared, old_id=old_id, new_id=new_id, wording=self._wording)
        self._services.ask(question, self._on_compared)

    def _on_compared(self, found: Comparison) -> None:
        self._compared = found.old.id, found.new.id
        self.compared.emit(found)
        if found.same_phone and found.rows:
            question = partial(questions.sought, found=found, wording=self._wording)
            self._services.ask(question, self._on_sought)

    def _on_sought(self, sought: tuple[Comparison, Bounds, list[tuple[int, str]]] | None) -> None:
        """Of some apps it is known where their changes lie; ``sought`` names those left."""
        if sought is None:
            return
        found, bounds, left = sought
        if not left:
            self.compared.emit(found)
        elif self._compared == (found.old.id, found.new.id):
            question = partial(questions.bounded, found=found, bounds=bounds, apps=left)
            self._services.ask(question, self._on_sought)

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

    def tell_weekly(self) -> None:
        key = self._key()
        if key is not None:
            question = partial(weekly_sheet, phone_key=key, wording=self._wording)
            self._services.ask(question, self.weekly_told.emit)

    def tell_uses(self, user: int, package: str) -> None:
        key = self._key()
        if key is not None:
            question = partial(
                questions.use_sentences, key=key, user=user, package=package, wording=self._wording
            )
            self._services.ask(question, partial(self.uses_told.emit, (user, package)))

    def tell_deeds(self, user: int, package: str) -> None:
        key = self._key()
        if key is not None:
            question = partial(questions.deeds, key=key, user=user, package=package)
            self._services.ask(question, partial(self.deeds_told.emit, (user, package)))

    def tell_commands(self) -> None:
        """As they were sent; of a check that was saved before, what its kept answers name."""
        shown = self._services.shown
        if shown is not None and shown.checkup.snapshot.commands:
            self.commands_told.emit(shown.checkup.snapshot.commands)
        elif shown is not None and shown.info.id is not None:
            question = partial(questions.asked, number=shown.info.id)
            self._services.ask(question, self.commands_told.emit)

    def tell_lines(self, app: App, info: SnapshotInfo) -> None:
        from gui.models.traces import own_lines  # noqa: PLC0415 -- the parsers, when asked for

        question = partial(own_lines, app=app, info=info, wording=self._wording)
        self._services.ask(question, partial(self.lines_told.emit, (app.user, app.package)))

    def tell_fleet(self, preinstalled: bool) -> None:
        """Beside all else: it reads every history of every phone."""
        if self._fleet is not None:
            self._fleet.cancel.set()
        work = partial(questions.side_by_side, preinstalled=preinstalled, wording=self._wording)
        task = self._fleet = self._services.work(work)
        if task is not None:
            task.done.connect(self.fleet_told)
            task.failed.connect(self._on_no_fleet)

    def _on_no_fleet(self, error: Exception) -> None:
        if not isinstance(error, CancelledError):
            self._services.failed.emit(error)

    def tell_companies(self) -> None:
        shown = self._services.shown
        if shown is not None:
            question = partial(questions.companies, shown=shown, wording=self._wording)
            self._services.ask(question, partial(self.companies_told.emit, shown.info))

    # What the person says.

    def expect(self, changes: Sequence[Change]) -> None:
        """These are no news any more, until they change."""
        mark = partial(questions.mark, key=self._key(), changes=changes)
        unmark = partial(questions.unmark, key=self._key(), changes=changes)
        self._answer(mark, self._wording.gettext("Marked as expected."), unmark)

    def unexpect(self, changes: Sequence[Change]) -> None:
        mark = partial(questions.mark, key=self._key(), changes=changes)
        unmark = partial(questions.unmark, key=self._key(), changes=changes)
        self._answer(unmark, self._wording.gettext("No longer marked as expected."), mark)

    def tell_lists(self) -> None:
        self._services.ask(lambda store: tuple(store.choices.lists()), self.lists_told.emit)

    def import_list(self, path: str) -> None:
        """Adds a file of apps named in public; one that cannot be taken is told by ``failed``."""

        def change(store: Store) -> StoreChange:
            name, text = Path(path).name, read_file(Path(path))
            before = store.choices.lists().get(name)
            store.choices.add_list(name, text)
            return questions.put_back(name, before)

        self._answer(change, self._wording.gettext("The list was imported."))
        self.tell_lists()

    def forget_list(self, name: str) -> None:
        def change(store: Store) -> StoreChange:
            before = store.choices.lists().get(name)
            store.choices.forget_list(name)
            return questions.put_back(name, before)

        self._answer(change, self._wording.gettext("The list was taken away."))
        self.tell_lists()

    def say_kind(self, package: str, kind: int | None) -> None:
        """Which kind of app it is; None: none of the 39."""

        def change(store: Store) -> StoreChange:
            before = store.choices.kinds()
            store.choices.set_kind(package, kind)
            if package in before:
                return lambda store: store.choices.set_kind(package, before[package])
            return lambda store: store.choices.forget_kind(package)

        self._answer(change, self._wording.gettext("The kind of app was changed."))

    def note(self, check_id: int, text: str) -> None:
        def change(store: Store) -> StoreChange:
            before = store.info(check_id).note
            store.set_note(check_id, text or None)
            return lambda store: store.set_note(check_id, before)

        self._answer(change, self._wording.gettext("The note was changed."))

    def pin(self, check_id: int, pinned: bool) -> None:
        told = self._wording.gettext("New checks are compared with another one now.")
        self._answer(partial(questions.pin, check_id=check_id, pinned=pinned), told)

    def rename(self, check_id: int, title: str) -> None:
        told = self._wording.gettext("The title was changed.")
        self._answer(partial(questions.rename, check_id=check_id, title=title or None), told)

    def delete(self, check_id: int) -> None:
        self._answer(lambda store: store.delete(check_id))

    def delete_all(self, check_ids: Iterable[int]) -> None:
        self._answer(partial(questions.delete, check_ids=tuple(check_ids)))

    def forget_phone(self, key: str) -> None:
        self._answer(partial(questions.forget_phone, key=key))

    def name_phone(self, key: str, name: str) -> None:
        self._answer(
            partial(questions.name_phone, key=key, name=name or None),
            self._wording.gettext("The phone has another name now."),
        )

    def merge(self, key: str, into: str) -> None:
        told = self._wording.gettext("The two are one phone now.")
        self._answer(partial(questions.merge, key=key, into=into), told)

    def split(self, check_ids: Iterable[int], name: str) -> None:
        told = self._wording.gettext("These checks are another phone's now.")
        self._answer(partial(questions.split, check_ids=tuple(check_ids), name=name or None), told)

    def list_tidying(self, wanted: Retention | None) -> None:
        """What a choice would leave over; None: the choice of last time."""
        self._services.ask(partial(questions.superfluous, wanted=wanted), self._on_superfluous)

    def _on_superfluous(self, told: tuple[Retention, Tidying]) -> None:
        self.tidying_told.emit(*told)

    def tidy(self, wanted: Retention, found: Tidying) -> None:
        self._answer(partial(questions.tidy, wanted=wanted, found=found))

    def verify(self) -> None:
        """Recomputes all digests, beside all else."""
        task = self._services.work(lambda store, report, cancel: store.verify(report, cancel))
        self._verifying = task
        if task is None:
            self.verified.emit(None)
        else:
            task.progressed.connect(self.verifying)
            task.done.connect(self.verified)
            task.failed.connect(self._on_unverified)

    def stop_verifying(self) -> None:
        if self._verifying is not None:
            self._verifying.cancel.set()

    def _on_unverified(self, error: Exception) -> None:
        if not isinstance(error, CancelledError):
            self._services.failed.emit(error)
        self.verified.emit(None)

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
