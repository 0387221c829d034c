"""The window: the sidebar, the pages, and which of them is open."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from audit.messages import needs
from audit.model import Change, Phone
from device.adb import Device
from device.errors import CancelledError
from gui.models.rows import Shown
from gui.services import Services
from gui.ui import Ui
from gui.views.apps import AppsView
from gui.views.connect import ConnectView
from gui.views.overview import OverviewView
from gui.widgets.basics import clear, column, label, row
from gui.widgets.notice import Notice
from gui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from gui.archive import Archive
    from gui.views.compare import CompareView
    from gui.views.history import HistoryView

OVERVIEW, APPS, CONNECT, LOADING = "overview", "apps", "connect", "loading"
COMPARE, HISTORY = "compare", "history"
_OF_A_CHECK = {OVERVIEW, APPS, COMPARE, HISTORY}
_REFRESH_MS = 30_000


class Window(QMainWindow):
    closed = Signal()

    def __init__(self, ui: Ui, services: Services) -> None:
        super().__init__()
        self._ui = ui
        self._services = services
        _ = ui.wording.gettext
        self.setWindowTitle(_("Permission Checkup"))
        self.setMinimumSize(960, 600)
        self.resize(1280, 800)
        self.sidebar = Sidebar(ui)
        self.sidebar.add_page(OVERVIEW, _("Overview"))
        self.sidebar.add_page(APPS, _("Apps"))
        self.sidebar.add_page(COMPARE, _("Compare"))
        self.sidebar.add_page(HISTORY, _("History"))
        self.connect_view = ConnectView(ui)
        self.overview = OverviewView(ui)
        self.apps = AppsView(ui)
        self._pages: dict[str, QWidget] = {
            LOADING: self._make_loading(),
            CONNECT: self.connect_view,
            OVERVIEW: self.overview,
            APPS: self.apps,
        }
        self.page = LOADING
        # Pages that do not yet show the check; they do once they are opened.
        self._stale: set[str] = set()
        self._demo_waits = False
        self.notices = column(spacing=8)
        self._lay_out()
        self._connect_views()
        self._connect_services()
        self._add_shortcuts()
        # "checked 2 minutes ago" has to grow older by itself.
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_phone)
        self._clock.start(_REFRESH_MS)
        self.open_page(LOADING)

    def _make_loading(self) -> QWidget:
        made = QWidget()
        made.setObjectName("page")
        box = column()
        text = label(self._ui.wording.gettext("Opening your saved checks…"), tone="muted")
        across = row()
        across.addStretch(1)
        across.addWidget(text)
        across.addStretch(1)
        box.addStretch(1)
        box.addLayout(across)
        box.addStretch(1)
        made.setLayout(box)
        return made

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.setObjectName("pages")
        for page in self._pages.values():
            self.stack.addWidget(page)
        right = column(spacing=0)
        strip = QWidget()
        strip.setObjectName("page")
        strip.setLayout(self.notices)
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

    def _connect_views(self) -> None:
        self.sidebar.chosen.connect(self.open_page)
        self.sidebar.phone_clicked.connect(self._on_phone_clicked)
        connect, overview = self.connect_view, self.overview
        connect.check_asked.connect(self._services.check)
        connect.cancel_asked.connect(self._services.cancel)
        connect.demo_asked.connect(self._on_demo)
        connect.back_asked.connect(self._on_back)
        overview.check_asked.connect(self.check_now)
        overview.cancel_asked.connect(self._services.cancel)
        overview.leave_demo_asked.connect(self._on_leave_demo)
        overview.app_asked.connect(self._on_app_asked)
        overview.filter_asked.connect(self._on_filter_asked)
        self.apps.uses_wanted.connect(self._on_uses_wanted)
        self.apps.details.history_asked.connect(self._on_history_asked)
        for page in (overview, self.apps.details):
            page.expected.connect(self._on_expected)
            page.unexpected.connect(self._on_unexpected)

    def _connect_services(self) -> None:
        services = self._services
        services.opened.connect(self._on_opened)
        services.shown_changed.connect(self._on_shown)
        services.devices_changed.connect(self._on_devices)
        services.trouble.connect(self._on_trouble)
        services.checking_changed.connect(self._on_checking)
        services.progressed.connect(self.connect_view.show_progress)
        services.progressed.connect(self.overview.show_progress)
        services.failed.connect(self._on_failed)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            (QKeySequence(QKeySequence.StandardKey.Find), self._on_find),
            (QKeySequence("F5"), self.check_now),
            (QKeySequence("Ctrl+R"), self.check_now),
            (QKeySequence("Ctrl+1"), self._open_overview),
            (QKeySequence("Ctrl+2"), self._open_apps),
            (QKeySequence("Ctrl+3"), self._open_compare),
            (QKeySequence("Ctrl+4"), self._open_history),
        ):
            QShortcut(keys, self).activated.connect(slot)

    # Pages.

    def open_page(self, name: str) -> None:
        """Pages about a check are not reachable without one."""
        if name in _OF_A_CHECK and self._services.shown is None:
            return
        self.page = name
        self._freshen(name)
        self.stack.setCurrentWidget(self._pages[name])
        self.sidebar.setVisible(self._services.shown is not None)
        self.sidebar.select(name)

    def _freshen(self, name: str) -> None:
        """Lets a page of the check that is shown know of it, once it is looked at."""
        shown = self._services.shown
        if name not in self._stale or shown is None:
            return
        self._stale.discard(name)
        match name:
            case "overview":
                self.overview.show_check(shown)
            case "apps":
                self.apps.show_check(shown)
            case "compare":
                self.compare.show_check(shown)
                self.archive.list_checks()
            case _:
                self.history.show_check(shown)

    # Made when they are first asked for: the first paint does not wait for them.

    @cached_property
    def archive(self) -> Archive:
        from gui.archive import Archive  # noqa: PLC0415

        made = Archive(self._ui.wording, self._services, self)
        made.uses_told.connect(self.apps.details.show_uses)
        return made

    @cached_property
    def compare(self) -> CompareView:
        from gui.views.compare import CompareView  # noqa: PLC0415

        made, archive = CompareView(self._ui), self.archive
        archive.checks_changed.connect(made.show_checks)
        archive.compared.connect(made.show_comparison)
        made.compare_asked.connect(archive.compare)
        made.app_asked.connect(self._on_app_asked)
        made.history_asked.connect(self._on_history_asked)
        for picker in (made.old, made.new):
            picker.note_given.connect(archive.note)
            picker.pin_asked.connect(archive.pin)
            picker.delete_asked.connect(archive.delete)
        self._add_page(COMPARE, made)
        return made

    @cached_property
    def history(self) -> HistoryView:
        from gui.views.history import HistoryView  # noqa: PLC0415

        made, archive = HistoryView(self._ui), self.archive
        archive.app_told.connect(made.show_app)
        archive.access_told.connect(made.show_access)
        made.app_wanted.connect(archive.tell_app)
        made.access_wanted.connect(archive.tell_access)
        made.app_asked.connect(self._on_app_asked)
        self._add_page(HISTORY, made)
        return made

    def _add_page(self, name: str, page: QWidget) -> None:
        self._pages[name] = page
        self.stack.addWidget(page)

    def _on_uses_wanted(self, user: int, package: str) -> None:
        self.archive.tell_uses(user, package)

    def _on_expected(self, changes: tuple[Change, ...]) -> None:
        self.archive.expect(changes)

    def _on_unexpected(self, changes: tuple[Change, ...]) -> None:
        self.archive.unexpect(changes)

    def _on_history_asked(self, user: int, package: str) -> None:
        self.open_page(HISTORY)
        if self.page == HISTORY:
            self.history.choose_app(user, package)

    def _open_compare(self) -> None:
        self.open_page(COMPARE)

    def _open_history(self) -> None:
        self.open_page(HISTORY)

    def _open_overview(self) -> None:
        self.open_page(OVERVIEW)

    def _open_apps(self) -> None:
        self.open_page(APPS)

    def _on_phone_clicked(self) -> None:
        self.open_page(CONNECT)

    def _on_back(self) -> None:
        self.open_page(OVERVIEW)

    def _on_find(self) -> None:
        if self.page == COMPARE:
            self.compare.focus_search()
            return
        self.open_page(APPS)
        if self.page == APPS:
            self.apps.focus_search()

    def _on_app_asked(self, user: int, package: str) -> None:
        self.open_page(APPS)
        self.apps.choose_app(user, package)

    def _on_filter_asked(self, key: str) -> None:
        self.open_page(APPS)
        self.apps.choose_filter(key)

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

    def _on_demo(self) -> None:
        self._services.open(demo=True)

    def _on_leave_demo(self) -> None:
        self._services.open(demo=False)

    # What the services tell.

    def _on_opened(self, demo: bool) -> None:
        clear(self.notices)
        self._demo_waits = demo
        self.connect_view.show_trouble("")
        self.connect_view.set_demo(demo=demo)
        self.open_page(LOADING)

    def _on_shown(self, shown: Shown | None) -> None:
        self._show_phone()
        self.connect_view.set_back(possible=shown is not None)
        if shown is None:
            self.open_page(CONNECT)
            self._start_demo()
            return
        self._demo_waits = False
        meaning = self._ui.wording.ngettext(
            "{n} app with new access", "{n} apps with new access", shown.news
        )
        self.sidebar.set_badge(OVERVIEW, shown.news, meaning.format(n=shown.news))
        self._stale = set(_OF_A_CHECK)
        self.open_page(self.page if self.page in _OF_A_CHECK else OVERVIEW)

    def _on_devices(self, devices: tuple[Device, ...]) -> None:
        self.connect_view.show_devices(devices)
        self._show_phone()
        self._start_demo()

    def _start_demo(self) -> None:
        """Whoever asks for the demo wants to see a check, so its first one starts by itself."""
        ready = any(device.ready for device in self._services.devices)
        if self._demo_waits and ready and self.page == CONNECT:
            self._demo_waits = False
            self._services.check()

    def _on_trouble(self, error: Exception | None) -> None:
        self.connect_view.show_trouble(self._ui.wording.error(error) if error else "")

    def _on_checking(self, checking: bool) -> None:
        if checking:
            clear(self.notices)
        self.connect_view.set_checking(checking)
        self.overview.set_checking(checking)

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
        self.hide()
        self.closed.emit()
        super().closeEvent(event)


def phone_name(phone: Phone) -> str:
    """Maker and model, the maker not twice ("HUAWEI HUAWEI P30")."""
    maker, model = phone.manufacturer or "", phone.model or ""
    if maker and not model.lower().startswith(maker.lower()):
        return f"{maker} {model}".strip()
    return model
