"""The pages of the window: each is made, and joined to what it needs, when it is first opened.

A new page is a name, a place in ``entries`` when the sidebar shall lead to it, and a property of
``Pages`` that makes it.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.ui import Ui
from gui.widgets.basics import column, label

if TYPE_CHECKING:
    from gui.acting import Actor
    from gui.archive import Archive
    from gui.exporting import Exporter
    from gui.keeping import Keeper
    from gui.looking import Looking
    from gui.models.acting import AppKey
    from gui.models.offers import Offer
    from gui.models.rows import Shown
    from gui.services import Services
    from gui.views.apps import AppsView
    from gui.views.companies import CompaniesView
    from gui.views.compare import CompareView
    from gui.views.connect import ConnectView
    from gui.views.fleet import FleetView
    from gui.views.help import HelpView
    from gui.views.history import HistoryView
    from gui.views.overview import OverviewView
    from gui.views.pair import PairDialog
    from gui.views.phones import PhonesView
    from gui.views.server_dialog import ServerDialog
    from gui.views.settings import SettingsView
    from gui.views.trouble import TroubleView
    from gui.widgets.search import SearchField
    from gui.window import Window

LOADING, TROUBLE, CONNECT = "loading", "trouble", "connect"
OVERVIEW, APPS, COMPARE, HISTORY = "overview", "apps", "compare", "history"
COMPANIES, PHONES, HELP, SETTINGS = "companies", "phones", "help", "settings"
#: Where there are several phones.
FLEET = "fleet"
#: Pages that a picture can be taken of.
PICTURED = (OVERVIEW, APPS, COMPARE, HISTORY, COMPANIES, PHONES, CONNECT, HELP, SETTINGS)
#: Pages with a search of their own; on all others, finding searches the apps.
SEARCHED = frozenset({APPS, COMPARE, COMPANIES, FLEET, HELP})


class CheckPage(Protocol):
    """A page about the check that is shown; told of another one once it is looked at."""

    def show_check(self, shown: Shown) -> None: ...


class SearchedPage(Protocol):
    search: SearchField


@runtime_checkable
class Continued(Protocol):
    """A page that another one, in another language, can go on from where this one is."""

    @property
    def place(self) -> object: ...

    @place.setter
    def place(self, place: object) -> None: ...


class Entry(NamedTuple):
    """A page that the sidebar leads to.

    One at the bottom can be opened without a check, too: it must not be ``of_a_check``.
    """

    name: str
    title: str
    at_the_bottom: bool = False


def entries(ui: Ui) -> tuple[Entry, ...]:
    """In their order; of those on top, the first nine can be opened with Ctrl and a digit."""
    _ = ui.wording.gettext
    return (
        Entry(OVERVIEW, _("Overview")),
        Entry(APPS, _("Apps")),
        Entry(COMPARE, _("Compare")),
        Entry(HISTORY, _("History")),
        Entry(COMPANIES, _("Companies")),
        Entry(PHONES, _("Phones and checks")),
        Entry(FLEET, _("All phones")),
        Entry(HELP, _("Help"), at_the_bottom=True),
        Entry(SETTINGS, _("Settings"), at_the_bottom=True),
    )


class Pages(QObject):
    """Imports of pages wait until they are opened: the first paint does not wait for them."""

    #: The pages about the check that is shown: not reachable without one.
    of_a_check = frozenset({OVERVIEW, APPS, COMPARE, HISTORY, COMPANIES, PHONES, FLEET})

    def __init__(self, ui: Ui, services: Services, window: Window) -> None:
        super().__init__(window)
        self._ui = ui
        self._services = services
        self._window = window

    def get(self, name: str) -> QWidget:
        pages: dict[str, str] = {CONNECT: "connecting"}
        page: QWidget = getattr(self, pages.get(name, name))
        return page

    def about_a_check(self, name: str) -> CheckPage:
        page: CheckPage = getattr(self, name)
        return page

    def searched(self, name: str) -> SearchedPage:
        page: SearchedPage = getattr(self, name)
        return page

    def leave(self) -> None:
        """Lets every page end with the window, one that was never opened, too.

        Else Python ends it when it collects garbage, on whichever thread that happens to be, and
        a widget that ends beside the main thread takes the whole program along.
        """
        if "archive" in self.__dict__:
            self.archive.stop_verifying()
        for page in self.__dict__.values():
            if isinstance(page, QWidget) and page.parent() is None:
                page.deleteLater()

    def go_on_from(self, before: Pages) -> None:
        """Shows what the pages of another window showed: the same rows stay chosen."""
        for name in self.of_a_check & before.__dict__.keys():
            old, new = before.about_a_check(name), self.about_a_check(name)
            if isinstance(old, Continued) and isinstance(new, Continued):
                new.place = old.place

    @cached_property
    def archive(self) -> Archive:
        from gui.archive import Archive  # noqa: PLC0415

        made = Archive(self._ui.wording, self._services, self)
        made.done.connect(self._window.offer_undo)
        return made

    @cached_property
    def exporter(self) -> Exporter:
        from gui.exporting import Exporter  # noqa: PLC0415

        return Exporter(self._ui, self._services, self._window)

    def offer(self, offer: Offer) -> None:
        """What a page wants to have exported."""
        self.exporter.offer(offer)

    @cached_property
    def actor(self) -> Actor:
        from gui.acting import Actor  # noqa: PLC0415

        made = Actor(self._ui, self._services, self._window)
        made.done.connect(self._window.offer_undo)
        return made

    @cached_property
    def looking(self) -> Looking:
        from gui.looking import Looking  # noqa: PLC0415

        return Looking(self._ui, self._services, self._window.notices, self)

    @cached_property
    def loading(self) -> QWidget:
        made = QWidget()
        made.setObjectName("page")
        box = column()
        text = label(self._ui.wording.gettext("Opening your saved checks…"), tone="muted")
        box.addWidget(text, 1, Qt.AlignmentFlag.AlignCenter)
        made.setLayout(box)
        return made

    @cached_property
    def connecting(self) -> ConnectView:
        from gui.connecting import Surroundings  # noqa: PLC0415
        from gui.views.connect import ConnectView  # noqa: PLC0415

        made, services = ConnectView(self._ui), self._services
        around = Surroundings(services, made)
        around.told.connect(made.show_situations)
        made.watched.connect(around.watch)
        made.check_asked.connect(services.check)
        made.cancel_asked.connect(services.cancel)
        made.demo_asked.connect(self._window.open_demo)
        made.report_asked.connect(self._window.ask_report)
        made.back_asked.connect(self._window.open_overview)
        made.pair_asked.connect(self.open_pairing)
        services.devices_changed.connect(made.show_devices)
        services.trouble.connect(made.show_trouble)
        services.checks_changed.connect(self._show_checks_on_connecting)
        services.progressed.connect(made.show_progress)
        services.opened.connect(made.show_opened)
        services.shown_changed.connect(made.show_way_back)
        made.show_opened(services.demo)
        made.show_way_back(services.shown)
        made.show_trouble(services.last_trouble)
        made.show_devices(services.devices)
        made.show_checks(self._checks())
        return made

    def open_pairing(self) -> PairDialog:
        from gui.pairing import Pairing  # noqa: PLC0415
        from gui.views.pair import PairDialog  # noqa: PLC0415

        made = PairDialog(self._ui, self._window)
        work = Pairing(self._services, made)
        made.scan_asked.connect(work.scan)
        made.pair_asked.connect(work.pair)
        made.connect_asked.connect(work.connect_to)
        made.check_asked.connect(self._services.check)
        made.finished.connect(work.give_up)
        work.progressed.connect(made.show_progress)
        work.linked.connect(made.show_linked)
        work.failed.connect(made.show_error)
        made.begin_scan()
        made.open()
        return made

    def _show_checks_on_connecting(self) -> None:
        self.connecting.show_checks(self._checks())

    def _checks(self) -> dict[str | None, str]:
        """The names of the phones that are checked, by their serial numbers."""
        from device.connecting.situations import phone_name  # noqa: PLC0415

        names = {device.serial: phone_name(device) for device in self._services.devices}
        return {serial: names.get(serial or "", "") for serial in self._services.checks}

    @cached_property
    def overview(self) -> OverviewView:
        from gui.views.overview import OverviewView  # noqa: PLC0415

        made, services, window = OverviewView(self._ui), self._services, self._window
        made.check_asked.connect(window.check_now)
        made.report_asked.connect(window.ask_report)
        made.cancel_asked.connect(services.cancel)
        made.leave_demo_asked.connect(window.leave_demo)
        made.app_asked.connect(window.open_app)
        made.filter_asked.connect(window.open_filter)
        made.weekly_asked.connect(self.archive.tell_weekly)
        self.archive.weekly_told.connect(window.open_weekly)
        made.commands_asked.connect(self.archive.tell_commands)
        self.archive.commands_told.connect(window.open_commands)
        made.expected.connect(self.archive.expect)
        made.unexpected.connect(self.archive.unexpect)
        made.export_asked.connect(self.offer)
        made.take_asked.connect(self._take_from_one)
        made.debugging_asked.connect(self.actor.open_debugging)
        for told in (services.devices_changed, services.shown_changed):
            told.connect(self._show_linked)
        made.show_linked(linked=services.linked)
        self.actor.reach_changed.connect(made.show_reach)
        made.show_reach(self.actor.reach)
        services.checks_changed.connect(self._show_checks)
        services.progressed.connect(made.show_progress)
        made.show_checks(self._checks(), busy=services.occupied)
        return made

    def _show_checks(self) -> None:
        self.overview.show_checks(self._checks(), busy=self._services.occupied)

    def _show_linked(self, _what: object) -> None:
        self.overview.show_linked(linked=self._services.linked)

    def _take_from_one(self, key: AppKey, names: Collection[str]) -> None:
        self.actor.offer([key], names)

    @cached_property
    def apps(self) -> AppsView:
        from gui.views.apps import AppsView  # noqa: PLC0415

        made, archive = AppsView(self._ui), self.archive
        made.uses_wanted.connect(archive.tell_uses)
        made.uses_wanted.connect(archive.tell_deeds)
        archive.deeds_told.connect(made.details.show_deeds)
        made.take_asked.connect(self.actor.offer)
        made.details.undo_asked.connect(self.actor.undo)
        made.details.page_asked.connect(self.actor.open_page)
        self.actor.reach_changed.connect(made.details.show_reach)
        made.details.show_reach(self.actor.reach)
        made.details.look_asked.connect(self.looking.look_into)
        made.details.look_cancelled.connect(self.looking.cancel)
        self.looking.changed.connect(made.details.show_look)
        made.details.show_look(self.looking.look)
        made.details.history_asked.connect(self._window.open_history_of)
        made.details.expected.connect(archive.expect)
        made.details.unexpected.connect(archive.unexpect)
        made.details.kind_said.connect(archive.say_kind)
        for page in (made, made.details):
            page.export_asked.connect(self.offer)
        archive.uses_told.connect(made.details.show_uses)
        made.details.lines_asked.connect(archive.tell_lines)
        archive.lines_told.connect(made.details.show_lines)
        return made

    @cached_property
    def compare(self) -> CompareView:
        from gui.views.compare import CompareView  # noqa: PLC0415

        made, archive = CompareView(self._ui), self.archive
        archive.checks_changed.connect(made.show_checks)
        archive.compared.connect(made.show_comparison)
        made.checks_wanted.connect(archive.list_checks)
        made.compare_asked.connect(archive.compare)
        made.app_asked.connect(self._window.open_app)
        made.history_asked.connect(self._window.open_history_of)
        made.export_asked.connect(self.offer)
        for picker in (made.old, made.new):
            picker.note_given.connect(archive.note)
            picker.title_given.connect(archive.rename)
            picker.pin_asked.connect(archive.pin)
            picker.delete_asked.connect(archive.delete)
        return made

    @cached_property
    def history(self) -> HistoryView:
        from gui.views.history import HistoryView  # noqa: PLC0415

        made, archive = HistoryView(self._ui), self.archive
        archive.app_told.connect(made.show_app)
        archive.access_told.connect(made.show_access)
        made.app_wanted.connect(archive.tell_app)
        made.access_wanted.connect(archive.tell_access)
        made.export_asked.connect(self.offer)
        made.app_asked.connect(self._window.open_app)
        return made

    @cached_property
    def companies(self) -> CompaniesView:
        from gui.views.companies import CompaniesView  # noqa: PLC0415

        made, archive = CompaniesView(self._ui), self.archive
        archive.companies_told.connect(made.show_companies)
        made.companies_wanted.connect(archive.tell_companies)
        made.export_asked.connect(self.offer)
        made.app_asked.connect(self._window.open_app)
        return made

    @cached_property
    def phones(self) -> PhonesView:
        from gui.views.phones import PhonesView  # noqa: PLC0415

        made, archive, services = PhonesView(self._ui), self.archive, self._services
        archive.phones_told.connect(made.show_phones)
        archive.tidying_told.connect(made.show_tidying)
        archive.verifying.connect(made.verifying.show_progress)
        archive.verified.connect(made.show_verified)
        made.checks_wanted.connect(archive.list_phones)
        made.name_given.connect(archive.name_phone)
        made.merge_asked.connect(archive.merge)
        made.split_asked.connect(archive.split)
        made.title_given.connect(archive.rename)
        made.note_given.connect(archive.note)
        made.pin_asked.connect(archive.pin)
        made.delete_asked.connect(archive.delete_all)
        made.forget_asked.connect(archive.forget_phone)
        made.tidying_wanted.connect(archive.list_tidying)
        made.tidy_agreed.connect(archive.tidy)
        made.verify_asked.connect(archive.verify)
        made.fleet_asked.connect(self._window.open_fleet)
        made.verifying.cancelled.connect(archive.stop_verifying)
        made.compare_asked.connect(self._window.open_comparison_of)
        made.export_asked.connect(self.offer)
        for told in (services.devices_changed, services.shown_changed):
            told.connect(self._show_connected)
        self._show_connected_on(made)
        return made

    @cached_property
    def fleet(self) -> FleetView:
        from gui.views.fleet import FleetView  # noqa: PLC0415

        made, archive = FleetView(self._ui), self.archive
        archive.fleet_told.connect(made.show_fleet)
        made.fleet_wanted.connect(archive.tell_fleet)
        made.export_asked.connect(self.offer)
        return made

    def _show_connected(self, _what: object) -> None:
        self._show_connected_on(self.phones)

    def _show_connected_on(self, page: PhonesView) -> None:
        page.show_connected(self._services.connected_keys)

    @cached_property
    def help(self) -> HelpView:
        from gui.views.help import HelpView  # noqa: PLC0415

        made = HelpView(self._ui)
        made.back_asked.connect(self._window.leave_help)
        made.about_asked.connect(self._window.open_about)
        return made

    @cached_property
    def trouble(self) -> TroubleView:
        from gui.views.trouble import TroubleView  # noqa: PLC0415

        made = TroubleView(self._ui)
        made.retry_asked.connect(self._window.retry)
        made.other_asked.connect(self._window.ask_database)
        made.passphrase_given.connect(self._window.unlock)
        made.restore_asked.connect(self.keeper.ask_backup)
        return made

    @cached_property
    def keeper(self) -> Keeper:
        from gui.keeping import Keeper  # noqa: PLC0415 -- seldom asked for

        return Keeper(self._ui, self._services, self._window)

    @cached_property
    def settings(self) -> SettingsView:
        from gui.views.settings import SettingsView  # noqa: PLC0415

        made, services = SettingsView(self._ui), self._services
        services.opened.connect(self._show_place)
        services.shown_changed.connect(self._show_place)
        made.show_place(services.place, encrypted=services.encrypted)
        made.encrypt_asked.connect(self.keeper.ask_encrypt)
        made.decrypt_asked.connect(self.keeper.ask_decrypt)
        made.restore_asked.connect(self.keeper.ask_backup)
        made.server_asked.connect(self.ask_server)
        lists, archive = made.lists, self.archive
        archive.lists_told.connect(lists.show_lists)
        lists.wanted.connect(archive.tell_lists)
        lists.import_asked.connect(archive.import_list)
        lists.forget_asked.connect(archive.forget_list)
        return made

    def ask_server(self) -> ServerDialog:
        from gui.views.server_dialog import ServerDialog  # noqa: PLC0415 -- seldom asked for

        made = ServerDialog(self._ui, self._window)
        made.chosen.connect(self.settings.use_server)
        made.open()
        return made

    def _show_place(self) -> None:
        services = self._services
        self.settings.show_place(services.place, encrypted=services.encrypted)
