"""The small parts that every page is made of. Text is always plain: phones may send anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.theme import Theme
from gui.ui import Ui

if TYPE_CHECKING:
    from gui.models.rows import Face

_Box = TypeVar("_Box", bound=QBoxLayout)


def label(  # noqa: PLR0913 -- one keyword for each word of the style sheet
    text: str = "",
    *,
    size: str = "body",
    tone: str = "",
    bold: bool = False,
    mono: bool = False,
    wrap: bool = False,
    select: bool = False,
) -> QLabel:
    """A line or, with ``wrap``, a paragraph."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("scale", size)
    made.setProperty("tone", tone)
    made.setProperty("bold", bold)
    made.setProperty("mono", mono)
    made.setWordWrap(wrap)
    if wrap:
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    if select:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def button(text: str, kind: str = "", *, name: str = "") -> QPushButton:
    """``kind`` is a word of the style sheet; ``name`` says more to a screen reader."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(name or text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def export_button(ui: Ui) -> QPushButton:
    """The way to a file, the same on every page."""
    made = button(ui.wording.gettext("Export…"))
    made.setToolTip("Ctrl+E")
    return made


def retone(widget: QWidget, **properties: object) -> None:
    """Sets words of the style sheet and lets it look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def rule() -> QFrame:
    made = QFrame()
    made.setObjectName("rule")
    return made


def column(*, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    return _arranged(QVBoxLayout(), spacing, margins)


def row(*, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    return _arranged(QHBoxLayout(), spacing, margins)


def _arranged(box: _Box, spacing: int, margins: tuple[int, int, int, int]) -> _Box:
    box.setSpacing(spacing)
    box.setContentsMargins(*margins)
    return box


def clear(box: QLayout) -> None:
    """Takes everything out of a layout and lets Qt delete it."""
    while (item := box.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            clear(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


class Card(QFrame):
    """A white sheet with round corners; fill ``box``."""

    def __init__(
        self,
        *,
        margins: tuple[int, int, int, int] = (16, 14, 16, 14),
        spacing: int = 6,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.box = column(spacing=spacing, margins=margins)
        self.setLayout(self.box)


class Clickable(QAbstractButton):
    """A button that holds more than a word: ``inside``, of which nothing is clicked by itself.

    ``look`` names its frame in the style sheet, which knows ``hovered`` and ``focused``.
    """

    def __init__(self, look: str, inside: QBoxLayout) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._frame = QFrame()
        self._frame.setObjectName(look)
        self._frame.setLayout(inside)
        self._frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A button's own policy is as high as one line, which cuts text that wraps.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        outer = column()
        outer.addWidget(self._frame)
        self.setLayout(outer)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame inside is all there is to see."""

    def enterEvent(self, event: QEnterEvent) -> None:
        retone(self._frame, hovered=True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        retone(self._frame, hovered=False)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        retone(self._frame, focused=True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        retone(self._frame, focused=False)
        super().focusOutEvent(event)


class IconLabel(QWidget):
    """One of our icons in a token's colour, light or dark."""

    def __init__(self, theme: Theme, name: str, token: str, size: int = 16) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self._token = token
        self._size = theme.scaled(size)
        self.setFixedSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        pixmap = self._theme.pixmap(self._name, self._token, self._size, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(0, 0, pixmap)
        painter.end()


class Pill(QFrame):
    """A few words on a coloured ground; ``tone`` is ``red``, ``amber``, ``green`` and so on."""

    def __init__(self, theme: Theme, text: str, tone: str, icon: str | None = None) -> None:
        super().__init__()
        self.setObjectName("pill")
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # The style sheet's round corners are half of it.
        self.setFixedHeight(theme.scaled(22))
        box = row(spacing=4, margins=(9, 0, 10, 0))
        if icon is not None:
            box.addWidget(IconLabel(theme, icon, tone, 14))
        self._label = label(text, size="tiny", bold=True)
        box.addWidget(self._label)
        self.setLayout(box)

    def text(self) -> str:
        return self._label.text()

    def set_text(self, text: str, tone: str) -> None:
        self._label.setText(text)
        retone(self, tone=tone)
        retone(self._label)


class Avatar(QWidget):
    """An app's icon, or its first character on its colour."""

    def __init__(self, theme: Theme, face: Face, size: int = 36) -> None:
        super().__init__()
        self._theme = theme
        self._face = face
        self.setFixedSize(theme.scaled(size), theme.scaled(size))

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        from gui.widgets.painting import paint_avatar  # noqa: PLC0415 -- not before the first paint

        paint_avatar(painter, self.rect(), self._face, self._theme)
        painter.end()


def fitting(page: QWidget) -> QScrollArea:
    """``page`` as it fits any room: where there is less than it needs, it can be scrolled."""
    if isinstance(page, QScrollArea):
        return page
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setWidget(page)
    return made


class _Sheet(QWidget):
    """As high as its text needs at the width that it has.

    Qt would have it at least as high as for its least width, and scroll to nothing below.
    """

    def minimumSizeHint(self) -> QSize:  # noqa: N802 -- Qt's name
        return QSize(super().minimumSizeHint().width(), 0)


class ScrollPage(QScrollArea):
    """Scrolls a column of parts; fill ``box``, and give it an accessible name.

    Tab comes to it, so that the keyboard can scroll what holds nothing to stop at.
    """

    def __init__(self, *, margins: tuple[int, int, int, int], spacing: int = 12) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        inner = _Sheet()
        inner.setObjectName("scrolled")
        self.box = column(spacing=spacing, margins=margins)
        inner.setLayout(self.box)
        self.setWidget(inner)
