"""What pictures are taken of: a page, a dialog, and how a person gets there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from audit.progress import Progress
from device.adb import Device
from device.connecting.facts import Facts, UsbDevice, UsbInterface
from device.connecting.situations import diagnose
from device.errors import AdbPortTakenError
from device.pairing import Ticket
from gui import pages
from gui.app import Program
from gui.faults import FaultDialog
from gui.views.pair import PairDialog


class Stage(IntEnum):
    """What happened before; each is one program."""

    BROKEN = -1  # the file of saved checks is none
    FIRST = 0  # no phone and no check yet
    ONE = 1  # checks of the demo phone
    TWO = 2
    FOUR = 4
    FIVE = 5  # the first of them is said to be of another phone


@dataclass(frozen=True, slots=True)
class Scene:
    """``show`` leads there.

    A ``dialog`` is as large as it wants to be, so it is taken once per language. Pages in
    ``contrast`` are taken in the high contrast themes, too.
    """

    name: str
    stage: Stage
    show: Callable[[Program], object]
    contrast: bool = False
    dialog: bool = False


def _page(name: str) -> Callable[[Program], object]:
    def show(program: Program) -> None:
        program.window.open_page(name)

    return show


def _checking(program: Program) -> None:
    overview = program.window.pages.overview
    program.window.open_page(pages.OVERVIEW)
    overview.show_checks({None: ""}, busy=True)
    overview.show_progress(Progress(4, 11, "packages"), None)


def _overview(program: Program) -> None:
    program.window.pages.overview.show_checks({}, busy=False)
    program.window.open_page(pages.OVERVIEW)


def _app(program: Program) -> None:
    program.window.open_app(0, "com.tencent.mm")


def _no_app(program: Program) -> None:
    program.window.open_page(pages.APPS)
    program.window.pages.apps.search.setText("zzz")


def _all_apps(program: Program) -> None:
    program.window.pages.apps.search.clear()
    program.window.open_page(pages.APPS)


def _app_history(program: Program) -> None:
    program.window.open_history_of(0, "com.tencent.mm")


def _access_history(program: Program) -> None:
    program.window.open_page(pages.HISTORY)
    program.window.pages.history.choose_access("location")


def _export(program: Program) -> None:
    program.window.open_page(pages.COMPARE)
    program.window.pages.compare.export.click()


def _take_away(program: Program) -> None:
    program.window.open_app(0, "com.tencent.mm")
    program.window.pages.actor.offer([(0, "com.tencent.mm")], ["location"])


def _commands(program: Program) -> None:
    program.window.open_commands(["dumpsys package packages", "dumpsys appops"])


def _pairing(program: Program) -> None:
    made = PairDialog(program.ui, program.window)
    made.begin_scan()
    ticket = Ticket("checkup-pictures", "the-same-each-time")
    made.code.show_squares(ticket.squares(), ticket.text)
    made.open()


def _weekly(program: Program) -> None:
    program.window.open_page(pages.OVERVIEW)
    program.window.pages.overview.weekly_asked.emit()


def _about(program: Program) -> None:
    program.window.open_about()


def _fault(program: Program) -> None:
    told = "Permission Checkup 1.0\n\nTraceback (most recent call last):\n  …\nValueError: no date"
    made = FaultDialog(program.ui, told)
    made.setParent(program.window, made.windowFlags())
    made.open()


# What the computer sees of phones is told here, so that no cable of its own gets into the picture,
# and no adb server that takes its time to say that there is none.

_MTP = UsbInterface((0x06, 0x01, 0x01), "MTP", True)
_ADB = UsbInterface((0xFF, 0x42, 0x01), "ADB Interface", True)
_XIAOMI = UsbDevice("3-1", 0x2717, 0xFF40, "Xiaomi", "Mi 13", "a1b2c3", (_MTP,), True)
_GALAXY = UsbDevice("3-2", 0x04E8, 0x6860, "SAMSUNG", "Galaxy S23", "R5C", (_MTP,), True)


def _connect(facts: Facts) -> Callable[[Program], object]:
    def show(program: Program) -> None:
        program.window.open_page(pages.CONNECT)
        page = program.window.pages.connecting
        page.watched.emit(False)
        program.services.disconnect(page)
        page.show_trouble(facts.trouble)
        page.show_devices(facts.devices)
        page.show_situations(diagnose(facts))

    return show


_NOTHING = Facts(usb=())
_CHARGING = Facts(usb=(_GALAXY,))
_WAITING = Facts(
    (Device("a1b2c3", "unauthorized", usb="3-1"),),
    usb=(UsbDevice("3-1", 0x2717, 0xFF40, "Xiaomi", "Mi 13", "a1b2c3", (_MTP, _ADB), True),),
)
_FORBIDDEN = Facts(
    (Device("????????????", "no permissions (missing udev rules?)", usb="3-1"),), usb=(_XIAOMI,)
)
_READY = Facts(
    (
        Device("a1b2c3", "device", model="Mi_13", usb="3-1"),
        Device("R5C", "device", model="SM_S911B", usb="3-2"),
    ),
    usb=(_XIAOMI, _GALAXY),
)
_TAKEN = Facts(trouble=AdbPortTakenError(address="127.0.0.1:5037"), usb=())


SCENES = (
    Scene("first-start", Stage.FIRST, _connect(_NOTHING), contrast=True),
    Scene("connect-file-transfer", Stage.FIRST, _connect(_CHARGING)),
    Scene("connect-question", Stage.FIRST, _connect(_WAITING)),
    Scene("connect-forbidden", Stage.FIRST, _connect(_FORBIDDEN)),
    Scene("connect-two-ready", Stage.FIRST, _connect(_READY)),
    Scene("connect-port-taken", Stage.FIRST, _connect(_TAKEN)),
    Scene("trouble", Stage.BROKEN, _page(pages.TROUBLE)),
    Scene("overview-first", Stage.ONE, _overview),
    Scene("compare-one-check", Stage.ONE, _page(pages.COMPARE)),
    Scene("checking", Stage.ONE, _checking),
    Scene("overview", Stage.TWO, _overview, contrast=True),
    Scene("apps-none", Stage.TWO, _no_app),
    Scene("apps", Stage.TWO, _all_apps),
    Scene("app", Stage.TWO, _app, contrast=True),
    Scene("compare", Stage.TWO, _page(pages.COMPARE), contrast=True),
    Scene("companies", Stage.TWO, _page(pages.COMPANIES)),
    Scene("help", Stage.TWO, _page(pages.HELP)),
    Scene("settings", Stage.TWO, _page(pages.SETTINGS), contrast=True),
    Scene("about", Stage.TWO, _about, dialog=True),
    Scene("fault", Stage.TWO, _fault, dialog=True),
    Scene("take-away", Stage.TWO, _take_away, dialog=True),
    Scene("commands", Stage.TWO, _commands, dialog=True),
    Scene("pairing", Stage.TWO, _pairing, dialog=True),
    Scene("history-app", Stage.FOUR, _app_history),
    Scene("history-access", Stage.FOUR, _access_history, contrast=True),
    Scene("phones", Stage.FOUR, _page(pages.PHONES)),
    Scene("export", Stage.FOUR, _export, dialog=True),
    Scene("weekly", Stage.FOUR, _weekly, dialog=True),
    Scene("fleet", Stage.FIVE, _page(pages.FLEET)),
)
