"""Of an app's details: its kind and what such an app needs, and the kits of others in it."""

from __future__ import annotations

import itertools
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QPushButton, QWidget

from audit.beyond import beyond, beyond_sentence, kind_name, kind_sentence, named_sentence
from audit.model import App, Part, SnapshotInfo
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row, rule
from gui.widgets.choice import Choice

_UNKNOWN, _NONE = "unknown", "none"


class _Kinds(Choice):
    """Whoever turns the wheel wants to read on, not to choose another kind."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Beforehand(QWidget):
    """Signals:
    kind_said: package, and the number of the kind that the person chose, None for none of them.
    look_asked: its code shall be looked into for more kits.
    look_cancelled: that shall end.
    """

    kind_said = Signal(str, object)
    look_asked = Signal()
    look_cancelled = Signal()

    def __init__(self, ui: Ui, app: App, info: SnapshotInfo) -> None:
        super().__init__()
        self._ui = ui
        self._app = app
        self._info = info
        self.box = column(spacing=6)
        self.look: QPushButton | None = None
        self._add_named()
        self._add_kind()
        self._add_kits()
        self.setLayout(self.box)

    def _add_named(self) -> None:
        named = self._ui.wording.named(self._app.package)
        if named:
            self.box.addWidget(rule())
        for about, version in named:
            text = named_sentence(about, version, self._ui.wording)
            self._line(text, tone="amber")

    def _add_kind(self) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        known = wording.kind_of(self._app.package)
        self.box.addWidget(rule())
        self.box.addWidget(label(_("Kind of app"), bold=True))
        self.choice = _Kinds(self._ui.theme)
        self.choice.setAccessibleName(_("Kind of app"))
        # Else the longest name of a kind would make the details wider than their place.
        self.choice.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.setMinimumContentsLength(12)
        if known is None:
            self.choice.addItem(_("Not known"), _UNKNOWN)
        for kind in self._ui.catalogue.kinds.all:
            self.choice.addItem(kind_name(kind, wording), kind.number)
        self.choice.addItem(_("None of these kinds"), _NONE)
        self.choice.setCurrentIndex(self.choice.findData(known.kind.number if known else _UNKNOWN))
        self.choice.activated.connect(self._on_chosen)
        self.box.addWidget(self.choice)
        if known is None:
            return
        self._line(kind_sentence(known, wording))
        found = beyond(self._app, self._info, known.kind, wording)
        for _rule, some in itertools.groupby(found, lambda one: one.rule.document):
            # All in one breath: the rule is the same for each.
            first, *others = some
            names = first.permissions + tuple(name for one in others for name in one.permissions)
            self._line(beyond_sentence(replace(first, permissions=names), wording), tone="")
        if found:
            self._line(_("A function that you start yourself may need it all the same."))

    def _add_kits(self) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        kits = self._ui.catalogue.sdks.told(self._app, self._info)
        self.box.addWidget(rule())
        self.box.addWidget(label(_("Contains kits of others"), bold=True))
        if kits is None:
            self._line(_("What it is made of was not read in this check."))
        by_kind: dict[str, list[str]] = {}
        for kit in kits or ():
            by_kind.setdefault(kit.kinds[wording.language], []).append(kit.names[wording.language])
        for kind, names in by_kind.items():
            text = _("{kind}: {names}").format(kind=kind, names=_(", ").join(names))
            self._line(text, tone="")
        if kits is not None:
            self._add_what_kits_tell(some=bool(kits))
        if self._app.code is None:
            self._add_look()

    def _add_what_kits_tell(self, *, some: bool) -> None:
        _ = self._ui.wording.gettext
        if self._app.code is not None:
            self._line(_("Its code was looked into, too."))
        elif not self._info.knows(Part.COMPONENTS):
            self._line(_("There may be more: a bug report tells of some components only."))
        self._line(
            _("A kit that is there need not ever run; this does not say what it sends.")
            if some
            else _("None that this program knows.")
        )
        if self._app.code is not None:
            self._line(
                _("Kits whose names were made unreadable, or that are loaded later, are not seen.")
            )

    def _add_look(self) -> None:
        """Some kits have nothing that the phone lists: only the app's code tells of them."""
        _ = self._ui.wording.gettext
        self.look = button(_("Look into its code for more"), "small")
        self.look.clicked.connect(self.look_asked)
        self.end_look = button(_("Cancel"), "link", name=_("Cancel looking into the code"))
        self.end_look.clicked.connect(self.look_cancelled)
        self.end_look.hide()
        across = row(spacing=6)
        across.addWidget(self.look)
        across.addWidget(self.end_look)
        across.addStretch(1)
        self.box.addLayout(across)
        self.look_note = label("", size="small", tone="muted", wrap=True)
        self.look_note.hide()
        self.box.addWidget(self.look_note)

    def has_focus_within(self) -> bool:
        """Whether the keyboard is in one of its parts."""
        focused = self.focusWidget()
        return focused is not None and focused.hasFocus()

    def show_look(self, running: str, reason: str) -> None:
        """How far the look into this app is, empty for none; else why none can be had now."""
        if self.look is None:
            return
        self.look_note.setText(running or reason)
        self.look_note.setVisible(bool(running or reason))
        self.look.setAccessibleDescription(running or reason)
        # What is switched off or hidden would hand the keyboard on to who knows where.
        if running:
            self.end_look.show()
            if self.look.hasFocus():
                self.end_look.setFocus()
        self.look.setEnabled(not running and not reason)
        if not running:
            if self.end_look.hasFocus():
                self.look.setFocus()
            self.end_look.hide()

    def _line(self, text: str, tone: str = "muted") -> None:
        self.box.addWidget(label(text, size="small", tone=tone, wrap=True, select=True))

    def _on_chosen(self, _index: int) -> None:
        said = self.choice.currentData()
        if said != _UNKNOWN:
            self.kind_said.emit(self._app.package, None if said == _NONE else said)
