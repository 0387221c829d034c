"""All about one app: what it may do, where it came from, and the phone's own words below."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from audit.access import states
from audit.findings import findings_in
from audit.kinds import KindOf
from audit.model import Change, Deed, SnapshotInfo, State
from gui.models.look import Look
from gui.models.offers import COMPLAINT, Offer
from gui.models.rows import AppRow
from gui.models.technical import technical_text
from gui.ui import Ui
from gui.views.app_access import AccessParts
from gui.widgets.acting_part import ActingPart
from gui.widgets.basics import (
    Avatar,
    Card,
    Pill,
    ScrollPage,
    button,
    clear,
    column,
    label,
    row,
    rule,
)
from gui.widgets.beforehand import Beforehand
from gui.widgets.expected_card import ExpectedRow
from gui.widgets.flow import FlowLayout
from gui.widgets.gradual import Gradually, Step
from gui.widgets.technical import Technical


class AppDetails(Card):
    """Signals:
    expected, unexpected: changes that the person says were expected, or no longer.
    history_asked: user and package.
    kind_said: package, and the number of the kind that it is, None for none of the kinds.
    export_asked: an ``Offer``.
    lines_asked: the ``App`` whose lines in the phone's answers are wanted, and its check.
    take_asked: access shall be taken away from the apps that are chosen.
    page_asked: user and package of the app whose settings the phone shall open.
    undo_asked: a tuple of ``Deed``.
    look_asked: user and package of the app whose code shall be looked into.
    look_cancelled: that shall end.
    """

    expected = Signal(object)
    unexpected = Signal(object)
    history_asked = Signal(int, str)
    kind_said = Signal(str, object)
    export_asked = Signal(object)
    lines_asked = Signal(object, object)
    take_asked = Signal()
    page_asked = Signal(int, str)
    undo_asked = Signal(object)
    look_asked = Signal(int, str)
    look_cancelled = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(1, 1, 1, 1))
        self._ui = ui
        self._app: AppRow | None = None
        self._info: SnapshotInfo | None = None
        self._changes: tuple[Change, ...] = ()
        self._kind: KindOf | None = None
        self._look = Look()
        self.beforehand: Beforehand | None = None
        self.acting: ActingPart | None = None
        self._reach = ""
        self._count = 1
        self._technical_open = False
        self.page = ScrollPage(margins=(16, 16, 12, 16), spacing=10)
        self.page.setAccessibleName(ui.wording.gettext("About the chosen app"))
        self.box.addWidget(self.page)
        self.technical: Technical | None = None
        self.uses = column(spacing=4)
        self.building = Gradually(self)
        self.show_nothing()

    def show_nothing(self) -> None:
        self._begin()
        self._app = None
        text = self._ui.wording.gettext("Choose an app to see what it may do.")
        self.page.box.addWidget(label(text, tone="muted", wrap=True))
        self.page.box.addStretch(1)
        self._lay_out()
        self._end(0)

    def _begin(self) -> None:
        """Takes the parts away. The page is laid out and painted once, when it is whole."""
        self.building.start([])
        self.page.setUpdatesEnabled(False)
        self.page.box.setEnabled(False)
        self.acting = self.beforehand = self.technical = None
        clear(self.page.box)

    def show_app(self, app: AppRow, info: SnapshotInfo, changes: tuple[Change, ...] = ()) -> None:
        """In the next turns of the event loop; ``changes`` are its own since the check before."""
        kind = self._ui.wording.kind_of(app.app.package)
        if (app, info, changes, kind) == (self._app, self._info, self._changes, self._kind):
            return
        again = self._app is not None and self._app.key == app.key
        place = self.page.verticalScrollBar().value() if again else 0
        typed = again and self.beforehand is not None and self.beforehand.has_focus_within()
        self._app, self._info, self._changes, self._kind = app, info, changes, kind
        self._begin()
        self.building.start(self._steps(app, info, changes, place=place, typed=typed))

    def _steps(
        self,
        app: AppRow,
        info: SnapshotInfo,
        changes: tuple[Change, ...],
        *,
        place: int,
        typed: bool,
    ) -> Iterator[Step]:
        """All parts, a few milliseconds each."""
        box = self.page.box
        yield partial(self._add_head, box, app)
        yield partial(self._add_news, box, changes)
        yield partial(self._add_acting, box, app, info)
        state_of = states(app.app, info, self._ui.catalogue)
        yield from AccessParts(self._ui, box, app, info).steps(state_of)
        yield partial(self._add_beforehand, box, app, info, typed=typed)
        yield partial(self._add_technical, box, app, info, state_of)
        yield self._lay_out
        yield partial(self._end, place)

    def _lay_out(self) -> None:
        self.page.box.setEnabled(True)
        self.page.box.activate()

    def _end(self, place: int) -> None:
        """At the place where the same app was read before, else at the top."""
        self.page.verticalScrollBar().setValue(place)
        self.page.setUpdatesEnabled(True)

    # The parts.

    def _add_head(self, box: QVBoxLayout, app: AppRow) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        words = column(spacing=2)
        words.addWidget(label(app.label, size="heading", bold=True, wrap=True, select=True))
        if app.label != app.app.package:
            words.addWidget(
                label(_breakable(app.app.package), size="tiny", tone="muted", wrap=True)
            )
        facts = [
            _("Version {version}").format(version=app.app.version_name or "?"),
            app.company or "",
        ]
        words.addWidget(
            label(" · ".join(filter(None, facts)), size="small", tone="muted", wrap=True)
        )
        head = row(spacing=12)
        head.addWidget(Avatar(self._ui.theme, app.face, 44), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        box.addLayout(head)
        lines = [self._origin(app)]
        if app.app.first_installed:
            text = _("Installed {when}").format(when=wording.when(app.app.first_installed))
            lines.append(text)
        if app.app.last_updated and app.app.last_updated != app.app.first_installed:
            lines.append(_("Updated {when}").format(when=wording.when(app.app.last_updated)))
        box.addWidget(label("\n".join(lines), size="small", tone="muted", wrap=True))
        self._add_pills(box, app)

    def _add_pills(self, box: QVBoxLayout, app: AppRow) -> None:
        _ = self._ui.wording.gettext
        pills = [
            (app.profile or "", "accent"),
            (_("Not from a store") if app.no_store else "", "amber"),
            (_("System app") if app.app.system else "", "muted"),
            ("" if app.app.enabled else _("Switched off"), "muted"),
            (_("Named in public") if self._ui.wording.named(app.app.package) else "", "amber"),
        ]
        flow = FlowLayout(spacing=6)
        for text, tone in pills:
            if text:
                flow.addWidget(Pill(self._ui.theme, text, tone))
        if flow.count():
            box.addLayout(flow)

    def _add_news(self, box: QVBoxLayout, changes: tuple[Change, ...]) -> None:
        """What is new since the check before, to be answered; what was expected, to be undone."""
        _, wording = self._ui.wording.gettext, self._ui.wording
        for finding in findings_in(changes, wording):
            box.addWidget(rule())
            box.addWidget(label(finding.headline, tone="red", wrap=True, select=True))
            box.addWidget(label(finding.reason, size="small", tone="muted", wrap=True))
            name = _("I expected this: {what}").format(what=finding.headline)
            expect = button(_("I expected this"), "small", name=name)
            expect.setProperty("changes", finding.changes)
            expect.clicked.connect(self._on_expect)
            box.addWidget(expect, 0, Qt.AlignmentFlag.AlignLeft)
        for change in changes:
            if change.expected:
                entry = ExpectedRow(self._ui, change)
                entry.undone.connect(self.unexpected)
                box.addWidget(entry)

    def _on_expect(self) -> None:
        self.expected.emit(tuple(self.sender().property("changes")))

    def _add_acting(self, box: QVBoxLayout, app: AppRow, info: SnapshotInfo) -> None:
        made = self.acting = ActingPart(self._ui, info.phone.manufacturer)
        made.take_asked.connect(self.take_asked)
        made.page_asked.connect(partial(self.page_asked.emit, *app.key))
        made.undo_asked.connect(self.undo_asked)
        made.show_reach(self._reach)
        made.show_count(self._count)
        box.addWidget(made)

    def _add_beforehand(
        self, box: QVBoxLayout, app: AppRow, info: SnapshotInfo, *, typed: bool
    ) -> None:
        made = self.beforehand = Beforehand(self._ui, app.app, info)
        made.kind_said.connect(self.kind_said)
        made.look_asked.connect(partial(self.look_asked.emit, *app.key))
        made.look_cancelled.connect(self.look_cancelled)
        self.show_look(self._look)
        box.addWidget(made)
        if typed:
            made.choice.setFocus()

    def _add_technical(
        self,
        box: QVBoxLayout,
        app: AppRow,
        info: SnapshotInfo,
        state_of: dict[str, State | None],
    ) -> None:
        self.uses = column(spacing=4)
        box.addLayout(self.uses)
        box.addWidget(rule())
        text = technical_text(app.app, info, state_of, self._ui.wording)
        made = self.technical = Technical(self._ui, text, opened=self._technical_open)
        made.opened.connect(self._on_technical)
        made.lines_asked.connect(self._on_lines)
        box.addWidget(made)
        box.addStretch(1)

    def show_reach(self, reason: str) -> None:
        """Why the phone cannot be changed now; empty where it can."""
        self._reach = reason
        if self.acting is not None:
            self.acting.show_reach(reason)

    def show_count(self, count: int) -> None:
        """How many apps are chosen."""
        self._count = max(1, count)
        if self.acting is not None:
            self.acting.show_count(self._count)

    def show_look(self, look: Look) -> None:
        """Where the look into an app stands, this one or another."""
        self._look = look
        if self._app is None or self.beforehand is None:
            return
        mine, reason = look.app == self._app.key, look.reason
        if look.app is not None and not mine:
            reason = self._ui.wording.gettext("Wait until the other app was looked into.")
        self.beforehand.show_look(look.text if mine else "", reason)

    def show_deeds(self, key: tuple[int, str], deeds: Sequence[Deed]) -> None:
        """What was changed in it; an answer about another app is not shown."""
        if self._app is None or self._app.key != key:
            return
        if self.acting is None:
            self.building.then(partial(self.show_deeds, key, deeds))
            return
        self.acting.show_deeds(deeds)

    def show_uses(self, key: tuple[int, str], sentences: Sequence[str]) -> None:
        """What the ledger of uses holds; an answer about another app is not shown."""
        if self._app is None or self._app.key != key:
            return
        if self.technical is None:
            self.building.then(partial(self.show_uses, key, sentences))
            return
        _ = self._ui.wording.gettext
        clear(self.uses)
        self.uses.addWidget(rule())
        self.uses.addWidget(label(_("Recorded uses"), bold=True))
        for sentence in sentences:
            self.uses.addWidget(label(sentence, size="small", wrap=True, select=True))
        note = (
            _("Android keeps the last use of each kind only: there may have been more.")
            if sentences
            else _("No use is recorded. That does not prove that there was none.")
        )
        self.uses.addWidget(label(note, size="small", tone="muted", wrap=True))
        history = button(_("History"), "link", name=_("History of this app"))
        history.clicked.connect(self._on_history)
        export = button(_("Export…"), "link", name=_("Export the history of this app"))
        export.clicked.connect(self.ask_export)
        complain = button(_("For a complaint…"), "link")
        complain.clicked.connect(self.ask_complaint)
        across = FlowLayout(spacing=2)
        for made in (history, export, complain):
            across.addWidget(made)
        self.uses.addLayout(across)
        # They come last, but stand above the technical details.
        order = (history, export, complain, *self.technical.order)
        for one, other in itertools.pairwise(order):
            QWidget.setTabOrder(one, other)

    def ask_complaint(self) -> None:
        if self._app is not None and self._info is not None:
            self.export_asked.emit(Offer(COMPLAINT, self._info, app=self._app.key))

    def ask_export(self) -> None:
        if self._app is not None and self._info is not None:
            self.export_asked.emit(Offer("history", self._info, app=self._app.key))

    def _on_history(self) -> None:
        if self._app is not None:
            self.history_asked.emit(*self._app.key)

    def _origin(self, app: AppRow) -> str:
        _, wording = self._ui.wording.gettext, self._ui.wording
        if app.app.installer is None and app.app.system:
            return _("Came with the phone")
        if app.app.installer is None:
            return _("The phone names no store that it came from")
        name = wording.installer(app.app.installer)
        known = wording.catalogue.installer(app.app.installer or "")
        # "Installed by hand" is a sentence of its own; a store is a place to come from.
        by_hand = known is not None and known.kind == "by-hand"
        text = name if by_hand else _("From {store}").format(store=name)
        if app.app.initiator is None:
            # Whoever installs can name any store; only Android 14 and later say who it was.
            return f"{text} · " + _("as the installer itself says")
        if app.app.initiator == app.app.installer:
            return f"{text} · " + _("recorded by Android")
        who = wording.installer(app.app.initiator)
        return f"{text} · " + _("Android recorded {app} as its installer").format(app=who)

    # The phone's own words.

    def _on_technical(self, opened: bool) -> None:
        self._technical_open = opened

    def _on_lines(self) -> None:
        if self._app is not None and self._info is not None:
            self.lines_asked.emit(self._app.app, self._info)

    def show_lines(self, key: tuple[int, str], text: str) -> None:
        """What the answers that were kept say; an answer about another app is not shown."""
        if self._app is not None and self._app.key == key and self.technical is not None:
            self.technical.show_lines(text)


def _breakable(package: str) -> str:
    """Lets a long package name continue on the next line, after a dot."""
    return package.replace(".", ".\N{ZERO WIDTH SPACE}")
