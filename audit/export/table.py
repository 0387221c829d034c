"""What every format of an export is made of: one table, and the same content as documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from audit.documents import Document
from audit.export.text import visible

Cell = str | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: the same in every language; the keys of the JSON documents where they have one.
        title: in the reader's language.
        width: characters that it usually needs.
        on_paper: False for what only fits on a screen.
    """

    key: str
    title: str
    width: int
    on_paper: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is read once, row by row; texts of its cells may be hostile.

    Attributes:
        facts: what stands above the table: (what, text).
        notes: sentences about what the table can and cannot tell.
        rows: as many cells as there are columns; times are aware, None is an empty cell.
        yes_no: the words for True and False.
    """

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    yes_no: tuple[str, str]

    def text(self, cell: Cell) -> str:
        """A cell as harmless text; times in UTC: ``2026-11-23 11:20:31``."""
        match cell:
            case None:
                return ""
            case bool():
                return self.yes_no[0] if cell else self.yes_no[1]
            case datetime():
                return cell.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            case _:
                return visible(str(cell))


@dataclass(frozen=True, slots=True)
class Export:
    """One export, to be written once in one format.

    Attributes:
        head: the JSON document but for its list.
        name, items: the list's key and its members.
    """

    table: Table
    head: Document
    name: str
    items: Iterable[Document]

    @property
    def personal_details(self) -> bool:
        return bool(self.head["personal_details"])
