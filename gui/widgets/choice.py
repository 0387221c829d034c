"""Fields whose arrows and ticks we draw ourselves: the style sheet takes Qt's away."""

from __future__ import annotations

from PySide6.QtCore import QDate, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from gui.theme import Theme

_SIZE = 14


class Choice(QComboBox):
    """A drop-down list; a chosen text that is too long for it ends in dots."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        whole = QStyle.ComplexControl.CC_ComboBox
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(whole, option, field, self).width()
        painter = QStylePainter(self)
        painter.drawComplexControl(whole, option)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
        _paint_arrow(self, self._theme)


class DateField(QDateEdit):
    """A day, with a calendar to choose it from."""

    def __init__(self, theme: Theme, day: QDate) -> None:
        super().__init__(day)
        self._theme = theme
        self.setCalendarPopup(True)
        self.setDisplayFormat("yyyy-MM-dd")
        # The system's calendars end there.
        self.setMaximumDate(QDate(9000, 1, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _paint_arrow(self, self._theme)


class Tick(QCheckBox):
    """Yes or no."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self.setObjectName("tick")
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        box = QRectF(self.style().subElementRect(part, option, self))
        points = [QPointF(x * box.width(), y * box.height()) for x, y in _TICK]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self._theme.tokens.on_accent), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline([box.topLeft() + point for point in points])
        painter.end()


class Pick(QRadioButton):
    """One of several."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setObjectName("pick")


#: Corners of a tick as shares of its box.
_TICK = ((0.26, 0.52), (0.43, 0.69), (0.74, 0.34))


def _paint_arrow(field: QWidget, theme: Theme) -> None:
    token = "muted" if field.isEnabled() else "faint"
    size = theme.scaled(_SIZE)
    arrow = theme.pixmap("chevron", token, size, field.devicePixelRatioF())
    painter = QPainter(field)
    painter.drawPixmap(field.width() - size - 10, (field.height() - size) // 2, arrow)
    painter.end()
