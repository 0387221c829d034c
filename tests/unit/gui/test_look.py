"""The look can be read: contrast as WCAG 2 asks for it, every icon there, one style sheet."""

from __future__ import annotations

import gc
import re
import sys
from dataclasses import fields
from importlib.resources import files
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.wording import Wording
from gui.theme import Theme, palette
from gui.tokens import Mode, Tokens
from gui.ui import Ui
from gui.widgets.basics import IconLabel
from gui.widgets.choice import Choice, Tick
from gui.widgets.notice import Notice
from gui.widgets.painting import Shape, ShapeMark

THEMES = tuple(Mode)
GROUNDS = ("window", "sidebar", "card", "hover")
TONES = ("accent", "red", "amber", "green")
TEXT_PAIRS = [
    *product(("text", "muted", "red"), GROUNDS),
    *(("accent", ground) for ground in ("window", "card", "accent_soft")),
    *((tone, f"{tone}_soft") for tone in TONES),
    *(("text", f"{tone}_soft") for tone in TONES),
    ("on_accent", "accent"),
    ("text", "selection"),
    ("muted", "selection"),
    # Words within the bars of a history.
    ("card", "red"),
]
#: What is no text, but has to be made out: WCAG 1.4.11.
SHAPE_PAIRS = [
    ("shape", "card"),
    ("shape", "selection"),
    ("accent", "card"),
    ("accent", "window"),
    ("field_line", "card"),
    # Focus rings on every ground, and around what is chosen.
    *product(("accent",), (*GROUNDS, "accent_soft", "selection")),
    # What an app did not ask for, and a phone that is not here.
    *product(("faint",), ("card", "selection", "sidebar", "hover")),
    ("red", "selection"),
    *product(("green", "amber"), ("card", "selection")),
]


def _luminance(colour: QColor) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def application(qapp: QApplication) -> QApplication:
    return qapp


def test_contrast_is_computed_as_wcag_does() -> None:
    assert _contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21, abs=0.01)
    # The grey that is known to be the lightest one allowed on white.
    assert _contrast(QColor("#767676"), QColor("#ffffff")) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground"), TEXT_PAIRS)
def test_text_has_the_contrast_of_level_aa_and_in_high_contrast_of_aaa(
    application: QApplication, theme: Mode, front: str, ground: str
) -> None:
    look = Theme(theme)
    wanted = 7 if theme.startswith("contrast") else 4.5
    assert _contrast(look.colour(front), look.colour(ground)) >= wanted


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground"), SHAPE_PAIRS)
def test_shapes_have_the_contrast_of_level_aa(
    application: QApplication, theme: Mode, front: str, ground: str
) -> None:
    look = Theme(theme)
    assert _contrast(look.colour(front), look.colour(ground)) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_every_token_is_a_colour(application: QApplication, theme: Mode) -> None:
    look = Theme(theme)
    tokens = [field.name for field in fields(Tokens)]
    assert all(look.colour(token).isValid() for token in tokens)


def test_an_unknown_token_is_no_colour(application: QApplication) -> None:
    with pytest.raises(AttributeError):
        Theme().colour("no-such-token")


def test_set_theme_tells_once_and_changes_the_palette(qtbot: QtBot) -> None:
    look = Theme(Mode.LIGHT)
    light = palette(look.tokens).color(QPalette.ColorRole.Window)
    with qtbot.waitSignal(look.changed):
        look.set_mode(Mode.DARK)
    assert _luminance(palette(look.tokens).color(QPalette.ColorRole.Window)) < _luminance(light)
    with qtbot.assertNotEmitted(look.changed):
        look.set_mode(Mode.DARK)


@pytest.mark.parametrize("theme", THEMES)
def test_the_palette_of_disabled_text_differs(application: QApplication, theme: Mode) -> None:
    colours = palette(Theme(theme).tokens)
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    for where in (role.WindowText, role.Text, role.ButtonText):
        assert colours.color(group.Disabled, where) != colours.color(group.Active, where)


def test_every_icon_of_the_catalogue_can_be_drawn(application: QApplication) -> None:
    look = Theme()
    catalogue = Catalogue.load()
    names = {catalogue.access_icon(key) for key in catalogue.access_keys}
    assert names
    for name in names:
        assert _inked(look.pixmap(name, "text", 16, 2).toImage())


def test_an_icon_takes_the_token_s_colour_and_the_screen_s_ratio(
    application: QApplication,
) -> None:
    look = Theme()
    pixmap = look.pixmap("phone", "red", 16, 3)
    assert (pixmap.width(), pixmap.height()) == (48, 48)
    assert pixmap.devicePixelRatio() == 3
    strongest = max(_inked(pixmap.toImage()), key=QColor.alpha)
    wanted = look.colour("red")
    assert abs(strongest.red() - wanted.red()) <= 3
    assert abs(strongest.green() - wanted.green()) <= 3


def test_all_icons_but_the_program_s_own_follow_the_theme() -> None:
    folder = files("resources").joinpath("icons")
    names = [file.name for file in folder.iterdir() if file.name.endswith(".svg")]
    assert names
    for name in set(names) - {"app.svg"}:
        drawing = folder.joinpath(name).read_text("utf-8")
        assert "currentColor" in drawing, name
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", drawing), name


def test_the_style_sheet_has_a_colour_for_every_place(qapp: QApplication) -> None:
    before = qapp.styleSheet(), qapp.palette(), qapp.font()
    look = Theme(Mode.DARK)
    try:
        look.apply(qapp)
        assert "$" not in qapp.styleSheet()
        assert qapp.palette().color(QPalette.ColorRole.Window) == look.colour("window")
    finally:
        qapp.setStyleSheet(before[0])
        qapp.setPalette(before[1])
        qapp.setFont(before[2])


def test_a_message_can_still_be_closed_by_sight_in_another_theme(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    notice = Notice(Ui(Wording("en", Catalogue.load()), theme), "red", "Trouble.", closable=True)
    qtbot.addWidget(notice)
    theme.set_mode(Mode.DARK)
    image = notice.close_button.icon().pixmap(16).toImage()
    strongest = max(_inked(image), key=QColor.alpha)
    assert abs(strongest.red() - theme.colour("muted").red()) <= 3


def test_a_choice_too_long_for_its_field_ends_in_dots(qtbot: QtBot) -> None:
    def painted(text: str) -> QImage:
        field = Choice(Theme())
        qtbot.addWidget(field)
        field.addItem(text)
        field.resize(160, 40)
        return field.grab().toImage()

    long = "5 October 2026, 12:25 · the latest check"
    assert painted(long) == painted(long + " of this phone")
    assert painted("5 October") != painted("6 October")


def _painted_by_hand(theme: Theme) -> dict[str, QWidget]:
    return {
        "icon": IconLabel(theme, "phone", "text"),
        "shape": ShapeMark(theme, Shape.FULL),
        "choice": Choice(theme),
        "tick": Tick(theme, "Yes"),
    }


def test_what_paints_itself_is_painted_anew_in_another_theme(qtbot: QtBot) -> None:
    theme = Theme(Mode.LIGHT)
    made = _painted_by_hand(theme)
    for widget in made.values():
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
    light = {name: widget.grab().toImage() for name, widget in made.items()}
    watched = {widget: _Paints(widget) for widget in made.values()}
    theme.set_mode(Mode.DARK)
    qtbot.waitUntil(lambda: all(paints.seen for paints in watched.values()))
    for name, widget in made.items():
        assert widget.grab().toImage() != light[name], name


class _Paints(QObject):
    """Sees whether a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.seen = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 -- Qt's name
        self.seen = self.seen or event.type() is QEvent.Type.Paint
        return super().eventFilter(watched, event)


def test_a_widget_that_goes_leaves_nothing_with_the_theme(qapp: QApplication) -> None:
    """PySide6 6.11 keeps a signal's connection to a method of Qt's own, such as ``update``."""
    theme = Theme()

    def blocks(rounds: int) -> int:
        for _ in range(rounds):
            _painted_by_hand(theme)
        gc.collect()
        return sys.getallocatedblocks()

    before = blocks(20)
    assert blocks(200) - before < 200


def _inked(image: QImage) -> list[QColor]:
    points = product(range(image.width()), range(image.height()))
    colours = [image.pixelColor(x, y) for x, y in points]
    return [colour for colour in colours if colour.alpha() > 0]
