"""What the phone still needs, live: three steps from the cable to the check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from audit.advice import needs_guide
from audit.messages import needs
from audit.progress import Progress
from device.adb import Device
from device.connecting.makers import OTHER
from device.connecting.situations import Situation, phone_name
from gui.tooltips import plain_tip
from gui.ui import Ui
from gui.widgets.basics import (
    Card,
    Pill,
    ScrollPage,
    button,
    clear,
    column,
    label,
    retone,
    row,
)
from gui.widgets.check_progress import ChecksProgress
from gui.widgets.flow import FlowLayout
from gui.widgets.notice import Notice
from gui.widgets.situation_card import SituationCard, main_of

if TYPE_CHECKING:
    from gui.widgets.maker_guide import MakerGuide

_WIDTH = 932
DONE, NOW, NEXT = "done", "now", "next"
#: Situations about something that is plugged in, or in the network, and will never be examined so.
_NO_PHONE = {"iphone", "wireless-unpaired", "wireless-unreachable"}


class StepCard(Card):
    """One step: its number and state, a title, what to do, and room for more in ``extra``."""

    def __init__(self, ui: Ui, number: int) -> None:
        super().__init__(spacing=8)
        self._ui = ui
        self._number = number
        self.state = ""
        self._pill = Pill(ui.theme, "", "muted")
        self.title = label("", size="heading", bold=True, wrap=True)
        self.text = label("", tone="muted", wrap=True)
        self.extra = column(spacing=8)
        for widget in (self._pill, self.title, self.text):
            self.box.addWidget(widget)
        self.box.addLayout(self.extra)
        self.box.addStretch(1)

    def show_step(self, state: str, title: str, text: str) -> None:
        _ = self._ui.wording.gettext
        words = {DONE: _("Done"), NOW: _("Now"), NEXT: _("Next")}
        tones = {DONE: "green", NOW: "accent", NEXT: "muted"}
        tick = "✓ " if state == DONE else ""
        self.state = state
        self._pill.set_text(f"{tick}{self._number} {words[state]}", tones[state])
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{self._number}. {title}. {words[state]}. {text}")
        retone(self, now=state == NOW)


@dataclass(frozen=True, slots=True)
class Listed:
    """What adb sees, in the three steps' terms; ``ready`` are the phones that can be checked."""

    devices: tuple[Device, ...]

    @property
    def ready(self) -> tuple[Device, ...]:
        return tuple(device for device in self.devices if device.ready)

    @property
    def waiting(self) -> Device | None:
        """The phone that needs something, when none is ready."""
        return None if self.ready or not self.devices else self.devices[0]


class ConnectView(ScrollPage):
    """Asks for a check with ``check_asked(serial)``; shows what it is told.

    ``watched`` says whether the page is on screen, so that nobody looks for phones in vain.
    """

    check_asked = Signal(str)
    cancel_asked = Signal(object)
    demo_asked = Signal()
    report_asked = Signal()
    pair_asked = Signal()
    back_asked = Signal()
    watched = Signal(bool)

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(28, 28, 28, 28), spacing=0)
        self._ui = ui
        self._listed = Listed(())
        self._found: tuple[Situation, ...] = ()
        self._checking = False
        self._guide: MakerGuide | None = None
        _ = ui.wording.gettext
        self.setAccessibleName(_("Connect a phone"))
        self.hero = label("", size="hero", wrap=True)
        self.sub = label("", size="lead", tone="muted", wrap=True)
        for text in (self.hero, self.sub):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.notices = column(spacing=8)
        self.steps = tuple(StepCard(ui, number) for number in (1, 2, 3))
        self.progress = ChecksProgress(ui)
        # Without a parent it would show itself as a window of its own.
        self.progress.setParent(self)
        self.progress.cancelled.connect(self.cancel_asked)
        self.card = SituationCard(ui)
        self.helps = button(_("I can't find USB debugging"))
        self.helps.setCheckable(True)
        self.helps.toggled.connect(self._show_guide)
        self.demo = button(_("Try with a demo phone"))
        self.demo.clicked.connect(self.demo_asked)
        self.report = button(_("Read a bug report…"))
        self.report.clicked.connect(self.report_asked)
        self.pair = button(_("Without a cable…"))
        self.pair.clicked.connect(self.pair_asked)
        self.back = button(_("Back to the last check"))
        self.back.clicked.connect(self.back_asked)
        self.back.hide()
        self._lay_out()
        self.hero.setText(_("Which of your apps gained access to calls, messages or location?"))
        self.sub.setText(
            _(
                "Plug in your Android phone. Everything stays on this computer, and nothing is "
                "changed on the phone."
            )
        )
        self.show_devices(())

    def _lay_out(self) -> None:
        cards = row(spacing=16)
        for card in self.steps:
            card.setMinimumHeight(132)
            cards.addWidget(card, 1)
        buttons = FlowLayout(spacing=12, centred=True)
        for one in (self.back, self.helps, self.pair, self.demo, self.report):
            buttons.addWidget(one)
        self._guide_place = column(spacing=0)
        inner = column(spacing=0)
        inner.addWidget(self.hero)
        inner.addSpacing(14)
        inner.addWidget(self.sub)
        inner.addSpacing(26)
        inner.addLayout(self.notices)
        inner.addLayout(cards)
        inner.addSpacing(16)
        inner.addWidget(self.card)
        inner.addLayout(self._guide_place)
        inner.addSpacing(16)
        inner.addLayout(buttons)
        body = QWidget()
        body.setMaximumWidth(self._ui.theme.widened(_WIDTH))
        body.setLayout(inner)
        across = row(spacing=0)
        across.addStretch(1)
        across.addWidget(body, 1000)
        across.addStretch(1)
        self.box.addStretch(2)
        self.box.addLayout(across)
        self.box.addStretch(3)

    # What it is told.

    def show_devices(self, devices: Sequence[Device]) -> None:
        self._listed = Listed(tuple(devices))
        self._refresh()
        self._show_guide()

    def show_situations(self, found: tuple[Situation, ...]) -> None:
        """What keeps phones from being checked, the most likely reason first."""
        self._found = found
        if found:
            clear(self.notices)
        self._refresh()
        self._show_guide()

    def show_trouble(self, error: Exception | None) -> None:
        """Says why no phone can be seen until it is known better; None takes it back."""
        clear(self.notices)
        if error is not None and not self._found:
            self.notices.addWidget(Notice(self._ui, "red", self._ui.wording.error(error)))
            self.notices.addSpacing(16)

    def show_checks(self, running: Mapping[str | None, str]) -> None:
        """The names of the phones that are checked, by their serial numbers."""
        self._checking = bool(running)
        self.progress.show_checks(running)
        self._refresh()
        self._show_guide()

    def show_progress(self, progress: Progress, serial: str | None) -> None:
        self.progress.show_progress(progress, serial)

    def show_way_back(self, shown: object) -> None:
        """``shown`` is the check to go back to, None where there is none."""
        self.back.setVisible(shown is not None)

    def show_opened(self, demo: bool) -> None:
        self.demo.setVisible(not demo)
        self.pair.setVisible(not demo)

    # The steps.

    def _refresh(self) -> None:
        self.card.show_situations(() if self._checking else self._found)
        self._show_cable()
        self._show_permission()
        self._show_check()

    def _show_guide(self) -> None:
        """The maker's steps, where they help or were asked for."""
        main = main_of(self._found)
        needed = main is not None and needs_guide(main.code)
        self.helps.setVisible(not needed and not self._listed.ready)
        shown = not self._checking and (needed or self.helps.isChecked())
        if shown and self._guide is None:
            from gui.widgets.maker_guide import MakerGuide  # noqa: PLC0415 -- seldom the first page

            self._guide = MakerGuide(self._ui)
            self._guide_place.addSpacing(16)
            self._guide_place.addWidget(self._guide)
        if self._guide is not None:
            about = main or next(iter(self._found), None)
            charging = about is not None and about.code == "charging-only"
            self._guide.show_maker(about.guide if about else OTHER, charging=charging)
            self._guide.setVisible(shown)

    def _seen_on_usb(self) -> str | None:
        """The name of a phone that is plugged in but that adb does not list."""
        main = main_of(self._found)
        if main is None or main.serial is not None or self._listed.devices:
            return None
        return main.values.get("phone") if main.code not in _NO_PHONE else None

    def _show_cable(self) -> None:
        _ = self._ui.wording.gettext
        devices, name = self._listed.devices, self._seen_on_usb()
        title = _("Plug in the cable")
        if devices:
            names = [phone_name(device) for device in devices]
            self.steps[0].show_step(DONE, title, self._named(names))
        elif name is not None:
            self.steps[0].show_step(DONE, title, self._named([name]))
        else:
            text = _("Use a cable that carries data, not one that only charges.")
            self.steps[0].show_step(NOW, title, text)

    def _named(self, told: Sequence[str]) -> str:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        # Question marks stand for the serial number of a phone that the system keeps from us.
        names = [name for name in told if name.strip("?")]
        if not names:
            return _("A phone is connected.")
        text = ngettext(
            "A phone is connected: {names}.", "Phones are connected: {names}.", len(names)
        )
        return text.format(names=_(", ").join(names))

    def _show_permission(self) -> None:
        _ = self._ui.wording.gettext
        step, waiting = self.steps[1], self._listed.waiting
        allow = _("Allow this computer")
        if self._listed.ready:
            step.show_step(DONE, allow, _("This computer may ask the phone."))
        elif waiting is not None:
            step.show_step(NOW, allow, needs(waiting.state, _, wireless=waiting.wireless))
        elif self._seen_on_usb() is not None:
            step.show_step(NOW, allow, _("The phone does not talk to this computer yet."))
        else:
            step.show_step(NEXT, allow, _("The phone asks once whether it may be examined."))

    def _show_check(self) -> None:
        _, step, ready = self._ui.wording.gettext, self.steps[2], self._listed.ready
        self.progress.setParent(self)
        clear(step.extra)
        if self._checking:
            step.show_step(NOW, _("Check"), "")
            step.extra.addWidget(self.progress)
            self.progress.show()
            for device in ready:
                if len(ready) > 1 and device.serial not in self.progress.bars:
                    self._offer(device, phone_name(device), "")
        elif not ready:
            step.show_step(NEXT, _("Check"), _("Reading all apps takes a few seconds."))
        elif len(ready) == 1:
            step.show_step(NOW, _("Check"), _("Reading all apps takes a few seconds."))
            self._offer(ready[0], _("Check now"), "primary")
        else:
            step.show_step(NOW, _("Choose the phone to check"), "")
            for device in ready:
                self._offer(device, phone_name(device), "")
            every = button(_("Check all"), "primary", name=_("Check all phones"))
            every.clicked.connect(self._on_all)
            step.extra.addWidget(every)

    def _offer(self, device: Device, text: str, kind: str) -> None:
        name = self._ui.wording.gettext("Check {phone}").format(phone=phone_name(device))
        offer = button(text.replace("&", "&&"), kind, name=name)
        offer.setToolTip(plain_tip(device.serial))
        offer.setProperty("serial", device.serial)
        offer.clicked.connect(self._on_offer)
        self.steps[2].extra.addWidget(offer)

    def _on_all(self) -> None:
        for device in self._listed.ready:
            self.check_asked.emit(device.serial)

    def _on_offer(self) -> None:
        self.check_asked.emit(self.sender().property("serial"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.watched.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.watched.emit(False)
