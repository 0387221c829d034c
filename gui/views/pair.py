"""Pairing with a phone over Wi-Fi: it scans a QR code, or six digits are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget

from audit.progress import Progress
from audit.wireless import warning
from device.errors import BadAddressError, BadCodeError
from device.pairing import Ticket, parse_address, parse_code
from gui.ui import Ui
from gui.widgets.basics import Card, ScrollPage, button, clear, column, label, row
from gui.widgets.notice import Notice
from gui.widgets.qr_code import QrCode

if TYPE_CHECKING:
    from device.pairing import Linked

_WIDTH, _HEIGHT = 800, 590


class PairDialog(QDialog):
    """Asks to be paired, and shows what it is told comes of it.

    Signals:
        scan_asked: the ``Ticket`` whose QR code is on screen.
        pair_asked: address and code.
        connect_asked: the address of a phone that is paired already.
        check_asked: adb's serial number of the phone that was connected.
    """

    scan_asked = Signal(object)
    pair_asked = Signal(str, str)
    connect_asked = Signal(str)
    check_asked = Signal(str)

    def __init__(self, ui: Ui, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui
        self._serial = ""
        _ = ui.wording.gettext
        self.setWindowTitle(_("Without a cable"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.notices = column(spacing=8)
        self.code_card, self.digits_card = self._make_code(), self._make_digits()
        self.check = button(_("Check now"), "primary")
        self.check.clicked.connect(self._on_check)
        self.check.hide()
        self.leave = button(_("Close"))
        self.leave.clicked.connect(self.reject)
        danger = _(
            "A cable is safer. On phones with Android 14 to 16 that lack the security update of "
            "May 2026, others in the same network can get in while wireless debugging is on "
            "(CVE-2026-0073)."
        )
        self.danger = Notice(ui, "amber", danger)
        self._lay_out()

    def _make_code(self) -> Card:
        _ = self._ui.wording.gettext
        self.code = QrCode()
        self.code.setAccessibleName(_("QR code for the phone to scan"))
        self.state = label("", size="small", tone="muted", wrap=True)
        self.again = button(_("Show a new code"))
        self.again.clicked.connect(self.begin_scan)
        text = _("Tap “Pair device with QR code” there, and hold the phone up to this code.")
        return self._card(_("With a QR code"), text, self.code, self.state, self.again)

    def _make_digits(self) -> Card:
        _ = self._ui.wording.gettext
        self.address = self._field(_("Address with port"), "192.168.1.20:37123")
        self.digits = self._field(_("Pairing code"), "123456")
        self.pair = button(_("Connect"))
        self.pair.clicked.connect(self._on_pair)
        text = _("Tap “Pair device with pairing code” there, and type what it shows.")
        paired = _(
            "For a phone that is paired already, leave the code empty and type what stands under "
            "“IP address & Port”."
        )
        note = label(paired, size="small", tone="muted", wrap=True)
        fields: list[QWidget] = []
        for field in (self.address, self.digits):
            fields += [label(field.accessibleName(), size="small", bold=True), field]
        return self._card(_("With six digits"), text, *fields, self.pair, note)

    def _card(self, title: str, text: str, *parts: QWidget) -> Card:
        made = Card(spacing=8)
        made.box.addWidget(label(title, size="heading", bold=True, wrap=True))
        made.box.addWidget(label(text, wrap=True))
        for part in parts:
            made.box.addWidget(part, 0, self._place(part))
        made.box.addStretch(1)
        return made

    def _place(self, part: QWidget) -> Qt.AlignmentFlag:
        if part is self.code:
            return Qt.AlignmentFlag.AlignHCenter
        return Qt.AlignmentFlag.AlignLeft if isinstance(part, QPushButton) else Qt.AlignmentFlag(0)

    def _field(self, name: str, example: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(example)
        made.returnPressed.connect(self._on_pair)
        return made

    def _lay_out(self) -> None:
        _ = self._ui.wording.gettext
        lead = _(
            "For Android 11 and later, in the same Wi-Fi as this computer. On the phone, open the "
            "developer options, switch “Wireless debugging” on, and tap its name."
        )
        cards = row(spacing=16)
        for card in (self.code_card, self.digits_card):
            cards.addWidget(card, 1)
        foot = row(spacing=10, margins=(6, 0, 6, 0))
        after = label(
            _("Switch wireless debugging off on the phone when you are done."),
            size="small",
            tone="muted",
            wrap=True,
        )
        foot.addWidget(after, 1)
        foot.addWidget(self.leave)
        foot.addWidget(self.check)
        page = ScrollPage(margins=(4, 4, 4, 4), spacing=12)
        page.setAccessibleName(self.windowTitle())
        page.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields are where to begin
        page.box.addWidget(label(lead, wrap=True))
        page.box.addWidget(self.danger)
        page.box.addLayout(self.notices)
        page.box.addLayout(cards, 1)
        box = column(spacing=10, margins=(16, 12, 16, 16))
        box.addWidget(page, 1)
        box.addLayout(foot)
        self.setLayout(box)
        for made in (self.again, self.pair, self.leave):
            made.setAutoDefault(False)
        theme = self._ui.theme
        self.resize(theme.widened(_WIDTH), theme.widened(_HEIGHT))

    # What the person does.

    def begin_scan(self) -> None:
        """Shows a QR code that no other phone has seen."""
        ticket = Ticket.new()
        self.code.show_squares(ticket.squares(), ticket.text)
        self._show_scan(self._ui.wording.gettext("Waiting for the phone to scan the code…"))
        self.scan_asked.emit(ticket)

    def _show_scan(self, state: str, *, over: bool = False) -> None:
        self.state.setText(state)
        self.state.setVisible(bool(state))
        self.code.setVisible(not over)
        self.again.setVisible(over)

    def _on_pair(self) -> None:
        try:
            address = parse_address(self.address.text())
        except BadAddressError as error:
            self._refuse(error, self.address)
            return
        if not self.digits.text().strip():
            self._hand_over(self._ui.wording.gettext("Connecting…"))
            self.connect_asked.emit(address)
            return
        try:
            code = parse_code(self.digits.text())
        except BadCodeError as error:
            self._refuse(error, self.digits)
            return
        self._hand_over(self._ui.wording.gettext("Pairing…"))
        self.pair_asked.emit(address, code)

    def _refuse(self, error: Exception, field: QLineEdit) -> None:
        self._tell("red", self._ui.wording.error(error))
        field.setFocus()
        field.selectAll()

    def _hand_over(self, state: str) -> None:
        """From waiting for a scan to what was typed."""
        self._show_scan("", over=True)
        self._tell("accent", state)
        self._set_busy(busy=True)

    def _set_busy(self, *, busy: bool) -> None:
        for widget in (self.pair, self.again, self.address, self.digits):
            widget.setEnabled(not busy)

    def _on_check(self) -> None:
        self.check_asked.emit(self._serial)
        self.accept()

    # What it is told.

    def show_progress(self, progress: Progress) -> None:
        _ = self._ui.wording.gettext
        if progress.what == "scanning":
            return
        self._show_scan("", over=True)
        self._set_busy(busy=True)
        found = _("Paired. Looking for the phone in the network…")
        self._tell("accent", _("Pairing…") if progress.what == "pairing" else found)

    def show_error(self, error: Exception) -> None:
        self._show_scan("", over=True)
        self._set_busy(busy=False)
        self._tell("red", self._ui.wording.error(error))

    def show_linked(self, linked: Linked) -> None:
        _ = self._ui.wording.gettext
        self._serial = linked.device.serial
        name = linked.phone.title or _("an unknown phone")
        self._show_scan("", over=True)
        self._set_busy(busy=False)
        self._tell("accent", "✓ " + _("{phone} is connected over Wi-Fi.").format(phone=name))
        self.danger.hide()
        if danger := warning(linked.phone, _):
            self.notices.addWidget(Notice(self._ui, "amber", danger))
        self.check.show()
        self.check.setFocus()

    def _tell(self, tone: str, text: str) -> None:
        clear(self.notices)
        self.notices.addWidget(Notice(self._ui, tone, text))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
