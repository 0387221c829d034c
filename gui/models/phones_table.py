"""The phones of the store, and the checks of one of them, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from audit.model import SnapshotInfo
from gui.models.dates import day
from gui.models.saved_checks import PhoneChecks
from gui.models.titled import ROOT, Index, TitledTable
from gui.tooltips import plain_tip
from gui.ui import Ui

WHEN, TITLE, NOTE, ANDROID, APPS, STATE, ANSWERS = range(7)
_MEGABYTE = 1_000_000


class PhonesModel(QAbstractTableModel):
    """One column: what the person calls the phone, how many checks, whether it is here."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._phones: list[PhoneChecks] = []
        self._connected: frozenset[str] = frozenset()

    def set_phones(self, phones: Sequence[PhoneChecks]) -> None:
        self.beginResetModel()
        self._phones = list(phones)
        self.endResetModel()

    def set_connected(self, keys: frozenset[str]) -> None:
        """The keys of the phones that are plugged in."""
        self._connected = keys
        if self._phones:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._phones) - 1, 0))

    def phone_at(self, number: int) -> PhoneChecks:
        return self._phones[number]

    def find(self, key: str | None) -> int:
        """The place of a phone; -1 for one that is not listed."""
        return next((n for n, phone in enumerate(self._phones) if phone.key == key), -1)

    def name(self, phone: PhoneChecks) -> str:
        unknown = self._ui.wording.gettext("Unknown phone")
        return phone.name or phone.checks[-1].phone.title or unknown

    def lines(self, phone: PhoneChecks) -> tuple[str, ...]:
        wording = self._ui.wording
        count = len(phone.checks)
        parts = [wording.ngettext("{n} check", "{n} checks", count).format(n=count)]
        parts.append(day(phone.checks[-1].taken_at, wording))
        here = self._connected.intersection(phone.keys)
        connected = wording.gettext("connected") if here else ""
        return tuple(filter(None, (self.name(phone), " · ".join(parts), connected)))

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._phones)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        phone = self._phones[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "\n".join(self.lines(phone))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(self.lines(phone))
        if role == Qt.ItemDataRole.ToolTipRole:
            facts = phone.checks[-1].phone
            return plain_tip("\n".join(filter(None, (facts.title, facts.serial))))
        return None


class PhoneChecksModel(TitledTable):
    """The checks of a phone, newest first; words are made only for what is seen."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._phone: PhoneChecks | None = None
        self._checks: list[SnapshotInfo] = []

    def set_phone(self, phone: PhoneChecks | None) -> None:
        self.beginResetModel()
        self._phone = phone
        self._checks = list(reversed(phone.listed)) if phone else []
        self.endResetModel()

    def check_at(self, number: int) -> SnapshotInfo:
        return self._checks[number]

    def find(self, check_id: int | None) -> int:
        """The place of a check; -1 for one that is not listed."""
        return next((n for n, info in enumerate(self._checks) if info.id == check_id), -1)

    def is_pinned(self, info: SnapshotInfo) -> bool:
        return self._phone is not None and info.id == self._phone.pinned

    def cell(self, info: SnapshotInfo, column: int) -> str:
        if column == WHEN:
            return self._ui.wording.when(info.taken_at)
        if column == STATE:
            return self._state(info)
        if column == ANSWERS:
            return self._size(info)
        said = (info.title, info.note, info.phone.android, str(info.app_count))
        return " ".join((said[column - TITLE] or "").split())

    def _state(self, info: SnapshotInfo) -> str:
        _ = self._ui.wording.gettext
        words = [] if info.reread_of is None else [_("second reading")]
        if not info.complete:
            words.append(_("not complete"))
        if self.is_pinned(info):
            words.append(_("reference"))
        return " · ".join(words)

    def _again(self, info: SnapshotInfo) -> str:
        if info.reread_of is None:
            return ""
        text = self._ui.wording.gettext(
            "The phone's answers of {when}, read once more by a later program. The first reading "
            "stays as it was."
        )
        return text.format(when=self._ui.wording.when(info.taken_at))

    def _size(self, info: SnapshotInfo) -> str:
        size = self._phone.answers.get(info.id or 0) if self._phone else None
        return "–" if size is None else f"{size / _MEGABYTE:.1f} MB"

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._checks)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else ANSWERS + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        info = self._checks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(info, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = self.headerData(index.column(), Qt.Orientation.Horizontal)
            return f"{title}: {self.cell(info, index.column())}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(
                "\n".join(
                    filter(None, (info.title, info.note, self._state(info), self._again(info)))
                )
            )
        return None

    def titles(self) -> tuple[str, ...]:
        _ = self._ui.wording.gettext
        return (
            _("Check"), _("Title"), _("Note"), _("Android"), _("Apps"), _("State"), _("Answers"),
        )  # fmt: skip

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        across = orientation is Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.ToolTipRole and section == ANSWERS:
            return self._ui.wording.gettext(
                "How much the phone answered that is kept as evidence; it takes less on disk."
            )
        return super().headerData(section, orientation, role)
