"""What a person can say of a phone or a check, with the question that comes first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QMenu

from audit.model import SnapshotInfo
from gui.models.saved_checks import PhoneChecks
from gui.ui import Ui
from gui.widgets.check_questions import ask_delete, ask_note, ask_title
from gui.widgets.dialogs import TextQuestion, YesNo

if TYPE_CHECKING:
    from gui.views.phones import PhonesView


class PhoneActions(QObject):
    """Asks in windows of their own, and tells the answers by the signals of ``view``."""

    def __init__(self, ui: Ui, view: PhonesView) -> None:
        super().__init__(view)
        self._ui = ui
        self._view = view
        self.text: TextQuestion | None = None
        self.question: YesNo | None = None
        self.menu = QMenu(view)

    # One check.

    def ask_title(self, info: SnapshotInfo) -> None:
        then = partial(self._say, self._view.title_given, info.id, info.title or "")
        self.text = ask_title(self._view, self._ui, info, then)

    def ask_note(self, info: SnapshotInfo) -> None:
        then = partial(self._say, self._view.note_given, info.id, info.note or "")
        self.text = ask_note(self._view, self._ui, info, then)

    def _say(self, signal: SignalInstance, what: object, before: str, text: str) -> None:
        """Tells a text that was typed, where it is another one."""
        if text != before:
            signal.emit(what, text)

    # Several checks.

    def ask_delete(self, checks: Sequence[SnapshotInfo], phone: PhoneChecks) -> None:
        """Second readings go with the check that they are of."""
        chosen = {info.id for info in checks}
        ids = tuple(info.id for info in checks if info.reread_of not in chosen)
        then = partial(self._view.delete_asked.emit, ids)
        again = [i for i in phone.rereads if i.reread_of in chosen and i.id not in chosen]
        total = len(phone.listed) - len(again)
        self.question = ask_delete(self._view, self._ui, checks, total, then)

    def ask_split(self, checks: Sequence[SnapshotInfo]) -> None:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        count = len({info.reread_of or info.id for info in checks})
        text = ngettext(
            "{n} check becomes a phone of its own, with the uses that it told of. What is this "
            "phone called?",
            "{n} checks become a phone of their own, with the uses that they told of. What is "
            "this phone called?",
            count,
        )
        ids = tuple(info.id for info in checks)
        then = partial(self._view.split_asked.emit, ids)
        self.text = TextQuestion(
            self._view, self._ui, _("Another phone"), text.format(n=count), then
        )

    # A phone.

    def ask_name(self, phone: PhoneChecks) -> None:
        _ = self._ui.wording.gettext
        prompt = _("What do you call this phone?")
        then = partial(self._say, self._view.name_given, phone.key, phone.name or "")
        self.text = TextQuestion(
            self._view, self._ui, _("Name the phone"), prompt, then, text=phone.name or ""
        )

    def ask_forget(self, phone: PhoneChecks) -> None:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        name, count = self._view.phones.name(phone), len(phone.checks)
        question = ngettext(
            "Delete “{phone}” with its only check?",
            "Delete “{phone}” with all of its {n} checks?",
            count,
        )
        more = _(
            "Notes, recorded uses and names of apps go too, and every backup beside the database. "
            "Exports and copies in other places stay. This cannot be undone."
        )
        then = partial(self._view.forget_asked.emit, phone.key)
        asked = question.format(phone=name, n=count)
        self.question = YesNo(self._view, asked, more, then, yes=_("Delete"), no=_("Keep"))

    def fill_menu(self, phone: PhoneChecks, others: Sequence[PhoneChecks]) -> QMenu:
        """A menu of the other phones of the store, each of which ``phone`` may be."""
        self.menu.clear()
        for other in others:
            action = self.menu.addAction(self._view.phones.name(other).replace("&", "&&"))
            action.triggered.connect(partial(self._ask_merge, phone, other))
        return self.menu

    def _ask_merge(self, phone: PhoneChecks, other: PhoneChecks, _checked: bool = False) -> None:
        _, names = self._ui.wording.gettext, self._view.phones
        question = _("Are “{phone}” and “{other}” one phone?")
        more = _(
            "Their checks become one history, and later checks of either belong to it. To undo "
            "this, choose the checks that are another phone's."
        )
        then = partial(self._view.merge_asked.emit, phone.key, other.key)
        self.question = YesNo(
            self._view,
            question.format(phone=names.name(phone), other=names.name(other)),
            more,
            then,
            yes=_("One phone"),
            no=_("Two phones"),
        )
