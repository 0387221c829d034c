"""Every app with what it may do: search, filters, the table, and details beside it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QWidget,
)

from gui.models.app_table import ALL, ALWAYS, NEW, NO_STORE, AppTableModel
from gui.models.offers import Offer
from gui.models.rows import OVERVIEW_KEYS, TABLE_KEYS, Shown
from gui.ui import Ui
from gui.views.app_details import AppDetails
from gui.widgets.app_delegate import AppDelegate
from gui.widgets.basics import Card, button, column, export_button, label, row
from gui.widgets.flow import FlowLayout
from gui.widgets.gradual import Gradually
from gui.widgets.legend import Legend
from gui.widgets.painting import Shape
from gui.widgets.search import SearchField
from gui.widgets.tables import Columns, CopyRows, row_table

_DETAILS, _DETAILS_NARROW = 324, 268
#: Below this width the table keeps calls, messages and location, and lets the others go.
_NARROW = 880
_FIRST_KEYS = ("calls", "messages", "location")
#: Chips that are always there; those of other kinds of access show up while they are chosen.
_USUAL = (ALL, NEW, *_FIRST_KEYS, ALWAYS, NO_STORE)
_LEAST_COLUMN, _MOST_COLUMN = 62, 96
#: Where table and details have less than this beside each other, the details go below.
_STACKED = 700
_LEAST_HEIGHT = 190
_MARGIN = 26
_FILTER, _SPLIT = "apps/filter", "apps/split"


class AppsView(QWidget):
    check_asked = Signal()
    uses_wanted = Signal(int, str)
    export_asked = Signal(object)
    take_asked = Signal(object, object)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        self._shown: Shown | None = None
        kept = ui.preferences.recall(_FILTER)
        self._kind = kept if kept in {*_USUAL, *OVERVIEW_KEYS} else ALL
        self._selected: tuple[int, str] | None = None
        self.model = AppTableModel(ui, self)
        self.model.set_filter("", self._kind)
        self.search = self._make_search()
        self.chips = self._make_chips()
        self.table = self._make_table()
        self.details = AppDetails(ui)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.table)
        self.middle.addWidget(self._make_nothing())
        self._lay_out()
        self.building = Gradually(self)
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.details.take_asked.connect(self.ask_to_take)

    # The parts.

    def _make_search(self) -> SearchField:
        _ = self._ui.wording.gettext
        made = SearchField(self._ui, _("Search apps"))
        made.setFixedWidth(self._ui.theme.widened(240))
        made.textChanged.connect(self._on_filter)
        return made

    def _make_chips(self) -> dict[str, QPushButton]:
        self._group = QButtonGroup(self)
        chips = {}
        for kind in dict.fromkeys((*_USUAL, *OVERVIEW_KEYS)):
            chip = button("", "chip")
            chip.setCheckable(True)
            chip.setChecked(kind == self._kind)
            chip.setProperty("filter", kind)
            chip.clicked.connect(self._on_chip)
            self._group.addButton(chip)
            chips[kind] = chip
        return chips

    def _make_table(self) -> QTableView:
        name = self._ui.wording.gettext("Apps and what they may do")
        table = row_table(self.model, name, self._ui.theme.scaled(AppDelegate.row_height))
        table.setItemDelegate(AppDelegate(self._ui, self.model))
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setMouseTracking(True)
        self._dress_header(table.horizontalHeader())
        table.setSortingEnabled(True)
        Columns(table, self._ui, "apps", movable=True)
        CopyRows(table, self._ui)
        return table

    def _dress_header(self, header: QHeaderView) -> None:
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # Without a column the model keeps its usual order: what is new comes first.
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        metrics = QFontMetrics(self._ui.theme.font("tiny", bold=True))
        for number, key in enumerate(TABLE_KEYS, start=1):
            width = metrics.horizontalAdvance(self._ui.wording.group(key)) + 18
            least, most = map(self._ui.theme.scaled, (_LEAST_COLUMN, _MOST_COLUMN))
            header.resizeSection(number, min(max(least, width), most))

    def _make_nothing(self) -> Card:
        _ = self._ui.wording.gettext
        card = Card(spacing=12)
        text = label(_("No app fits."), size="heading", bold=True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.show_all = button(_("Show all apps"))
        self.show_all.clicked.connect(self._on_show_all)
        card.box.addStretch(2)
        card.box.addWidget(text)
        card.box.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        card.box.addStretch(3)
        return card

    def _lay_out(self) -> None:
        head = row(spacing=16)
        head.addWidget(label(self._ui.wording.gettext("Apps"), size="title"), 1)
        head.addWidget(self.search)
        self.export = export_button(self._ui)
        self.export.clicked.connect(self.ask_export)
        head.addWidget(self.export)
        chips = FlowLayout(spacing=8)
        for chip in self.chips.values():
            chips.addWidget(chip)
        left = column(spacing=10)
        left.addWidget(self.middle, 1)
        self.legend = Legend(self._ui, [(Shape.FULL, True, self._ui.wording.gettext("new"))])
        left.addWidget(self.legend)
        beside = QWidget()
        beside.setLayout(left)
        self.split = QSplitter()
        self.split.setHandleWidth(16)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(beside)
        self.split.addWidget(self.details)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        self.split.splitterMoved.connect(self._on_split)
        box = column(spacing=14, margins=(_MARGIN, 22, _MARGIN, 14))
        box.addLayout(head)
        box.addLayout(chips)
        box.addWidget(self.split, 1)
        self.setLayout(box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        theme, width = self._ui.theme, event.size().width()
        narrow, stacked = width < theme.scaled(_NARROW), width < theme.scaled(_STACKED)
        self.details.setMinimumWidth(0 if stacked else _DETAILS_NARROW)
        for part in (self.middle, self.details):
            part.setMinimumHeight(theme.scaled(_LEAST_HEIGHT) if stacked else 0)
        # A splitter does not ask how high something is at its width.
        lines = self.legend.heightForWidth(width - 2 * _MARGIN) if stacked else 0
        self.legend.setMinimumHeight(lines)
        self._arrange(stacked, _DETAILS_NARROW if narrow else _DETAILS)
        for number, key in enumerate(TABLE_KEYS, start=1):
            self.table.setColumnHidden(number, narrow and key not in _FIRST_KEYS)
        super().resizeEvent(event)

    def _arrange(self, stacked: bool, details: int) -> None:
        """The details beside the table or below it, as wide as the person wants them."""
        orientation = Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal
        self.split.setOrientation(orientation)
        wanted = self._ui.preferences.recall(f"{_SPLIT}-{orientation.name}")
        if stacked:
            size = int(wanted) if wanted.isdecimal() else self.split.height() // 2
            whole = self.split.height()
        else:
            size = int(wanted) if wanted.isdecimal() else self._ui.theme.widened(details)
            whole = self.width() - 2 * _MARGIN
        self.split.setSizes([max(1, whole - size), size])

    def _on_split(self) -> None:
        name = self.split.orientation().name
        self._ui.preferences.remember(f"{_SPLIT}-{name}", str(self.split.sizes()[1]))

    # What it is told.

    def show_check(self, shown: Shown) -> None:
        """Shows another check; filter, order and selection stay."""
        self._shown = None  # the details follow in the next turn
        chosen = self.chosen()
        self.model.set_rows(shown.rows, shown.info)
        self._name_chips()
        self._settle()
        self._choose_too(chosen)
        self._shown = shown
        self.building.start([self._show_current])

    @property
    def place(self) -> object:
        """Which app is chosen, for the same page in another language."""
        return self._selected

    @place.setter
    def place(self, place: tuple[int, str] | None) -> None:
        self._selected = place
        self._settle()

    def choose_filter(self, kind: str) -> None:
        """``kind`` as in ``gui.models.app_table``; the search field is emptied."""
        self._kind = kind
        self.chips[kind].setChecked(True)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self._show_chips()
        self._on_filter()

    def choose_app(self, user: int, package: str) -> None:
        self._selected = user, package
        self.choose_filter(ALL)
        self.table.setFocus()

    def ask_export(self) -> None:
        """The check with the kind of access that is chosen."""
        if self._shown is not None:
            group = self._kind if self._kind in self._ui.catalogue.access_keys else None
            before = self._shown.checkup.compared_with
            self.export_asked.emit(Offer("snapshot", self._shown.info, before, group=group))

    # Filters.

    def _name_chips(self) -> None:
        _ = self._ui.wording.gettext
        names = {
            ALL: _("All"),
            NEW: _("New access"),
            ALWAYS: _("Always location"),
            NO_STORE: _("No store"),
        }
        for kind, chip in self.chips.items():
            name = names.get(kind) or self._ui.wording.group(kind)
            chip.setText(f"{name} {self.model.count(kind)}")
            chip.setAccessibleName(chip.text())
        always = _("Apps that can know your location also when you do not use them")
        self.chips[ALWAYS].setToolTip(always)
        self.chips[NO_STORE].setToolTip(_("Apps that you installed from a file or a browser"))
        self._show_chips()

    def _show_chips(self) -> None:
        for kind, chip in self.chips.items():
            chip.setVisible(kind in _USUAL or kind == self._kind)

    def _on_chip(self) -> None:
        self._kind = self.sender().property("filter")
        self._ui.preferences.remember(_FILTER, "" if self._kind == ALL else self._kind)
        self._show_chips()
        self._on_filter()

    def _on_filter(self) -> None:
        self.model.set_filter(self.search.text(), self._kind)
        self._settle()

    def _on_show_all(self) -> None:
        self.choose_filter(ALL)
        self.search.setFocus()

    # The selection.

    def _settle(self) -> None:
        """After the rows changed: the same app stays chosen, else the first one is."""
        count = self.model.rowCount()
        self.middle.setCurrentIndex(0 if count else 1)
        if not count:
            self.details.show_nothing()
            return
        found = self.model.find(self._selected) if self._selected else None
        index = self.model.index(found or 0, 0)
        wanted = self._selected
        self.table.setCurrentIndex(index)
        # A filter that hides the chosen app for a while does not unchoose it.
        self._selected = wanted if wanted and found is None else self._selected
        self.table.scrollTo(index)

    def chosen(self) -> list[tuple[int, str]]:
        """User and package of every app whose row is selected."""
        rows = (index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.row_at(number).key for number in sorted(rows)]

    def _choose_too(self, keys: Collection[tuple[int, str]]) -> None:
        selection, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        for key in keys:
            if (found := self.model.find(key)) is not None:
                selection.select(self.model.index(found, 0), flags.Select | flags.Rows)

    def _on_selection(self) -> None:
        self.details.show_count(len(self.chosen()))

    def ask_to_take(self) -> None:
        """From every app that is chosen; what is new in the only one is ticked, or the filter."""
        names: Collection[str] = {self._kind}
        current = self.table.currentIndex()
        if current.isValid() and self._kind not in self._ui.catalogue.access_keys:
            names = self.model.row_at(current.row()).gained
        if self._selected is not None:
            self.take_asked.emit(self.chosen() or [self._selected], names)

    def _show_current(self) -> None:
        current = self.table.currentIndex()
        self._on_current(current, current)

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not current.isValid() or self._shown is None:
            return
        app = self.model.row_at(current.row())
        self._selected = app.key
        changes = self._shown.checkup.changes
        mine = tuple(change for change in changes if (change.user, change.package) == app.key)
        self.details.show_app(app, self._shown.info, mine)
        self.uses_wanted.emit(*app.key)
