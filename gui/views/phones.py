"""The phones of the database and their checks, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)

from audit.digest import sentence
from audit.model import SnapshotInfo
from audit.progress import Progress
from db.records import Retention, Tidying, Verification
from gui.models.offers import Offer
from gui.models.phones_table import (
    ANDROID,
    ANSWERS,
    APPS,
    NOTE,
    STATE,
    TITLE,
    WHEN,
    PhoneChecksModel,
    PhonesModel,
)  # fmt: skip
from gui.models.rows import Shown
from gui.models.saved_checks import PhoneChecks
from gui.ui import Ui
from gui.views.phone_actions import PhoneActions
from gui.widgets.basics import button, column, label, row
from gui.widgets.check_progress import CheckProgress
from gui.widgets.flow import FlowLayout
from gui.widgets.tables import Columns, CopyRows, row_table
from gui.widgets.tidy_dialog import TidyDialog

_LIST_WIDTH = 216
_WIDTHS = {ANDROID: 66, APPS: 56, STATE: 126, ANSWERS: 76}
#: So many findings of a verification are told here; the terminal tells all.
_MOST_TOLD = 8
#: Below this width the table leaves out what its tooltips and the comparison tell, too.
_NARROW = 900


class PhonesView(QWidget):
    """Signals:
    checks_wanted: the phones should be told again.
    name_given: key of a phone and its name; an empty one takes it away.
    merge_asked: key of a phone, and of the one that it is, too.
    split_asked: ids of checks, and the new phone's name.
    title_given, note_given: id of a check and the text; an empty one takes it away.
    pin_asked: id, and whether it shall be the reference.
    delete_asked: ids, after the person said yes.
    forget_asked: key of a phone of which nothing shall be left, after the person said yes.
    compare_asked: ids of the older and the newer check.
    export_asked: an ``Offer``.
    tidying_wanted: a ``Retention``, or None for the choice of last time.
    tidy_agreed: the ``Retention``, and the ``Tidying`` that the person saw.
    verify_asked: whether all is as it was saved.
    fleet_asked: all phones side by side.
    """

    checks_wanted = Signal()
    name_given = Signal(str, str)
    merge_asked = Signal(str, str)
    split_asked = Signal(object, str)
    title_given = Signal(int, str)
    note_given = Signal(int, str)
    pin_asked = Signal(int, bool)
    delete_asked = Signal(object)
    forget_asked = Signal(str)
    compare_asked = Signal(int, int)
    export_asked = Signal(object)
    tidying_wanted = Signal(object)
    tidy_agreed = Signal(object, object)
    verify_asked = Signal()
    fleet_asked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        self._phones: tuple[PhoneChecks, ...] = ()
        self._wanted: str | None = None
        self._wanted_checks: Collection[int | None] = ()
        self._found: Verification | None = None
        self.tidy_dialog: TidyDialog | None = None
        _ = ui.wording.gettext
        self.phones = PhonesModel(ui, self)
        self.checks = PhoneChecksModel(ui, self)
        self.list = self._make_list()
        self.table = self._make_table()
        self.asking = PhoneActions(ui, self)
        self.buttons = self._make_buttons()
        self.told = label("", wrap=True, select=True)
        self.verifying = CheckProgress(ui)
        self.verifying.hide()
        self._lay_out()
        self._tell("")
        self._show_possible()

    # The parts.

    def _make_list(self) -> QTableView:
        metrics = self.fontMetrics()
        name = self._ui.wording.gettext("Phones")
        made = row_table(self.phones, name, 3 * metrics.height() + 16)
        made.setObjectName("plainTable")
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.horizontalHeader().hide()
        made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        made.setFixedWidth(_LIST_WIDTH)
        made.selectionModel().selectionChanged.connect(self._on_phone)
        CopyRows(made, self._ui)
        return made

    def _make_table(self) -> QTableView:
        name = self._ui.wording.gettext("Checks of the phone")
        made = row_table(self.checks, name, self.fontMetrics().height() + 18)
        made.setObjectName("plainTable")
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = made.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for section in (TITLE, NOTE):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        for section, width in _WIDTHS.items():
            header.resizeSection(section, self._ui.theme.widened(width))
        longest = (datetime(2026, month, 28, 12, 58, tzinfo=UTC) for month in (9, 12))
        metrics = QFontMetrics(self._ui.theme.font("body"))
        width = max(metrics.horizontalAdvance(self._ui.wording.when(at)) for at in longest)
        header.resizeSection(WHEN, width + 30)
        made.setWordWrap(False)
        made.selectionModel().selectionChanged.connect(self._show_possible)
        made.activated.connect(self._on_rename)
        Columns(made, self._ui, "checks")
        CopyRows(made, self._ui)
        return made

    def _make_buttons(self) -> dict[str, QPushButton]:
        _, asking = self._ui.wording.gettext, self.asking
        slots: dict[str, tuple[str, Callable[[], None]]] = {
            "rename": (_("Title…"), self._on_rename),
            "note": (_("Note…"), self._of_one(asking.ask_note)),
            "pin": (_("Make it the reference"), self._of_one(self._on_pin)),
            "compare": (_("Compare"), self._on_compare),
            "export": (_("Export…"), self._of_one(self._on_export)),
            "split": (_("Another phone's…"), self._on_split),
            "delete": (_("Delete…"), self._on_delete),
            "name": (_("Name the phone…"), self._of_phone(asking.ask_name)),
            "merge": (_("It is the same as…"), self._on_merge),
            "forget": (_("Delete the phone…"), self._of_phone(asking.ask_forget)),
            "tidy": (_("Tidy up…"), self._on_tidy),
            "verify": (_("Is all as it was saved?"), self._on_verify),
            "fleet": (_("All phones side by side"), self.fleet_asked.emit),
        }
        made = {}
        for name, (text, slot) in slots.items():
            made[name] = button(text, "small")
            made[name].clicked.connect(partial(_call, slot))
        return made

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        head = row(spacing=8)
        head.addWidget(label(_("Phones and checks"), size="title"), 1)
        for name in ("fleet", "verify", "tidy"):
            head.addWidget(self.buttons[name])
        left = column(spacing=8)
        left.addWidget(self.list, 1)
        for name in ("name", "merge", "forget"):
            left.addWidget(self.buttons[name])
        tools = FlowLayout(spacing=6)
        for name in ("rename", "note", "pin", "compare", "export", "split", "delete"):
            tools.addWidget(self.buttons[name])
        right = column(spacing=8)
        right.addLayout(tools)
        right.addWidget(self.table, 1)
        across = row(spacing=14)
        across.addLayout(left)
        across.addLayout(right, 1)
        box = column(spacing=10, margins=(26, 22, 26, 14))
        box.addLayout(head)
        box.addWidget(self.verifying)
        box.addWidget(self.told)
        box.addLayout(across, 1)
        self.setLayout(box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < self._ui.theme.widened(_NARROW)
        for section in (NOTE, ANDROID, APPS, ANSWERS):
            self.table.setColumnHidden(section, narrow)
        super().resizeEvent(event)

    # What it is told.

    def show_check(self, shown: Shown) -> None:
        """The phone of the check that is shown is chosen when another one comes."""
        if self.phone is None or shown.info.key not in {phone.key for phone in self._phones}:
            self._wanted = shown.info.key
        self.checks_wanted.emit()

    @property
    def place(self) -> object:
        """The chosen phone and checks, and what a verification told or is about to."""
        checks = tuple(info.id for info in self.chosen)
        return self.phone and self.phone.key, checks, self._found, self._is_verifying

    @place.setter
    def place(
        self, place: tuple[str | None, tuple[int | None, ...], Verification | None, bool]
    ) -> None:
        self._wanted, self._wanted_checks, found, verifying = place
        self.checks_wanted.emit()
        if verifying:
            self._on_verify()
        elif found is not None:
            self.show_verified(found)

    def show_phones(self, phones: tuple[PhoneChecks, ...]) -> None:
        """All phones; what was chosen and where the list stood stay."""
        phone, checks = self.phone, self._wanted_checks or {info.id for info in self.chosen}
        self._wanted_checks = ()
        place = self.table.verticalScrollBar().value()
        self._phones = phones
        self.phones.set_phones(phones)
        self.buttons["fleet"].setVisible(len(phones) > 1)
        key = self._wanted or (phone.key if phone else None)
        self._wanted = None
        number = max(self.phones.find(key), 0)
        if phones:
            self.list.selectRow(number)
        self.choose_checks(checks)
        self.table.verticalScrollBar().setValue(place)
        self._show_possible()

    def show_connected(self, keys: frozenset[str]) -> None:
        self.phones.set_connected(keys)

    def show_verified(self, found: Verification | None) -> None:
        """What a verification found; None: it did not come to its end."""
        _ = self._ui.wording.gettext
        self._found = found
        self.verifying.hide()
        self.buttons["verify"].setEnabled(True)
        if found is None:
            self._tell(_("This was not looked through to the end: nothing can be said of it."))
            return
        whole = _("All is as it was saved: {n} checks.").format(n=found.checks)
        sentences = [sentence(one, self._ui.wording) for one in found.findings] or [whole]
        self._tell("\n".join(sentences[:_MOST_TOLD]))

    @property
    def _is_verifying(self) -> bool:
        return not self.buttons["verify"].isEnabled()

    def show_tidying(self, wanted: Retention, found: Tidying) -> None:
        """What a choice leaves over; the first answer opens the dialog with it."""
        if self.tidy_dialog is None:
            self.tidy_dialog = TidyDialog(self, self._ui, wanted)
            self.tidy_dialog.wanted.connect(self.tidying_wanted)
            self.tidy_dialog.agreed.connect(self.tidy_agreed)
            self.tidy_dialog.finished.connect(self._on_tidied)
            self.tidy_dialog.open()
            self.tidy_dialog.ask()
        else:
            self.tidy_dialog.show_found(wanted, found, self._phones)

    # What is chosen.

    @property
    def phone(self) -> PhoneChecks | None:
        rows = self.list.selectionModel().selectedRows()
        return self.phones.phone_at(rows[0].row()) if rows else None

    @property
    def chosen(self) -> list[SnapshotInfo]:
        """The chosen checks, oldest first."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.checks.check_at(number) for number in reversed(rows)]

    def choose_checks(self, ids: Collection[int | None]) -> None:
        """Selects these checks, as far as they are listed; where none is, all stays."""
        places = [number for one in ids if (number := self.checks.find(one)) >= 0]
        if places:
            self.table.clearSelection()
        select = QItemSelectionModel.SelectionFlag
        for number in places:
            index = self.checks.index(number, 0)
            self.table.selectionModel().select(index, select.Select | select.Rows)

    def _on_phone(self) -> None:
        self.checks.set_phone(self.phone)
        if self.checks.rowCount():
            self.table.selectRow(0)
        self._show_possible()

    def _show_possible(self) -> None:
        """What can be done with what is chosen."""
        _, chosen, phone = self._ui.wording.gettext, self.chosen, self.phone
        one, total = len(chosen) == 1, len(phone.checks) if phone else 0
        moved = {info.reread_of or info.id for info in chosen}
        possible = dict.fromkeys(("rename", "note", "pin", "export"), one)
        possible["compare"] = len(chosen) == 2
        possible["split"] = 0 < len(moved) < total
        possible["delete"] = bool(chosen)
        possible["name"] = possible["forget"] = phone is not None
        possible["merge"] = len(self._phones) > 1
        for name, can in possible.items():
            self.buttons[name].setEnabled(can)
        pinned = one and self.checks.is_pinned(chosen[0])
        text = _("No longer the reference") if pinned else _("Make it the reference")
        self.buttons["pin"].setText(text)
        self.buttons["pin"].setAccessibleName(text)

    def _of_one(self, do: Callable[[SnapshotInfo], None]) -> Callable[[], None]:
        def slot() -> None:
            if len(self.chosen) == 1:
                do(self.chosen[0])

        return slot

    def _of_phone(self, do: Callable[[PhoneChecks], None]) -> Callable[[], None]:
        def slot() -> None:
            if self.phone is not None:
                do(self.phone)

        return slot

    # What the person does.

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _on_rename(self) -> None:
        self._of_one(self.asking.ask_title)()

    def _on_pin(self, info: SnapshotInfo) -> None:
        self.pin_asked.emit(info.id, not self.checks.is_pinned(info))

    def _on_export(self, info: SnapshotInfo) -> None:
        self.export_asked.emit(Offer("snapshot", info))

    def _on_compare(self) -> None:
        old, new = self.chosen
        self.compare_asked.emit(old.id, new.id)

    def _on_split(self) -> None:
        self.asking.ask_split(self.chosen)

    def _on_delete(self) -> None:
        if self.phone is not None:
            self.asking.ask_delete(self.chosen, self.phone)

    def _on_merge(self) -> None:
        below = self.buttons["merge"]
        if menu := self.merge_menu():
            menu.popup(below.mapToGlobal(below.rect().bottomLeft()))

    def merge_menu(self) -> QMenu | None:
        phone = self.phone
        others = [other for other in self._phones if other is not phone]
        return self.asking.fill_menu(phone, others) if phone else None

    def _on_verify(self) -> None:
        self._tell("")
        self.buttons["verify"].setEnabled(False)
        self.verifying.restart()
        self.verifying.show_progress(Progress(0, 0, "verifying"))
        self.verifying.show()
        self.verify_asked.emit()

    def _on_tidy(self) -> None:
        self.tidying_wanted.emit(None)

    def _on_tidied(self, _result: int) -> None:
        dialog, self.tidy_dialog = self.tidy_dialog, None
        if dialog is not None:
            dialog.deleteLater()


def _call(slot: Callable[[], None], _checked: bool = False) -> None:
    slot()
