"""Taking access away: what goes, what may stop working, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from audit.acting_words import consequence, obstacle
from audit.model import Action
from gui.models.acting import AppOffer, Bundle, wanted
from gui.ui import Ui
from gui.widgets.basics import Avatar, ScrollPage, button, clear, column, label, row, rule
from gui.widgets.choice import Tick
from gui.widgets.notice import Notice
from gui.widgets.work_dialog import WorkDialog

_SIZE = QSize(680, 640)
_LINES = 110


class TakeAwayDialog(WorkDialog):
    """Signals:
    agreed: a tuple of ``Action``, all of which the person saw.
    page_asked: user, package, and the special access that it is about, else an empty text.
    """

    agreed = Signal(object)
    page_asked = Signal(int, str, str)

    def __init__(
        self, ui: Ui, offers: Sequence[AppOffer], names: Collection[str], parent: QWidget
    ) -> None:
        """``names``, access keys or permissions, are ticked from the start."""
        super().__init__(ui, parent)
        _ = ui.wording.gettext
        self.setWindowTitle(_("Take access away"))
        self.ticks: dict[Tick, Bundle] = {}
        self.page = ScrollPage(margins=(22, 18, 16, 12), spacing=8)
        for number, offer in enumerate(offers):
            if number:
                self.page.box.addWidget(rule())
            self._add_app(offer, names)
        self.page.box.addStretch(1)
        self.show_lines = button(_("What is sent to the phone"), "link")
        self.show_lines.setCheckable(True)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName(_("What is sent to the phone"))
        self.lines.setTabChangesFocus(True)
        self.take = button(_("Take it away"), "primary")
        self._lay_out()
        self._connect()
        self._on_ticked()
        wanted = QSize(ui.theme.scaled(_SIZE.width()), ui.theme.scaled(_SIZE.height()))
        self.resize(wanted.boundedTo(parent.size() - QSize(40, 40)))
        self.lines.setFixedHeight(min(ui.theme.scaled(_LINES), parent.height() // 5))

    # The parts.

    def _add_app(self, offer: AppOffer, names: Collection[str]) -> None:
        _, box, app = self._ui.wording.gettext, self.page.box, offer.row
        head = row(spacing=10)
        head.addWidget(Avatar(self._ui.theme, app.face, 30))
        title = f"{app.label} ({app.profile})" if app.profile else app.label
        head.addWidget(label(title, size="heading", bold=True, wrap=True), 1)
        box.addLayout(head)
        if offer.also:
            text = _("These apps share everything with it and lose it too: {packages}")
            told = text.format(packages=_(", ").join(map(self._ui.wording.label, offer.also)))
            box.addWidget(Notice(self._ui, "amber", told))
        for access in dict.fromkeys(bundle.access for bundle in offer.bundles):
            members = [bundle for bundle in offer.bundles if bundle.access == access]
            box.addLayout(self._kind(access, members, offer, names))
        if offer.obstacles:
            self._add_obstacles(offer)
        if not offer.bundles and not offer.obstacles:
            box.addWidget(label(_("It has none of that."), tone="muted", wrap=True))

    def _kind(
        self, access: str, members: Iterable[Bundle], offer: AppOffer, names: Collection[str]
    ) -> QVBoxLayout:
        wording = self._ui.wording
        made = column(spacing=0, margins=(40, 0, 0, 4))
        made.addWidget(label(wording.group(access), bold=True))
        warning = consequence(access, wording.gettext)
        made.addWidget(label(warning, size="small", tone="muted", wrap=True))
        for bundle in members:
            told = dict.fromkeys(map(wording.permission, bundle.names))
            tick = Tick(self._ui.theme, wording.gettext(", ").join(told))
            tick.setAccessibleName(f"{offer.row.label}: {tick.text()}")
            tick.setAccessibleDescription(warning)
            tick.setChecked(wanted(bundle, names))
            tick.toggled.connect(self._on_ticked)
            self.ticks[tick] = bundle
            made.addWidget(tick)
        return made

    def _add_obstacles(self, offer: AppOffer) -> None:
        """Why the rest stays, each reason once, with the way to it on the phone."""
        _, wording = self._ui.wording.gettext, self._ui.wording
        inside = column(spacing=2, margins=(40, 2, 0, 6))
        inside.addWidget(label(_("Only on the phone itself"), bold=True))
        by_reason: dict[tuple[str, str], list[str]] = {}
        for one in offer.obstacles:
            # A special access has a page of its own on the phone.
            page = one.name if one.code in {"by-hand", "role"} else ""
            by_reason.setdefault((one.code, page), []).append(wording.permission(one.name))
        for (code, page), titles in by_reason.items():
            told = _(", ").join(dict.fromkeys(titles))
            inside.addWidget(label(told, wrap=True))
            reason = label(obstacle(code, _), size="small", tone="muted", wrap=True)
            across = row(spacing=8)
            across.addWidget(reason, 1)
            way = self._way_to((*offer.row.key, page), told)
            across.addWidget(way, 0, Qt.AlignmentFlag.AlignTop)
            inside.addLayout(across)
        self.page.box.addLayout(inside)

    def _way_to(self, place: tuple[int, str, str], about: str) -> QWidget:
        text = self._ui.wording.gettext("Open settings on phone")
        made = button(text, "small", name=f"{text}: {about}")
        made.setProperty("place", place)
        made.clicked.connect(self._on_page)
        made.setAutoDefault(False)
        return made

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        text = _(
            "Choose what goes. Nothing is sent before you say so; afterwards the phone is checked, "
            "and you can undo it."
        )
        self.bar.setAccessibleName(_("How far it is"))
        head = column(spacing=0, margins=(22, 18, 22, 0))
        self.about = label(text, tone="muted", wrap=True)
        head.addWidget(self.about)
        foot = row(spacing=10)
        foot.addWidget(self.show_lines)
        foot.addWidget(self.step, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.take)
        below = column(spacing=10, margins=(22, 0, 22, 18))
        below.addWidget(self.lines)
        below.addWidget(self.bar)
        below.addLayout(self.outcome)
        below.addLayout(foot)
        box = column(spacing=10)
        box.addLayout(head)
        middle = column(margins=(14, 0, 14, 0))
        middle.addWidget(self.page)
        box.addLayout(middle, 1)
        box.addLayout(below)
        self.setLayout(box)
        self.lines.hide()

    def _connect(self) -> None:
        self.show_lines.toggled.connect(self.lines.setVisible)
        self.take.clicked.connect(self._on_take)
        self.take.setDefault(True)
        for made in (self.show_lines, self.cancel):
            made.setAutoDefault(False)

    # The choice.

    def chosen(self) -> tuple[Action, ...]:
        """What is ticked."""
        chosen = (bundle for tick, bundle in self.ticks.items() if tick.isChecked())
        return tuple(action for bundle in chosen for action in bundle.actions)

    def _on_ticked(self) -> None:
        from device.actions import command  # noqa: PLC0415 -- adbutils takes 0.2 s to import

        actions = self.chosen()
        self.take.setEnabled(bool(actions))
        self.lines.setPlainText("\n".join(command(action).line for action in actions))

    def _on_take(self) -> None:
        self.agreed.emit(self.chosen())

    def _on_page(self) -> None:
        self.page_asked.emit(*self.sender().property("place"))

    # How it goes.

    def show_running(self) -> None:
        self.set_running(True)
        self.step.setText(self._ui.wording.gettext("Changing the phone…"))

    def show_hint(self, text: str) -> None:
        """What to do on the phone."""
        self.step.setText(text)

    def show_progress(self, value: int, text: str) -> None:
        """``value`` in thousandths."""
        self.bar.setValue(max(self.bar.value(), value))
        self.step.setText(text)

    def show_error(self, text: str) -> None:
        self.set_running(False)
        self.outcome.addWidget(Notice(self._ui, "red", text))

    def show_outcome(self, told: Sequence[tuple[str, Action | None]]) -> None:
        """A sentence for each deed; with its action where the person has to go on by hand."""
        self.set_running(False)
        self.about.setText(self._ui.wording.gettext("What came of it:"))
        self.take.hide()
        self.show_lines.hide()
        self.lines.hide()
        clear(self.page.box)
        self.ticks.clear()
        for text, action in told:
            self.page.box.addWidget(Notice(self._ui, "amber" if action else "accent", text))
            if action is not None:
                way = self._way_to((action.user, action.package, action.name), text)
                self.page.box.addWidget(way, 0, Qt.AlignmentFlag.AlignRight)
        self.page.box.addStretch(1)
        self.set_over()
        self.cancel.setFocus()

    def set_running(self, running: bool) -> None:
        super().set_running(running)
        self.page.setEnabled(not running)
        self.take.setEnabled(not running and bool(self.chosen()))
        self.bar.setRange(0, 1000)
        self.bar.setValue(0)
