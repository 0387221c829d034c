"""The table of apps: filters and sorts by itself, in a few milliseconds for thousands of apps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt

from audit.model import SnapshotInfo, State
from gui.models.rows import TABLE_KEYS, AppRow, requests_known
from gui.models.titled import ROOT, Index, TitledTable
from gui.tooltips import plain_tip
from gui.ui import Ui

ALL, NEW, ALWAYS, NO_STORE = "all", "new", "always", "no-store"

_FILTERS: dict[str, Callable[[AppRow], bool]] = {
    ALL: lambda _row: True,
    NEW: lambda row: bool(row.gained),
    ALWAYS: lambda row: row.always,
    NO_STORE: lambda row: row.no_store,
}


def passes(row: AppRow, kind: str) -> bool:
    """``kind`` is one of the names above or an access key."""
    test = _FILTERS.get(kind)
    return test(row) if test else row.can(kind)


def _usual_order(row: AppRow) -> tuple[bool, bool, bool, str, int]:
    """What is new first, then what the person installed, by name."""
    return not row.highlighted, not row.gained, row.app.system, row.label.lower(), row.app.user


class AppTableModel(TitledTable):
    """Rows are apps; the first column is the app, the others are ``TABLE_KEYS``."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._all: list[AppRow] = []
        self._shown: list[AppRow] = []
        self._text = ""
        self._kind = ALL
        self._column = -1
        self._descending = False
        self._requests_known = True

    # What it holds.

    def set_rows(self, rows: Sequence[AppRow], info: SnapshotInfo) -> None:
        self._requests_known = requests_known(info)
        self._all = sorted(rows, key=_usual_order)
        self._refresh()

    def set_filter(self, text: str, kind: str) -> None:
        self._text, self._kind = text.strip().lower(), kind
        self._refresh()

    def _refresh(self) -> None:
        self.beginResetModel()
        text, kind = self._text, self._kind
        self._shown = [row for row in self._all if text in row.search and passes(row, kind)]
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; -1 for the usual order, which is also that of equals."""
        self._column = column
        self._descending = order is Qt.SortOrder.DescendingOrder
        self._refresh()

    def _sort(self) -> None:
        if self._column == 0:
            self._shown.sort(key=lambda row: row.label.lower(), reverse=self._descending)
        elif self._column > 0:
            key = TABLE_KEYS[self._column - 1]
            # The first click on a column shows who can do most.
            sign = 1 if self._descending else -1
            self._shown.sort(key=lambda row: sign * _weight(row, key))

    def row_at(self, number: int) -> AppRow:
        return self._shown[number]

    def find(self, key: tuple[int, str]) -> int | None:
        """The number of an app among those that are shown."""
        return next((n for n, row in enumerate(self._shown) if row.key == key), None)

    def count(self, kind: str) -> int:
        return sum(passes(row, kind) for row in self._all)

    def copied_titles(self) -> list[str]:
        _, group = self._ui.wording.gettext, self._ui.wording.group
        return [_("App"), _("Package"), _("User"), *(group(key) for key in TABLE_KEYS)]

    def copied(self, number: int) -> list[str]:
        """A row to paste elsewhere: states in words."""
        row = self._shown[number]
        words = [self.state_words(row, key) for key in TABLE_KEYS]
        return [row.label, row.app.package, row.profile or "", *words]

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 1 + len(TABLE_KEYS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._shown[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, index.column())
        if index.column() == 0:
            return row.label if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._spoken(row, index.column()))
        return None

    def titles(self) -> tuple[str, ...]:
        wording = self._ui.wording
        return wording.gettext("App"), *map(wording.group, TABLE_KEYS)

    def on_the_left(self, section: int) -> bool:
        return section == 0

    def _spoken(self, row: AppRow, column: int) -> str:
        if column == 0:
            parts = (row.label, row.app.package if row.label != row.app.package else None)
            return self._ui.wording.gettext(", ").join(filter(None, (*parts, row.profile)))
        key = TABLE_KEYS[column - 1]
        words = f"{self._ui.wording.group(key)}: {self.state_words(row, key)}"
        return f"{words}, {self._ui.wording.gettext('new')}" if key in row.gained else words

    def state_words(self, row: AppRow, key: str) -> str:
        """The state in words, which do not claim more than the check read."""
        return state_words(self._ui, row, key, requests_read=self._requests_known)


def state_words(ui: Ui, row: AppRow, key: str, *, requests_read: bool) -> str:
    _ = ui.wording.gettext
    state = row.access.get(key)
    if state is None and not row.known:
        return _("not read")
    if state is None and not requests_read:
        return _("no access known")
    if key == "location" and state is State.ALLOWED:
        return _("allowed all the time")
    return ui.wording.state(state)


def _weight(row: AppRow, key: str) -> int:
    state = row.access.get(key)
    return (100 if key in row.gained else 0) + (10 + state.rank if state else int(not row.known))
