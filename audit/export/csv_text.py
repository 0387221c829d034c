"""CSV as Excel opens it right: UTF-8 with a byte order mark, ``\\r\\n``, every cell quoted.

The first row holds the columns' keys, the same in every language. A cell that a spreadsheet would
calculate begins with an apostrophe.
"""

from __future__ import annotations

import csv
from pathlib import Path

from audit.export.table import Export
from audit.export.text import without_formulas


def write(export: Export, path: Path) -> None:
    table = export.table
    details = "kept" if export.personal_details else "left out"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([*(column.key for column in table.columns), "personal_details"])
        for row in table.rows:
            cells = (
                without_formulas(table.text(cell)) if isinstance(cell, str) else table.text(cell)
                for cell in row
            )
            writer.writerow([*cells, details])
