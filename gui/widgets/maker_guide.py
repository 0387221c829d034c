"""The steps to USB debugging on the phones of one maker, as pictures; the person may choose."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from audit.guides import Dialog, MenuStep, dialog, guides, seven_times
from gui.ui import Ui
from gui.widgets.basics import Card, clear, column, label
from gui.widgets.choice import Choice
from gui.widgets.flow import FlowLayout
from gui.widgets.phone_picture import DialogPicture, MenuPicture, PhonePicture


class MakerGuide(Card):
    """``show_maker`` preselects; a choice of the person's own stays until they are asked anew."""

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(20, 16, 20, 18), spacing=12)
        self._ui = ui
        _ = ui.wording.gettext
        self._guides = guides(ui.wording.language)
        self._chosen_by_hand = False
        self._charging = False
        self.maker = Choice(ui.theme)
        self.maker.setAccessibleName(_("Maker of the phone"))
        for guide in self._guides:
            self.maker.addItem(guide.name, guide.key)
        self.variant = Choice(ui.theme)
        self.variant.setAccessibleName(_("Version of its system"))
        title = label(_("Switch on USB debugging"), size="heading", bold=True, wrap=True)
        self.box.addWidget(title)
        head = FlowLayout(spacing=10)
        for choice in (self.maker, self.variant):
            choice.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
            head.addWidget(choice)
        self.box.addLayout(head)
        self.tiles = FlowLayout(spacing=20)
        self.box.addLayout(self.tiles)
        self.notes = label("", size="small", tone="muted", wrap=True)
        self.box.addWidget(self.notes)
        self.maker.currentIndexChanged.connect(self._list_variants)
        self.variant.currentIndexChanged.connect(self._show_steps)
        self.maker.activated.connect(self._on_chosen)
        self._list_variants()

    def show_maker(self, key: str, *, charging: bool = False) -> None:
        """Turns to that maker unless another was chosen; ``charging`` adds the cable's use."""
        again = charging != self._charging
        self._charging = charging
        if not self._chosen_by_hand:
            self.maker.setCurrentIndex(self.maker.findData(key))
        if again:
            self._show_steps()

    def _on_chosen(self) -> None:
        self._chosen_by_hand = True

    def _list_variants(self) -> None:
        variants = self._guides[self.maker.currentIndex()].variants
        self.variant.blockSignals(True)
        self.variant.clear()
        self.variant.addItems([variant.name for variant in variants])
        self.variant.blockSignals(False)
        self.variant.setVisible(len(variants) > 1)
        self._show_steps()

    def _show_steps(self) -> None:
        language = self._ui.wording.language
        variant = self._guides[self.maker.currentIndex()].variants[self.variant.currentIndex()]
        steps: list[MenuStep | Dialog] = [*variant.steps, dialog("allow", language)]
        if self._charging:
            steps.insert(0, dialog("files", language))
        clear(self.tiles)
        for number, step in enumerate(steps, 1):
            self.tiles.addWidget(self._tile(number, step))
        self.notes.setText("\n".join(variant.notes))
        self.notes.setVisible(bool(variant.notes))

    def _tile(self, number: int, step: MenuStep | Dialog) -> QWidget:
        return _Tile(self._picture(step), f"{number}. {step.text}")

    def _picture(self, step: MenuStep | Dialog) -> PhonePicture:
        if isinstance(step, MenuStep):
            return MenuPicture(self._ui.theme, step, seven_times(self._ui.wording.language))
        return DialogPicture(self._ui.theme, step)


class _Tile(QWidget):
    """A picture and what it says, as high as its words need in that width."""

    def __init__(self, picture: PhonePicture, text: str) -> None:
        super().__init__()
        self.setFixedWidth(picture.width())
        box = column(spacing=8)
        box.addWidget(picture)
        box.addWidget(label(text, size="small", wrap=True))
        box.addStretch(1)
        self.setLayout(box)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(self.width(), layout.heightForWidth(self.width()) if layout else 0)
