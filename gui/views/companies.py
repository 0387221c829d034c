"""Companies: what each can reach through all of its apps on this phone together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QWidget,
)

from audit.model import SnapshotInfo
from gui.models.companies import APPS, COMPANY, NEWS, CompaniesModel, CompanyRow, Opener
from gui.models.offers import Offer
from gui.models.rows import TABLE_KEYS, Shown
from gui.ui import Ui
from gui.widgets.basics import (
    Card,
    ScrollPage,
    button,
    clear,
    column,
    export_button,
    label,
    row,
    rule,
)
from gui.widgets.company_delegate import CompanyDelegate
from gui.widgets.flow import FlowLayout
from gui.widgets.painting import ShapeMark, shape_of
from gui.widgets.search import SearchField
from gui.widgets.tables import CopyRows, row_table

_NEWS_WIDTH, _NEWS_NARROW = 206, 150
_NARROW = 880
_DETAILS, _DETAILS_LOW = 236, 150
_LEAST_COLUMN = 58
_HEAD = 156
_MOST_OPENERS = 12
_MOST_TIES = 6
#: Below this width contacts, microphone and camera are told below the table only.
_FIRST_KEYS = ("calls", "messages", "location")


class CompaniesView(QWidget):
    """Signals:
    companies_wanted: of the check that is shown.
    app_asked: user and package.
    export_asked: an ``Offer``.
    """

    companies_wanted = Signal()
    app_asked = Signal(int, str)
    export_asked = Signal(object)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        self._check: tuple[object, ...] = ()
        self._shown: Shown | None = None
        self._selected: str | None = None
        self._chosen = False
        self.model = CompaniesModel(ui, self)
        self.search = self._make_search()
        self.table = self._make_table()
        self.nothing = label("", size="heading", bold=True, wrap=True)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.table)
        self.middle.addWidget(self._make_nothing())
        self.details = ScrollPage(margins=(16, 14, 12, 14), spacing=8)
        self.details.setAccessibleName(ui.wording.gettext("About the chosen company"))
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._on_current)

    def _make_search(self) -> SearchField:
        _ = self._ui.wording.gettext
        made = SearchField(self._ui, _("Search companies and apps"))
        made.setFixedWidth(self._ui.theme.widened(240))
        made.textChanged.connect(self._on_filter)
        return made

    def _make_table(self) -> QTableView:
        name = self._ui.wording.gettext("Companies and what they can reach")
        table = row_table(self.model, name, self._ui.theme.scaled(CompanyDelegate.row_height))
        table.setItemDelegate(CompanyDelegate(self._ui, self.model))
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setMouseTracking(True)
        header = table.horizontalHeader()
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(COMPANY, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        metrics = QFontMetrics(self._ui.theme.font("tiny", bold=True))
        for section in range(APPS, NEWS):
            title = str(self.model.headerData(section, Qt.Orientation.Horizontal))
            width = metrics.horizontalAdvance(title) + 18
            least, most = map(self._ui.theme.scaled, (_LEAST_COLUMN, 96))
            header.resizeSection(section, min(max(least, width), most))
        table.setSortingEnabled(True)
        CopyRows(table, self._ui)
        return table

    def _make_nothing(self) -> Card:
        card = Card(spacing=12)
        card.box.addStretch(2)
        card.box.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        card.box.addStretch(3)
        return card

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        words = column(spacing=2)
        words.addWidget(label(_("Companies"), size="title"))
        about = _("What each company can reach through all of its apps on this phone together")
        words.addWidget(label(about, tone="muted", wrap=True))
        head = row(spacing=16)
        head.addLayout(words, 1)
        head.addWidget(self.search, 0, Qt.AlignmentFlag.AlignTop)
        self.export = export_button(self._ui)
        self.export.clicked.connect(self.ask_export)
        head.addWidget(self.export, 0, Qt.AlignmentFlag.AlignTop)
        self.card = Card(margins=(1, 1, 1, 1))
        self.card.box.addWidget(self.details)
        box = column(spacing=14, margins=(26, 22, 26, 14))
        box.addLayout(head)
        box.addWidget(self.middle, 1)
        box.addWidget(self.card)
        self.setLayout(box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        scaled = self._ui.theme.scaled
        narrow, low = event.size().width() < scaled(_NARROW), event.size().height() < 700
        header = self.table.horizontalHeader()
        header.resizeSection(NEWS, self._ui.theme.widened(_NEWS_NARROW if narrow else _NEWS_WIDTH))
        for number, key in enumerate(TABLE_KEYS, start=APPS + 1):
            self.table.setColumnHidden(number, narrow and key not in _FIRST_KEYS)
        self.card.setFixedHeight(scaled(_DETAILS_LOW if low else _DETAILS))
        super().resizeEvent(event)

    # What it is told.

    def show_check(self, shown: Shown) -> None:
        self._check = _identity(shown.info)
        self._shown = shown
        self.companies_wanted.emit()

    def show_companies(self, info: SnapshotInfo, rows: Sequence[CompanyRow]) -> None:
        """An answer about another check than the one that is shown comes too late."""
        if _identity(info) == self._check:
            self.model.set_rows(rows)
            self._settle()

    def ask_export(self) -> None:
        if self._shown is not None:
            before = self._shown.checkup.compared_with
            self.export_asked.emit(Offer("snapshot", self._shown.info, before))

    def _on_filter(self) -> None:
        self.model.set_filter(self.search.text())
        self._settle()

    # The selection.

    def _settle(self) -> None:
        """After the rows changed: the same company stays chosen, else the first one is."""
        count = self.model.rowCount()
        self.middle.setCurrentIndex(0 if count else 1)
        self.card.setVisible(bool(count))
        self.nothing.setText(self._ui.wording.gettext("No company fits."))
        if count:
            found = self.model.find(self._selected) if self._chosen else None
            index = self.model.index(found or 0, 0)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)
            self._show(self.model.row_at(index.row()))

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            company = self.model.row_at(current.row())
            self._selected, self._chosen = company.key, True
            self._show(company)

    def _show(self, company: CompanyRow) -> None:
        """Which app opens which door, what is new, and what joins the apps."""
        box, _ = self.details.box, self._ui.wording.gettext
        clear(box)
        count = self._ui.wording.ngettext("{count} app", "{count} apps", company.count)
        head = f"{company.name} · {count.format(count=company.count)}"
        box.addWidget(label(head, size="heading", bold=True, wrap=True))
        for sentence in company.sentences:
            box.addWidget(label(sentence, size="small", tone=company.tone, wrap=True, select=True))
        opened = [key for key, openers in company.openers.items() if openers]
        for key in opened:
            box.addLayout(self._door(company, key))
        if not opened:
            text = _("None of its apps can reach anything personal, as far as was read.")
            box.addWidget(label(text, tone="muted", wrap=True))
        if company.ties:
            box.addWidget(rule())
        for sentence in company.ties[:_MOST_TIES]:
            box.addWidget(label(sentence, size="small", tone="muted", wrap=True))
        if len(company.ties) > _MOST_TIES:
            text = _("and {n} more").format(n=len(company.ties) - _MOST_TIES)
            box.addWidget(label(text, size="small", tone="muted"))
        box.addStretch(1)
        self.details.verticalScrollBar().setValue(0)

    def _door(self, company: CompanyRow, key: str) -> QHBoxLayout:
        ui, openers = self._ui, company.openers[key]
        apps = FlowLayout(spacing=2, lines=0)
        made = [self._opener(opener, key) for opener in openers[:_MOST_OPENERS]]
        for link in made:
            apps.addWidget(link)
        if len(openers) > _MOST_OPENERS:
            text = ui.wording.gettext("and {n} more").format(n=len(openers) - _MOST_OPENERS)
            apps.addWidget(label(text, size="small", tone="muted"))
        shape = shape_of(company.doors[key].state)
        head = row(spacing=6)
        head.addWidget(ShapeMark(ui.theme, shape, new=key in company.gained))
        head.addWidget(label(ui.wording.group(key), size="small", bold=True), 1)
        left = QWidget()
        left.setLayout(head)
        # As high as a link, so that both stand on one line.
        left.setFixedSize(self._ui.theme.scaled(_HEAD), made[0].sizeHint().height())
        line = row(spacing=6)
        line.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(apps, 1)
        return line

    def _opener(self, opener: Opener, key: str) -> QWidget:
        wording = self._ui.wording
        state = wording.state(opener.state)
        text = wording.gettext("{app} ({state})").format(app=opener.label, state=state)
        name = wording.gettext("Show {app}").format(app=f"{text}, {wording.group(key)}")
        made = button(text.replace("&", "&&"), "link", name=name)
        made.setProperty("app", (opener.user, opener.package))
        made.clicked.connect(self._on_opener)
        return made

    def _on_opener(self) -> None:
        user, package = self.sender().property("app")
        self.app_asked.emit(user, package)


def _identity(info: SnapshotInfo) -> tuple[object, ...]:
    return info.key, info.taken_at, info.id
