"""Why a phone cannot be checked yet and what to do, on one card; the rest is folded away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from audit.advice import Advice, Step, advice, possibility
from device.connecting.situations import Level, Situation
from gui.ui import Ui
from gui.widgets.basics import Card, Pill, button, clear, column, label, row


class SituationCard(Card):
    """``show_situations`` with the list of a diagnosis; the card hides itself when it is empty."""

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(20, 16, 20, 14), spacing=8)
        self._ui = ui
        _ = ui.wording.gettext
        self.pill = Pill(ui.theme, "", "accent")
        self.title = label("", size="heading", bold=True, wrap=True, select=True)
        self.text = label("", tone="muted", wrap=True, select=True)
        self.steps = column(spacing=6)
        self.more = button("", "link")
        self.more.setCheckable(True)
        self.rest = QWidget()
        self._rest_box = column(spacing=6)
        self.rest.setLayout(self._rest_box)
        self.box.addWidget(self.pill)
        for widget in (self.title, self.text):
            self.box.addWidget(widget)
        self.box.addLayout(self.steps)
        fold = row()
        fold.addWidget(self.more)
        fold.addStretch(1)
        self.box.addLayout(fold)
        self.box.addWidget(self.rest)
        self.rest.hide()
        self.more.toggled.connect(self.rest.setVisible)
        self.hide()

    def show_situations(self, found: Sequence[Situation]) -> Situation | None:
        """Returns the one that stands open, if any."""
        main = main_of(found)
        self._show_main(main)
        others = [self._words(one) for one in found if one != main and _tells(one)]
        seen = {one.code for one in found}
        if main is not None:
            also = (code for code in self._words(main).also if code not in seen)
            others += [possibility(code, self._ui.wording.language) for code in also]
        self._show_rest(others, beside=main is not None)
        self.setVisible(main is not None or bool(others))
        return main

    def _words(self, one: Situation) -> Advice:
        return advice(one.code, one.values, self._ui.wording.language)

    def _show_main(self, main: Situation | None) -> None:
        _ = self._ui.wording.gettext
        clear(self.steps)
        for widget in (self.pill, self.title, self.text):
            widget.setVisible(main is not None)
        if main is None:
            return
        words = self._words(main)
        waits = main.level is Level.WAITING
        self.pill.set_text(_("One moment") if waits else _("What to do"), "accent")
        self.title.setText(words.title)
        self.text.setText(words.text)
        self.setAccessibleName(f"{words.title}. {words.text}")
        self._add_steps(self.steps, words.steps)

    def _show_rest(self, others: Sequence[Advice], *, beside: bool) -> None:
        _ = self._ui.wording.gettext
        text = _("What else it could be ({n})") if beside else _("Good to know ({n})")
        self.more.setText(text.format(n=len(others)))
        self.more.setAccessibleName(self.more.text())
        self.more.setVisible(bool(others))
        clear(self._rest_box)
        for words in others:
            self._rest_box.addWidget(label(words.title, bold=True, wrap=True))
            if words.text:
                self._rest_box.addWidget(label(words.text, tone="muted", wrap=True, select=True))
            self._add_steps(self._rest_box, words.steps)
            self._rest_box.addSpacing(6)
        self.rest.setVisible(self.more.isChecked() and bool(others))

    def _add_steps(self, box: QBoxLayout, steps: Sequence[Step]) -> None:
        for number, step in enumerate(steps, 1):
            line = row(spacing=10)
            line.addWidget(label(f"{number}."), 0, Qt.AlignmentFlag.AlignTop)
            texts = column(spacing=4)
            texts.addWidget(label(step.text, wrap=True, select=True))
            if step.command is not None:
                texts.addLayout(self._command(step.command))
            line.addLayout(texts, 1)
            box.addLayout(line)

    def _command(self, command: str) -> QBoxLayout:
        _ = self._ui.wording.gettext
        made = row(spacing=10)
        made.addWidget(label(command, mono=True, wrap=True, select=True), 1)
        copy = button(_("Copy"), "small", name=_("Copy “{command}”").format(command=command))
        copy.setProperty("command", command)
        copy.clicked.connect(self._on_copy)
        made.addWidget(copy)
        return made

    def _on_copy(self) -> None:
        asked = self.sender()
        if isinstance(asked, QPushButton):
            QGuiApplication.clipboard().setText(asked.property("command"))
            asked.setText(self._ui.wording.gettext("Copied"))


def main_of(found: Sequence[Situation]) -> Situation | None:
    """The one to act on first: beside a phone that is ready, only what concerns that phone."""
    ready = {one.serial for one in found if one.level is Level.READY}
    for one in found:
        if one.level in {Level.WAITING, Level.BLOCKED} and (not ready or one.serial in ready):
            return one
    return None


def _tells(one: Situation) -> bool:
    """Not that a phone is ready: the steps say so already."""
    return one.level is not Level.READY
