"""The window: the sidebar, the page that is open, and the notices above it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QPushButton, QStackedWidget, QWidget

from audit.messages import needs
from audit.model import Phone
from device.adb import Device
from device.errors import CancelledError
from gui.models.rows import Shown
from gui.pages import (
    APPS,
    CONNECT,
    HELP,
    HISTORY,
    LOADING,
    OVERVIEW,
    SEARCHED,
    Pages,
    entries,
)
from gui.services import Services
from gui.shortcuts import CHECK, EXPORT, FIND, PAGE, QUIT, shortcuts
from gui.ui import Ui
from gui.widgets.basics import clear, column, fitting, row
from gui.widgets.corner import Corner
from gui.widgets.notice import Notice
from gui.widgets.sidebar import Sidebar

_REFRESH_MS = 30_000
_GEOMETRY, _PAGE = "window/geometry", "window/page"


class Window(QMainWindow):
    closed = Signal()

    def __init__(self, ui: Ui, services: Services) -> None:
        super().__init__()
        self._ui = ui
        self._services = services
        self.setWindowTitle(ui.wording.gettext("Permission Checkup"))
        self.setMinimumSize(960, 600)
        self.resize(1280, 800)
        self.pages = Pages(ui, services, self)
        self.sidebar = Sidebar(ui)
        self.top = Corner(ui)
        self.page = LOADING
        self._helped = LOADING  # the page that help was asked on
        # The page that opens once there is a check to show.
        self._first = OVERVIEW
        self._frames: dict[str, QWidget] = {}
        # Pages that do not yet show the check; they do once they are opened.
        self._stale: set[str] = set()
        self._demo_waits = False
        self.notices = column(spacing=8)
        self._lay_out()
        self._add_entries()
        self._connect_services()
        # "checked 2 minutes ago" has to grow older by itself.
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_phone)
        self._clock.start(_REFRESH_MS)
        self.open_page(LOADING)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.setObjectName("pages")
        right = column(spacing=0)
        strip = QWidget()
        strip.setObjectName("page")
        strip.setLayout(self.notices)
        right.addWidget(self.top)
        right.addWidget(strip)
        right.addWidget(self.stack, 1)
        across = row(spacing=0)
        across.addWidget(self.sidebar)
        across.addLayout(right, 1)
        body = QWidget()
        body.setLayout(across)
        self.setCentralWidget(body)
        # Else the first button would show itself as focused before anybody pressed Tab.
        body.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        body.setFocus()

    def _add_entries(self) -> None:
        """The sidebar's entries and every shortcut."""
        slots: dict[str, Callable[[], object]] = {
            CHECK: self.check_now,
            FIND: self._on_find,
            EXPORT: self._on_export,
            QUIT: self.close,
        }
        known = {one.name: one for one in shortcuts(self._ui)}
        for entry in entries(self._ui):
            name = PAGE + entry.name
            slots[name] = partial(self.open_page, entry.name)
            keys = known[name].shown if name in known else ""
            self.sidebar.add_page(entry.name, entry.title, keys, at_the_bottom=entry.at_the_bottom)
            if entry.at_the_bottom:
                self.top.add_page(entry.name, entry.title, keys)
        slots[PAGE + HELP] = self.open_help
        for name, slot in slots.items():
            for sequence in known[name].keys if name in known else ():
                QShortcut(sequence, self).activated.connect(slot)
        for leading in (self.sidebar, self.top):
            leading.chosen.connect(self.open_page)
        self.sidebar.phone_clicked.connect(self._on_phone_clicked)

    def _connect_services(self) -> None:
        services = self._services
        services.opened.connect(self._on_opened)
        services.shown_changed.connect(self._on_shown)
        services.devices_changed.connect(self._on_devices)
        services.checking_changed.connect(self._on_checking)
        services.failed.connect(self._on_failed)

    # Its place.

    def restore_place(self) -> None:
        """Stands where it stood at the end of the last start, on a screen that still exists."""
        preferences = self._ui.preferences
        # Qt itself moves what is beyond all screens, and takes nothing that is damaged.
        self.restoreGeometry(preferences.recall_state(_GEOMETRY))
        page = preferences.recall(_PAGE)
        self._first = page if page in self.pages.of_a_check else OVERVIEW

    def take_over(self, before: Window) -> None:
        """Stands in the place of another window on the same services, at the same page."""
        self.setGeometry(before.geometry())
        self.setWindowState(before.windowState())
        if before.page == LOADING:
            return
        shown = self._services.shown
        if shown is not None:
            self._first = before.page
            self._on_shown(shown)
        self.open_page(before.page)
        self.pages.go_on_from(before.pages)
        focused = before.focusWidget()
        same = self.findChild(QWidget, focused.objectName()) if focused else None
        if same is not None and focused is not None and focused.objectName():
            same.setFocus(Qt.FocusReason.OtherFocusReason)

    # Pages.

    def open_page(self, name: str) -> None:
        """Pages about a check are not reachable without one."""
        shown = self._services.shown
        if name in self.pages.of_a_check and shown is None:
            return
        if name == HELP and self.page != HELP:
            self._helped = self.page
        if name not in self._frames:
            self._frames[name] = fitting(self.pages.get(name))
            self.stack.addWidget(self._frames[name])
        self.page = name
        if shown is not None and name in self._stale:
            self._stale.discard(name)
            self.pages.about_a_check(name).show_check(shown)
        self.stack.setCurrentWidget(self._frames[name])
        self.sidebar.setVisible(shown is not None)
        self.sidebar.select(name)
        self.top.setVisible(shown is None)
        self.top.select(name)
        if name in self.pages.of_a_check:
            self._ui.preferences.remember(_PAGE, name)

    def open_overview(self) -> None:
        self.open_page(OVERVIEW)

    def open_app(self, user: int, package: str) -> None:
        self.open_page(APPS)
        self.pages.apps.choose_app(user, package)

    def open_filter(self, key: str) -> None:
        """The apps that can reach one thing: a key of ``gui.models.app_table``."""
        self.open_page(APPS)
        self.pages.apps.choose_filter(key)

    def open_history_of(self, user: int, package: str) -> None:
        self.open_page(HISTORY)
        if self.page == HISTORY:
            self.pages.history.choose_app(user, package)

    def open_help(self) -> None:
        """The manual, at what it says of the page that is open."""
        from gui.models.manual import page_about  # noqa: PLC0415 -- with its first page

        about = self._helped if self.page == HELP else self.page
        self.open_page(HELP)
        self.pages.help.show_page(page_about(about))
        self.pages.help.list.setFocus()

    def leave_help(self) -> None:
        self.open_page(self._helped)

    def open_about(self) -> None:
        from gui.views.about import AboutDialog  # noqa: PLC0415 -- seldom asked for

        AboutDialog(self._ui, self).open()

    def _on_phone_clicked(self) -> None:
        self.open_page(CONNECT)

    def _on_find(self) -> None:
        if self.page not in SEARCHED:
            self.open_page(APPS)
        if self.page in SEARCHED:
            self.pages.searched(self.page).focus_search()

    def _on_export(self) -> None:
        """Every page from which something can be exported has a button for it."""
        export = getattr(self.pages.get(self.page), "export", None)
        if isinstance(export, QPushButton):
            export.click()

    # Checking.

    def check_now(self) -> None:
        """Checks the phone, or shows what it still needs."""
        ready = [device for device in self._services.devices if device.ready]
        shown = self._services.shown
        same = self._services.device_of(shown) if shown else None
        if len(ready) == 1 or (same is not None and same.ready):
            self._services.check()
        else:
            self.open_page(CONNECT)

    def open_demo(self) -> None:
        self._services.open(demo=True)

    def leave_demo(self) -> None:
        self._services.open(demo=False)

    # What the services tell.

    def _on_opened(self, demo: bool) -> None:
        clear(self.notices)
        self._demo_waits = demo
        self.pages.connecting.show_trouble(None)
        self.pages.connecting.set_demo(demo=demo)
        self.open_page(LOADING)

    def _on_shown(self, shown: Shown | None) -> None:
        self._show_phone()
        self.pages.connecting.set_back(possible=shown is not None)
        if shown is None:
            self.open_page(CONNECT)
            self._start_demo()
            return
        self._demo_waits = False
        meaning = self._ui.wording.ngettext(
            "{n} app with new access", "{n} apps with new access", shown.news
        )
        self.sidebar.set_badge(OVERVIEW, shown.news, meaning.format(n=shown.news))
        self._stale = set(self.pages.of_a_check)
        opened_before = self.page not in {LOADING, CONNECT}
        self.open_page(self.page if opened_before else self._first)
        self._first = OVERVIEW

    def _on_devices(self, _devices: tuple[Device, ...]) -> None:
        self._show_phone()
        self._start_demo()

    def _start_demo(self) -> None:
        """Whoever asks for the demo wants to see a check, so its first one starts by itself."""
        ready = any(device.ready for device in self._services.devices)
        if self._demo_waits and ready and self.page == CONNECT:
            self._demo_waits = False
            self._services.check()

    def _on_checking(self, checking: bool) -> None:
        if checking:
            clear(self.notices)

    def _on_failed(self, error: Exception) -> None:
        _, wording = self._ui.wording.gettext, self._ui.wording
        clear(self.notices)
        loading = self.page == LOADING
        if loading:
            self.open_page(CONNECT)
        tone = "accent" if isinstance(error, CancelledError) else "red"
        action = _("Try again") if loading else ""
        notice = Notice(self._ui, tone, wording.error(error), action=action, closable=not loading)
        notice.closed.connect(self._on_notice_closed)
        notice.acted.connect(self._services.reload)
        frame = row(margins=(26, 14, 26, 0))
        frame.addWidget(notice)
        self.notices.addLayout(frame)

    def _on_notice_closed(self) -> None:
        clear(self.notices)

    # The phone's card.

    def _show_phone(self) -> None:
        shown = self._services.shown
        if shown is None:
            return
        phone, wording = shown.info.phone, self._ui.wording
        _ = wording.gettext
        state, colour = self._link_of(shown)
        parts = [state]
        if phone.android:
            parts.append(_("Android {version}").format(version=phone.android))
        # The demo phone lives at a time of its own.
        when = wording.when if self._services.demo else wording.ago
        parts.append(_("checked {when}").format(when=when(shown.info.taken_at)))
        name = phone_name(phone) or _("Unknown phone")
        self.sidebar.phone.show_phone(name, " · ".join(parts), colour)

    def _link_of(self, shown: Shown) -> tuple[str, str]:
        """How the phone that is shown is connected, and the colour of its dot."""
        _ = self._ui.wording.gettext
        device = self._services.device_of(shown)
        if device is None:
            return _("Not connected"), "faint"
        if not device.ready:
            return needs(device.state, self._ui.wording.gettext), "amber"
        if self._services.demo:
            return _("Demo"), "green"
        return (_("Wi-Fi") if ":" in device.serial else _("USB")), "green"

    def closeEvent(self, event: QCloseEvent) -> None:
        self._clock.stop()
        self._ui.preferences.remember_state(_GEOMETRY, self.saveGeometry())
        self.hide()
        self.closed.emit()
        super().closeEvent(event)


def phone_name(phone: Phone) -> str:
    """Maker and model, the maker not twice ("HUAWEI HUAWEI P30")."""
    maker, model = phone.manufacturer or "", phone.model or ""
    if maker and not model.lower().startswith(maker.lower()):
        return f"{maker} {model}".strip()
    return model
