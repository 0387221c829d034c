"""A workbook with typed columns, a frozen header and filters; a second sheet says what it is.

Texts are stored as texts and never read as formulas, numbers or addresses; those that look like a
formula are marked as text, so that they stay one when somebody edits the cell.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from audit.export.errors import ExportError
from audit.export.table import Cell, Export, Table
from audit.export.text import is_formula

_MOST_ROWS = 1_048_576
_MOST_CHARACTERS = 32_767
#: A spreadsheet's numbers are floating-point: beyond this, digits would be lost.
_LARGEST = 10**15


def write(export: Export, path: Path) -> None:
    table = export.table
    # Rows go to temporary files, which an interrupted export must not leave behind.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".part") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False}
        book = xlsxwriter.Workbook(path, options)
        try:
            book.set_properties({"title": table.title})
            _Sheet(book, table).write_rows()
            _write_facts(book, table)
        finally:
            _close(book)


def _close(book: Any) -> None:
    """Also after an error: nothing else closes the temporary files."""
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from error  # the OSError that it wraps


class _Sheet:
    def __init__(self, book: Any, table: Table) -> None:
        self._table = table
        self._sheet = book.add_worksheet()
        self._header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        self._quoted = book.add_format({"quote_prefix": True})

    def write_rows(self) -> None:
        columns = self._table.columns
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width + 2)
            self._sheet.write_string(0, place, column.title, self._header)
        number = 0
        for number, row in enumerate(self._table.rows, start=1):
            if number >= _MOST_ROWS:
                raise ExportError("too-many-rows")
            for place, cell in enumerate(row):
                self._write(number, place, cell)
        self._sheet.autofilter(0, 0, number, len(columns) - 1)

    def _write(self, row: int, place: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case bool():
                self._sheet.write_boolean(row, place, cell)
            case int() if abs(cell) < _LARGEST:
                self._sheet.write_number(row, place, cell)
            case datetime() if cell.year > 1900:  # the oldest day that a spreadsheet knows
                moment = cell.astimezone(UTC).replace(tzinfo=None)
                self._sheet.write_datetime(row, place, moment, self._moment)
            case _:
                text = _cut(self._table.text(cell))
                quoted = self._quoted if is_formula(text) else None
                self._sheet.write_string(row, place, text, quoted)


def _write_facts(book: Any, table: Table) -> None:
    sheet = book.add_worksheet()
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100, book.add_format({"text_wrap": True}))
    sheet.write_string(0, 0, table.title, book.add_format({"bold": True, "font_size": 14}))
    quoted = book.add_format({"quote_prefix": True, "text_wrap": True})
    for row, (what, text) in enumerate([*table.facts, *(("", note) for note in table.notes)], 2):
        sheet.write_string(row, 0, what)
        sheet.write_string(row, 1, _cut(table.text(text)), quoted)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
