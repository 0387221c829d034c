"""The table of changes: filters and sorts by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt

from audit.findings import sentence_of
from gui.models.comparison import ALL, ChangeRow, passes, places_of_access, usual_order
from gui.models.dates import days
from gui.models.titled import ROOT, Index, TitledTable
from gui.tooltips import plain_tip
from gui.ui import Ui

APP, WHAT, BEFORE, AFTER, WHY, SEEN = range(6)


class ChangesModel(TitledTable):
    """Rows are changes, gravest first; or, by capability, those of one kind together."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._all: list[ChangeRow] = []
        self._shown: list[ChangeRow] = []
        self._text = ""
        self._kind = ALL
        self._column = -1
        self._descending = False
        self.by_access = False
        self._places = places_of_access(ui.catalogue)

    # What it holds.

    def set_rows(self, rows: Sequence[ChangeRow]) -> None:
        """``rows`` in their usual order, as a ``Comparison`` has them."""
        self._all = list(rows)
        self._refresh()

    def set_filter(self, text: str, kind: str) -> None:
        self._text, self._kind = text.strip().lower(), kind
        self._refresh()

    def set_by_access(self, by_access: bool) -> None:
        self.by_access = by_access
        self._refresh()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; -1 for the usual order, which is also that of equals."""
        self._column, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self._refresh()

    def _refresh(self) -> None:
        self.beginResetModel()
        text, kind = self._text, self._kind
        self._shown = [row for row in self._all if text in row.search and passes(row.change, kind)]
        if self.by_access:
            self._shown.sort(key=self._access_order)
        if self._column == SEEN:
            self._shown.sort(key=lambda row: row.between[1], reverse=self._descending)
        elif self._column >= 0:
            column = self._column
            self._shown.sort(
                key=lambda row: self.cell(row, column).lower(), reverse=self._descending
            )
        self.endResetModel()

    def _access_order(self, row: ChangeRow) -> tuple[object, ...]:
        severity, *app, place, what = usual_order(row, self._places)
        return place, what, severity, *app

    def row_at(self, number: int) -> ChangeRow:
        return self._shown[number]

    def find(self, wanted: ChangeRow | None) -> int | None:
        """The place of the same change, in whatever comparison it was found."""
        if wanted is None:
            return None
        key = wanted.key, wanted.change.name
        found = (n for n, row in enumerate(self._shown) if (row.key, row.change.name) == key)
        return next(found, None)

    # What it says.

    def cell(self, row: ChangeRow, column: int) -> str:
        if column == APP:
            return f"{row.face.label} ({row.profile})" if row.profile else row.face.label
        if column == SEEN:
            return self.seen(row)
        return (row.what, row.before.words, row.after.words, row.why)[column - WHAT]

    def seen(self, row: ChangeRow) -> str:
        """The days of the two checks that bound it."""
        return days(*row.between, self._ui.wording)

    def copied_titles(self) -> list[str]:
        _ = self._ui.wording.gettext
        app, what, _before, _now, why, seen = self.titles()
        return [app, _("Package"), what, _("Change"), why, seen, _("In a sentence")]

    def copied(self, number: int) -> list[str]:
        """A row to paste elsewhere: with the package, full times and the sentence."""
        row, when = self._shown[number], self._ui.wording.when
        return [
            self.cell(row, APP),
            row.change.package,
            row.what,
            f"{row.before.words} → {row.after.words}",
            row.why,
            f"{when(row.between[0])} – {when(row.between[1])}",
            sentence_of(row.change, self._ui.wording),
        ]

    def titles(self) -> tuple[str, ...]:
        _ = self._ui.wording.gettext
        return _("App"), _("What"), _("Before"), _("Now"), _("Why"), _("Seen")

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else SEEN + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(sentence_of(row.change, self._ui.wording))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{title}: {self.cell(row, index.column())}"
        return None
