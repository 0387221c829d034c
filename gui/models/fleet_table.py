"""The table of all phones side by side: one row per app, one column per kind of access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt

from audit.export.fleet import install_line, sum_text
from audit.fleet import Fleet, FleetApp, Sum
from audit.wording import Wording
from gui.models.rows import Face, face
from gui.models.titled import ROOT, Index, TitledTable
from gui.tooltips import plain_tip
from gui.ui import Ui

APP, VERSIONS, PHONES, FIRST_ACCESS = range(4)


@dataclass(frozen=True, slots=True)
class FleetRow:
    """An app as the window shows it; ``installs`` are lines about each phone that has it.

    ``access`` is in the catalogue's order; None: no phone's asks for it. ``cells`` say it in words.
    """

    face: Face
    cells: tuple[str, ...]
    access: tuple[Sum | None, ...]
    installs: tuple[str, ...]
    search: str


def fleet_rows(found: Fleet, wording: Wording) -> tuple[FleetRow, ...]:
    """In the order of the apps' names."""
    rows = [_row(found, app, wording) for app in found.apps]
    return tuple(sorted(rows, key=lambda row: (row.face.label.lower(), row.face.package)))


def _row(found: Fleet, app: FleetApp, wording: Wording) -> FleetRow:
    shown = face(app.package, wording)
    access = tuple(map(app.access.get, wording.catalogue.access_keys))
    installs = tuple(install_line(found, install, wording) for install in app.installs)
    words = (sum_text(one, wording) or "" for one in access)
    cells = (shown.label, app.versions, str(app.phones), *words)
    search = f"{shown.label}\n{app.package}".lower()
    return FleetRow(shown, cells, access, installs, search)


class FleetModel(TitledTable):
    """The apps that the filter leaves."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._rows: tuple[FleetRow, ...] = ()
        self._fitting: list[FleetRow] = []
        self._filter = ""

    def set_rows(self, rows: tuple[FleetRow, ...]) -> None:
        self._rows = rows
        self.set_filter(self._filter)

    def set_filter(self, text: str) -> None:
        self.beginResetModel()
        self._filter = text.strip().lower()
        self._fitting = [row for row in self._rows if self._filter in row.search]
        self.endResetModel()

    def row_at(self, number: int) -> FleetRow:
        return self._fitting[number]

    def find(self, package: str | None) -> int:
        """The place of an app; 0 for one that is not listed."""
        return next((n for n, row in enumerate(self._fitting) if row.face.package == package), 0)

    def titles(self) -> Sequence[str]:
        wording = self._ui.wording
        _ = wording.gettext
        access = (wording.group(key) for key in wording.catalogue.access_keys)
        return (_("App"), _("Versions"), _("Phones"), *access)

    def on_the_left(self, section: int) -> bool:
        return section != PHONES

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._fitting)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else FIRST_ACCESS + len(self._ui.catalogue.access_keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._fitting[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            title = self.titles()[index.column()]
            return plain_tip(f"{row.face.package}\n{title}: {row.cells[index.column()]}")
        return None
