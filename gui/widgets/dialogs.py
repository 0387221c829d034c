"""Questions in windows of their own; nothing waits while they are open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPlainTextEdit, QWidget

from gui.ui import Ui


class TextQuestion(QInputDialog):
    """Asks for a line, or several; ``then`` is given the answer without blanks around it."""

    def __init__(  # noqa: PLR0913 -- the words of one question
        self,
        parent: QWidget,
        ui: Ui,
        title: str,
        prompt: str,
        then: Callable[[str], None],
        *,
        text: str = "",
        several_lines: bool = False,
    ) -> None:
        super().__init__(parent)
        self._then = then
        _ = ui.wording.gettext
        self.setWindowTitle(title)
        self.setLabelText(prompt)
        option = QInputDialog.InputDialogOption.UsePlainTextEditForTextInput
        self.setOption(option, several_lines)
        self.setTextValue(text)
        self.setOkButtonText(_("Save"))
        self.setCancelButtonText(_("Cancel"))
        self.textValueSelected.connect(self._on_answered)
        self.finished.connect(self.deleteLater)
        self.open()
        for lines in self.findChildren(QPlainTextEdit):
            lines.setTabChangesFocus(True)  # to the buttons, for whoever has no mouse

    def _on_answered(self, text: str) -> None:
        self._then(text.strip())


class FileQuestion(QFileDialog):
    """Asks for a file that is there; ``then`` is given its path.

    ``kinds`` names what is meant, with patterns in brackets.
    """

    def __init__(
        self, parent: QWidget, ui: Ui, title: str, kinds: str, then: Callable[[str], object]
    ) -> None:
        super().__init__(parent, title)
        self.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.setNameFilters([kinds, ui.wording.gettext("All files (*)")])
        self.fileSelected.connect(then)
        self.finished.connect(self.deleteLater)
        self.open()


class YesNo(QMessageBox):
    """Asks whether to do what cannot be undone; ``then`` is called for a yes."""

    def __init__(  # noqa: PLR0913 -- the words of one question
        self,
        parent: QWidget,
        question: str,
        more: str,
        then: Callable[[], None],
        *,
        yes: str,
        no: str,
    ) -> None:
        super().__init__(parent)
        self._then = then
        self.setIcon(QMessageBox.Icon.Warning)
        self.setWindowTitle(question)
        # Names of phones may stand in it.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(question)
        self.setInformativeText(more)
        self.yes = self.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        self.no = self.addButton(no, QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.no)
        self.setEscapeButton(self.no)
        self.finished.connect(self._on_answered)
        self.open()

    def _on_answered(self, _result: int) -> None:
        if self.clickedButton() is self.yes:
            self._then()
        self.deleteLater()
