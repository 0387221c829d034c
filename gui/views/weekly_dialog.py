"""The weekly sheet as it will look on paper, to print it or to save it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QBoxLayout, QDialog, QFileDialog, QLabel, QScrollArea, QWidget

from audit.export.errors import ExportError, sentence
from audit.export.whole import write_whole
from audit.weekly import Sheet
from gui import weekly
from gui.ui import Ui
from gui.widgets.basics import button, column, label, row

_PAPER_WIDTH = 520


class WeeklyDialog(QDialog):
    def __init__(self, ui: Ui, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._sheet = sheet
        _ = ui.wording.gettext
        self.setWindowTitle(_("Weekly sheet"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.told = label("", size="small", wrap=True, select=True)
        self.told.hide()
        box = column(spacing=12, margins=(22, 18, 22, 18))
        text = _("One page in large type, to print and to talk about at home.")
        box.addWidget(label(text, tone="muted", wrap=True))
        box.addWidget(self._make_paper(), 1)
        box.addWidget(self.told)
        box.addLayout(self._make_buttons())
        self.setLayout(box)
        self.resize(_PAPER_WIDTH + 66, 640)

    def _make_paper(self) -> QScrollArea:
        """A picture for the eye; the words on it for a screen reader."""
        self.paper = QLabel()
        try:
            image = weekly.picture(self._sheet, _PAPER_WIDTH, self.devicePixelRatioF())
        except ExportError as error:  # no font to paint it in
            self._tell(sentence(error, self._ui.wording.gettext))
        else:
            self.paper.setPixmap(QPixmap.fromImage(image))
        self.paper.setAccessibleName(self._sheet.title)
        self.paper.setAccessibleDescription("\n".join(weekly.words(self._sheet)))
        area = QScrollArea()
        area.setAccessibleName(self._ui.wording.gettext("The sheet"))
        area.setWidget(self.paper)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return area

    def _make_buttons(self) -> QBoxLayout:
        _ = self._ui.wording.gettext
        close, save, print_ = button(_("Close")), button(_("Save as PDF…")), button(_("Print…"))
        close.clicked.connect(self.reject)
        save.clicked.connect(self._on_save)
        print_.clicked.connect(self._on_print)
        print_.setProperty("kind", "primary")
        print_.setDefault(True)
        across = row(spacing=10)
        across.addWidget(close)
        across.addStretch(1)
        across.addWidget(save)
        across.addWidget(print_)
        return across

    def _on_save(self) -> None:
        asking = QFileDialog(self, self._ui.wording.gettext("Save as PDF…"))
        asking.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asking.setDefaultSuffix("pdf")
        asking.selectFile("weekly-sheet.pdf")
        asking.fileSelected.connect(self.save)
        asking.open()

    def save(self, path: str) -> None:
        """Over a file that stands there already, too: the person was asked."""
        _ = self._ui.wording.gettext
        try:
            write_whole(Path(path), lambda part: weekly.write(self._sheet, part), force=True)
        except ExportError as error:
            self._tell(sentence(error, _))
        else:
            self._tell(_("Written: {path}").format(path=path))

    def _on_print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        weekly.lay_out(printer)
        asking = QPrintDialog(printer, self)
        asking.accepted.connect(lambda: self.print_on(printer))
        QDialog.open(asking)  # its own wants a receiver and the name of a slot

    def print_on(self, printer: QPrinter) -> None:
        _ = self._ui.wording.gettext
        size = printer.pageRect(QPrinter.Unit.DevicePixel).size()
        try:
            weekly.paint(self._sheet, printer, QRectF(0, 0, size.width(), size.height()))
        except ExportError as error:
            self._tell(sentence(error, _))
        else:
            self._tell(_("Handed to the printer."))

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()
