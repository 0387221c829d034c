"""The saved checks of all phones, as a list to choose one from: newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from audit.model import SnapshotInfo
from gui.tooltips import plain_tip
from gui.ui import Ui

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class PhoneChecks:
    """The checks of one phone, oldest first.

    Attributes:
        pinned: the id of its reference.
        keys: the keys under which later checks join it.
        answers: by id of a check, how many bytes of the phone's answers are kept.
        rereads: second readings of kept answers, which are no checks of their own.
    """

    key: str
    name: str | None
    checks: tuple[SnapshotInfo, ...]
    pinned: int | None
    keys: tuple[str, ...] = ()
    answers: Mapping[int, int] = field(default_factory=dict)
    rereads: tuple[SnapshotInfo, ...] = ()

    @property
    def listed(self) -> list[SnapshotInfo]:
        """The checks, each before its second readings; last those whose check was deleted."""
        of_check: dict[int | None, list[SnapshotInfo]] = {}
        for again in self.rereads:
            of_check.setdefault(again.reread_of, []).append(again)
        found = [one for info in self.checks for one in (info, *of_check.pop(info.id, ()))]
        return found + [again for left in of_check.values() for again in left]


class ChecksModel(QAbstractListModel):
    """Makes the words for a check only when it is looked at: there may be thousands."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._entries: list[tuple[PhoneChecks, SnapshotInfo]] = []
        self._several = False

    def set_phones(self, phones: Sequence[PhoneChecks]) -> None:
        self.beginResetModel()
        self._several = len(phones) > 1
        self._entries = [(phone, info) for phone in phones for info in reversed(phone.listed)]
        self.endResetModel()

    def info_at(self, number: int) -> SnapshotInfo:
        return self._entries[number][1]

    def phone_at(self, number: int) -> PhoneChecks:
        return self._entries[number][0]

    def find(self, check_id: int | None) -> int:
        """The place of a check; -1 for one that is not listed."""
        found = (n for n, (_, info) in enumerate(self._entries) if info.id == check_id)
        return next(found, -1)

    def text(self, number: int) -> str:
        phone, info = self._entries[number]
        _, wording = self._ui.wording.gettext, self._ui.wording
        parts = [wording.when(info.taken_at)]
        if self._several:
            parts.append(phone.name or info.phone.title or _("Unknown phone"))
        if info is phone.checks[-1]:
            parts.append(_("latest"))
        if info.id == phone.pinned:
            parts.append(_("reference"))
        if info.reread_of is not None:
            parts.append(_("second reading"))
        if not info.complete:
            parts.append(_("not complete"))
        if info.title:
            parts.append(info.title)
        elif info.note:
            parts.append(" ".join(info.note.split())[:40])
        return " · ".join(parts)

    # What Qt asks.

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.text(index.row()))
        return None
