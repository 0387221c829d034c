"""Changing the phone from the window: the person sees the list, agrees, and can undo it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from audit.acting import undone
from audit.acting_words import outcomes, summary
from audit.model import Action, Deed
from audit.progress import Progress
from device.errors import CancelledError
from gui.models.acting import AppKey, app_offer, undoable
from gui.reach import out_of_reach, when_reach_may_change
from gui.services import Services
from gui.tasks import Task
from gui.ui import Ui
from gui.views.take_away_dialog import TakeAwayDialog
from gui.widgets import check_progress

if TYPE_CHECKING:
    from device.actions import PhoneActions
    from gui.window import Window

#: More than these are too many to look at before agreeing.
_MOST_APPS = 30


class Actor(QObject):
    """One thing at a time.

    Signals:
        done: what was taken away, in words, and a callable that gives it back.
        reach_changed: why the phone cannot be changed now; an empty text where it can.
    """

    done = Signal(str, object)
    reach_changed = Signal(str)

    def __init__(self, ui: Ui, services: Services, window: Window) -> None:
        super().__init__(window)
        self._ui = ui
        self._services = services
        self._window = window
        self._task: Task | None = None
        self._opening: Task | None = None
        self._hint = ""  # what to do on the phone once it shows the page
        self.dialog: TakeAwayDialog | None = None
        when_reach_may_change(services, self._on_reach)
        services.opened.connect(self._on_opened)

    @property
    def reach(self) -> str:
        """Why the phone whose check is shown cannot be changed now."""
        _ = self._ui.wording.gettext
        return out_of_reach(
            self._services,
            _("This was read from files. Connect the phone and check it to change it."),
            _("Connect the phone to change something on it."),
            _,
        )

    def _on_reach(self) -> None:
        self.reach_changed.emit(self.reach)

    # What the person asks for.

    def offer(self, keys: Sequence[AppKey], names: Collection[str]) -> None:
        """Opens the list for apps; ``names``, access keys or permissions, are ticked in it."""
        shown, _ = self._services.shown, self._ui.wording.gettext
        if shown is None or self.dialog is not None or self.reach:
            return
        if len(keys) > _MOST_APPS:
            text = _("Choose at most {n} apps at once, so that you can look at the list.")
            self._window.notices.say("amber", text.format(n=_MOST_APPS))
            return
        chosen = set(keys)
        snapshot, catalogue = shown.checkup.snapshot, self._ui.catalogue
        offers = [app_offer(row, snapshot, catalogue) for row in shown.rows if row.key in chosen]
        dialog = self.dialog = TakeAwayDialog(self._ui, offers, names, self._window)
        dialog.agreed.connect(self._on_agreed)
        dialog.cancel_asked.connect(self.cancel)
        dialog.page_asked.connect(self.open_page)
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def undo(self, deeds: Sequence[Deed]) -> None:
        """Puts things back as they were before the deeds."""
        if self._start(undone(deeds, datetime.now(UTC))):
            _ = self._ui.wording.gettext
            text = _("Giving it back, then looking at the phone…")
            self._window.notices.say("accent", text, _("Cancel"), self.cancel)

    def cancel(self) -> None:
        """Stops before the next command; what was done stays done."""
        if self._task is not None:
            self._task.cancel.set()

    def open_page(self, user: int, package: str, name: str = "") -> None:
        """Opens the app's settings on the phone, or those of the special access ``name``."""
        _ = self._ui.wording.gettext

        def show(hands: PhoneActions) -> bool:
            return hands.show_permissions(user, package, name or None)

        self._open(show, _("Opened on the phone. Unlock it if nothing is to be seen."))

    def open_debugging(self) -> None:
        """Opens the developer options on the phone."""
        _ = self._ui.wording.gettext
        text = _("Opened on the phone: unlock it and switch USB debugging off there.")
        self._open(lambda hands: hands.show_developer(), text)

    def _open(self, show: Callable[[PhoneActions], bool], hint: str) -> None:
        task = self._opening = self._services.show_on_phone(show)
        if task is not None:
            self._hint = hint
            task.done.connect(self._on_opened_page)

    # What comes of it.

    def _on_agreed(self, actions: Sequence[Action]) -> None:
        now = datetime.now(UTC)
        if self._start([Deed(action, now) for action in actions]) and self.dialog is not None:
            self.dialog.show_running()
        elif self.dialog is not None:
            self.dialog.show_error(self.reach)

    def _start(self, deeds: Sequence[Deed]) -> bool:
        task = self._task = self._services.act(deeds)
        if task is None:
            return False
        task.progressed.connect(self._on_progress)
        task.done.connect(self._on_done)
        task.failed.connect(self._on_failed)
        return True

    def _on_progress(self, progress: Progress) -> None:
        if self.dialog is not None and self.sender() is self._task:
            self.dialog.show_progress(*check_progress.told(progress, self._ui.wording.gettext))

    def _on_done(self, result: tuple[Any, ...]) -> None:
        """Of ``result`` the last is the ``audit.acting.Acted``."""
        if self.sender() is not self._task:
            return
        acted, wording = result[-1], self._ui.wording
        maker = acted.checkup.snapshot.info.phone.manufacturer
        left = [deed for deed in acted.deeds if not deed.held]
        if left and self.dialog is not None:
            found = outcomes(acted.deeds, maker, wording)
            self.dialog.show_outcome([(text, _by_hand(deeds[0])) for text, deeds in found])
        elif self.dialog is not None:
            self.dialog.accept()
        else:
            self._tell_left(left, maker)
        self._offer_undo(acted.deeds)

    def _offer_undo(self, deeds: Sequence[Deed]) -> None:
        taken, text = undoable(deeds), summary(deeds, self._ui.wording)
        if taken:
            self.done.emit(text, partial(self.undo, taken))
        elif text:
            self._window.notices.say("accent", text)

    def _tell_left(self, left: Sequence[Deed], maker: str | None) -> None:
        if left:
            found = outcomes(left, maker, self._ui.wording)
            text = "\n".join(text for text, _deeds in found)
            action = left[0].action
            page: Callable[[], object] = partial(
                self.open_page, action.user, action.package, action.name
            )
            way = self._ui.wording.gettext("Open settings on phone")
            self._window.notices.say("amber", text, way, page)

    def _on_failed(self, error: Exception) -> None:
        if self.sender() is not self._task:
            return
        _ = self._ui.wording.gettext
        kept = _("What was changed until then stands in the app's details.")
        cancelled = isinstance(error, CancelledError)
        text = _("Cancelled.") if cancelled else self._ui.wording.error(error)
        if self.dialog is not None:
            self.dialog.show_error(f"{text} {kept}")
        else:
            self._window.notices.say("accent" if cancelled else "red", f"{text} {kept}")

    def _on_opened_page(self, opened: bool) -> None:
        if self.sender() is not self._opening:
            return
        _ = self._ui.wording.gettext
        text = self._hint if opened else _("The phone has no such page. Open its settings by hand.")
        if self.dialog is not None:
            self.dialog.show_hint(text)
        else:
            self._window.notices.say("accent" if opened else "amber", text)

    def _on_opened(self, _demo: bool) -> None:
        if self.dialog is not None:
            self.dialog.reject()

    def _on_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()


def _by_hand(deed: Deed) -> Action | None:
    return None if deed.held else deed.action
