"""The left edge: which phone this is about, and the pages."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from gui.ui import Ui
from gui.widgets.basics import Clickable, Pill, button, column, label, row

WIDTH = 208


class StateDot(QWidget):
    """Green: connected. Amber: needs something. Grey: not here. The text beside it says it too."""

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        self._colour = "faint"
        self.setFixedSize(9, 9)

    def set_colour(self, token: str) -> None:
        self._colour = token
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ui.theme.colour(self._colour))
        painter.drawEllipse(self.rect())
        painter.end()


class PhoneCard(Clickable):
    """The phone whose check is shown; a click leads to the page about connecting."""

    def __init__(self, ui: Ui) -> None:
        self._dot = StateDot(ui)
        self._name = label("", bold=True, wrap=True)
        self._lines = label("", size="tiny", tone="muted", wrap=True)
        head = row(spacing=7)
        head.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._name, 1)
        inside = column(spacing=3, margins=(12, 10, 10, 10))
        inside.addLayout(head)
        inside.addWidget(self._lines)
        super().__init__("phoneCard", inside)

    def show_phone(self, name: str, lines: str, colour: str) -> None:
        self._name.setText(name)
        self._lines.setText(lines)
        self._dot.set_colour(colour)
        self.setAccessibleName(f"{name}, {lines}")


class Sidebar(QFrame):
    """``chosen`` tells the name of the page that was asked for."""

    chosen = Signal(str)
    phone_clicked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__()
        self._ui = ui
        self.setObjectName("sidebar")
        self.setFixedWidth(ui.theme.widened(WIDTH))
        self.phone = PhoneCard(ui)
        self.phone.clicked.connect(self.phone_clicked)
        self._buttons: dict[str, QPushButton] = {}
        self._badges: dict[str, Pill] = {}
        self._titles: dict[str, str] = {}
        self._box = column(spacing=3, margins=(10, 14, 10, 12))
        self._box.addWidget(self.phone)
        self._box.addSpacing(12)
        self._top = self._box.count()
        self._box.addStretch(1)
        self.setLayout(self._box)

    def add_page(self, name: str, title: str, keys: str, *, at_the_bottom: bool = False) -> None:
        """``keys`` is how the page is opened with the keyboard, for the tooltip."""
        entry = button(title, "nav")
        entry.setCheckable(True)
        entry.setProperty("page", name)
        entry.clicked.connect(self._on_clicked)
        badge = Pill(self._ui.theme, "", "red")
        badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        badge.hide()
        inside = row(margins=(0, 0, 9, 0))
        inside.addStretch(1)
        inside.addWidget(badge)
        entry.setLayout(inside)
        self._buttons[name], self._badges[name], self._titles[name] = entry, badge, title
        entry.setToolTip(keys)
        self._box.insertWidget(self._box.count() if at_the_bottom else self._top, entry)
        self._top += not at_the_bottom

    def show_page(self, name: str, *, shown: bool) -> None:
        """Offers a page, or no longer does."""
        self._buttons[name].setVisible(shown)

    def select(self, name: str) -> None:
        """Marks a page as the one that is open; no page when it has no entry here."""
        for other, entry in self._buttons.items():
            entry.setChecked(other == name)

    def set_badge(self, name: str, count: int, meaning: str) -> None:
        """Puts a number beside a page's title; none for 0. ``meaning`` says it in words."""
        badge = self._badges[name]
        badge.set_text(str(count), "red")
        badge.setVisible(count > 0)
        entry = self._buttons[name]
        entry.setAccessibleName(f"{self._titles[name]}, {meaning}" if count else self._titles[name])

    def _on_clicked(self) -> None:
        name = self.sender().property("page")
        self.select(name)
        self.chosen.emit(name)
