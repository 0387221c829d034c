"""Apps' own icons as images, drawn off the main thread from what was read out of their APKs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPen
from PySide6.QtSvg import QSvgRenderer

if TYPE_CHECKING:
    from audit.model import AppIcon, AppName


#: Pixels on a side; the largest place for an icon has 44, on a screen with twice as many dots.
SIDE = 96
_CORNER = 0.24
_EDGE = QColor(128, 128, 128, 110)
_LARGEST_PICTURE_MB = 16


class IconShelf:
    """Draws each icon once; used by one thread."""

    def __init__(self) -> None:
        self._drawn: dict[AppIcon, QImage | None] = {}

    def images(self, names: Iterable[AppName]) -> dict[str, QImage]:
        """By package; apps whose icon cannot be shown are left out."""
        found = {name.package: self._image(name.icon) for name in names if name.icon}
        return {package: image for package, image in found.items() if image is not None}

    def _image(self, icon: AppIcon) -> QImage | None:
        if icon not in self._drawn:
            self._drawn[icon] = draw(icon)
        return self._drawn[icon]


def draw(icon: AppIcon) -> QImage | None:
    """The icon, ``SIDE`` pixels wide; None where Qt cannot read it."""
    if icon.kind in {"svg", "adaptive"}:
        return _drawing(icon)
    return _picture(icon)


def _drawing(icon: AppIcon) -> QImage | None:
    renderer = QSvgRenderer(QByteArray(icon.data))
    if not renderer.isValid():
        return None
    image = _blank()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    box = QRectF(0, 0, SIDE, SIDE)
    path = QPainterPath()
    path.addRoundedRect(box, SIDE * _CORNER, SIDE * _CORNER)
    if icon.kind == "adaptive":
        # A launcher cuts the corners off; ours are those of the coloured letters.
        painter.setClipPath(path)
    renderer.render(painter, box)
    if icon.kind == "adaptive":
        # A dark icon would be lost on a dark card, a white one on a white card.
        painter.setPen(QPen(_EDGE, 2))
        painter.drawPath(path)
    painter.end()
    return image


def _picture(icon: AppIcon) -> QImage | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(icon.data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(icon.kind.encode()))
    QImageReader.setAllocationLimit(_LARGEST_PICTURE_MB)
    found = reader.read()
    if found.isNull():
        return None
    fitting = found.scaled(
        QSize(SIDE, SIDE),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    image = _blank()
    painter = QPainter(image)
    painter.drawImage((SIDE - fitting.width()) // 2, (SIDE - fitting.height()) // 2, fitting)
    painter.end()
    return image


def _blank() -> QImage:
    image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    return image
