"""All phones side by side: which app was given what on which of them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.models.fleet_table import APP, PHONES, VERSIONS, FleetModel, FleetRow
from gui.models.offers import Offer
from gui.models.rows import Shown
from gui.ui import Ui
from gui.widgets.basics import (
    Card,
    ScrollPage,
    clear,
    column,
    export_button,
    label,
    row,
)
from gui.widgets.choice import Tick
from gui.widgets.fleet_delegate import FleetDelegate
from gui.widgets.legend import Legend
from gui.widgets.search import SearchField
from gui.widgets.tables import CopyRows, row_table

_WIDTHS = {APP: 230, VERSIONS: 110, PHONES: 64}
_LEAST_ACCESS = 74
_DETAILS = 176
#: So many phones are told of one app here; the export tells all.
_MOST_TOLD = 50


class FleetView(QWidget):
    """Signals:
    fleet_wanted: whether also the apps that came with a phone.
    export_asked: an ``Offer``.
    """

    fleet_wanted = Signal(bool)
    export_asked = Signal(object)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        self._shown: Shown | None = None
        self._selected: str | None = None
        _ = ui.wording.gettext
        self.model = FleetModel(ui, self)
        self.table = self._make_table()
        self.search = SearchField(ui, _("Search apps"))
        self.search.setFixedWidth(ui.theme.widened(240))
        self.search.textChanged.connect(self._on_filter)
        self.preinstalled = Tick(ui.theme, _("Also apps that came with a phone"))
        self.preinstalled.setAccessibleName(self.preinstalled.text())
        self.preinstalled.toggled.connect(self._ask)
        self.export = export_button(ui)
        self.export.clicked.connect(self.ask_export)
        self.told = label("", tone="muted", wrap=True)
        self.details = ScrollPage(margins=(16, 14, 12, 14), spacing=8)
        self.details.setAccessibleName(_("About the chosen app"))
        self._lay_out()

    def _make_table(self) -> QTableView:
        name = self._ui.wording.gettext("Apps, and what they were given on all phones")
        made = row_table(self.model, name, self._ui.theme.scaled(FleetDelegate.row_height))
        made.setItemDelegate(FleetDelegate(self._ui, self.model))
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setMouseTracking(True)
        header = made.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        metrics = QFontMetrics(self._ui.theme.font("tiny", bold=True))
        for section, title in enumerate(self.model.titles()):
            least = self._ui.theme.scaled(_LEAST_ACCESS)
            needed = max(least, metrics.horizontalAdvance(title) + 22)
            width = _WIDTHS.get(section)
            header.resizeSection(section, self._ui.theme.widened(width) if width else needed)
        made.selectionModel().currentRowChanged.connect(self._on_current)
        CopyRows(made, self._ui)
        return made

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        words = column(spacing=2)
        words.addWidget(label(_("All phones side by side"), size="title"))
        about = _(
            "A cell tells the most that an app has on one phone, and on how many of those where "
            "it asks it was given it."
        )
        words.addWidget(label(about, tone="muted", wrap=True))
        head = row(spacing=12)
        head.addLayout(words, 1)
        head.addWidget(self.export)
        tools = row(spacing=16)
        tools.addWidget(self.search)
        tools.addWidget(self.preinstalled)
        tools.addWidget(self.told, 1)
        self.card = Card(margins=(1, 1, 1, 1))
        self.card.setFixedHeight(self._ui.theme.scaled(_DETAILS))
        self.card.box.addWidget(self.details)
        box = column(spacing=12, margins=(26, 22, 26, 14))
        box.addLayout(head)
        box.addLayout(tools)
        box.addWidget(self.table, 1)
        box.addWidget(Legend(self._ui))
        box.addWidget(self.card)
        self.setLayout(box)

    # What it is told.

    def show_check(self, shown: Shown) -> None:
        self._shown = shown
        self._ask()

    def show_fleet(self, rows: tuple[FleetRow, ...]) -> None:
        self.model.set_rows(rows)
        self._settle()

    # What the person does.

    def _ask(self) -> None:
        self.told.setText(self._ui.wording.gettext("Comparing all phones…"))
        self.fleet_wanted.emit(self.preinstalled.isChecked())

    def _on_filter(self, text: str) -> None:
        self.model.set_filter(text)
        self._settle()

    def ask_export(self) -> None:
        if self._shown is not None:
            self.export_asked.emit(Offer("matrix", self._shown.info))

    def _settle(self) -> None:
        """After the rows changed: the same app stays chosen, else the first one is."""
        count = self.model.rowCount()
        text = self._ui.wording.ngettext("{count} app", "{count} apps", count)
        self.told.setText(text.format(count=count))
        self.card.setVisible(count > 0)
        if count:
            index = self.model.index(self.model.find(self._selected), APP)
            self.table.setCurrentIndex(index)
            self._show(self.model.row_at(index.row()))

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            chosen = self.model.row_at(current.row())
            self._selected = chosen.face.package
            self._show(chosen)

    def _show(self, chosen: FleetRow) -> None:
        box = self.details.box
        clear(box)
        title, package = chosen.face.label, chosen.face.package
        if title != package:
            title = f"{title} ({package})"
        box.addWidget(label(title, size="heading", bold=True, wrap=True))
        for line in chosen.installs[:_MOST_TOLD]:
            box.addWidget(label(line, size="small", wrap=True, select=True))
        if len(chosen.installs) > _MOST_TOLD:
            text = self._ui.wording.gettext("and {n} more")
            more = text.format(n=len(chosen.installs) - _MOST_TOLD)
            box.addWidget(label(more, size="small", tone="muted"))
        box.addStretch(1)
        self.details.verticalScrollBar().setValue(0)
