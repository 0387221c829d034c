"""Which checks to keep, with what would go shown before anything does."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QSpinBox, QWidget

from db.records import Retention, Tidying
from gui.models.saved_checks import PhoneChecks
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row
from gui.widgets.choice import Choice, Tick

_MOST_DAYS = 36_500
_USUAL_DAYS = 90


class TidyDialog(QDialog):
    """Signals:
    wanted: a ``Retention`` of which it should be told what it leaves over.
    agreed: the same, and the ``Tidying`` that was shown.
    """

    wanted = Signal(object)
    agreed = Signal(object, object)

    def __init__(self, parent: QWidget, ui: Ui, chosen: Retention) -> None:
        super().__init__(parent)
        self._ui = ui
        self._shown: tuple[Retention, Tidying] | None = None
        _ = ui.wording.gettext
        self.setWindowTitle(_("Tidy up"))
        self.fewer = Tick(ui.theme, _("Keep all checks of the last days only, and of older ones:"))
        self.fewer.setChecked(chosen.keep_days is not None)
        self.days = self._days(chosen.keep_days, _("Keep all checks of so many days"))
        self.rhythm = Choice(ui.theme)
        self.rhythm.setAccessibleName(_("Of older checks keep"))
        self.rhythm.addItem(_("one a week"), "weekly")
        self.rhythm.addItem(_("one a month"), "monthly")
        self.rhythm.setCurrentIndex(self.rhythm.findData(chosen.rhythm))
        self.answers = Tick(ui.theme, _("Drop the phone's raw answers of checks older than:"))
        self.answers.setChecked(chosen.raw_days is not None)
        self.raw_days = self._days(chosen.raw_days, _("Keep raw answers for so many days"))
        self.told = label("", bold=True, wrap=True)
        self.list = QPlainTextEdit()
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName(_("What would be deleted"))
        self._lay_out()
        for box in (self.fewer, self.answers):
            box.toggled.connect(self.ask)
        for days in (self.days, self.raw_days):
            days.valueChanged.connect(self.ask)
        self.rhythm.activated.connect(self.ask)

    def _days(self, number: int | None, name: str) -> QSpinBox:
        made = QSpinBox()
        made.setRange(1, _MOST_DAYS)
        made.lineEdit().setTextMargins(8, 0, 0, 0)
        made.setValue(number or _USUAL_DAYS)
        made.setSuffix(" " + self._ui.wording.gettext("days"))
        made.setAccessibleName(name)
        return made

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        always = _(
            "The first and the last check of each phone stay, and whatever is the reference or has "
            "a title or a note. Recorded uses stay too. What was so between two checks that stay, "
            "and only then, is forgotten."
        )
        self.delete = button(_("Delete these"), "danger")
        self.delete.clicked.connect(self._on_agreed)
        self.cancel = button(_("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.cancel.setDefault(True)
        box = column(spacing=10, margins=(22, 18, 22, 18))
        for lead, fields in (
            (self.fewer, (self.days, self.rhythm)),
            (self.answers, (self.raw_days,)),
        ):
            box.addWidget(lead)
            across = row(spacing=8, margins=(28, 0, 0, 0))
            for field in fields:
                across.addWidget(field)
            across.addStretch(1)
            box.addLayout(across)
        box.addWidget(label(always, size="small", tone="muted", wrap=True))
        box.addWidget(self.told)
        box.addWidget(self.list, 1)
        foot = row(spacing=8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.delete)
        box.addLayout(foot)
        self.setLayout(box)
        self.resize(620, 520)

    @property
    def retention(self) -> Retention:
        """What is chosen at this moment."""
        return Retention(
            self.days.value() if self.fewer.isChecked() else None,
            self.rhythm.currentData(),
            self.raw_days.value() if self.answers.isChecked() else None,
        )

    def ask(self) -> None:
        """Asks what the choice leaves over; until that is known, nothing can be deleted."""
        for box, fields in (
            (self.fewer, (self.days, self.rhythm)),
            (self.answers, (self.raw_days,)),
        ):
            for field in fields:
                field.setEnabled(box.isChecked())
        self._shown = None
        self.delete.setEnabled(False)
        self.wanted.emit(self.retention)

    def show_found(
        self, wanted: Retention, found: Tidying, phones: tuple[PhoneChecks, ...]
    ) -> None:
        """An answer; one to an earlier question is dropped."""
        if wanted != self.retention:
            return
        self._shown = wanted, found
        self.told.setText(self._told(found))
        self.list.setPlainText("\n".join(self._lines(found, phones)))
        self.delete.setEnabled(found != Tidying())

    def _told(self, found: Tidying) -> str:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        if found == Tidying():
            return _("Nothing would be deleted.")
        parts = []
        if count := len(found.checks):
            text = ngettext("{n} check would be deleted.", "{n} checks would be deleted.", count)
            parts.append(text.format(n=count))
        if count := len(found.raw):
            text = ngettext(
                "{n} more check would lose its raw answers only.",
                "{n} more checks would lose their raw answers only.",
                count,
            )
            parts.append(text.format(n=count))
        return " ".join(parts)

    def _lines(self, found: Tidying, phones: tuple[PhoneChecks, ...]) -> list[str]:
        _, wording = self._ui.wording.gettext, self._ui.wording
        going, dropped = set(found.checks), set(found.raw)
        lines = []
        for phone in phones:
            name = phone.name or phone.checks[-1].phone.title or _("Unknown phone")
            for info in phone.checks:
                if info.id in going | dropped:
                    what = _("the check") if info.id in going else _("raw answers only")
                    lines.append(f"{wording.when(info.taken_at)} · {name} · {what}")
        return lines

    def _on_agreed(self) -> None:
        if self._shown is not None:
            self.agreed.emit(*self._shown)
            self.accept()
