"""The bars of a history as a table: the same data, for the keyboard and for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt

from gui.models.history import Bar, Event, Track, uses_in
from gui.models.titled import ROOT, Index, TitledTable
from gui.tooltips import plain_tip
from gui.ui import Ui
from gui.widgets.lane_painting import state_words

LANE, STATE, FROM, UNTIL, USES = range(5)


@dataclass(frozen=True, slots=True)
class BarRow:
    """A bar of a track; or an update, which has neither."""

    track: Track | None = None
    bar: Bar | None = None
    event: Event | None = None


class BarsModel(TitledTable):
    """A row a bar, lane by lane, oldest first; updates come last.

    Makes the words of a row only when it is looked at: there may be thousands.
    """

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._rows: list[BarRow] = []

    def set_tracks(self, tracks: Sequence[Track], events: Sequence[Event]) -> None:
        self.beginResetModel()
        self._rows = [BarRow(track, bar) for track in tracks for bar in track.bars]
        self._rows += [BarRow(event=event) for event in events]
        self.endResetModel()

    def cells(self, number: int) -> tuple[str, str, str, str, str]:
        _, when = self._ui.wording.gettext, self._ui.wording.when
        row = self._rows[number]
        if row.event is not None:
            event = row.event
            title = {
                "app": _("Update of the app"),
                "system": _("Update of the system"),
                "deed": _("Changed by you"),
            }[event.kind]
            versions = event.new if event.kind == "deed" else f"{event.old} → {event.new}"
            return title, versions, when(event.before), when(event.at), ""
        track, bar = row.track, row.bar
        assert track is not None and bar is not None  # noqa: S101, PT018 -- narrows
        used = uses_in(bar, track)
        return (
            track.title,
            state_words(self._ui, track, bar.state),
            when(bar.first.taken_at),
            when(bar.end.taken_at) if bar.end else _("still so at the last check"),
            _("at least {n}").format(n=used) if used else "",
        )

    def row_at(self, number: int) -> BarRow:
        return self._rows[number]

    def find(self, track: Track, bar: Bar) -> int | None:
        rows = enumerate(self._rows)
        return next((n for n, row in rows if row.track is track and row.bar is bar), None)

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else USES + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self.cells(index.row())[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(cell)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{title}: {cell}" if cell else None
        return None

    def titles(self) -> tuple[str, ...]:
        _ = self._ui.wording.gettext
        return _("What"), _("State"), _("First seen"), _("Until"), _("Recorded uses")
