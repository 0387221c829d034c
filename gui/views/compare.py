"""Any two checks side by side: what changed, why, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QWidget,
)

from audit import messages
from audit.changes import KINDS
from audit.findings import sentence_of
from audit.model import Part
from gui.models.changes_table import AFTER, APP, BEFORE, SEEN, WHAT, WHY, ChangesModel
from gui.models.comparison import ACCESS, ALL, FILTERS, ChangeRow, Comparison
from gui.models.dates import days
from gui.models.offers import Offer
from gui.models.rows import Shown
from gui.models.saved_checks import ChecksModel, PhoneChecks
from gui.ui import Ui
from gui.widgets.basics import Card, button, clear, column, export_button, label, row
from gui.widgets.change_delegate import ChangeDelegate
from gui.widgets.check_picker import CheckPicker
from gui.widgets.flow import FlowLayout
from gui.widgets.meaning import MeaningButton
from gui.widgets.search import SearchField
from gui.widgets.tables import Columns, CopyRows, row_table

_FILTER, _ORDER = "compare/filter", "compare/order"
_LEAST_COLUMN = 90
_WIDTHS = {BEFORE: 122, AFTER: 182, WHY: 152}
_WIDE_BEFORE = 148
#: Below this width the reason is told below the table only.
_NARROW = 880


class CompareView(QWidget):
    """Signals:
    compare_asked: ids of the older and the newer check.
    app_asked, history_asked: user and package.
    export_asked: an ``Offer``.
    """

    checks_wanted = Signal()
    compare_asked = Signal(int, int)
    app_asked = Signal(int, str)
    history_asked = Signal(int, str)
    export_asked = Signal(object)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        self._found: Comparison | None = None
        self._wanted: tuple[int | None, int | None] = (None, None)
        self._latest: tuple[object, ...] = ()
        self._selected: ChangeRow | None = None
        kept = ui.preferences.recall(_FILTER)
        self._kind = kept if kept in FILTERS else ALL
        _ = ui.wording.gettext
        self.checks = ChecksModel(ui, self)
        self.old = CheckPicker(ui, self.checks, _("before"))
        self.new = CheckPicker(ui, self.checks, _("after"))
        for picker in (self.old, self.new):
            picker.chosen.connect(self._on_chosen)
        self.model = ChangesModel(ui, self)
        self.model.set_filter("", self._kind)
        self.search = self._make_search()
        self.chips = self._make_chips()
        self.orders = self._make_orders()
        self.table = self._make_table()
        self.nothing = label("", size="heading", bold=True, wrap=True)
        self.about = column(spacing=4)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.table)
        self.middle.addWidget(self._make_nothing())
        self._lay_out()
        self._name_chips()
        self.details.hide()
        if ui.preferences.recall(_ORDER) == "access":
            self.orders["access"].setChecked(True)
            self._on_order()
        self.table.selectionModel().currentRowChanged.connect(self._on_current)

    # The parts.

    def _make_search(self) -> SearchField:
        _ = self._ui.wording.gettext
        made = SearchField(self._ui, _("Search changes"))
        made.setFixedWidth(self._ui.theme.widened(190))
        made.textChanged.connect(self._on_filter)
        return made

    def _make_chips(self) -> dict[str, QPushButton]:
        self._kinds = QButtonGroup(self)
        return {kind: self._chip(self._kinds, kind, self._on_kind) for kind in FILTERS}

    def _make_orders(self) -> dict[str, QPushButton]:
        _ = self._ui.wording.gettext
        self._order = QButtonGroup(self)
        made = {kind: self._chip(self._order, kind, self._on_order) for kind in ("app", "access")}
        made["app"].setText(_("By app"))
        made["access"].setText(_("By kind of access"))
        for chip in made.values():
            chip.setAccessibleName(chip.text())
        return made

    def _chip(self, group: QButtonGroup, kind: str, slot: object) -> QPushButton:
        chip = button("", "chip")
        chip.setCheckable(True)
        chip.setChecked(kind in {self._kind, "app"})
        chip.setProperty("filter", kind)
        chip.clicked.connect(slot)
        group.addButton(chip)
        return chip

    def _make_table(self) -> QTableView:
        name = self._ui.wording.gettext("What changed between the two checks")
        table = row_table(self.model, name, self._ui.theme.scaled(ChangeDelegate.row_height))
        table.setItemDelegate(ChangeDelegate(self._ui, self.model))
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(self._ui.theme.scaled(_LEAST_COLUMN))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for section in (APP, WHAT):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        for section, width in _WIDTHS.items():
            header.resizeSection(section, self._ui.theme.scaled(width))
        first, last = (datetime(2026, month, 28, tzinfo=UTC) for month in (10, 12))
        long = days(first, last, self._ui.wording)
        metrics = QFontMetrics(self._ui.theme.font("small"))
        header.resizeSection(SEEN, metrics.horizontalAdvance(long) + 22)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        table.setSortingEnabled(True)
        table.activated.connect(self._on_history)
        Columns(table, self._ui, "compare")
        self.copying = CopyRows(table, self._ui)
        return table

    def _make_nothing(self) -> Card:
        card = Card(spacing=12)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        card.box.addStretch(2)
        card.box.addWidget(self.nothing)
        card.box.addStretch(3)
        return card

    def _make_details(self) -> Card:
        """The sentence of the chosen row, and where it leads."""
        _ = self._ui.wording.gettext
        card = Card(margins=(16, 10, 12, 10))
        self.sentence = label("", wrap=True, select=True)
        self.reason = label("", size="small", tone="muted", wrap=True, select=True)
        self.show_app = button(_("Show app"), "small")
        self.show_app.clicked.connect(self._on_show)
        self.history = button(_("History"), "small")
        self.history.clicked.connect(self._on_history)
        self.copy = button(_("Copy"), "link", name=_("Copy the chosen rows"))
        self.copy.setToolTip("Ctrl+C")
        self.copy.clicked.connect(self.copying.copy_chosen)
        self.meaning = MeaningButton(self._ui)
        words = column(spacing=2)
        words.addWidget(self.sentence)
        words.addWidget(self.reason)
        across = row(spacing=8)
        across.addLayout(words, 1)
        for made in (self.meaning, self.show_app, self.history, self.copy):
            across.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        card.box.addLayout(across)
        return card

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        head = row(spacing=8)
        head.addWidget(label(_("Compare"), size="title"), 1)
        head.addWidget(self.old)
        head.addWidget(label("→", tone="muted"))
        head.addWidget(self.new)
        chips = FlowLayout(spacing=6)
        for chip in self.chips.values():
            chips.addWidget(chip)
        orders = row(spacing=6)
        for chip in self.orders.values():
            orders.addWidget(chip)
        orders.addStretch(1)
        orders.addWidget(self.search)
        self.export = export_button(self._ui)
        self.export.clicked.connect(self.ask_export)
        orders.addWidget(self.export)
        self.details = self._make_details()
        box = column(spacing=10, margins=(26, 22, 26, 14))
        box.addLayout(head)
        box.addLayout(chips)
        box.addLayout(orders)
        box.addLayout(self.about)
        box.addWidget(self.middle, 1)
        box.addWidget(self.details)
        self.setLayout(box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        theme = self._ui.theme
        narrow = event.size().width() < theme.scaled(_NARROW)
        self.table.setColumnHidden(WHY, narrow)
        before = _WIDTHS[BEFORE] if narrow else _WIDE_BEFORE
        self.table.horizontalHeader().resizeSection(BEFORE, theme.scaled(before))
        for picker in (self.old, self.new):
            picker.setFixedWidth(276 if narrow else 330)
        super().resizeEvent(event)

    # What it is told.

    def show_check(self, shown: Shown) -> None:
        """The check that is shown now, and what it was compared with, are the first choice."""
        before, info = shown.checkup.compared_with, shown.info
        key = info.key, info.taken_at, info.id
        if key != self._latest:  # another note or reference is no reason to choose anew
            self._wanted = (before.id if before else None, info.id)
        self._latest = key
        self.checks_wanted.emit()

    @property
    def place(self) -> object:
        """The two checks and the chosen change, for the same page in another language."""
        old, new = self.old.info, self.new.info
        return (old.id if old else None, new.id if new else None), self._selected

    @place.setter
    def place(self, place: tuple[tuple[int | None, int | None], ChangeRow | None]) -> None:
        self._wanted, self._selected = place
        self.checks_wanted.emit()

    def choose_checks(self, old_id: int, new_id: int) -> None:
        self._wanted = (old_id, new_id)
        self.checks_wanted.emit()

    def show_checks(self, phones: Sequence[PhoneChecks]) -> None:
        """What can be chosen; starts comparing what was wanted or is chosen already."""
        chosen = [picker.info for picker in (self.old, self.new)]
        old, new = (one.id if one else None for one in chosen)
        if self._wanted[1] is not None:
            old, new = self._wanted
            self._wanted = (None, None)
        self.checks.set_phones(phones)
        if self.checks.find(new) < 0:
            new = self.checks.info_at(0).id if self.checks.rowCount() else None
        if self.checks.find(old) < 0:
            old = self._neighbour(new)
        self.old.choose(old)
        self.new.choose(new)
        self._ask()

    def _neighbour(self, check_id: int | None) -> int | None:
        """The check before, of the same phone; itself where it is the first."""
        number = self.checks.find(check_id)
        if number < 0:
            return None
        phone = self.checks.phone_at(number)
        for after in range(number + 1, self.checks.rowCount()):
            info = self.checks.info_at(after)
            if self.checks.phone_at(after) is phone and info.reread_of is None:
                return info.id
        return check_id

    def _on_chosen(self, _check_id: int) -> None:
        self._ask()

    def _ask(self) -> None:
        old, new = self.old.info, self.new.info
        if old is None or new is None or old.id is None or new.id is None:
            return
        self.compare_asked.emit(old.id, new.id)

    def show_comparison(self, found: Comparison) -> None:
        """Shows what was asked for last; an answer that comes too late is not shown."""
        old, new = self.old.info, self.new.info
        if old is None or new is None or (old.id, new.id) != (found.old.id, found.new.id):
            return
        self._found = found
        self.model.set_rows(found.rows)
        self._name_chips()
        self._show_about(found)
        self._settle()

    def _show_about(self, found: Comparison) -> None:
        """What the two checks cannot tell."""
        _ = self._ui.wording.gettext
        clear(self.about)
        texts = []
        if not found.same_phone:
            texts.append(_("These are checks of two phones: the changes are how they differ."))
        elif found.old.id == found.new.id:
            texts.append(_("This is one check twice. Choose another one to compare with."))
        if found.unread:
            names = _(", ").join(messages.part(Part(name), _) for name in found.unread)
            text = _("Only one of the two read this, so nothing is said about it: {parts}.")
            texts.append(text.format(parts=names))
        for text in texts:
            self.about.addWidget(label(text, size="small", tone="muted", wrap=True))

    def ask_export(self) -> None:
        """The two checks with what the filter leaves; of one app where the search left no other."""
        if self._found is None:
            return
        shown = {self.model.row_at(number).key for number in range(self.model.rowCount())}
        offer = Offer(
            "changes",
            self._found.new,
            self._found.old,
            app=shown.pop() if self.search.text().strip() and len(shown) == 1 else None,
            group=self._kind if self._kind in ACCESS else None,
            kind=self._kind if self._kind in KINDS else None,
        )
        self.export_asked.emit(offer)

    # Filters.

    def choose_filter(self, kind: str) -> None:
        """``kind`` as in ``gui.models.comparison``."""
        self._kind = kind
        self.chips[kind].setChecked(True)
        self._on_filter()

    def _name_chips(self) -> None:
        _ = self._ui.wording.gettext
        names = {ALL: _("All changes"), **messages.kinds_of_change(_)}
        names |= {key: self._ui.wording.group(key) for key in ACCESS}
        for kind, chip in self.chips.items():
            count = self._found.counts[kind] if self._found else 0
            chip.setText(f"{names[kind]} {count}" if self._found else names[kind])
            chip.setAccessibleName(chip.text())
            chip.setVisible(bool(count) or kind in {ALL, self._kind})
        silent = _("Access that appeared without a word from you, in an app that was there before")
        self.chips["silent"].setToolTip(silent)
        self.chips["widened"].setToolTip(_("Access that reaches further than before"))

    def _on_kind(self) -> None:
        self._kind = self.sender().property("filter")
        self._ui.preferences.remember(_FILTER, "" if self._kind == ALL else self._kind)
        self._on_filter()

    def _on_order(self) -> None:
        by_access = self.orders["access"].isChecked()
        self._ui.preferences.remember(_ORDER, "access" if by_access else "")
        header = self.table.horizontalHeader()
        header.moveSection(header.visualIndex(WHAT), 0 if by_access else 1)
        self.model.set_by_access(by_access)
        self._settle()

    def _on_filter(self) -> None:
        self.model.set_filter(self.search.text(), self._kind)
        self._settle()

    # The selection.

    def _settle(self) -> None:
        _ = self._ui.wording.gettext
        count = self.model.rowCount()
        self.middle.setCurrentIndex(0 if count else 1)
        self.details.setVisible(bool(count))
        empty = self._found is not None and not self._found.rows
        self.nothing.setText(_("Nothing changed.") if empty else _("No change fits."))
        if count:
            index = self.model.index(self.model.find(self._selected) or 0, 0)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not current.isValid():
            return
        _, when = self._ui.wording.gettext, self._ui.wording.when
        self._selected = row_ = self.model.row_at(current.row())
        text = _("Between the checks of {first} and {last}.")
        parts = [text.format(first=when(row_.between[0]), last=when(row_.between[1]))]
        if row_.change.is_silent:
            parts.append(_("The phone has no record that you allowed it."))
        change = row_.change
        if change.what in {"permission", "special"} and change.kind in {"gained", "widened"}:
            parts.insert(0, messages.reason(change.why, _))
        self.sentence.setText(sentence_of(row_.change, self._ui.wording))
        self.meaning.set_about(change.group, [change.permission] if change.permission else [])
        self.reason.setText(" ".join(parts))
        name = _("Show {app}").format(app=row_.face.label)
        self.show_app.setAccessibleName(name)
        self.history.setAccessibleName(_("History of {app}").format(app=row_.face.label))

    def _on_show(self) -> None:
        if self._selected is not None:
            self.app_asked.emit(*self._selected.key)

    def _on_history(self) -> None:
        if self._selected is not None:
            self.history_asked.emit(*self._selected.key)
