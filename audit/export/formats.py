"""The formats that need no window to be painted."""

from __future__ import annotations

from audit.export import csv_text, html_page, json_text
from audit.export.request import Writer


def writer(name: str) -> Writer:
    """``csv``, ``html``, ``json`` or ``xlsx``; the last is loaded only when somebody wants it."""
    if name == "xlsx":
        from audit.export import xlsx  # noqa: PLC0415

        return xlsx.write
    return {"csv": csv_text.write, "json": json_text.write, "html": html_page.write}[name]
