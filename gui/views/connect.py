"""What the phone still needs, live: three steps from the cable to the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from audit.messages import needs
from audit.progress import Progress
from device.adb import Device
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
from gui.widgets.check_progress import CheckProgress
from gui.widgets.notice import Notice

_WIDTH = 932
DONE, NOW, NEXT = "done", "now", "next"


def device_name(device: Device) -> str:
    """adb writes blanks as underscores; a phone that is not ready tells its number only."""
    return " ".join(device.model.replace("_", " ").split()) if device.model else device.serial


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
class Situation:
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
    """Asks for a check with ``check_asked(serial)``; shows what it is told."""

    check_asked = Signal(str)
    cancel_asked = Signal()
    demo_asked = Signal()
    report_asked = Signal()
    back_asked = Signal()

    def __init__(self, ui: Ui) -> None:
        super().__init__(margins=(28, 28, 28, 28), spacing=0)
        self._ui = ui
        self._situation = Situation(())
        self._checking = False
        _ = ui.wording.gettext
        self.hero = label("", size="hero", wrap=True)
        self.sub = label("", size="lead", tone="muted", wrap=True)
        for text in (self.hero, self.sub):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.notices = column(spacing=8)
        self.steps = tuple(StepCard(ui, number) for number in (1, 2, 3))
        self.progress = CheckProgress(ui)
        self.progress.cancelled.connect(self.cancel_asked)
        self.demo = button(_("Try with a demo phone"))
        self.demo.clicked.connect(self.demo_asked)
        self.report = button(_("Read a bug report…"))
        self.report.clicked.connect(self.report_asked)
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
            card.setMinimumHeight(186)
            cards.addWidget(card, 1)
        buttons = row(spacing=12)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.demo)
        buttons.addWidget(self.report)
        buttons.addStretch(1)
        inner = column(spacing=0)
        inner.addWidget(self.hero)
        inner.addSpacing(14)
        inner.addWidget(self.sub)
        inner.addSpacing(26)
        inner.addLayout(self.notices)
        inner.addLayout(cards)
        inner.addSpacing(22)
        inner.addLayout(buttons)
        body = QWidget()
        body.setMaximumWidth(_WIDTH)
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
        self._situation = Situation(tuple(devices))
        self._refresh()

    def show_trouble(self, error: Exception | None) -> None:
        """Says why no phone can be seen; None takes it back."""
        clear(self.notices)
        if error is not None:
            self.notices.addWidget(Notice(self._ui, "red", self._ui.wording.error(error)))
            self.notices.addSpacing(16)

    def set_checking(self, checking: bool) -> None:
        self._checking = checking
        if checking:
            self.progress.restart()
        self._refresh()

    def show_progress(self, progress: Progress) -> None:
        self.progress.show_progress(progress)

    def set_back(self, *, possible: bool) -> None:
        """Whether there is a check to go back to."""
        self.back.setVisible(possible)

    def set_demo(self, *, demo: bool) -> None:
        self.demo.setVisible(not demo)

    # The steps.

    def _refresh(self) -> None:
        self._show_cable()
        self._show_permission()
        self._show_check()

    def _show_cable(self) -> None:
        _ = self._ui.wording.gettext
        devices = self._situation.devices
        if devices:
            self.steps[0].show_step(DONE, _("Plug in the cable"), self._connected(devices))
            return
        self.steps[0].show_step(
            NOW,
            _("Plug in the cable"),
            _(
                "Use a cable that carries data. On the phone, switch on USB debugging: tap "
                "“Build number” (on Xiaomi “OS version”) seven times under Settings, About "
                "phone; the switch is then in the developer options."
            ),
        )

    def _connected(self, devices: Sequence[Device]) -> str:
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        # Question marks stand for the serial number of a phone that the system keeps from us.
        names = [name for device in devices if (name := device_name(device)).strip("?")]
        if not names:
            return _("A phone is connected.")
        text = ngettext(
            "A phone is connected: {names}.", "Phones are connected: {names}.", len(names)
        )
        return text.format(names=_(", ").join(names))

    def _show_permission(self) -> None:
        _ = self._ui.wording.gettext
        step, waiting = self.steps[1], self._situation.waiting
        allow = _("Tap “Allow” on the phone")
        if self._situation.ready:
            step.show_step(DONE, allow, _("This computer may ask the phone."))
        elif waiting is None:
            step.show_step(NEXT, allow, _("The phone asks once whether it may be examined."))
        elif waiting.state == "unauthorized":
            text = _(
                "Unlock the phone. It asks “Allow USB debugging?”: tick “Always allow from this "
                "computer” and tap Allow. Nothing is changed on the phone."
            )
            step.show_step(NOW, allow, text)
        else:
            text = needs(waiting.state, self._ui.wording.gettext)
            step.show_step(NOW, self._needs_title(waiting.state), text)

    def _needs_title(self, state: str) -> str:
        _ = self._ui.wording.gettext
        titles = {
            "authorizing": _("One moment"),
            "connecting": _("One moment"),
            "offline": _("Plug the cable in again"),
            "recovery": _("Restart the phone"),
            "rescue": _("Restart the phone"),
            "sideload": _("Restart the phone"),
            "bootloader": _("Restart the phone"),
        }
        if state.startswith("no permissions"):
            return _("Let this computer use the phone")
        return titles.get(state, _("Get the phone ready"))

    def _show_check(self) -> None:
        _, step, ready = self._ui.wording.gettext, self.steps[2], self._situation.ready
        self.progress.setParent(None)
        clear(step.extra)
        if self._checking:
            step.show_step(NOW, _("Check"), "")
            step.extra.addWidget(self.progress)
            self.progress.show()
        elif not ready:
            step.show_step(NEXT, _("Check"), _("Reading all apps takes a few seconds."))
        elif len(ready) == 1:
            step.show_step(NOW, _("Check"), _("Reading all apps takes a few seconds."))
            self._offer(ready[0], _("Check now"), "primary")
        else:
            step.show_step(NOW, _("Choose the phone to check"), "")
            for device in ready:
                self._offer(device, device_name(device), "")

    def _offer(self, device: Device, text: str, kind: str) -> None:
        name = self._ui.wording.gettext("Check {phone}").format(phone=device_name(device))
        offer = button(text, kind, name=name)
        offer.setToolTip(device.serial)
        offer.setProperty("serial", device.serial)
        offer.clicked.connect(self._on_offer)
        self.steps[2].extra.addWidget(offer)

    def _on_offer(self) -> None:
        self.check_asked.emit(self.sender().property("serial"))
