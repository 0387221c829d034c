"""What is new, in sentences, and who can use what now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from audit.findings import Finding, sentence_of
from audit.model import Change
from audit.progress import Progress
from gui.models.offers import Offer
from gui.models.rows import AppRow, Shown
from gui.shortcuts import OPEN_REPORT, shortcut
from gui.ui import Ui
from gui.widgets.basics import (
    Card,
    Pill,
    ScrollPage,
    button,
    clear,
    column,
    export_button,
    label,
    row,
)
from gui.widgets.check_progress import ChecksProgress
from gui.widgets.expected_card import ExpectedCard
from gui.widgets.finding_card import FindingCard
from gui.widgets.gradual import Gradually, Step
from gui.widgets.hygiene_card import HygieneCard
from gui.widgets.notice import Notice
from gui.widgets.side_cards import ProblemsCard, ReachCard, WhoCard, reaching

_SIDE_WIDTH = 316
#: Below this width the right column goes under the left one.
_NARROW = 800
#: Below this width the buttons stand above the headline.
_TIGHT = 600


class AlsoChanged(Card):
    """All other changes: one summary, and every sentence one click away."""

    def __init__(self, ui: Ui, shown: Shown) -> None:
        super().__init__(spacing=10)
        self._ui = ui
        _ = ui.wording.gettext
        rest = _others(shown)
        head = row(spacing=12)
        head.addWidget(Pill(ui.theme, _("Also changed"), "amber"))
        head.addWidget(label(_summary(ui, shown), wrap=True), 1)
        self.toggle = button(_("Show all"), "small", name=_("Show all other changes"))
        self.toggle.clicked.connect(self._on_toggle)
        head.addWidget(self.toggle)
        self.box.addLayout(head)
        sentences = "\n".join(sentence_of(change, ui.wording) for change in rest)
        self.sentences = label(sentences, size="small", tone="muted", wrap=True, select=True)
        self.sentences.hide()
        self.box.addWidget(self.sentences)

    def _on_toggle(self) -> None:
        _ = self._ui.wording.gettext
        self.sentences.setVisible(self.sentences.isHidden())
        self.toggle.setText(_("Show all") if self.sentences.isHidden() else _("Hide"))


def _others(shown: Shown) -> list[Change]:
    """The changes that are neither a finding with a card nor expected."""
    return [c for c in shown.checkup.changes if not c.is_highlight and not c.expected]


def _summary(ui: Ui, shown: Shown) -> str:
    """ "4 more gained something, 5 lost something, 2 are new, 1 was removed, 9 were updated." """
    ngettext = ui.wording.ngettext
    changes = _others(shown)

    def apps(*kinds: str) -> int:
        # A kit that an update brought along is told with the update.
        found = (c for c in changes if c.kind in kinds and c.what != "sdk")
        return len({(c.user, c.package) for c in found})

    more, less = apps("gained", "widened"), apps("lost", "narrowed")
    new, gone, updated, other = map(apps, ("installed", "removed", "updated", "changed"))
    counts = (
        (more, ngettext("{n} gained something", "{n} gained something", more)),
        (less, ngettext("{n} lost something", "{n} lost something", less)),
        (new, ngettext("{n} is new", "{n} are new", new)),
        (gone, ngettext("{n} was removed", "{n} were removed", gone)),
        (updated, ngettext("{n} was updated", "{n} were updated", updated)),
        (other, ngettext("{n} changed otherwise", "{n} changed otherwise", other)),
    )
    parts = [text.format(n=count) for count, text in counts if count]
    _ = ui.wording.gettext
    return _("Apps: {what}.").format(what=_(", ").join(parts))


class OverviewView(ScrollPage):
    check_asked = Signal()
    cancel_asked = Signal(object)
    report_asked = Signal()
    leave_demo_asked = Signal()
    app_asked = Signal(int, str)
    filter_asked = Signal(str)
    export_asked = Signal(object)
    weekly_asked = Signal()
    commands_asked = Signal()
    debugging_asked = Signal()
    expected = Signal(object)
    unexpected = Signal(object)
    take_asked = Signal(object, object)

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(26, 22, 26, 26), spacing=16)
        self._ui = ui
        self._reach = ""  # why the phone cannot be changed now
        self._shown: Shown | None = None
        _ = ui.wording.gettext
        self.setAccessibleName(_("Overview"))
        self.title = label("", size="title", wrap=True)
        self.subtitle = label("", tone="muted", wrap=True)
        self.check = button(_("Check now"), "primary")
        self.check.setToolTip("F5")
        self.check.clicked.connect(self.check_asked)
        self.report = button(_("Read a bug report…"), "link")
        self.report.setToolTip(shortcut(ui, OPEN_REPORT).shown)
        self.report.clicked.connect(self.report_asked)
        self.export = export_button(ui)
        self.export.clicked.connect(self.ask_export)
        self.weekly = button(_("Weekly sheet…"))
        self.weekly.setToolTip(_("One page in large type, to print and to talk about at home."))
        self.weekly.clicked.connect(self.weekly_asked)
        self.commands = button(_("What was asked of the phone"), "link")
        self.commands.clicked.connect(self.commands_asked)
        self.progress = ChecksProgress(ui)
        self.progress.cancelled.connect(self.cancel_asked)
        self.demo = Notice(
            ui,
            "accent",
            _(
                "This is the demo phone, not a real one. Each check finds it a few weeks later "
                "in its life."
            ),
            action=_("Leave the demo"),
        )
        self.demo.acted.connect(self.leave_demo_asked)
        self.findings = column(spacing=12)
        self.who = WhoCard(ui)
        self.who.asked.connect(self.filter_asked)
        self.problems = ProblemsCard(ui)
        self.hygiene = HygieneCard(ui)
        self.hygiene.asked.connect(self.debugging_asked)
        self.hygiene.hide()
        self._body = row(spacing=18)
        self.building = Gradually(self)
        self._lay_out()

    def _lay_out(self) -> None:
        words = column(spacing=3)
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        buttons = row(spacing=16)
        buttons.addStretch(1)
        for made in (self.report, self.export, self.check):
            buttons.addWidget(made)
        head = self._head = row(spacing=16)
        head.addLayout(words, 1)
        head.addLayout(buttons)
        left = column(spacing=0)
        left.addLayout(self.findings)
        left.addStretch(1)
        right = column(spacing=12)
        right.addWidget(self.who)
        right.addWidget(self.problems)
        right.addWidget(self.hygiene)
        right.addWidget(self.weekly)
        right.addWidget(self.commands, 0, Qt.AlignmentFlag.AlignHCenter)
        right.addStretch(1)
        self._side = QWidget()
        self._side.setLayout(right)
        self._body.addLayout(left, 1)
        self._body.addWidget(self._side)
        self.box.addLayout(head)
        self.box.addWidget(self.progress)
        self.box.addWidget(self.demo)
        self.box.addLayout(self._body)
        self.box.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        theme = self._ui.theme
        narrow = event.size().width() < theme.scaled(_NARROW)
        side = theme.widened(_SIDE_WIDTH)
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        tight = event.size().width() < theme.scaled(_TIGHT)
        self._head.setDirection(direction.BottomToTop if tight else direction.LeftToRight)
        self._body.setStretch(0, 0 if narrow else 1)
        self._side.setFixedWidth(16777215 if narrow else side)
        self._side.setMinimumWidth(0 if narrow else side)
        super().resizeEvent(event)

    # What it is told.

    def show_checks(self, running: Mapping[str | None, str], *, busy: bool) -> None:
        """Names of the phones that are checked; ``busy`` where the one that is shown is."""
        self.check.setEnabled(not busy)
        self.progress.show_checks(running)

    def show_reach(self, reason: str) -> None:
        """Why the phone cannot be changed now; empty where it can."""
        self._reach = reason
        for card in self.findChildren(FindingCard):
            card.show_reach(reason)

    def show_linked(self, *, linked: bool) -> None:
        """Whether the phone of the check is still plugged in."""
        self.hygiene.setVisible(linked)

    def show_progress(self, progress: Progress, serial: str | None) -> None:
        self.progress.show_progress(progress, serial)

    def show_check(self, shown: Shown) -> None:
        """The head at once, then one card per turn: the window answers all the while."""
        self._shown = shown
        self.title.setText(self._headline(shown))
        self.subtitle.setText(self._subtitle(shown))
        self.demo.setVisible(shown.info.source == "demo")
        self.commands.setVisible(shown.info.source in {"phone", "demo"})
        self.problems.show_problems(self._ui.wording.problems(shown.info.problems))
        clear(self.findings)
        apps = {row.key: row for row in shown.rows}
        gained: dict[tuple[int, str], list[Finding]] = {}
        for finding in shown.highlights:
            gained.setdefault((finding.user, finding.package), []).append(finding)
        steps: list[Step] = [
            partial(self._add_finding, findings, apps[key]) for key, findings in gained.items()
        ]
        # What can be seen without scrolling comes first.
        steps[1:1] = [partial(self.who.show_tally, *each) for each in enumerate(shown.tallies)]
        if _others(shown):
            steps.append(partial(self._add_others, shown))
        expected = [change for change in shown.checkup.changes if change.expected]
        if expected:
            steps.append(partial(self._add_expected, expected))
        if not shown.highlights:
            steps.append(partial(self._show_reach, shown))
        self.building.start(steps)

    def ask_export(self) -> None:
        """What is new, else all that the first check found."""
        if self._shown is not None:
            before, info = self._shown.checkup.compared_with, self._shown.info
            self.export_asked.emit(Offer("changes" if before else "snapshot", info, before))

    def _add_finding(self, findings: Sequence[Finding], app: AppRow) -> None:
        card = FindingCard(self._ui, findings, app)
        card.app_asked.connect(self.app_asked)
        card.expected.connect(self.expected)
        card.take_asked.connect(self.take_asked)
        card.show_reach(self._reach)
        self.findings.addWidget(card)

    def _add_expected(self, changes: Sequence[Change]) -> None:
        card = ExpectedCard(self._ui, changes)
        card.undone.connect(self.unexpected)
        self.findings.addWidget(card)

    def _add_others(self, shown: Shown) -> None:
        self.findings.addWidget(AlsoChanged(self._ui, shown))

    def _show_reach(self, shown: Shown) -> None:
        found = reaching(shown.rows)
        if found:
            card = ReachCard(self._ui, found)
            card.app_asked.connect(self.app_asked)
            # Its many rows are made ready in this turn and laid out in the next.
            for part in card.findChildren(QWidget):
                part.ensurePolished()
            self.building.start([partial(self.findings.addWidget, card)])

    def _headline(self, shown: Shown) -> str:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        if shown.checkup.compared_with is None:
            return _("The first check is done")
        if shown.news:
            text = ngettext(
                "{n} app gained access to calls, messages or location",
                "{n} apps gained access to calls, messages or location",
                shown.news,
            )
            return text.format(n=shown.news)
        if shown.info.complete:
            return _("Nothing new about calls, messages or location")
        return _("Nothing new in what could be read")

    def _subtitle(self, shown: Shown) -> str:
        _, wording = self._ui.wording.gettext, self._ui.wording
        before = shown.checkup.compared_with
        count = shown.info.app_count
        apps = wording.ngettext("{n} app checked", "{n} apps checked", count).format(n=count)
        if before is None:
            return f"{apps} · " + _("The next check will say what is new.")
        text = _("Compared with {when}").format(when=wording.when(before.taken_at))
        return f"{text} · {apps}"
