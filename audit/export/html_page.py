"""One page of HTML that stands alone: readable offline, light and dark, and on paper.

No script, no address, nothing to load; the page's own policy forbids all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from audit.export.table import Cell, Column, Export, Table
from audit.export.text import visible

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2129; --soft: #5b6472; --line: #d9dde3;
  --paper: #ffffff; --head: #f2f4f7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7eaee; --soft: #a2abb8; --line: #3a414b; --paper: #16191e; --head: #22272e; } }
body { margin: 2rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.notes { color: var(--soft); padding-left: 1.2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .87rem; }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; min-width: 3rem; }
td { unicode-bidi: isolate; max-width: 26rem; }
thead th { background: var(--head); position: sticky; top: 0; white-space: nowrap; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { --ink: #000; --soft: #333; --line: #999; --paper: #fff; --head: #eee; }
  body { margin: 0; font-size: 10px; } .wide { overflow: visible; }
  .screen { display: none; } thead { display: table-header-group; } thead th { position: static; }
  tr { break-inside: avoid; } table { width: 100%; } }
"""


def write(export: Export, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_lines(export.table))


def _lines(table: Table) -> Iterator[str]:
    yield (
        f'<!DOCTYPE html>\n<html lang="{_safe(table.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(table.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_safe(table.title)}</h1>\n<dl>\n"
    )
    for what, text in table.facts:
        yield f"<dt>{_safe(what)}</dt><dd>{_safe(text)}</dd>\n"
    yield '</dl>\n<ul class="notes">\n'
    for note in table.notes:
        yield f"<li>{_safe(note)}</li>\n"
    yield '</ul>\n<div class="wide"><table>\n<thead><tr>'
    for column in table.columns:
        yield f'<th scope="col"{_class(column)}>{_safe(column.title)}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in table.rows:
        yield _row(table, row)
    yield "</tbody>\n</table></div>\n</body>\n</html>\n"


def _row(table: Table, row: tuple[Cell, ...]) -> str:
    cells = (
        f"<td{_class(column)}>{escape(table.text(cell))}</td>"
        for column, cell in zip(table.columns, row, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>\n"


def _class(column: Column) -> str:
    return "" if column.on_paper else ' class="screen"'


def _safe(text: str) -> str:
    return escape(visible(text))
