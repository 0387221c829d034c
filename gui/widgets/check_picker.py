"""Chooses one of the saved checks, and offers what can be done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QListView,
    QMenu,
    QWidget,
)

from audit.model import SnapshotInfo
from gui.models.saved_checks import ChecksModel
from gui.tooltips import plain_tip
from gui.ui import Ui
from gui.widgets.basics import button, row
from gui.widgets.check_questions import ask_delete, ask_note, ask_title
from gui.widgets.choice import Choice
from gui.widgets.dialogs import TextQuestion, YesNo


class CheckPicker(QWidget):
    """A list of checks, and a menu for the chosen one.

    Signals:
        chosen: id of the check that the person chose.
        note_given: id and text; an empty text takes the note away.
        title_given: the same for the title.
        delete_asked: id, after the person said yes.
        pin_asked: id, and whether it shall be the reference.
    """

    chosen = Signal(int)
    note_given = Signal(int, str)
    title_given = Signal(int, str)
    delete_asked = Signal(int)
    pin_asked = Signal(int, bool)

    def __init__(self, ui: Ui, model: ChecksModel, name: str) -> None:
        super().__init__()
        self._ui = ui
        self._model = model
        _ = ui.wording.gettext
        self.box = Choice(ui.theme)
        self.box.setAccessibleName(name)
        self.box.setModel(model)
        listed = QListView()
        # Thousands of checks are not measured one by one.
        listed.setUniformItemSizes(True)
        self.box.setView(listed)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(18)
        self.box.setMaxVisibleItems(14)
        listed.setMinimumWidth(380)
        self.box.activated.connect(self._on_activated)
        self.more = button("⋯", "square", name=_("More about the check {name}").format(name=name))
        self.more.setToolTip(_("Note, reference, delete"))
        self.more.clicked.connect(self.open_menu)
        inside = row(spacing=4)
        inside.addWidget(self.box, 1)
        inside.addWidget(self.more)
        self.setLayout(inside)
        self.menu = QMenu(self)
        self.note_dialog: TextQuestion | None = None
        self.title_dialog: TextQuestion | None = None
        self.question: YesNo | None = None

    # The chosen check.

    @property
    def info(self) -> SnapshotInfo | None:
        number = self.box.currentIndex()
        return self._model.info_at(number) if 0 <= number < self._model.rowCount() else None

    def choose(self, check_id: int | None) -> None:
        """Shows a check as the chosen one, without telling."""
        self.box.setCurrentIndex(self._model.find(check_id))
        self._show_note()

    def _show_note(self) -> None:
        info = self.info
        self.more.setEnabled(info is not None)
        lines = (self.box.currentText(), info.note if info else None)
        self.box.setToolTip(plain_tip("\n".join(filter(None, lines))))

    def _on_activated(self, number: int) -> None:
        info = self._model.info_at(number)
        self._show_note()
        if info.id is not None:
            self.chosen.emit(info.id)

    # The menu.

    def open_menu(self) -> None:
        """Fills the menu for the chosen check and opens it below the button."""
        if self.fill_menu():
            self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def fill_menu(self) -> bool:
        _, info = self._ui.wording.gettext, self.info
        self.menu.clear()
        if info is None:
            return False
        pinned = self._model.phone_at(self.box.currentIndex()).pinned == info.id
        text = _("No longer compare with this check") if pinned else _("Compare with this check")
        pin = self.menu.addAction(text)
        pin.setToolTip(_("New checks are compared with it, in place of the one before."))
        pin.triggered.connect(self._on_pin)
        title = _("Change the title…") if info.title else _("Give it a title…")
        self.menu.addAction(title).triggered.connect(self._on_title)
        note = self.menu.addAction(_("Change the note…") if info.note else _("Add a note…"))
        note.triggered.connect(self._on_note)
        self.menu.addSeparator()
        self.menu.addAction(_("Delete this check…")).triggered.connect(self._on_delete)
        return True

    def _on_pin(self) -> None:
        info = self.info
        if info is not None and info.id is not None:
            pinned = self._model.phone_at(self.box.currentIndex()).pinned == info.id
            self.pin_asked.emit(info.id, not pinned)

    def _on_title(self) -> None:
        info = self.info
        if info is not None:
            then = partial(self.title_given.emit, info.id)
            self.title_dialog = ask_title(self, self._ui, info, then)

    def _on_note(self) -> None:
        info = self.info
        if info is not None:
            then = partial(self.note_given.emit, info.id)
            self.note_dialog = ask_note(self, self._ui, info, then)

    def _on_delete(self) -> None:
        info = self.info
        if info is not None:
            total = len(self._model.phone_at(self.box.currentIndex()).checks)
            then = partial(self.delete_asked.emit, info.id)
            self.question = ask_delete(self, self._ui, [info], total, then)
