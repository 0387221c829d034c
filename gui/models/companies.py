"""The table of companies: what each can reach through all of its apps together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt

from audit.access import has_access
from audit.company_documents import company_name, tie_sentence
from audit.company_sums import CompanySum, Door
from audit.findings import findings_in, sentence_of
from audit.model import Change, State
from audit.wording import Wording
from gui.models.rows import TABLE_KEYS
from gui.models.titled import ROOT, Index, TitledTable
from gui.tooltips import plain_tip
from gui.ui import Ui

COMPANY, APPS = 0, 1
NEWS = 2 + len(TABLE_KEYS)


@dataclass(frozen=True, slots=True)
class Opener:
    """An app that opens a door; ``user`` is the first of the phone's that has it so."""

    user: int
    package: str
    label: str
    state: State | None


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company as the window shows it.

    Attributes:
        key: the catalogue's, None for all apps whose company is not known.
        apps: a line about which apps these are.
        openers: per access key, the apps that open it, those with the most access first.
        gained: access keys that are new since the check before.
        news: what to say of that in the table, with its tone.
        sentences: everything that is new. ``ties``: what joins the apps.
    """

    key: str | None
    name: str
    count: int
    apps: str
    search: str
    doors: Mapping[str, Door]
    openers: Mapping[str, tuple[Opener, ...]]
    gained: frozenset[str]
    news: str
    tone: str
    sentences: tuple[str, ...]
    ties: tuple[str, ...]


def company_row(found: CompanySum, wording: Wording) -> CompanyRow:
    labels = tuple(dict.fromkeys(wording.label(package) for package in found.packages))
    findings = tuple(findings_in(found.new, wording))
    grave = [finding for finding in findings if finding.severity == "high"]
    news, tone = _news(found, wording)
    return CompanyRow(
        key=found.company.key if found.company else None,
        name=company_name(found, wording),
        count=len(found.packages),
        apps=_apps_line(found, labels, wording),
        search="\n".join((company_name(found, wording), *labels, *found.packages)).lower(),
        doors=found.doors,
        openers={key: _openers(found, key, wording) for key in found.doors},
        gained=frozenset(finding.group for finding in findings),
        news=news,
        tone="red" if grave else tone,
        sentences=tuple(dict.fromkeys(sentence_of(change, wording) for change in found.new)),
        # Of apps whose makers are not known, a shared key says more than a list of all of them.
        ties=tuple(tie_sentence(tie, wording) for tie in found.ties),
    )


def _apps_line(found: CompanySum, labels: Sequence[str], wording: Wording) -> str:
    count = len(found.packages)
    if found.preinstalled and count > 4:
        text = wording.ngettext(
            "{n} app that came with the phone", "{n} apps that came with the phone", count
        )
        return text.format(n=count)
    return wording.gettext(", ").join(labels)


def _news(found: CompanySum, wording: Wording) -> tuple[str, str]:
    """The gravest of what is new, and how much more there is; no words where nothing is."""
    findings = sorted(
        findings_in(found.new, wording),
        key=lambda one: ("high", "medium", "low").index(one.severity),
    )
    if findings:
        first = findings[0]
        text = f"{wording.group(first.group)}: {first.label}"
        if len(findings) > 1:
            text += f" +{len(findings) - 1}"
        return text, "red" if first.severity == "high" else "amber"
    new = {change.package for change in found.new if _counts(change)}
    if not new:
        return "", ""
    return wording.ngettext("{n} new app", "{n} new apps", len(new)).format(n=len(new)), "muted"


def _counts(change: Change) -> bool:
    return change.what == "app" and not change.expected


def _openers(found: CompanySum, key: str, wording: Wording) -> tuple[Opener, ...]:
    best: dict[str, Opener] = {}
    for member in found.members:
        state, package = member.access[key], member.app.package
        if not has_access(state):
            continue
        known = best.get(package)
        if known is None or _rank(state) > _rank(known.state):
            best[package] = Opener(member.app.user, package, wording.label(package), state)
    return tuple(sorted(best.values(), key=lambda one: (-_rank(one.state), one.label.lower())))


def _rank(state: State | None) -> int:
    return state.rank if state else -1


class CompaniesModel(TitledTable):
    """Rows are companies, in the order they come in; columns: name, apps, access, news."""

    def __init__(self, ui: Ui, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._all: list[CompanyRow] = []
        self._shown: list[CompanyRow] = []
        self._text = ""
        self._column = -1
        self._descending = False

    def set_rows(self, rows: Iterable[CompanyRow]) -> None:
        self._all = list(rows)
        self._refresh()

    def set_filter(self, text: str) -> None:
        self._text = text.strip().lower()
        self._refresh()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; -1 for the usual order, which is also that of equals."""
        self._column, self._descending = column, order is Qt.SortOrder.DescendingOrder
        self._refresh()

    def _refresh(self) -> None:
        self.beginResetModel()
        self._shown = [row for row in self._all if self._text in row.search]
        # What is new comes first, in the order of how grave it is.
        self._shown.sort(key=lambda row: ("red", "amber", "muted", "").index(row.tone))
        sign = 1 if self._descending else -1
        if self._column == COMPANY:
            self._shown.sort(key=lambda row: row.name.lower(), reverse=self._descending)
        elif self._column == APPS:
            self._shown.sort(key=lambda row: sign * row.count)
        elif COMPANY < self._column < NEWS:
            key = TABLE_KEYS[self._column - 2]
            self._shown.sort(key=lambda row: sign * _rank(row.doors[key].state))
        self.endResetModel()

    def row_at(self, number: int) -> CompanyRow:
        return self._shown[number]

    def find(self, key: str | None) -> int | None:
        return next((n for n, row in enumerate(self._shown) if row.key == key), None)

    # What Qt asks.

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else NEWS + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = self._shown[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            texts = {COMPANY: row.name, APPS: str(row.count), NEWS: row.news}
            return texts.get(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            told = "\n".join(row.sentences) if column == NEWS else self.spoken(row, column)
            return plain_tip(told)
        return None

    def spoken(self, row: CompanyRow, column: int) -> str:
        _ = self._ui.wording.gettext
        if column == COMPANY:
            return f"{row.name}: {row.apps}"
        if column in {APPS, NEWS}:
            title = self.headerData(column, Qt.Orientation.Horizontal)
            return f"{title}: {row.count if column == APPS else row.news or _('nothing')}"
        key = TABLE_KEYS[column - 2]
        words = f"{self._ui.wording.group(key)}: {self.state_words(row, key)}"
        return f"{words}, {_('new')}" if key in row.gained else words

    def state_words(self, row: CompanyRow, key: str) -> str:
        _, door = self._ui.wording.gettext, row.doors[key]
        if door.state is None and door.unread:
            return _("not read")
        if key == "location" and door.state is State.ALLOWED:
            return _("allowed all the time")
        return self._ui.wording.state(door.state)

    def titles(self) -> tuple[str, ...]:
        _, group = self._ui.wording.gettext, self._ui.wording.group
        return _("Company"), _("Apps here"), *map(group, TABLE_KEYS), _("Since the last check")

    def on_the_left(self, section: int) -> bool:
        return section in {COMPANY, NEWS}
