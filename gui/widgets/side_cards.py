"""The right column of the overview: who can use what now, and what was not read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from gui.models.rows import AppRow, Tally
from gui.ui import Ui
from gui.widgets.basics import (
    Avatar,
    Card,
    Clickable,
    IconLabel,
    Pill,
    clear,
    column,
    label,
    row,
    rule,
)

_ROW_HEIGHT = 40
_RED = {"calls", "messages", "location"}


class TallyRow(Clickable):
    """How many apps can use one kind of access; a click lists them."""

    def __init__(self, ui: Ui, tally: Tally) -> None:
        self.key = tally.key
        title = ui.wording.group(tally.key)
        count = self._count(ui, tally)
        inside = row(spacing=10, margins=(12, 0, 10, 0))
        icon = ui.catalogue.access_icon(tally.key)
        inside.addWidget(IconLabel(ui.theme, icon, "muted", 18))
        inside.addWidget(label(title), 1)
        inside.addWidget(label(count, bold=True))
        extra = self._extra(ui, tally)
        if extra:
            inside.addWidget(Pill(ui.theme, *extra))
        super().__init__("rowButton", inside)
        self.setFixedHeight(ui.theme.scaled(_ROW_HEIGHT))
        self.setAccessibleName(
            ui.wording.gettext(", ").join(filter(None, (title, count, extra and extra[0])))
        )
        self.setToolTip(self._explained(ui, tally))

    def _count(self, ui: Ui, tally: Tally) -> str:
        """Never less than what may be true: some apps may not have been read."""
        ngettext = ui.wording.ngettext
        if not tally.unknown:
            return ngettext("{n} app", "{n} apps", tally.apps).format(n=tally.apps)
        if not tally.apps:
            return ui.wording.gettext("not known")
        return ngettext("{n}+ app", "{n}+ apps", tally.apps).format(n=tally.apps)

    def _extra(self, ui: Ui, tally: Tally) -> tuple[str, str] | None:
        """The one thing most worth a pill: what is new, else what went, else what is open."""
        _ = ui.wording.gettext
        if tally.gained:
            return f"+{tally.gained}", "red" if tally.key in _RED else "amber"
        if tally.lost:
            return f"−{tally.lost}", "green"
        if tally.always:
            return _("{n} always").format(n=tally.always), "muted"
        return None

    def _explained(self, ui: Ui, tally: Tally) -> str:
        _, ngettext = ui.wording.gettext, ui.wording.ngettext
        lines = [ui.catalogue.access_explain(tally.key, ui.wording.language)]
        if tally.always:
            text = ngettext(
                "{n} app can know it all the time, also when you do not use it.",
                "{n} apps can know it all the time, also when you do not use them.",
                tally.always,
            )
            lines.append(text.format(n=tally.always))
        if tally.unknown:
            text = ngettext(
                "Of {n} app more this check could not tell.",
                "Of {n} apps more this check could not tell.",
                tally.unknown,
            )
            lines.append(text.format(n=tally.unknown))
        return "\n".join(lines)


class WhoCard(Card):
    """Counts per kind of access; ``asked(key)`` when one of them is clicked."""

    asked = Signal(str)

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(6, 14, 6, 8), spacing=0)
        self._ui = ui
        title = label(ui.wording.gettext("Who can use what now"), size="heading", bold=True)
        title.setContentsMargins(12, 0, 0, 8)
        self.box.addWidget(title)
        self.rows = column(spacing=0)
        self.box.addLayout(self.rows)

    def show_tally(self, number: int, tally: Tally) -> None:
        """Puts a count in its place; they come in their order, one by one."""
        entry = TallyRow(self._ui, tally)
        entry.clicked.connect(self._on_clicked)
        before = self.rows.itemAt(2 * number)
        if before is not None and (old := before.widget()) is not None:
            self.rows.replaceWidget(old, entry)
            old.hide()
            old.deleteLater()
            return
        if number:
            self.rows.addWidget(rule())
        self.rows.addWidget(entry)

    def _on_clicked(self) -> None:
        entry = self.sender()
        if isinstance(entry, TallyRow):
            self.asked.emit(entry.key)


class ProblemsCard(Card):
    """What this check did not read; unknown is not the same as nothing."""

    def __init__(self, ui: Ui) -> None:
        super().__init__(spacing=8)
        _ = ui.wording.gettext
        head = row(spacing=8)
        head.addWidget(IconLabel(ui.theme, "warning", "amber", 18))
        head.addWidget(label(_("Not everything was read"), size="heading", bold=True), 1)
        self.box.addLayout(head)
        self.entries = column(spacing=6)
        self.box.addLayout(self.entries)
        note = _("What was not read is unknown; it does not count as “nothing there”.")
        self.box.addWidget(label(note, size="small", tone="muted", wrap=True))

    def show_problems(self, texts: Sequence[str]) -> None:
        clear(self.entries)
        for text in texts:
            self.entries.addWidget(label(text, size="small", wrap=True, select=True))
        self.setVisible(bool(texts))


class ReachCard(Card):
    """Apps that the person installed and that reach far already; for a day without news."""

    app_asked = Signal(int, str)

    def __init__(self, ui: Ui, rows: Sequence[AppRow], most: int = 8) -> None:
        super().__init__(margins=(6, 14, 6, 8), spacing=0)
        _, ngettext = ui.wording.gettext, ui.wording.ngettext
        title = label(_("Installed apps that reach far"), size="heading", bold=True)
        title.setContentsMargins(10, 0, 0, 2)
        about = label(
            _("They can use calls or messages, or know your location all the time."),
            size="small",
            tone="muted",
            wrap=True,
        )
        about.setContentsMargins(10, 0, 10, 6)
        self.box.addWidget(title)
        self.box.addWidget(about)
        for app in rows[:most]:
            self.box.addWidget(rule())
            entry = ReachRow(ui, app)
            entry.clicked.connect(self._on_clicked)
            self.box.addWidget(entry)
        if len(rows) > most:
            count = len(rows) - most
            text = ngettext("and {n} more app", "and {n} more apps", count).format(n=count)
            rest = label(text, size="small", tone="muted")
            rest.setContentsMargins(10, 8, 0, 6)
            self.box.addWidget(rest)

    def _on_clicked(self) -> None:
        entry = self.sender()
        if isinstance(entry, ReachRow):
            self.app_asked.emit(*entry.key)


class ReachRow(Clickable):
    def __init__(self, ui: Ui, app: AppRow) -> None:
        self.key = app.key
        reached = [key for key in ("calls", "messages") if app.can(key)]
        names = [ui.wording.group(key) for key in reached]
        if app.always:
            names.append(ui.wording.gettext("Location all the time"))
        inside = row(spacing=10, margins=(10, 7, 10, 7))
        inside.addWidget(Avatar(ui.theme, app.face, 28))
        inside.addWidget(label(app.label, bold=True), 1, Qt.AlignmentFlag.AlignVCenter)
        if app.profile:
            inside.addWidget(Pill(ui.theme, app.profile, "muted"))
        for name in names:
            inside.addWidget(Pill(ui.theme, name, "muted"))
        super().__init__("rowButton", inside)
        self.setAccessibleName(ui.wording.gettext(", ").join((app.label, *names)))


def reaching(rows: Sequence[AppRow]) -> list[AppRow]:
    """Apps of the person, not of the phone's maker, with the widest reach first."""
    found = [
        app
        for app in rows
        if not app.app.system and (app.can("calls") or app.can("messages") or app.always)
    ]
    return sorted(
        found,
        key=lambda app: (-app.can("calls") - app.can("messages") - app.always, app.label.lower()),
    )
