"""About: which version this is, and the licences of everything that it brings along."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit, QWidget

from gui.models.parts import parts
from gui.ui import Ui
from gui.widgets.basics import IconLabel, button, column, label, row


class AboutDialog(QDialog):
    def __init__(self, ui: Ui, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._parts = parts()
        _ = ui.wording.gettext
        self.setWindowTitle(_("About this program"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 560)
        self.list = QListWidget()
        self.list.setObjectName("contents")
        self.list.setAccessibleName(_("Parts of this program"))
        self.list.setFixedWidth(230)
        self.list.addItems([part.name for part in self._parts])
        self.licence = label("", bold=True, wrap=True, select=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("Text of the licence"))
        self.list.currentRowChanged.connect(self._on_row)
        self._lay_out()
        self.list.setCurrentRow(0)

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        own = self._parts[0]
        words = column(spacing=3)
        words.addWidget(label(_("Permission Checkup"), size="title"))
        if own.version:
            version = _("Version {version}").format(version=own.version)
            words.addWidget(label(version, tone="muted", select=True))
        text = _(
            "Free software under the Apache License 2.0. A check only reads from the phone, and "
            "nothing is sent anywhere."
        )
        words.addWidget(label(text, wrap=True))
        head = row(spacing=14)
        icon = IconLabel(self._ui.theme, "app", "accent", 44)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        right = column(spacing=8)
        right.addWidget(self.licence)
        right.addWidget(self.text, 1)
        across = row(spacing=12)
        across.addWidget(self.list)
        across.addLayout(right, 1)
        copy, close = (
            button(_("Copy"), "", name=_("Copy this licence")),
            button(_("Close"), "primary"),
        )
        copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.accept)
        buttons = row(spacing=10)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        box = column(spacing=14, margins=(22, 20, 22, 18))
        box.addLayout(head)
        box.addWidget(label(_("It is made of these parts:"), tone="muted"))
        box.addLayout(across, 1)
        box.addLayout(buttons)
        self.setLayout(box)

    def _on_row(self, number: int) -> None:
        part = self._parts[number]
        self.licence.setText(" · ".join(filter(None, (part.name, part.version, part.licence))))
        self.text.setPlainText(part.text)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.licence.text()}\n\n{self.text.toPlainText()}")
