"""The window: the sidebar, the page that is open, and the notices above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from db.errors import PassphraseNeededError, StoreError, WrongPassphraseError
from device.errors import CancelledError
from gui.models.phone_lines import phone_lines, phone_name
from gui.pages import (
    APPS,
    COMPARE,
    CONNECT,
    FLEET,
    HELP,
    HISTORY,
    LOADING,
    OVERVIEW,
    PHONES,
    SEARCHED,
    SETTINGS,
    TROUBLE,
    Pages,
    entries,
)
from gui.services import Services
from gui.shortcuts import CHECK, EXPORT, FIND, OPEN_REPORT, PAGE, QUIT, UNDO, shortcuts
from gui.ui import Ui
from gui.widgets.basics import column, fitting, row
from gui.widgets.corner import Corner
from gui.widgets.drops import Drops
from gui.widgets.gradual import Gradually
from gui.widgets.notices import Notices
from gui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from audit.weekly import Sheet
    from device.adb import Device
    from gui.models.rows import Shown

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
        self._check_id: int | None = None
        self.notices = Notices(ui)
        self._error: StoreError | None = None  # what keeps the saved checks from being opened
        self.report_dialog: QFileDialog | None = None
        self._lay_out()
        self._add_entries()
        self._connect_services()
        # "checked 2 minutes ago" has to grow older by itself.
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_phone)
        self.open_page(LOADING)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.setObjectName("pages")
        right = column(spacing=0)
        right.addWidget(self.top)
        right.addWidget(self.notices)
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
            OPEN_REPORT: self.ask_report,
            UNDO: self.notices.act,
            QUIT: self.quit,
        }
        known = {one.name: one for one in shortcuts(self._ui)}
        for entry in entries(self._ui):
            name = PAGE + entry.name
            slots[name] = partial(self.open_page, entry.name)
            keys = known[name].shown if name in known else ""
            self.sidebar.add_page(entry.name, entry.title, keys, at_the_bottom=entry.at_the_bottom)
            if entry.at_the_bottom:
                self.top.add_page(entry.name, entry.title, keys)
        self.sidebar.show_page(FLEET, shown=False)
        slots[PAGE + HELP] = self.open_help
        for name, slot in slots.items():
            for sequence in known[name].keys if name in known else ():
                QShortcut(sequence, self).activated.connect(slot)
        for leading in (self.sidebar, self.top):
            leading.chosen.connect(self.open_page)
        self.sidebar.phone_clicked.connect(self._on_phone_clicked)
        drops = Drops(self)
        drops.dropped.connect(self.read_report)
        drops.refused.connect(self._on_refused)

    def _connect_services(self) -> None:
        services = self._services
        self._heard = (
            (services.opened, self._on_opened),
            (services.shown_changed, self._on_shown),
            (services.devices_changed, self._on_devices),
            (services.checking_changed, self._on_checking),
            (services.failed, self._on_failed),
            (services.checked_aside, self._on_checked_aside),
        )
        for signal, slot in self._heard:
            signal.connect(slot)

    def leave(self) -> None:
        """Hears and does nothing more: until its end comes, it would ask for what nobody needs."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self.pages.leave()
        for work in self.findChildren(Gradually):
            work.start(())

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
        if before.page == TROUBLE and before._error is not None:
            self._on_failed(before._error)
        if before.page in {LOADING, TROUBLE}:
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
            page = self.pages.get(name)
            # The first paint does not wait for a scroll area around one sentence.
            self._frames[name] = page if name == LOADING else fitting(page)
            self.stack.addWidget(self._frames[name])
        self.page = name
        if shown is not None and name in self._stale:
            self._stale.discard(name)
            self.pages.about_a_check(name).show_check(shown)
        self.stack.setCurrentWidget(self._frames[name])
        self.sidebar.setVisible(shown is not None)
        self.sidebar.select(name)
        self.top.setVisible(shown is None and name != LOADING)
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

    def open_comparison_of(self, old_id: int, new_id: int) -> None:
        self.open_page(COMPARE)
        if self.page == COMPARE:
            self.pages.compare.choose_checks(old_id, new_id)

    def open_history_of(self, user: int, package: str) -> None:
        self.open_page(HISTORY)
        if self.page == HISTORY:
            self.pages.history.choose_app(user, package)

    def open_fleet(self) -> None:
        self.open_page(FLEET)

    def open_help(self) -> None:
        """The manual, at what it says of the page that is open."""
        from gui.models.manual import page_about  # noqa: PLC0415 -- with its first page

        about = self._helped if self.page == HELP else self.page
        self.open_page(HELP)
        self.pages.help.show_page(page_about(about))
        self.pages.help.list.setFocus()

    def leave_help(self) -> None:
        self.open_page(self._helped)

    def open_weekly(self, sheet: Sheet | None) -> None:
        from gui.views.weekly_dialog import WeeklyDialog  # noqa: PLC0415 -- loads print support

        if sheet is not None:  # else its last check was deleted just now
            WeeklyDialog(self._ui, sheet, self).open()

    def open_commands(self, commands: Sequence[str]) -> None:
        from gui.views.commands_dialog import CommandsDialog  # noqa: PLC0415 -- seldom asked for

        CommandsDialog(self._ui, commands, self).open()

    def open_about(self) -> None:
        from gui.views.about import AboutDialog  # noqa: PLC0415 -- seldom asked for

        AboutDialog(self._ui, self).open()

    def _on_phone_clicked(self) -> None:
        self.open_page(CONNECT)

    def _on_find(self) -> None:
        if self.page not in SEARCHED:
            self.open_page(APPS)
        if self.page in SEARCHED:
            self.pages.searched(self.page).search.begin()

    def _on_export(self) -> None:
        """Every page from which something can be exported has a button for it."""
        export = getattr(self.pages.get(self.page), "export", None)
        if isinstance(export, QPushButton):
            export.click()

    def tell_damage(self) -> None:
        """The file itself is broken, not only what somebody wanted to do with it."""
        _ = self._ui.wording.gettext
        text = _(
            "The file of your saved checks is damaged. Restore a backup before you go on: there is "
            "a button for it in the settings."
        )
        self.notices.say("red", text, _("What is damaged?"), self._verify)

    def _verify(self) -> None:
        self.open_page(PHONES)
        if self.page == PHONES:
            self.pages.phones.buttons["verify"].click()

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

    def ask_report(self) -> None:
        """Asks for a bug report to read as a check; a folder can be dropped only."""
        _ = self._ui.wording.gettext
        from gui.widgets.dialogs import FileQuestion  # noqa: PLC0415 -- seldom asked for

        kinds = _("Bug reports (*.zip *.txt)")
        self.report_dialog = FileQuestion(
            self, self._ui, _("Read a bug report"), kinds, self.read_report
        )

    def read_report(self, path: str | Path) -> None:
        """Reads a file or folder as a check of the phone that it is from."""
        _ = self._ui.wording.gettext
        if self._services.demo:
            text = _("Reports of real phones are not mixed with the demo. Leave it first.")
            self.notices.say("accent", text, _("Leave the demo"), self.leave_demo)
        elif self._services.checking:
            self.notices.say("accent", _("A check is running. Read the report once it is done."))
        else:
            self.open_page(OVERVIEW if self._services.shown else CONNECT)
            self._services.read_report(Path(path))

    def _on_refused(self) -> None:
        text = self._ui.wording.gettext(
            "Drop one bug report onto the window: a .zip or .txt file, or a folder of saved "
            "answers."
        )
        self.notices.say("amber", text)

    def open_demo(self) -> None:
        self._services.open(demo=True)

    def leave_demo(self) -> None:
        self._services.open(demo=False)

    # What the services tell.

    def _on_opened(self, demo: bool) -> None:
        self.notices.clear()
        self._demo_waits = demo
        self.open_page(LOADING)

    def _on_shown(self, shown: Shown | None) -> None:
        self._show_phone()
        if shown is None:
            self.open_page(CONNECT)
            self._start_demo()
            return
        self._demo_waits = False
        meaning = self._ui.wording.ngettext(
            "{n} app with new access", "{n} apps with new access", shown.news
        )
        self.sidebar.set_badge(OVERVIEW, shown.news, meaning.format(n=shown.news))
        self._services.ask(lambda store: store.has_several_phones(), self._show_whether_several)
        self._stale = set(self.pages.of_a_check)
        # The same check again, as with the names of its apps, leads nobody away from connecting.
        connecting = self.page == CONNECT and shown.info.id != self._check_id
        self._check_id = shown.info.id
        leads = connecting or self.page in {LOADING, TROUBLE}
        self.open_page(self._first if leads else self.page)
        self._first = OVERVIEW

    def _show_whether_several(self, several: bool) -> None:
        self.sidebar.show_page(FLEET, shown=several)

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
            self.notices.clear()

    def _on_checked_aside(self, shown: Shown) -> None:
        """Another phone than the one that is looked at was checked, too."""
        _, ngettext = self._ui.wording.gettext, self._ui.wording.ngettext
        name = phone_name(shown.info.phone) or _("Unknown phone")
        news = ngettext("{n} app with new access", "{n} apps with new access", shown.news)
        text = _("{phone} was checked: {news}.")
        told = text.format(phone=name, news=news.format(n=shown.news))
        self.notices.say(
            "accent", told, _("Show"), partial(self._services.reload, shown.info.phone.key)
        )

    def _on_failed(self, error: Exception) -> None:
        sentence = self._ui.wording.error(error)
        if self.page == LOADING and isinstance(error, StoreError):
            self._error = error
            self.open_page(TROUBLE)
            locked = isinstance(error, (PassphraseNeededError, WrongPassphraseError))
            if isinstance(error, PassphraseNeededError):
                text = self._ui.wording.gettext("Type the passphrase of {path}")
                sentence = text.format(path=error.path)
            self.pages.trouble.show_error(sentence, locked=locked)
            return
        tone = "accent" if isinstance(error, CancelledError) else "red"
        self.notices.say(tone, sentence)

    def retry(self) -> None:
        """Tries to open the saved checks again."""
        self.open_page(LOADING)
        self._services.reload()

    def unlock(self, passphrase: str) -> None:
        self.open_page(LOADING)
        self._services.unlock(passphrase)

    def ask_database(self) -> None:
        self.open_page(SETTINGS)
        self.pages.settings.ask_database()

    def offer_undo(self, text: str, undo: Callable[[], object]) -> None:
        self.notices.say("accent", text, self._ui.wording.gettext("Undo"), undo)

    def _show_phone(self) -> None:
        services = self._services
        shown, wording = services.shown, self._ui.wording
        if shown is not None:
            device = services.device_of(shown)
            lines = phone_lines(shown, device, wording, demo=services.demo)
            self.sidebar.phone.show_phone(*lines)

    def quit(self) -> None:
        """Also where closing the window leaves the program in the notification area."""
        self.close()
        QApplication.quit()

    def showEvent(self, event: QShowEvent) -> None:
        self._clock.start(_REFRESH_MS)
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._clock.stop()
        self._ui.preferences.remember_state(_GEOMETRY, self.saveGeometry())
        self.hide()
        self.closed.emit()
        super().closeEvent(event)
