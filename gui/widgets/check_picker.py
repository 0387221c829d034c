"""Chooses one of the saved checks, and offers what can be done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QInputDialog,
    QListView,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)

from audit.model import SnapshotInfo
from gui.models.saved_checks import ChecksModel
from gui.ui import Ui
from gui.widgets.basics import button, row
from gui.widgets.choice import Choice
from gui.widgets.dialogs import TextQuestion


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
        self.note_dialog: QInputDialog | None = None
        self.title_dialog: TextQuestion | None = None
        self.question: QMessageBox | None = None

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
        self.box.setToolTip("\n".join(filter(None, lines)))

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
        _, info = self._ui.wording.gettext, self.info
        if info is None:
            return
        prompt = _("A title for the check of {when}:")
        self.title_dialog = TextQuestion(
            self,
            self._ui,
            _("Title"),
            prompt.format(when=self._ui.wording.when(info.taken_at)),
            partial(self.title_given.emit, info.id),
            text=info.title or "",
        )

    def _on_note(self) -> None:
        _, info = self._ui.wording.gettext, self.info
        if info is None:
            return
        dialog = self.note_dialog = QInputDialog(self)
        dialog.setWindowTitle(_("Note"))
        text = _("A note on the check of {when}. It stays in the database on this computer.")
        dialog.setLabelText(text.format(when=self._ui.wording.when(info.taken_at)))
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setTextValue(info.note or "")
        dialog.setOkButtonText(_("Save"))
        dialog.setCancelButtonText(_("Cancel"))
        dialog.setProperty("check", info.id)
        dialog.textValueSelected.connect(self._on_noted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_noted(self, text: str) -> None:
        if self.note_dialog is not None:
            self.note_given.emit(self.note_dialog.property("check"), text.strip())

    def _on_delete(self) -> None:
        _, info = self._ui.wording.gettext, self.info
        if info is None:
            return
        box = self.question = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(_("Delete this check?"))
        text = _("Delete the check of {when}?")
        box.setText(text.format(when=self._ui.wording.when(info.taken_at)))
        only = len(self._model.phone_at(self.box.currentIndex()).checks) == 1
        box.setInformativeText(
            _(
                "It is the only check of this phone: its recorded uses and what you expected "
                "are forgotten too. This cannot be undone."
            )
            if only
            else _(
                "It disappears from the history, and nothing can be compared with it any more. "
                "All other checks stay as they are. This cannot be undone."
            )
        )
        self._add_answers(box)
        box.setProperty("check", info.id)
        box.finished.connect(self._on_answered)
        box.open()

    def _add_answers(self, box: QMessageBox) -> None:
        _ = self._ui.wording.gettext
        self.yes: QPushButton = box.addButton(_("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(_("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)

    def _on_answered(self, _result: int) -> None:
        box, self.question = self.question, None
        if box is None:
            return
        if box.clickedButton() is self.yes:
            self.delete_asked.emit(box.property("check"))
        box.deleteLater()
