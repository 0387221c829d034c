"""Apps' own icons as the window draws them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from audit.model import AppIcon, AppName
from device.apk.face import ApkFace
from device.apk.sources import Memory
from device.demo_phone.apks import demo_apk
from gui.app_icons import SIDE, IconShelf, draw
from gui.models.rows import Face
from gui.theme import Theme
from gui.widgets.painting import paint_avatar

GREEN, LETTER = "#0b8a4e", "#b00020"
WECHAT = "com.tencent.mm"


def picture(kind: str, width: int = 64, height: int = 64) -> AppIcon:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#2040c0"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind.upper())  # type: ignore[call-overload]
    return AppIcon(kind, bytes(buffer.data().data()))


def wechat() -> AppIcon:
    icon = ApkFace([Memory(demo_apk(WECHAT))]).read()[1]
    assert icon is not None
    return icon


def test_an_adaptive_icon_fills_a_square_without_corners(qapp: QApplication) -> None:
    image = draw(wechat())
    assert image is not None
    assert image.size().toTuple() == (SIDE, SIDE)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(SIDE // 2, 2).name() == GREEN
    assert image.pixelColor(SIDE // 2, SIDE // 2).name() == "#ffffff"


@pytest.mark.parametrize("kind", ["png", "webp", "jpeg"])
def test_each_format_of_pictures_is_drawn(qapp: QApplication, kind: str) -> None:
    image = draw(picture(kind))
    assert image is not None
    middle = image.pixelColor(SIDE // 2, SIDE // 2)
    assert (middle.blue() > 150, middle.red() < 80) == (True, True)


def test_a_picture_that_is_no_square_keeps_its_shape(qapp: QApplication) -> None:
    image = draw(picture("png", 64, 32))
    assert image is not None
    assert image.pixelColor(SIDE // 2, SIDE // 2).alpha() == 255
    assert image.pixelColor(SIDE // 2, 4).alpha() == 0


@pytest.mark.parametrize(
    "icon",
    [
        AppIcon("png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 200),
        AppIcon("png", b""),
        AppIcon("svg", b"<svg"),
        AppIcon("webp", picture("png").data),
    ],
    ids=["garbage", "empty", "half a drawing", "another format"],
)
def test_what_cannot_be_drawn_leaves_the_letter(qapp: QApplication, icon: AppIcon) -> None:
    assert IconShelf().images([AppName("a", "", {}, icon), AppName("b", "", {}, None)]) == {}


def test_an_icon_stands_where_the_letter_stood(qapp: QApplication) -> None:
    theme, face = Theme(), Face(WECHAT, "WeChat", "W", LETTER)
    assert LETTER in painted(theme, face)
    theme.show_app_icons(IconShelf().images([AppName(WECHAT, "", {}, wechat())]))
    assert GREEN in painted(theme, face)
    assert LETTER not in painted(theme, face)
    assert LETTER in painted(theme, Face("com.example", "E", "E", LETTER))


def painted(theme: Theme, face: Face) -> set[str]:
    canvas = QImage(40, 40, QImage.Format.Format_ARGB32)
    canvas.fill(QColor("#ffffff"))
    painter = QPainter(canvas)
    paint_avatar(painter, QRect(0, 0, 40, 40), face, theme)
    painter.end()
    return {canvas.pixelColor(x, y).name() for x in range(40) for y in range(40)}
