"""What an app could do over time; or, for one kind of access, which apps had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QWidget,
)

from audit.model import SnapshotInfo
from gui.models.bars_table import BarsModel
from gui.models.dates import check_name, days
from gui.models.history import AccessHistory, AppHistory, Bar, Track, facts, uses_in
from gui.models.offers import Offer
from gui.models.rows import Shown
from gui.tooltips import plain_tip
from gui.ui import Ui
from gui.widgets.basics import Card, button, column, export_button, label, row
from gui.widgets.choice import Choice
from gui.widgets.flow import FlowLayout
from gui.widgets.lane_painting import state_words
from gui.widgets.lanes import LanesView
from gui.widgets.meaning import MeaningButton
from gui.widgets.tables import CopyRows, row_table

APP, ACCESS = "app", "access"
_KIND = "history/kind"
_ZOOMS = (("day", 1.0), ("week", 7.0), ("month", 31.0), ("year", 366.0), ("all", None))
_MOST_FACTS = 4


class HistoryView(QWidget):
    """Signals:
    app_wanted, access_wanted: whose history is to be told.
    app_asked: user and package of the app that the person wants to see.
    export_asked: an ``Offer``.
    """

    app_wanted = Signal(int, str)
    access_wanted = Signal(str)
    app_asked = Signal(int, str)
    export_asked = Signal(object)

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ui = ui
        self._kind = ACCESS if ui.preferences.recall(_KIND) == ACCESS else APP
        self._wanted: dict[str, object] = {APP: None, ACCESS: "location"}
        self._apps: list[tuple[str, tuple[int, str]]] = []
        self._found: AppHistory | AccessHistory | None = None
        self._bar: tuple[Track, Bar] | None = None
        _ = ui.wording.gettext
        self.title = label(_("History"), size="title")
        # A package name has no blanks to break at, and must not make the page wider.
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.about = label("", size="small", tone="muted", wrap=True)
        self.meaning = MeaningButton(ui)
        self.kinds = self._make_kinds()
        self.subject = Choice(ui.theme)
        self.subject.setMaxVisibleItems(16)
        self.subject.setFixedWidth(ui.theme.widened(240))
        self.subject.activated.connect(self._on_subject)
        self.lanes = LanesView(ui)
        self.lanes.chosen.connect(self._on_bar)
        self.model = BarsModel(ui, self)
        self.table = self._make_table()
        self.tools = self._make_tools()
        self.middle = QStackedWidget()
        self._lay_out()
        self._show_bar(None)

    # The parts.

    def _make_kinds(self) -> dict[str, QPushButton]:
        _ = self._ui.wording.gettext
        self._kind_group = QButtonGroup(self)
        made = {}
        for kind, text in ((APP, _("One app")), (ACCESS, _("One kind of access"))):
            chip = button(text, "chip")
            chip.setCheckable(True)
            chip.setChecked(kind == self._kind)
            chip.setProperty("kind_of_history", kind)
            chip.clicked.connect(self._on_kind)
            self._kind_group.addButton(chip)
            made[kind] = chip
        return made

    def _make_tools(self) -> dict[str, QPushButton]:
        _ = self._ui.wording.gettext
        texts = {
            "day": _("Day"),
            "week": _("Week"),
            "month": _("Month"),
            "year": _("Year"),
            "all": _("All"),
            "out": "−",
            "in": "+",
            "details": _("Every permission"),
            "table": _("As a table"),
        }
        names = {"out": _("Show more time"), "in": _("Show less time")}
        made = {}
        for name, text in texts.items():
            chip = button(text, "chip", name=names.get(name, ""))
            chip.setProperty("tool", name)
            chip.setCheckable(name in {"details", "table"})
            chip.clicked.connect(self._on_tool)
            made[name] = chip
        made["table"].setToolTip("T")
        made["in"].setToolTip("+")
        made["out"].setToolTip("-")
        return made

    def _make_table(self) -> QTableView:
        name = self._ui.wording.gettext("History as a table; T shows it as bars")
        table = row_table(self.model, name, self._ui.theme.scaled(34))
        table.setObjectName("plainTable")
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._on_row)
        CopyRows(table, self._ui)
        return table

    def _make_details(self) -> Card:
        _ = self._ui.wording.gettext
        card = Card(margins=(16, 10, 12, 10))
        self.sentence = label("", bold=True, wrap=True, select=True)
        self.bounds = label("", size="small", wrap=True, select=True)
        self.facts = label("", mono=True, tone="muted", wrap=True, select=True)
        self.open_app = button(_("Show app"), "small")
        self.open_app.clicked.connect(self._on_show)
        words = column(spacing=3)
        for made in (self.sentence, self.bounds, self.facts):
            words.addWidget(made)
        across = row(spacing=8)
        across.addLayout(words, 1)
        across.addWidget(self.open_app, 0, Qt.AlignmentFlag.AlignTop)
        card.box.addLayout(across)
        return card

    def _lay_out(self) -> None:
        head = row(spacing=8)
        heading = row(spacing=8)
        heading.addWidget(self.title, 1)
        heading.addWidget(self.meaning)
        words = column(spacing=2)
        words.addLayout(heading)
        words.addWidget(self.about)
        head.addLayout(words, 1)
        head.addWidget(self.subject)
        self.export = export_button(self._ui)
        self.export.clicked.connect(self.ask_export)
        head.addWidget(self.export)
        tools = FlowLayout(spacing=6)
        for chip in (*self.kinds.values(), *self.tools.values()):
            tools.addWidget(chip)
        sheet = Card(margins=(12, 6, 6, 4))
        sheet.box.addWidget(self.lanes)
        self.middle.addWidget(sheet)
        self.middle.addWidget(self.table)
        box = column(spacing=10, margins=(26, 22, 26, 14))
        box.addLayout(head)
        box.addLayout(tools)
        box.addWidget(self.middle, 1)
        box.addWidget(self._make_details())
        self.setLayout(box)
        turn = QShortcut(QKeySequence("T"), self.middle)
        turn.activated.connect(self.turn)

    # What it is told.

    def show_check(self, shown: Shown) -> None:
        """Of which apps there is a history; the one that was looked at stays."""
        rows = sorted(shown.rows, key=lambda one: (one.app.system, one.label.lower()))
        self._apps = [
            (f"{one.label} ({one.profile})" if one.profile else one.label, one.key) for one in rows
        ]
        keys = {key for _label, key in self._apps}
        if self._wanted[APP] not in keys:
            news = [(finding.user, finding.package) for finding in shown.highlights]
            self._wanted[APP] = next(iter((*news, *(key for _label, key in self._apps))), None)
        self._fill_subjects()
        self._ask()

    @property
    def place(self) -> object:
        """Whose history it is, for the same page in another language."""
        return self._kind, dict(self._wanted)

    @place.setter
    def place(self, place: tuple[str, dict[str, object]]) -> None:
        kind, self._wanted = place
        self._turn_to(kind)

    def choose_app(self, user: int, package: str) -> None:
        """Tells of one app, also of one that is gone."""
        key = user, package
        if key not in {known for _label, known in self._apps}:
            self._apps.append((self._ui.wording.label(package), key))
        self._wanted[APP] = key
        self._turn_to(APP)

    def choose_access(self, access: str) -> None:
        self._wanted[ACCESS] = access
        self._turn_to(ACCESS)

    def show_app(self, found: AppHistory) -> None:
        if self._kind == APP and self._wanted[APP] == (found.user, found.package):
            self._found = found
            self._show()

    def show_access(self, found: AccessHistory) -> None:
        if self._kind == ACCESS and self._wanted[ACCESS] == found.access:
            self._found = found
            self._show()

    # Whose history.

    def _turn_to(self, kind: str) -> None:
        self._kind = kind
        self.kinds[kind].setChecked(True)
        self._fill_subjects()
        self._ask()

    def _fill_subjects(self) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        entries: Sequence[tuple[str, object]] = self._apps
        if self._kind == ACCESS:
            entries = [(wording.group(key), key) for key in self._ui.catalogue.access_keys]
        self.subject.clear()
        self.subject.addItems([text for text, _key in entries])
        keys = [key for _text, key in entries]
        wanted = self._wanted[self._kind]
        self.subject.setCurrentIndex(keys.index(wanted) if wanted in keys else -1)
        name = _("App") if self._kind == APP else _("Kind of access")
        self.subject.setAccessibleName(name)
        self.tools["details"].setVisible(self._kind == APP)

    def _ask(self) -> None:
        wanted = self._wanted[self._kind]
        self.about.setText(self._ui.wording.gettext("Reading the history…"))
        if isinstance(wanted, str):
            self.access_wanted.emit(wanted)
        elif isinstance(wanted, tuple):
            self.app_wanted.emit(*wanted)

    def _on_kind(self) -> None:
        kind = self.sender().property("kind_of_history")
        self._ui.preferences.remember(_KIND, "" if kind == APP else kind)
        self._turn_to(kind)

    def _on_subject(self, number: int) -> None:
        keys = [key for _label, key in self._apps]
        chosen = keys[number] if self._kind == APP else self._ui.catalogue.access_keys[number]
        self._wanted[self._kind] = chosen
        self._ask()

    # Showing.

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        tracks, events = self._tracks(found), found.events
        first, last = found.checks[0], found.checks[-1]
        self.lanes.show_tracks(tracks, events, first.taken_at, last.taken_at)
        self.model.set_tracks(tracks, events)
        self._show_bar(None)
        self._show_about(found, first, last)

    def _tracks(self, found: AppHistory | AccessHistory) -> tuple[Track, ...]:
        if isinstance(found, AppHistory) and self.tools["details"].isChecked():
            return found.details
        return found.tracks

    def _show_about(
        self, found: AppHistory | AccessHistory, first: SnapshotInfo, last: SnapshotInfo
    ) -> None:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        count = len(found.checks)
        checks = ngettext("{n} check", "{n} checks", count).format(n=count)
        time = days(first.taken_at, last.taken_at, self._ui.wording)
        if isinstance(found, AppHistory):
            self.title.setText(found.face.label)
            self.title.setToolTip(plain_tip(found.package))
            parts = [found.profile, _("What it was allowed to do"), time, checks]
        else:
            self.title.setText(self._ui.wording.group(found.access))
            self.title.setToolTip("")
            number = len(found.tracks)
            apps = ngettext("{n} app", "{n} apps", number).format(n=number)
            parts = [apps, time, checks]
        self.meaning.set_about(None if isinstance(found, AppHistory) else found.access)
        self.about.setText(" · ".join(filter(None, parts)))

    def _show_bar(self, chosen: tuple[Track, Bar] | None) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        self._bar = chosen
        self.open_app.setVisible(chosen is not None)
        self.facts.setVisible(chosen is not None)
        if chosen is None:
            self.sentence.setText("")
            text = _(
                "A bar is what was allowed from one check to another; a tick below it is a use "
                "that the phone recorded. Choose a bar to see which checks bound it."
            )
            self.bounds.setText(text)
            self.sentence.hide()
            return
        track, bar = chosen
        state = state_words(self._ui, track, bar.state)
        text = _("{what}: {state}").format(what=track.title, state=state)
        self.sentence.setText(text)
        self.sentence.show()
        self.bounds.setText(self._bounds_of(track, bar))
        lines = facts(bar, track, wording)
        shown = "\n".join(lines[:_MOST_FACTS])
        self.facts.setText(shown + ("\n…" if lines[_MOST_FACTS:] else ""))
        self.facts.setVisible(bool(lines))
        # What a screen reader says of the painted bar.
        self.lanes.setAccessibleDescription(f"{text}. {self.bounds.text()}")

    def _bounds_of(self, track: Track, bar: Bar) -> str:
        """Which checks bound a bar, and how many uses were recorded within it."""
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        when, named = self._ui.wording.when, partial(check_name, wording=self._ui.wording)
        parts = [_("First found so by the check of {when}.").format(when=named(bar.first))]
        if bar.before is None:
            parts[0] = _("So since the first check of {when}.").format(when=when(bar.start))
        else:
            text = _("The check before it, of {when}, did not find it so.")
            parts.append(text.format(when=named(bar.before)))
        if bar.end is None:
            parts.append(_("Still so at the last check, of {when}.").format(when=when(bar.stop)))
        else:
            text = _("Last found so by the check of {last}; no longer by that of {end}.")
            parts.append(text.format(last=named(bar.last), end=named(bar.end)))
        if count := uses_in(bar, track):
            text = ngettext(
                "At least {n} use was recorded in this time.",
                "At least {n} uses were recorded in this time.",
                count,
            )
            parts.append(text.format(n=count))
        return ("" if self._ui.wording.language == "zh-CN" else " ").join(parts)

    # What the person does.

    def ask_export(self) -> None:
        """The history that is shown, and of it the time that is in sight."""
        found = self._found
        if found is not None:
            since, until = self.lanes.period or (None, None)
            offer = Offer("history", found.checks[-1], since=since, until=until)
            if isinstance(found, AppHistory):
                self.export_asked.emit(replace(offer, app=(found.user, found.package)))
            else:
                self.export_asked.emit(replace(offer, group=found.access))

    def _on_bar(self, track: Track, bar: Bar) -> None:
        self._show_bar((track, bar))

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            entry = self.model.row_at(current.row())
            if entry.track is not None and entry.bar is not None:
                self._show_bar((entry.track, entry.bar))
            else:
                self._show_bar(None)

    def _on_show(self) -> None:
        if self._bar is not None:
            self.app_asked.emit(*self._bar[0].key)

    def _on_tool(self) -> None:
        tool = self.sender().property("tool")
        if tool in dict(_ZOOMS):
            self.lanes.show_days(dict(_ZOOMS)[tool])
        elif tool == "in":
            self.lanes.zoom(1.6)
        elif tool == "out":
            self.lanes.zoom(1 / 1.6)
        elif tool == "details":
            self._show()
        else:
            self.turn()

    def turn(self) -> None:
        """Shows bars as a table, or the table as bars; the same one stays chosen."""
        as_table = self.middle.currentIndex() == 0
        chosen = self._bar  # a table chooses its first row by itself once it has the focus
        self.middle.setCurrentIndex(1 if as_table else 0)
        self.tools["table"].setChecked(as_table)
        if as_table:
            self.table.setFocus()
            found = self.model.find(*chosen) if chosen else None
            self.table.setCurrentIndex(self.model.index(found or 0, 0))
        else:
            self.lanes.setFocus()
            if chosen is not None:
                self.lanes.choose_bar(*chosen)
