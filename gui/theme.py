"""How everything looks: colour tokens, one type scale, one palette, one style sheet, our icons.

Widgets never name a colour; they name a token. Qt paints all of them anew when the style sheet
changes; ``Theme.changed`` tells those that keep something in the old colours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QIcon,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
    QStyleHints,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from gui.tokens import THEMES, Mode, Tokens
from resources.loader import read_bytes, read_text

if TYPE_CHECKING:
    from PySide6.QtGui import QAccessibilityHints

#: Chinese is drawn with the first of these that is installed.
_FALLBACKS = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
)
_LATIN = ("Inter", "Segoe UI Variable Text", "Segoe UI", "Noto Sans", "Cantarell", "Ubuntu")
#: Width of the alphabet at 14 px in the fonts the sizes were chosen for.
_USUAL_WIDTH = 190.0

#: Heights of the style sheet that hold a line of text; ``in_…`` is that within a thicker border.
_ROOMS = (18, 24, 27, 33, 34)
#: Sizes in pixels of the one type scale, before a wide font shrinks them.
SCALE = {"hero": 25, "title": 22, "heading": 15, "lead": 15, "body": 14, "small": 13, "tiny": 12}


class Theme(QObject):
    """The look of the program at this moment."""

    changed = Signal()

    def __init__(
        self, mode: Mode = Mode.LIGHT, parent: QObject | None = None, *, text_size: int = 100
    ) -> None:
        """``text_size`` in percent of the usual one."""
        super().__init__(parent)
        self._mode = mode
        self._text_size = text_size
        self._families: list[str] = []
        self._factor = 1.0
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._app_icons: dict[str, QImage] = {}
        self._app_pixmaps: dict[tuple[str, int], QPixmap] = {}

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def tokens(self) -> Tokens:
        return THEMES[self._mode]

    @property
    def text_size(self) -> int:
        return self._text_size

    def set_text_size(self, percent: int) -> None:
        """For windows that are made from now on; ``apply`` dresses the application anew."""
        self._text_size = percent

    def apply(self, application: QApplication) -> None:
        """Dresses the application; called after its window is put together.

        Before, Qt would look every widget up in the style sheet again each time it is moved.
        """
        application.setFont(self.font("body"))
        self._dress(application)

    def set_mode(self, mode: Mode) -> None:
        if mode is self._mode:
            return
        self._mode = mode
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._dress(application)
        self.changed.emit()

    def _dress(self, application: QApplication) -> None:
        # On some platforms Qt cannot be told the scheme (offscreen), so we bring our own palette.
        application.setPalette(palette(self.tokens))
        sizes = {f"size_{name}": f"{self.pixels(name)}px" for name in SCALE}
        for room in _ROOMS:
            sizes[f"room_{room}"] = f"{self.scaled(room)}px"
            sizes[f"in_{room}"] = f"{self.scaled(room) - 2}px"
        sheet = Template(read_text("styles", "window.qss"))
        application.setStyleSheet(sheet.substitute(asdict(self.tokens), **sizes))

    def _choose_fonts(self) -> None:
        installed = set(QFontDatabase.families())
        system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        generic = system.lower() in {"sans serif", "sans", "sans-serif", ""}
        latin = [name for name in _LATIN if name in installed] if generic else []
        # "Sans Serif" is no font: beside a Chinese one it would lose to it, and with it bold.
        usual = QFontInfo(QFont(system)).family()
        chinese = [name for name in _FALLBACKS if name in installed]
        self._families = [*latin[:1], usual, *chinese]
        probe = QFont()
        probe.setFamilies(self._families)
        probe.setPixelSize(14)
        width = QFontMetricsF(probe).horizontalAdvance("abcdefghijklmnopqrstuvwxyz")
        self._factor = min(1.0, max(0.88, _USUAL_WIDTH / max(width, 1.0)))

    def pixels(self, size: str) -> int:
        if not self._families:
            self._choose_fonts()
        return round(SCALE[size] * self._factor * self._text_size / 100)

    def scaled(self, pixels: int) -> int:
        """Room for text, which grows as the text does; ``pixels`` at its usual size."""
        return round(pixels * self._text_size / 100)

    def widened(self, pixels: int) -> int:
        """Room for text that has to leave some to others; it grows half as much as the text."""
        return round(pixels * (100 + self._text_size) / 200)

    def font(self, size: str, *, bold: bool = False) -> QFont:
        """A font of the scale, for what is painted by hand."""
        font = QFont()
        font.setPixelSize(self.pixels(size))
        font.setFamilies(self._families)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def colour(self, token: str) -> QColor:
        return QColor(getattr(self.tokens, token))

    def pixmap(self, name: str, token: str, size: int, ratio: float = 1.0) -> QPixmap:
        """One of ``resources/icons`` in a token's colour, ``size`` device-independent pixels."""
        key = name, getattr(self.tokens, token), size, ratio
        if key not in self._pixmaps:
            self._pixmaps[key] = _render(name, key[1], size, ratio)
        return self._pixmaps[key]

    def show_app_icons(self, images: dict[str, QImage]) -> None:
        """Apps' own icons, by package; the others have a coloured letter."""
        self._app_icons = images
        self._app_pixmaps.clear()

    def app_pixmap(self, package: str, side: int) -> QPixmap | None:
        """An app's own icon, ``side`` pixels of the screen wide; None where it is not known."""
        image = self._app_icons.get(package)
        if image is None:
            return None
        key = package, side
        if key not in self._app_pixmaps:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._app_pixmaps[key] = QPixmap.fromImage(image.scaledToWidth(side, smooth))
        return self._app_pixmaps[key]

    def icon(self, name: str, token: str, size: int = 16) -> QIcon:
        icon = QIcon()
        for ratio in (1.0, 2.0, 3.0):
            icon.addPixmap(self.pixmap(name, token, size, ratio))
        return icon


def _render(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    drawing = read_bytes("icons", f"{name}.svg").replace(b"currentColor", colour.encode())
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def palette(tokens: Tokens) -> QPalette:
    """The colours for everything that the style sheet does not name, Qt's dialogs among it."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for where, colour in {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.card,
        role.AlternateBase: tokens.hover,
        role.Text: tokens.text,
        role.Button: tokens.card,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.red,
        role.PlaceholderText: tokens.muted,
        role.ToolTipBase: tokens.card,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.hover,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.field_line,
    }.items():
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, where, QColor(tokens.faint))
    return made


def system_mode() -> Mode:
    """What the person chose for their computer; light where it does not say."""
    hints = QApplication.styleHints()
    dark = hints.colorScheme() is Qt.ColorScheme.Dark
    accessibility = _accessibility(hints)
    high = Qt.ContrastPreference.HighContrast
    if accessibility is not None and accessibility.contrastPreference() is high:
        return Mode.CONTRAST_DARK if dark else Mode.CONTRAST_LIGHT
    return Mode.DARK if dark else Mode.LIGHT


def follow_system(hints: QStyleHints, slot: Callable[[], None]) -> None:
    """Calls ``slot``, a method of a QObject, whenever ``system_mode`` may be another."""
    hints.colorSchemeChanged.connect(slot)
    accessibility = _accessibility(hints)
    if accessibility is not None:
        accessibility.contrastPreferenceChanged.connect(slot)


def _accessibility(hints: QStyleHints) -> QAccessibilityHints | None:
    """Whether the system asks for high contrast: Qt 6.10 and later can tell."""
    return hints.accessibility() if hasattr(hints, "accessibility") else None
