"""Looking for phones while the page is open: a real adb server, and USB devices on disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from audit.catalogue import Catalogue
from audit.wording import Wording
from device.connecting.facts import UsbDevice
from device.connecting.situations import Situation
from device.connecting.usb_linux import read_usb
from device.demo_phone.answer import Answer
from device.demo_phone.wire import Authorization, DemoPhone
from gui.connecting import Surroundings
from gui.services import Services
from gui.sources import DemoSource, OwnSource
from tests.phones import AdbServer
from tests.usb_tree import MTP, UsbTree

PATIENCE_MS = 30_000
CATALOGUE = Catalogue.load()


class Watched:
    """Surroundings with a USB tree of their own; counts how often it was read, and where."""

    def __init__(self, services: Services, root: Path) -> None:
        self.tree = UsbTree(root)
        self.reads: list[str] = []
        self.codes: list[str] = []
        self.services = services
        self.around = Surroundings(services, services, self._read)
        self.around.told.connect(self._on_told)

    def _read(self) -> tuple[UsbDevice, ...] | None:
        self.reads.append(threading.current_thread().name)
        return read_usb(self.tree.system, self.tree.nodes)

    def _on_told(self, found: tuple[Situation, ...]) -> None:
        self.codes = [one.code for one in found]

    def wait_for(self, qtbot: QtBot, *codes: str) -> None:
        qtbot.waitUntil(lambda: self.codes == list(codes), timeout=PATIENCE_MS)


@pytest.fixture
def watched(
    adb_server: AdbServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Watched]:
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(adb_server.port))

    def source(demo: bool) -> OwnSource:
        return (DemoSource if demo else OwnSource)(CATALOGUE, tmp_path / "checks.sqlite")

    services = Services(Wording("en", CATALOGUE), source)
    made = Watched(services, tmp_path)
    yield made
    made.around.watch(False)
    services.stop()


def test_nothing_is_read_until_somebody_looks(watched: Watched, qtbot: QtBot) -> None:
    watched.services.open(demo=False)
    with qtbot.waitSignal(watched.services.devices_changed, timeout=PATIENCE_MS):
        pass
    assert watched.reads == []
    watched.around.watch(True)
    watched.wait_for(qtbot, "nothing-on-usb")
    assert all(name.startswith("look") for name in watched.reads)  # never on the main thread


def test_what_is_plugged_in_is_told_while_somebody_looks(watched: Watched, qtbot: QtBot) -> None:
    watched.around.watch(True)
    watched.services.open(demo=False)
    watched.wait_for(qtbot, "nothing-on-usb")
    watched.tree.plug("1-2", "2717", MTP)
    watched.wait_for(qtbot, "file-transfer-only")
    watched.around.watch(False)
    qtbot.waitUntil(lambda: watched.around._task is None, timeout=PATIENCE_MS)
    reads = len(watched.reads)
    watched.services.devices_changed.emit(())
    assert watched.around._task is None
    assert len(watched.reads) == reads


def test_a_phone_is_followed_from_the_question_to_ready(
    watched: Watched, qtbot: QtBot, adb_server: AdbServer
) -> None:
    watched.around.watch(True)
    watched.services.open(demo=False)
    watched.wait_for(qtbot, "nothing-on-usb")
    with DemoPhone(lambda _: Answer(), authorization=Authorization.ASK) as phone:
        adb_server.connect(phone.address)
        watched.wait_for(qtbot, "unauthorized")
        phone.authorize()
        watched.wait_for(qtbot, "ready")
        adb_server.forget(phone.address)
    watched.wait_for(qtbot, "nothing-on-usb")


def test_the_demo_has_no_surroundings(watched: Watched, qtbot: QtBot) -> None:
    watched.around.watch(True)
    watched.services.open(demo=True)
    qtbot.waitUntil(lambda: any(one.ready for one in watched.services.devices), timeout=PATIENCE_MS)
    assert watched.codes == []
    assert watched.reads == []
