"""What every table of the window has in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QAbstractItemModel, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView

from gui.ui import Ui


def row_table(model: QAbstractItemModel, accessible_name: str, row_height: int) -> QTableView:
    """A table of whole rows of one height: no grid, no row numbers, Tab leaves it.

    Heights are fixed, since measuring thousands of rows would stop the window.
    """
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(accessible_name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(row_height)
    table.horizontalHeader().setHighlightSections(False)
    return table


@runtime_checkable
class Copied(Protocol):
    """A model whose rows, pasted elsewhere, say more than the table has room for."""

    def copied_titles(self) -> Sequence[str]: ...

    def copied(self, number: int) -> Sequence[str]: ...


class CopyRows(QObject):
    """Copies from a table with the platform's key and a menu: a row a line, a tab between cells."""

    def __init__(self, table: QTableView, ui: Ui) -> None:
        super().__init__(table)
        self._table = table
        self._ui = ui
        keys = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), table)
        keys.setContext(Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.copy_chosen)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self.open_menu)

    def open_menu(self, where: QPoint) -> None:
        self.make_menu().popup(self._table.viewport().mapToGlobal(where))

    def make_menu(self) -> QMenu:
        _ = self._ui.wording.gettext
        made = QMenu(self._table)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, slot in (
            (_("Copy this cell"), self.copy_cell),
            (_("Copy the chosen rows"), self.copy_chosen),
            (_("Copy the whole table"), self.copy_all),
        ):
            made.addAction(text).triggered.connect(slot)
        return made

    def copy_cell(self) -> None:
        current = self._table.currentIndex()
        if current.isValid():
            self._put(self._cell(current.row(), current.column()))

    def copy_chosen(self) -> None:
        """The chosen rows, or the current one."""
        chosen = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        current = self._table.currentIndex()
        self._copy(chosen or ([current.row()] if current.isValid() else []))

    def copy_all(self) -> None:
        self._copy(range(self._table.model().rowCount()))

    def _copy(self, numbers: Sequence[int]) -> None:
        model = self._table.model()
        if isinstance(model, Copied):
            lines = [model.copied_titles(), *(model.copied(number) for number in numbers)]
        else:
            columns = range(model.columnCount())
            across = Qt.Orientation.Horizontal
            titles = [str(model.headerData(n, across) or "") for n in columns]
            lines = [titles, *([self._cell(row, n) for n in columns] for row in numbers)]
        if numbers:
            self._put("\n".join("\t".join(map(_flat, line)) for line in lines))

    def _cell(self, row: int, column: int) -> str:
        index = self._table.model().index(row, column)
        roles = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
        return next((str(text) for role in roles if (text := index.data(role)) is not None), "")

    def _put(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)


def _flat(cell: str) -> str:
    """A cell must not break the line that it stands in."""
    return " ".join(cell.split())


class Columns(QObject):
    """Lets the person change the columns of a table, and keeps that until the next start.

    Widths hold for the language and the text size that they were chosen for.
    """

    def __init__(self, table: QTableView, ui: Ui, name: str, *, movable: bool = False) -> None:
        super().__init__(table)
        self._table = table
        self._kept = ui.preferences
        self._sort = f"{name}/sort"
        self._widths = f"{name}/columns-{ui.wording.language}-{ui.theme.text_size}"
        header = table.horizontalHeader()
        for section in range(header.count()):
            if header.sectionResizeMode(section) is QHeaderView.ResizeMode.Fixed:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
        header.setSectionsMovable(movable)
        self._restore(header)
        header.sectionResized.connect(self._on_dragged)
        header.sectionMoved.connect(self._on_dragged)
        header.sortIndicatorChanged.connect(self._on_sorted)

    def _restore(self, header: QHeaderView) -> None:
        header.restoreState(self._kept.recall_state(self._widths))
        column, _, order = self._kept.recall(self._sort).partition(" ")
        # "-1" is the model's own order.
        column_number = int(column) if column.isdecimal() else -1
        known = column_number if column_number < header.count() else -1
        down = Qt.SortOrder.DescendingOrder if order == "down" else Qt.SortOrder.AscendingOrder
        self._table.sortByColumn(known, down)

    def _on_dragged(self) -> None:
        # Also told when the window grows; that is nothing to remember.
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            header = self._table.horizontalHeader()
            self._kept.remember_state(self._widths, header.saveState())

    def _on_sorted(self, column: int, order: Qt.SortOrder) -> None:
        way = "down" if order is Qt.SortOrder.DescendingOrder else "up"
        self._kept.remember(self._sort, f"{column} {way}" if column >= 0 else "")
